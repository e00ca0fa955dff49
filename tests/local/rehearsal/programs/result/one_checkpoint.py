"""Cannot be judged: writes one checkpoint in all, so that there is none to fall back to."""

from lesson import CHECKPOINTS, STEPS, finish, learn, load, newest, save, tell

done, state = 0, 1
for path in newest():
    try:
        done, state = load(path)
    except ValueError:
        path.unlink()
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if step == STEPS // 2:
        save(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
