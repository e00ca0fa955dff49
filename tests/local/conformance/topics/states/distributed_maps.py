"""Map, distributed: items from S3, limits of failure, results into S3."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.play import BUCKET
from tests.local.conformance.topics.language.errors import told
from tests.local.machines import one_state

_BASE = "test_base_scenarios.py: "
_RUN = "Map+ MapStateStarted MapRunStarted MapRunSucceeded MapStateSucceeded Map-"
_UNREAD = "Map+ MapStateStarted MapRunStarted MapRunFailed MapStateFailed"
_READ = "test_map_item_reader_base_json"


def distributed(language: str = "JSONata", **more: Any) -> dict[str, Any]:
    """Return a machine whose distributed Map gives back each item."""
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, **one_state(Type="Pass")}
    return {**one_state(Type="Map", ItemProcessor=processor, MaxConcurrency=1, **more), "QueryLanguage": language}


def _reading(key: str, *, language: str = "JSONata", action: str = "getObject", **config: Any) -> dict[str, Any]:
    where = {"Bucket": BUCKET, "Prefix" if action == "listObjectsV2" else "Key": key}
    reader: dict[str, Any] = {"Resource": f"arn:aws:states:::s3:{action}"}
    reader["Arguments" if language == "JSONata" else "Parameters"] = where
    if config:
        reader["ReaderConfig"] = config
    return distributed(language, ItemReader=reader)


_LIST = [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "c", "n": 3}]


def _csv(name: str, source: str, want: object, **config: Any) -> Case:
    return Case(
        name=f"CSV, {name}",
        source=f"{_BASE}test_map_item_reader_{source}",
        machine=_reading("table.csv", InputType="CSV", **config),
        want=gives(want, _RUN),
    )


def _tolerated(field: str, value: object, cause: str = "", events: str = "Map+ MapStateStarted") -> Case:
    kind = "count" if "Count" in field else "percentage"
    return Case(
        name=f"{field} of {value!r}",
        source=f"{_BASE}test_map_state_tolerated_failure_{kind}_path",
        machine=distributed("JSONPath", **{field: "$.t", "ItemsPath": "$.items"}),
        run_input={"t": value, "items": [0]},
        want=fails("States.Runtime", told(cause), events) if cause else gives([0], _RUN),
    )


_COUNT, _PERCENT = "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"

CASES = (
    Case(
        name="items of the input",
        source=f"{_BASE}test_map_state_config_distributed_items_path_from_previous",
        machine=distributed(Items="{% $states.input.items %}"),
        run_input={"items": ["item-value-from-previous"]},
        want=gives(["item-value-from-previous"], _RUN),
    ),
    Case(
        name="ItemSelector",
        source=f"{_BASE}test_map_state_config_distributed_item_selector",
        machine=distributed(
            "JSONPath",
            ItemsPath="$.Values",
            ItemSelector={"constant": "c", "value.$": "$$.Map.Item.Value", "all.$": "$.Values"},
        ),
        run_input={"Values": ["Hello", "World"]},
        want=gives(
            [{"constant": "c", "value": value, "all": ["Hello", "World"]} for value in ("Hello", "World")], _RUN
        ),
    ),
    Case(
        name="a label",
        source=f"{_BASE}test_map_state_label",
        machine=distributed(Label="TestMap"),
        run_input=["Hello", "World"],
        want=gives(["Hello", "World"], _RUN),
    ),
    Case(
        name="a JSON file",
        source=f"{_BASE}{_READ}",
        machine=_reading("list.json", InputType="JSON"),
        want=gives(_LIST, _RUN),
    ),
    Case(
        name="a JSON file, in JSONPath",
        source=f"{_BASE}{_READ}",
        machine=_reading("list.json", language="JSONPath", InputType="JSON"),
        want=gives(_LIST, _RUN),
    ),
    Case(
        name="the first two of a JSON file",
        source=f"{_BASE}{_READ}_max_items_jsonata",
        machine=_reading("list.json", InputType="JSON", MaxItems="{% $states.input.most %}"),
        run_input={"most": 2},
        want=gives(_LIST[:2], _RUN),
    ),
    Case(
        name="a JSON file that is no list",
        source=f"{_BASE}test_map_item_reader_json_no_json_list_object",
        machine=_reading("object.json", InputType="JSON"),
        want=fails("States.ItemReaderFailed", "Attempting to map over non-iterable node.", _UNREAD),
    ),
    Case(
        name="objects of a prefix",
        source=f"{_BASE}test_map_item_reader_base_list_objects_v2",
        machine=_reading("listed/", action="listObjectsV2"),
        want=gives(
            [
                {"Etag": '"…"', "LastModified": ANY, "Key": f"listed/{name}", "Size": size, "StorageClass": "STANDARD"}
                for name, size in (("one.txt", 1), ("two.txt", 2))
            ],
            _RUN,
        ),
    ),
    _csv(
        "headers in the first line",
        "base_csv_headers_first_line",
        [{"name": "a", "n": "1"}, {"name": "b", "n": ""}],
        CSVHeaderLocation="FIRST_ROW",
    ),
    _csv(
        "headers that are given",
        "base_csv_headers_decl",
        [{"H1": "name", "H2": "n"}, {"H1": "a", "H2": "1"}, {"H1": "b", "H2": ""}],
        CSVHeaderLocation="GIVEN",
        CSVHeaders=["H1", "H2"],
    ),
    _csv(
        "fewer headers than columns",
        "csv_headers_decl_extra_fields",
        [{"H1": "name"}, {"H1": "a"}, {"H1": "b"}],
        CSVHeaderLocation="GIVEN",
        CSVHeaders=["H1"],
    ),
    _csv(
        "the first one",
        "csv_max_items[2]",
        [{"name": "a", "n": "1"}],
        CSVHeaderLocation="FIRST_ROW",
        MaxItems=1,
    ),
    _csv(
        "0 as the most is all",
        "csv_max_items[0]",
        [{"name": "a", "n": "1"}, {"name": "b", "n": ""}],
        CSVHeaderLocation="FIRST_ROW",
        MaxItems=0,
    ),
    Case(
        name="CSV, a header twice",
        source=f"{_BASE}test_map_item_reader_csv_headers_decl_duplicate_headers",
        machine=_reading("table.csv", InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=["H", "H"]),
        want=fails("States.ItemReaderFailed", "CSV headers cannot contain duplicates.", _UNREAD),
    ),
    Case(
        name="CSV, MaxItemsPath of -1",
        source=f"{_BASE}test_map_item_reader_csv_max_items_paths[-1]",
        machine=_reading(
            "table.csv", language="JSONPath", InputType="CSV", CSVHeaderLocation="FIRST_ROW", MaxItemsPath="$.most"
        ),
        run_input={"most": -1},
        want=fails("States.ItemReaderFailed", "field MaxItems must be positive", _UNREAD),
    ),
    Case(
        name="CSV, MaxItemsPath of 1.5",
        source=f"{_BASE}test_map_item_reader_csv_max_items_paths[1.5]",
        machine=_reading(
            "table.csv", language="JSONPath", InputType="CSV", CSVHeaderLocation="FIRST_ROW", MaxItemsPath="$.most"
        ),
        run_input={"most": 1.5},
        want=fails(
            "States.Runtime",
            told('The MaxItemsPath field refers to value "1.5" which is not a valid integer: $.most'),
        ),
    ),
    Case(
        name="results into S3",
        source=f"{_BASE}test_map_state_result_writer",
        machine=distributed(
            Label="TestMap",
            ResultWriter={
                "Resource": "arn:aws:states:::s3:putObject",
                "Arguments": {"Bucket": BUCKET, "Prefix": "mapJobs"},
            },
        ),
        run_input=["Hello", "World"],
        want=gives(
            {
                "MapRunArn": "arn:aws:states:us-east-1:123456789012:mapRun:…/TestMap:…",
                "ResultWriterDetails": {"Bucket": BUCKET, "Key": "mapJobs/…/manifest.json"},
            },
            _RUN,
        ),
    ),
    _tolerated(_COUNT, 0),
    _tolerated(_COUNT, 1),
    _tolerated(_COUNT, -1, "ToleratedFailureCount cannot be negative."),
    _tolerated(
        _COUNT,
        "NoNumber",
        'The ToleratedFailureCountPath field refers to value "NoNumber" which is not a valid integer: $.t',
    ),
    _tolerated(
        _COUNT, {}, 'The ToleratedFailureCountPath field refers to value "{}" which is not a valid integer: $.t'
    ),
    _tolerated(_PERCENT, 1.1),
    _tolerated(_PERCENT, 100),
    _tolerated(_PERCENT, 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
    _tolerated(_PERCENT, -1, "ToleratedFailurePercentage must be between 0 and 100."),
    _tolerated(
        _PERCENT,
        "NoNumber",
        'The ToleratedFailurePercentagePath field refers to value "NoNumber" which is not a valid float: $.t',
    ),
)
