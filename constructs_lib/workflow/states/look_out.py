"""The look-out of a run with a deadline: a job that does nothing tells, while the run is on-demand, of spot capacity.

It waits for its instances at no charge and ends at once when it has them. It is never a second writer: it has neither
channels nor checkpoints.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.jsonata.expressions import expression

State = dict[str, Any]

_ITSELF = {"TrainingJobName": expression(f"$lookOutName(${names.RUN})")}


def look_out(partition: str, then: str, kept: str) -> dict[str, State]:
    """Render the states that send a look-out and ask what it has seen.

    Where SageMaker refuses it, the run goes on without one; an answer that does not come is asked for again.

    Args:
        partition: The AWS partition of the service integrations.
        then: The state that follows what it has seen.
        kept: What the watch keeps from look to look, as members of a JSONata object.
    """
    sight = "{{% $merge([{{{kept}}}, {{'Seconds': $states.input.Seconds, 'Sight': '{sight}'}}]) %}}"
    same = {"Output": f"{{% {{{kept}}} %}}", "Next": then}
    return {
        names.LOOKS_OUT: {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.Sight = 'waits' %}", "Next": names.ASK_LOOK_OUT}],
            "Default": then,
        },
        names.ASK_LOOK_OUT: {
            "Type": "Task",
            "Comment": "Is there spot capacity again?",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
            "Arguments": _ITSELF,
            "Output": expression(f"$merge([{{{kept}}}, $sighting($states.result)])"),
            "Catch": [{"ErrorEquals": ["States.ALL"], **same}],
            "Next": then,
        },
        names.SEND_LOOK_OUT: {
            "Type": "Task",
            "Comment": "A spot job that does nothing but wait for capacity, unbilled; it reads and writes no data",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:createTrainingJob",
            "Arguments": expression(f"$lookOut(${names.SETTINGS}, ${names.RUN}, $states.context.State.EnteredTime)"),
            "Output": sight.format(kept=kept, sight="waits"),
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Output": sight.format(kept=kept, sight="blind"),
                    "Next": names.GIVE_TIME,
                }
            ],
            "Next": names.GIVE_TIME,
        },
    }


def call_back(partition: str, then: str) -> dict[str, State]:
    """Render the states after Train, which leave no look-out behind; there need not be one, or not any more."""
    over = {"Output": {}, "Next": then}
    on_demand = f"${names.RUN}.Plan[${names.RUN}.Entry].Market = 'on-demand'"
    came_back = f"${names.OUTCOME}.Error = '{names.RUN_MOVES}' and $contains(${names.OUTCOME}.Cause, ' seen ')"
    return {
        names.LOOKED_OUT: {
            "Type": "Choice",
            "Choices": [
                {"Condition": f"{{% {on_demand} and $not({came_back}) %}}", "Next": names.STOP_LOOK_OUT},
            ],
            "Default": then,
        },
        names.STOP_LOOK_OUT: {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:stopTrainingJob",
            "Arguments": _ITSELF,
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], **over}],
            **over,
        },
    }
