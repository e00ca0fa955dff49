"""Right: numbered checkpoints, renamed into place; loads the newest."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
