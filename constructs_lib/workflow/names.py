"""The names that a run has in a state machine: its states, its variables, its errors."""

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

LONGEST_STATE_NAME = 80

INVALID_INPUT = "SpotTraining.InvalidInput"

FAILURES: dict[str, tuple[str, str]] = {
    "capacity exhausted": ("Capacity exhausted", "SpotTraining.CapacityExhausted"),
    "training failed": ("Training failed", "SpotTraining.TrainingFailed"),
    "out of time": ("Out of time", "SpotTraining.MaxRuntimeExceeded"),
    "stopped by a person": ("Stopped by a person", "SpotTraining.Stopped"),
    "rejected": ("Rejected by SageMaker", "SpotTraining.Rejected"),
    "service fault": ("Service fault", "SpotTraining.ServiceFault"),
}
"""What Judge reads in `Next`, the Fail state it leads to, and the error that state ends with."""

CLAIM_FAILURES: dict[str, tuple[str, str]] = {
    "checkpoint in use": ("Checkpoint in use", "SpotTraining.CheckpointInUse"),
    "unknown run": ("Unknown run", INVALID_INPUT),
}
"""The same for the claim on the checkpoint prefix, before any job exists."""

ERROR_OUTPUT = (
    "{'Error': $string($states.errorOutput.Error), 'Cause': $substring($string($states.errorOutput.Cause), 0, 4000)}"
)
"""JSONata for the error that a Catch has caught, as two texts."""

ERRORS = (INVALID_INPUT, "SpotTraining.CheckpointInUse", *(error for _, error in FAILURES.values()))
"""Every error a run may end with."""
