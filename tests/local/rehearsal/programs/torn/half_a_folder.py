"""Wrong: makes each folder whole before it renames it, but in S3 files come one by one; it trusts the newest folder."""

from lesson import CHECKPOINTS, STEPS, due, finish, learn, load, save, tell

folders = sorted(CHECKPOINTS.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
done, state = load(folders[-1] / "weights.json") if folders else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    if due(step):
        folder = CHECKPOINTS / "making"
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text("{}")
        save(folder / "weights.json", step=step, state=state)
        folder.rename(CHECKPOINTS / f"checkpoint-{step}")
finish(state)
