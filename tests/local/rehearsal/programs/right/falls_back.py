"""Right: writes in place, but takes the newest checkpoint that can be read; prints nothing."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save

done, state = 0, 1
for path in newest():
    try:
        done, state = load(path)
    except ValueError:
        continue
    break
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    if due(step):
        save(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
