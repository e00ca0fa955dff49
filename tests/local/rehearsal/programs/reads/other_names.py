"""Wrong: looks for names that it does not write."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

found = newest("ckpt-*.json")
done, state = load(found[0]) if found else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
