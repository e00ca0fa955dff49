"""Wrong: writes in place, and dies of a half-written file."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save, tell

done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
