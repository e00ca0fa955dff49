"""The fields of a run's input: one table that the schema, the page, the machine's checks and the command's flags share.

The machine gets the names and the limits in its settings (`INPUT_FIELDS`, `INPUT_LIMITS`), `make docs` writes
the JSON Schema and the page, and a test holds the command's flags to the table.
"""

from __future__ import annotations

from constructs_lib.training_job.durations import TIME_PATTERN
from constructs_lib.training_job.input_field import CAPACITY_MEMBERS, InputField
from constructs_lib.training_job.limits import (
    INPUT_LIMITS,
    MAX_INPUT_BYTES,
    MAX_JOB_SECONDS,
    MAX_REQUEST_BYTES,
    MAX_RUNTIME_SECONDS,
)

SOURCE_HYPERPARAMETERS = ("sagemaker_program", "sagemaker_submit_directory", "sagemaker_region")
"""What a `source` sets among the hyperparameters, and nobody else may beside it."""

RUN_MARK = "SPOT_TRAINING_RUN"
"""The environment variable by which a job bears whose it is; nobody else sets it."""

LINE_PATTERN = r"^[^\n\r\x85\u2028\u2029]*$"
"""A text that CreateTrainingJob takes where its pattern is `.*`: the `.` matches no line break."""

VARIABLE_NAME_PATTERN = "^[a-zA-Z_][a-zA-Z0-9_]*$"
"""What CreateTrainingJob takes as the name of an environment variable."""

S3_URI_PATTERN = r"^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\x00-\x1f\x7f-\x9f\u2028\u2029]*)?$"
"""An S3 URI: a bucket's name, then perhaps a prefix without control characters."""

DOTS_PATTERN = r"\/\.\.?(\/|$)"
"""A segment `.` or `..`: S3 takes it for a name, a program that reads the path does not."""

IMAGE_TAG_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"
"""A tag of an image, as Amazon ECR has it."""

OUTPUT_PREFIX_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9._=-]*(\/[A-Za-z0-9_][A-Za-z0-9._=-]*)*$"
"""A prefix below another one: words with a slash between them, none of which begins with a dot."""

RUN_NAME_PATTERN = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}$"
"""A run's name: an execution's name that can stand in an S3 key."""

_WHOLE = {"type": "integer"}

INPUT_FIELDS: tuple[InputField, ...] = (
    InputField(
        name="Comment",
        meaning="Anything; it is not read. The console's own default input has it.",
        rules=(
            f"The whole input has at most {MAX_INPUT_BYTES:,} bytes, so that it can be checked; fewer where what is "
            "deployed is large, because Step Functions carries both together.",
        ),
        schema={},
        example="the night's data",
    ),
    InputField(
        name="HyperParameters",
        meaning="Names and values, merged over the deployed ones, but not over those that go with a capacity; a string "
        "reaches the program as it is written.",
        schema={
            "type": "object",
            "maxProperties": INPUT_LIMITS["HyperParameters"]["Entries"],
            "propertyNames": {"pattern": LINE_PATTERN, "maxLength": INPUT_LIMITS["HyperParameters"]["NameLength"]},
            "additionalProperties": {
                "type": ["string", "number", "boolean"],
                "maxLength": INPUT_LIMITS["HyperParameters"]["ValueLength"],
                "minimum": -INPUT_LIMITS["HyperParameters"]["LargestNumber"],
                "maximum": INPUT_LIMITS["HyperParameters"]["LargestNumber"],
            },
        },
        flag="--hyperparameter",
        form="NAME=VALUE",
        example={"epochs": 40, "learning_rate": 0.001},
        rules=(
            "Together with the deployed ones, and with those of each capacity of the plan, there are at most 100.",
            "Where the image decodes hyperparameters as JSON, as it does with a deployed `source`, a string is sent as "
            'JSON: `"1.10"` stays a text, and its quotes count among the 2,500 characters. Write `1.10` where the '
            "program is to get a number. A flag's value is a string.",
            "A number of more than 15 digits, a fraction such as `0.12345678901234567` too, is written as a string, "
            "because it would lose digits otherwise.",
            "A line break stands in no value, unless the value is sent as JSON, and in no name.",
            "Those that a deployed source sets, `sagemaker_program`, `sagemaker_submit_directory` and "
            "`sagemaker_region`, cannot be changed.",
            "With `Environment`, and with what goes with the capacities of the plan, they come to a request of at most "
            f"{MAX_REQUEST_BYTES:,} bytes, because the run's state has to fit what Step Functions carries.",
        ),
    ),
    InputField(
        name="Environment",
        meaning="Environment variables of the container, merged over the deployed ones, but not over those that go "
        "with a capacity.",
        schema={
            "type": "object",
            "maxProperties": INPUT_LIMITS["Environment"]["Entries"],
            "propertyNames": {
                "pattern": VARIABLE_NAME_PATTERN,
                "maxLength": INPUT_LIMITS["Environment"]["NameLength"],
            },
            "additionalProperties": {"type": "string", "maxLength": INPUT_LIMITS["Environment"]["ValueLength"]},
        },
        flag="--environment",
        form="NAME=VALUE",
        example={"LOG_LEVEL": "debug"},
        rules=(
            "Together with the deployed ones, those of each capacity of the run's plan and the run's own there are at "
            "most 100.",
        ),
    ),
    InputField(
        name="MaxRuntimeInSeconds",
        meaning="The run's training budget over all its attempts.",
        schema={**_WHOLE, "minimum": 1, "maximum": MAX_RUNTIME_SECONDS},
        flag="--max-runtime",
        form="TIME",
        example=14400,
        rules=(
            "It is at most what the deployment allows (`longest_runtime`).",
            "Where the plan has spot capacity it is at most the wait of each spot entry, be that the deployed one, the "
            "entry's own or `MaxWaitTimeInSeconds`, which goes over both.",
            "The longest that the run can last is not longer than its checkpoints are kept, where that is known.",
        ),
    ),
    InputField(
        name="MaxWaitTimeInSeconds",
        meaning="The longest that one spot attempt may last, waiting for capacity included; it goes over the deployed "
        "wait and over that of each entry of the plan.",
        schema={**_WHOLE, "minimum": 1, "maximum": MAX_JOB_SECONDS},
        flag="--max-wait",
        form="TIME",
        example=28800,
        rules=(
            "It is at least `MaxRuntimeInSeconds`, be that given or deployed.",
            "It is at most one hour where SageMaker says so: for algorithms that do not checkpoint.",
            "The run's plan has spot capacity.",
        ),
    ),
    InputField(
        name="Capacity",
        meaning="The capacity plan of this run, instead of the deployed one, in the order of trying.",
        schema={
            "type": "array",
            "minItems": 1,
            "maxItems": INPUT_LIMITS["Capacity"]["Entries"],
            "items": {
                "type": "object",
                "properties": {member.name: dict(member.schema) for member in CAPACITY_MEMBERS},
                "required": ["InstanceType", "Market"],
                "additionalProperties": False,
            },
        },
        flag="--capacity",
        form="MARKET:TYPE[:COUNT]",
        example=[{"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "Market": "spot"}],
        rules=(
            "Each entry is one of the deployed plan, with as many instances or fewer, or one that the deployment "
            "allows besides (`allowed_instance_types`).",
            "An entry of the deployed plan keeps its tries, its own wait, and the hyperparameters and environment "
            "variables that go with it; of several of one type and market the one with as many instances is meant, or "
            "else the first. One with instance groups or instance preferences cannot be asked for.",
        ),
        members=CAPACITY_MEMBERS,
    ),
    InputField(
        name="Channels",
        meaning="S3 URIs by the name of the channel whose data they replace.",
        schema={
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z0-9\.\-_]+$", "maxLength": 64},
            "additionalProperties": {
                "type": "string",
                "maxLength": INPUT_LIMITS["Channels"]["UriLength"],
                "pattern": S3_URI_PATTERN,
                "not": {"pattern": DOTS_PATTERN},
            },
        },
        flag="--channel",
        form="NAME=S3URI",
        example={"train": "s3://churn-data/train/2026-11/"},
        rules=(
            "The channel is one of the deployment, and reads an S3 prefix: a manifest or a file system cannot be "
            "moved.",
            "The URI is the deployed one, or within what the job's role may read: the prefix of a deployed channel, or "
            "one of `input_locations`. `s3://data/in` is not within `s3://data/in/`, since it also means `inner/`.",
        ),
    ),
    InputField(
        name="ImageTag",
        meaning="The tag of the image that this run trains with, in the repository of the deployed image.",
        schema={"type": "string", "pattern": IMAGE_TAG_PATTERN},
        flag="--image-tag",
        form="TAG",
        example="nightly-2026-11-27",
        rules=(
            "It is the deployed tag, or one that the deployment allows besides (`allowed_image_tags`); that takes an "
            "image of an ECR repository that goes by its tag.",
            "A tag that is moved while a run lasts gives its next attempt another program; write tags once.",
        ),
    ),
    InputField(
        name="OutputPrefix",
        meaning="Where this run's models go, below the deployed prefix; SageMaker adds `/<job name>/output/`.",
        schema={
            "type": "string",
            "maxLength": INPUT_LIMITS["OutputPrefix"]["Length"],
            "pattern": OUTPUT_PREFIX_PATTERN,
        },
        flag="--output-prefix",
        form="PREFIX",
        example="churn/2026-11-27",
        rules=(
            f"With the deployed location it has at most {INPUT_LIMITS['Channels']['UriLength']:,} characters.",
            "What TensorBoard, a debugger or a profiler writes stays where it is deployed to.",
        ),
    ),
    InputField(
        name="ResumeFrom",
        meaning="The name of an earlier run, which this one goes on with: on its checkpoints, with its settings.",
        schema={"type": "string", "pattern": RUN_NAME_PATTERN},
        flag="--resume-from",
        form="RUN",
        example="nightly-7",
        rules=(
            "The deployment checkpoints, and a job of that run exists.",
            "What the newest job of its checkpoints had beyond the deployed `HyperParameters`, `Environment`, "
            "`Channels`, `OutputPrefix`, `MaxRuntimeInSeconds` and `MaxWaitTimeInSeconds` holds for this run too, and "
            "the `ImageTag` that its run asked for, but not what went with that job's capacity. Its own input goes "
            "over that, and `Capacity` is its own; where it has no spot capacity, no wait holds. The report tells in "
            "`ResumedFrom` what came from there, and what was trained before.",
            "A run that itself resumed is continued by the name of the first one. Of a name that several runs had, the "
            "newest run is meant.",
            "Only one run trains on the checkpoints: while a job of another one lives, this one is refused with "
            "`SpotTraining.CheckpointInUse`; one that is stopping is waited for.",
        ),
    ),
    InputField(
        name="Deadline",
        meaning="The time by which the run is to have ended; it stays the same when the run is redriven.",
        schema={"type": "string", "pattern": TIME_PATTERN},
        flag="--deadline",
        form="TIME",
        example="2026-11-30T08:00:00Z",
        rules=("It is in the future, in UTC, and a deployment with `deadline` takes it: so for the next two, too.",),
    ),
    InputField(
        name="DeadlineInSeconds",
        meaning="The same as a time from the run's start on; instead of `Deadline`.",
        schema={**_WHOLE, "minimum": 1, "maximum": MAX_JOB_SECONDS},
        flag="--deadline-in",
        form="TIME",
        example=216000,
    ),
    InputField(
        name="ExpectedRuntimeInSeconds",
        meaning="The training time that this run has before it, at most, on the last on-demand capacity of the plan.",
        schema={**_WHOLE, "minimum": 1, "maximum": MAX_RUNTIME_SECONDS},
        flag="--expected-runtime",
        form="TIME",
        example=172800,
        rules=("It is at most `MaxRuntimeInSeconds`, and the deadline leaves room for it and for the start of a job.",),
    ),
    InputField(
        name="MaxCost",
        meaning="The dollars that the run's instances may cost, by the on-demand prices that are deployed.",
        schema={"type": "number", "exclusiveMinimum": 0},
        flag="--max-cost",
        form="DOLLARS",
        example=25,
        rules=(
            "A deployment with `prices` and without a deadline takes it; it is at most the deployed `max_cost`.",
            "Every capacity of the run has a price, and the dollars are enough for a second on each.",
            "Each attempt's `MaxRuntimeInSeconds` is at most what is left of the dollars at the on-demand price of its "
            "instances. What it is billed for is spent: what spot saves is for further attempts, while it buys five "
            "minutes and the training checkpoints. Else `SpotTraining.MaxRuntimeExceeded` ends the run.",
            "Storage, data, warm pools, and the minutes that a job takes to stop are left out. A run that resumes has "
            "dollars of its own.",
        ),
    ),
)
"""Every field, in the order of the page."""


def field_of(name: str) -> InputField:
    """Return a field by its name.

    Raises:
        KeyError: There is no such field.
    """
    return {each.name: each for each in INPUT_FIELDS}[name]


DEADLINE_FIELDS = ("Deadline", "DeadlineInSeconds", "ExpectedRuntimeInSeconds")
"""The fields that a deployment with a deadline takes, and no other."""

PRICED_FIELDS = ("MaxCost",)
"""The field that a deployment with prices takes, and no other."""
