"""Right: saves on SIGTERM besides, at whatever step it is."""

import signal
import sys

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

asked: list[int] = []
signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
    if asked:  # it may have come right after a save: what it hears, it answers by saving
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
        sys.exit(143)
finish(state)
