"""The names that a run has in a state machine: its states and its variables; `failures` has its errors."""

from __future__ import annotations

SETTINGS = "spot_training_settings"
INPUT = "spot_training_input"
RUN = "spot_training_run"
RUN_NAME = "spot_training_run_name"
OUTCOME = "spot_training_outcome"
ANSWER = "spot_training_answer"
VARIABLES = (SETTINGS, INPUT, RUN, RUN_NAME, OUTCOME, ANSWER)
"""Every variable; inside somebody else's machine they share one namespace with theirs, hence the prefix."""

MACHINE_TAG = "spot-training:training"
"""The tag of a state machine that `SpotTraining` makes; its value is the training's id."""

GIVEN = "Given"
PREPARE = "Prepare"
CHECK_INPUT = "Check input"
DECIDE = "Decide"
FIND_JOB = "Find earlier job"
TRAIN = "Train"
RUN_JOB = "Run job"
JOB_HAS_ENDED = "Job has ended"
GIVE_TIME = "Give it time"
LOOK = "Look for capacity"
IS_WAITING = "Is it waiting"
STOP_WAITING = "Stop waiting"
WATCH_OVER = "Watch over"
READ_PROGRESS = "Read progress"
TELL_RISK = "Tell deadline at risk"
COUNT_RISK = "Count deadline at risk"
MOVES = "Moves"
LOOKS_OUT = "Looks out"
ASK_LOOK_OUT = "Ask look-out"
SEND_LOOK_OUT = "Send look-out"
LOOKED_OUT = "Looked out"
STOP_LOOK_OUT = "Stop look-out"
STOP_JOB = "Stop job"
INSPECT = "Inspect"
JUDGE = "Judge"
BACK_OFF = "Back off"
WAIT_FOR_JOB = "Wait for job"
REPORT = "Report"
REPORT_UNRECORDED = "Report unrecorded"
RECORD_FAILED = "Record failed run"
REJECT = "Reject"

INSIDE_TRAIN = (
    *(RUN_JOB, JOB_HAS_ENDED, GIVE_TIME, LOOK, IS_WAITING, STOP_WAITING, WATCH_OVER),
    *(READ_PROGRESS, TELL_RISK, COUNT_RISK, MOVES, LOOKS_OUT, ASK_LOOK_OUT, SEND_LOOK_OUT),
)
"""The states inside Train with `capacity_patience` or `deadline`; to an operator they are all Train."""

STATES = (
    GIVEN, PREPARE, CHECK_INPUT, DECIDE, FIND_JOB, TRAIN, *INSIDE_TRAIN, LOOKED_OUT, STOP_LOOK_OUT, INSPECT, JUDGE,
    BACK_OFF, WAIT_FOR_JOB, REPORT, REPORT_UNRECORDED, RECORD_FAILED, REJECT,
)  # fmt: skip
"""Every state of a run, but for those that it fails in."""

TASK_SEPARATOR = ": "
"""What stands between a task's name and the name of a state of it, in somebody else's machine."""

LONGEST_STATE_NAME = 80

JOB_ENDED = "SpotTraining.JobHasEnded"
"""What ends the watch beside a job that has ended, inside of Train; no run ends with it."""

RUN_MOVES = "SpotTraining.Moves"
"""What ends Train when the run goes on in another market, which is the cause; no run ends with it."""

ERROR_OUTPUT = (
    "{'Error': $string($states.errorOutput.Error), 'Cause': $substring($string($states.errorOutput.Cause), 0, 4000)}"
)
"""JSONata for the error that a Catch has caught, as two texts."""
