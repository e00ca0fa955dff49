"""The names that a run has in a state machine: its states and its variables; `failures` has its errors."""

from __future__ import annotations

SETTINGS = "spot_training_settings"
RUN = "spot_training_run"
RUN_NAME = "spot_training_run_name"
REQUEST = "spot_training_request"
OUTCOME = "spot_training_outcome"
CLAIMED = "spot_training_claimed"
VARIABLES = (SETTINGS, RUN, RUN_NAME, REQUEST, OUTCOME, CLAIMED)
"""Every variable; inside somebody else's machine they share one namespace with theirs, hence the prefix."""

PREPARE = "Prepare"
CHECK_INPUT = "Check input"
CLAIM = "Claim checkpoint"
READ_CLAIM = "Read claim"
JUDGE_CLAIM = "Judge claim"
ASK_HOLDER = "Ask holder"
FIND_JOB = "Find job of holder"
STOP_HOLDER = "Stop job of holder"
WAIT_FOR_HOLDER = "Wait for holder"
TAKE_OVER = "Take over claim"
PLAN_ATTEMPT = "Plan attempt"
TRAIN = "Train"
RUN_JOB = "Run job"
IS_SPOT = "Is it spot"
GIVE_TIME = "Give it time"
LOOK = "Look for capacity"
HAS_BEGUN = "Has it begun"
STOP_WAITING = "Stop waiting"
WATCH_OVER = "Watch over"
INSPECT = "Inspect"
JUDGE = "Judge"
BACK_OFF = "Back off"
WAIT_FOR_JOB = "Wait for job"
RECORD = "Record figures"
REPORT = "Report"
REPORT_UNSAVED = "Report unsaved"
RECORD_FAILED = "Record failed run"
RELEASE = "Release checkpoint"
REJECT = "Reject"

INSIDE_TRAIN = (RUN_JOB, IS_SPOT, GIVE_TIME, LOOK, HAS_BEGUN, STOP_WAITING, WATCH_OVER)
"""The states inside Train where `capacity_patience` is set; to an operator they are all Train."""

TASK_SEPARATOR = ": "
"""What stands between a task's name and the name of a state of it, in somebody else's machine."""

LONGEST_STATE_NAME = 80

ERROR_OUTPUT = (
    "{'Error': $string($states.errorOutput.Error), 'Cause': $substring($string($states.errorOutput.Cause), 0, 4000)}"
)
"""JSONata for the error that a Catch has caught, as two texts."""
