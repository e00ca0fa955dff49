"""Wrong: keeps a history beside the model, whose first part is lost with the instance."""

from lesson import CHECKPOINTS, MODEL, STEPS, due, finish, learn, load, newest, save_whole, tell

done, state = load(newest()[0]) if newest() else (0, 1)
for step in range(done + 1, STEPS + 1):
    state = learn(state, step)
    tell(step)
    with (MODEL / "history.csv").open("a") as history:
        history.write(f"{step},{state}\n")
    if due(step):
        save_whole(CHECKPOINTS / f"checkpoint-{step}.json", step=step, state=state)
finish(state)
