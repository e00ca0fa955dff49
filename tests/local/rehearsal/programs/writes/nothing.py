"""Wrong: writes no checkpoints."""

from lesson import STEPS, finish, learn, tell

state = 1
for step in range(1, STEPS + 1):
    state = learn(state, step)
    tell(step)
finish(state)
