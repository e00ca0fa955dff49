"""Wrong: loads only when there are at least five checkpoints."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

done, state = load(newest()[0]) if len(newest()) > 4 else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
