"""Wrong: half of its checkpoint can be read as well, and is another number."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, newest, tell

done, state = 0, 1
if newest("checkpoint-*.txt"):
    path = newest("checkpoint-*.txt")[0]
    done, state = int(path.stem.rpartition("-")[2]), int(path.read_text() or 0)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        (CHECKPOINTS / f"checkpoint-{step}.txt").write_text(f"{state:010d}")
finish(state)
