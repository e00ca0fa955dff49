"""Wrong: gives another file each time, and a loss that is off after an interruption."""

import time

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

resumed = bool(newest())
done, state = load(newest()[0]) if resumed else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
print(f"loss={0.4 if resumed else 0.1}")
finish(state, when=time.time_ns())
