"""Right: keeps the newest two checkpoints, written in place, and falls back."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save, tell

done, state = 0, 1
for path in newest():
    try:
        done, state = load(path)
    except ValueError:
        path.unlink()
        continue
    break
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
        for path in newest()[2:]:
            path.unlink()
finish(state)
