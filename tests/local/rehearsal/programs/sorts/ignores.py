"""Wrong: reads the checkpoint and begins anew all the same."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole

if newest():
    load(newest()[0])
state = 1
for step in range(1, STEPS + 1):
    state = learn(state, step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
