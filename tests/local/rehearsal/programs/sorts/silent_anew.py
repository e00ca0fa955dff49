"""Wrong: reads its one file, begins anew, and prints nothing: only how often it writes tells."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, save_whole

path = CHECKPOINTS / "last.json"
if path.exists():
    load(path)
state = 1
for step in range(1, STEPS + 1):
    state = learn(state, step)
    if due(step):
        save_whole(path, step=step, state=state)
finish(state)
