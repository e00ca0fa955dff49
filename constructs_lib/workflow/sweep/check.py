"""How a sweep checks its items: each by the expressions that check a run's input, before any run begins."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.jsonata.literals import literal
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.maps import MOST_LISTED_ITEMS, chosen_item, distributed, fetch, put
from constructs_lib.workflow.sweep.settings import CHECKS_AT_ONCE, MOST_ITEMS, SweepSettings

State = dict[str, Any]

_ERROR = "$states.errorOutput.Error & ': ' & $cut($string($states.errorOutput.Cause), 400)"


def refused(why: str) -> State:
    """Render the Catch of a Map whose children could not do their work; nothing has begun yet."""
    told = f"$sweepRefused(${names.SWEEP}, [{why} & {_ERROR}])"
    return {
        "ErrorEquals": ["States.ALL"],
        "Assign": {names.SWEEP: expression(told)},
        "Output": {},
        "Next": names.DECIDE,
    }


def read_runs(partition: str, *, rows: bool) -> State:
    """Read the items from a file in S3, and keep each by itself, so that nothing of them changes when the file does.

    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html

    Args:
        partition: The AWS partition of the service integrations.
        rows: Whether it is a CSV file with a header, and not one of JSON Lines.
    """
    place = f"$substringAfter(${names.INPUT}.RunsFrom, 's3://')"
    item = "$states.input.Item"
    kept = put(
        partition,
        "{% $states.input.Bucket %}",
        expression("$keptKey($states.input)"),
        # what is no object is kept in a list, because a text, a number or null alone is no body; its check refuses it
        expression(f"$sweepRow({item})") if rows else f"{{% $type({item}) = 'object' ? {item} : [{item}] %}}",
    )
    name = names.KEEP_ROW if rows else names.KEEP_LINE
    config = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"} if rows else {"InputType": "JSONL"}
    selector = {
        "Bucket": f"{{% ${names.SETTINGS}.Bucket %}}",
        "Folder": f"{{% ${names.SWEEP}.Folder %}}",
        "Place": "{% $states.context.Map.Item.Index %}",
        "Item": "{% $states.context.Map.Item.Value %}",
    }
    mark = expression(f"$sweepRowMark({item})") if rows else "{% 1 %}"
    read = f"$readSweep(${names.SETTINGS}, ${names.SWEEP}, $states.result)"
    return {
        **distributed(
            {name: {**kept, "Output": mark, "End": True}}, "EXPRESS", at_once=CHECKS_AT_ONCE, selector=selector
        ),
        "ItemReader": {
            "Resource": f"arn:{partition}:states:::s3:getObject",
            "ReaderConfig": {**config, "MaxItems": MOST_ITEMS + 1},
            "Arguments": {
                "Bucket": f"{{% $substringBefore({place}, '/') %}}",
                "Key": f"{{% $substringAfter({place}, '/') %}}",
            },
        },
        "Assign": {names.SWEEP: expression(read)},
        "Output": {},
        "Catch": [refused("'the file of \"RunsFrom\" could not be read: '")],
        "Next": names.DECIDE,
    }


def check_items(settings: SweepSettings, partition: str) -> State:
    """Check each item; a second time, in words, those that had something wrong."""
    run: RunSettings = settings.run
    document = run.document()
    by = "checkWithDeadline" if run.deadline else "checkWithinCost" if run.within_cost else "checkInput"
    item = f"${names.ITEM}"
    checkable = f"$checkable({item}.Input, {document['InputBytes']})"
    checked = f"${by}(${names.RUN_SETTINGS}, {checkable}, {item}.RunName, $states.context, {{}})"
    told = f"$itemProblems({item}, {checked}, $states.input.Told)"
    fetched = expression("$sweepNamed($states.input.Item, $bodyOf($states.result))")
    states: dict[str, State] = {
        names.DEPLOYED: {
            "Type": "Pass",
            "Assign": {names.RUN_SETTINGS: literal(document)},
            "Next": names.IS_KNOWN_TO_CHECK,
        },
        names.IS_KNOWN_TO_CHECK: {
            "Type": "Choice",
            "Choices": [
                {
                    "Condition": "{% $exists($states.input.Item.Name) %}",
                    "Assign": {names.ITEM: "{% $states.input.Item %}"},
                    "Next": names.CHECK_ITEM,
                }
            ],
            "Default": names.FETCH_TO_CHECK,
        },
        names.FETCH_TO_CHECK: {
            **fetch(partition),
            "Assign": {names.ITEM: fetched},
            "Output": "{% $states.input %}",
            "Next": names.CHECK_ITEM,
        },
        names.CHECK_ITEM: {"Type": "Pass", "Output": expression(told), "End": True},
    }
    selector = chosen_item(Told=f"{{% ${names.SWEEP}.Told %}}", Bucket=f"{{% ${names.SETTINGS}.Bucket %}}")
    return {
        **distributed(states, "EXPRESS", at_once=CHECKS_AT_ONCE, selector=selector),
        "Items": MOST_LISTED_ITEMS,
        "Assign": {names.SWEEP: expression(f"$checkedItems(${names.SWEEP}, $states.result)")},
        "Output": {},
        "Catch": [refused("'the runs could not be checked: '")],
        "Next": names.DECIDE,
    }
