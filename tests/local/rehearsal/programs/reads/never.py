"""Wrong: saves, and never loads."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, save_whole, tell

state = 1
for step in range(1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
