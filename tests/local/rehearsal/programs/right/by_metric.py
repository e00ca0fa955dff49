"""Right: its model is another one each time, for it holds the time; its accuracy is not."""

import time

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
print(f"accuracy={state % 97 / 97:.4f}")
finish(state, when=time.time_ns())
