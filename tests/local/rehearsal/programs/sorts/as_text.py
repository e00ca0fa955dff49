"""Wrong: takes the last name for the newest checkpoint, so that 6 comes after 12."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, save_whole

found = sorted(CHECKPOINTS.glob("checkpoint-*.json"))
done, state = load(found[-1]) if found else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{2 * step}.json", step=step, state=state)
finish(state)
