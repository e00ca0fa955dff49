"""The functions that Step Functions adds to JSONata."""

from __future__ import annotations

from tests.local.conformance.case import Case, fails, gives
from tests.local.machines import one_state

_ARRAY = "test_array_jsonata.py: "
_PARSE = "test_json_manipulation_jsonata.py: test_parse"


def _gives(expression: str, want: object, source: str) -> Case:
    return Case(
        name=expression,
        source=source,
        machine=one_state(Type="Pass", Output=f"{{% {expression} %}}"),
        want=gives(want, "Pass+ Pass-"),
    )


CASES = (
    *(
        _gives(f"$partition({items}, {size})", want, f"{_ARRAY}test_array_partition")
        for items, size, want in (
            ([0], 1, [[0]]),
            ([0], 5, [[0]]),
            ([0, 1], 1, [[0], [1]]),
            ([0, 1], 2, [[0, 1]]),
            ([0, 1], 5, [[0, 1]]),
            ([0, 1, 2], 2, [[0, 1], [2]]),
            ([0, 1, 2, 3], 3, [[0, 1, 2], [3]]),
            ([0, 1, 2, 3], 4, [[0, 1, 2, 3]]),
        )
    ),
    *(
        _gives(f"$range({first}, {last}, {step})", want, f"{_ARRAY}test_array_range")
        for first, last, step, want in (
            (0, 9, 3, [0, 3, 6, 9]),
            (0, 10, 3, [0, 3, 6, 9]),
            (1, 9, 9, 1),
            (1, 9, 2, [1, 3, 5, 7, 9]),
        )
    ),
    *(
        _gives(f"$parse('{text}')", want, _PARSE)
        for text, want in (
            ("0", 0),
            ("1", 1),
            ("1.1", 1.1),
            ("true", True),
            ('"HelloWorld"', "HelloWorld"),
            ('[1,2,"HelloWorld"]', [1, 2, "HelloWorld"]),
            ('{"Arg1":1,"Arg2":[]}', {"Arg1": 1, "Arg2": []}),
        )
    ),
    Case(
        name="a function that is not there",
        source="test_math_operations_jsonata.py: test_math_random_seeded",
        machine=one_state(Type="Pass", Output={"FunctionResult": "{% $randomSeeded($states.input.seed) %}"}),
        run_input={"seed": 0},
        want=fails(
            "States.QueryEvaluationError",
            "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression "
            "'$randomSeeded($states.input.seed)' specified for the field 'Output/FunctionResult' threw an error during "
            "evaluation. T1006: Attempted to invoke a non-function",
            "Pass+ EvaluationFailed",
        ),
    ),
    *(
        Case(
            name=f"States.{call}",
            source=f"{source}, the intrinsic function that JSONPath has",
            machine={**one_state(Type="Pass", Parameters={"r.$": f"States.{call}"}), "QueryLanguage": "JSONPath"},
            want=gives({"r": want}, "Pass+ Pass-"),
        )
        for call, want, source in (
            ("Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86", "test_hash_calculations.py: test_hash"),
            (
                "Hash('input data', 'SHA-256')",
                "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3",
                "test_hash_calculations.py: test_hash",
            ),
            ("ArrayRange(1, 9, 9)", [1], "test_array.py: test_array_range"),
            ("ArrayGetItem(States.Array(1, 2, 3), 2)", 3, "test_array.py: test_array_get_item"),
            ("MathAdd(-9, 3)", -6, "test_math_operations.py: test_math_add"),
            ("StringSplit(',,,,', ',')", [], "test_string_operations.py: test_string_split"),
            ("StringSplit(' , ', ',')", [" ", " "], "test_string_operations.py: test_string_split"),
            ("Base64Decode('RGF0YSB0byBlbmNvZGU=')", "Data to encode", "test_encode_decode.py: test_base_64_decode"),
            ("Format('{} and {}', 1, 'x')", "1 and x", "test_generic.py: test_format_2"),
        )
    ),
    *(
        _gives(f"$hash('input data', '{algorithm}')", want, "test_hash_calculations.py: test_hash (JSONPath)")
        for algorithm, want in (
            ("MD5", "812f45842bc6d66ee14572ce20db8e86"),
            ("SHA-1", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
            ("SHA-256", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
        )
    ),
    _gives(
        "$random() >= 0 and $random() < 1",
        True,
        "test_math_operations.py: test_math_random (JSONPath), between its limits",
    ),
    _gives("$length($uuid())", 36, "test_unique_id_generation.py: test_uuid (JSONPath), 36 characters"),
)
