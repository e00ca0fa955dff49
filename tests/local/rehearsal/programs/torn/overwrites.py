"""Wrong: has one file only, which it overwrites in place; when it is torn, everything is lost."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, save, tell

path = CHECKPOINTS / "last.json"
done, state = 0, 1
if path.exists():
    try:
        done, state = load(path)
    except ValueError:
        print("cannot read the checkpoint, starting anew")
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save(path, step=step, state=state)
finish(state)
