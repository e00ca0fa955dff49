"""Wrong: makes a file in its first step, outside of the checkpoints, and needs it in every one."""

from lesson import CHECKPOINTS, MODEL, STEPS, due, finish, learn, load, newest, save_whole, tell

done, state = load(newest()[0]) if newest() else (0, 1)
if not done:
    (MODEL / "vocabulary.txt").write_text("a b c")
for step in range(done + 1, STEPS + 1):
    state = learn(state + len((MODEL / "vocabulary.txt").read_text()), step)
    tell(step)
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
