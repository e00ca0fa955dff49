"""Right on several hosts: all learn the same, and only the first one writes it down."""

import json
import os

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, newest, save_whole, tell

first = os.environ["SM_CURRENT_HOST"] == json.loads(os.environ["SM_HOSTS"])[0]
there = newest()
done, state = load(there[0]) if there else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step) and first:
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
