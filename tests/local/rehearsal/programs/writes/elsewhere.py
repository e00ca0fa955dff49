"""Wrong: keeps its checkpoints beside the model, where they are lost with the instance."""

from lesson import MODEL, STEPS, due, finish, learn, load, save_whole, tell

path = MODEL / "checkpoint.json"
done, state = load(path) if path.exists() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        save_whole(path, step=step, state=state)
finish(state)
