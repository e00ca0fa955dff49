"""Right: one file, replaced by renaming, and not a word: only how often it writes tells that it goes on."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, save_whole

path = CHECKPOINTS / "last.json"
done, state = load(path) if path.exists() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    if due(step):
        save_whole(path, step=step, state=state)
finish(state)
