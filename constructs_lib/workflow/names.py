"""The names that a run has in a state machine: its states, its variables, its errors."""

from __future__ import annotations

SETTINGS = "spot_training_settings"
RUN = "spot_training_run"
RUN_NAME = "spot_training_run_name"
REQUEST = "spot_training_request"
OUTCOME = "spot_training_outcome"
VARIABLES = (SETTINGS, RUN, RUN_NAME, REQUEST, OUTCOME)
"""Every variable; inside somebody else's machine they share one namespace with theirs, hence the prefix."""

PREPARE = "Prepare"
CHECK_INPUT = "Check input"
PLAN_ATTEMPT = "Plan attempt"
TRAIN = "Train"
INSPECT = "Inspect"
JUDGE = "Judge"
BACK_OFF = "Back off"
WAIT_FOR_JOB = "Wait for job"
REPORT = "Report"
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

ERRORS = (INVALID_INPUT, *(error for _, error in FAILURES.values()))
"""Every error a run may end with."""
