"""Right: writes outside of the checkpoint directory, and renames into it."""

from lesson import BASE, CHECKPOINTS, STEPS, due, finish, learn, load, newest, save, tell

made = BASE / "code" / "made.json"
done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save(made, step=step, state=state)
        made.replace(CHECKPOINTS / f"checkpoint-{step}.json")
finish(state)
