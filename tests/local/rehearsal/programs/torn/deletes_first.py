"""Wrong: deletes the checkpoint before, and only then writes the next in place."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save, tell

done, state = 0, 1
for path in newest():
    try:
        done, state = load(path)
        break
    except ValueError:
        path.unlink()
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        for path in newest():
            path.unlink()
        save(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
