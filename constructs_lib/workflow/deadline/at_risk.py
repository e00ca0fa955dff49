"""The event of a run that can no longer keep its deadline, as it is put on the account's default event bus.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names

SOURCE = "spot-training"
"""Where the event is from; AWS keeps `aws.` to itself."""

DETAIL_TYPE = "Spot Training Deadline At Risk"
"""What the event is about."""

_EXECUTION = "$states.context.Execution.Id"
_DETAIL = (
    f"{{'RunName': ${names.RUN_NAME}, 'ExecutionArn': {_EXECUTION}, 'BaseJobName': ${names.SETTINGS}.BaseJobName, "
    f"'Deadline': $fromMillis(${names.RUN}.Promise.At), 'ShortInSeconds': $ceil(-$states.input.Stands.Spare)}}"
)


def at_risk_entry() -> dict[str, Any]:
    """Render the event, of the look that has seen the risk; without a bus it is for the default one."""
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Resources": [f"{{% {_EXECUTION} %}}"],
        "Detail": f"{{% $string({_DETAIL}) %}}",
    }
