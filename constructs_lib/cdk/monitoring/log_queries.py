"""Questions to the log of a state machine, in the language of CloudWatch Logs Insights.

Step Functions logs one line for each event of a run; the names of its fields are on
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, the functions are on
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from __future__ import annotations

_WEEK_IN_MILLISECONDS = 7 * 24 * 3600 * 1000

_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")

RUN_NAME = "execution_arn /:execution:[^:]+:(?<run>.+)$/"
"""What `parse` takes to find the name of the run."""

FAILURE_FIELDS = (
    "@timestamp",
    "type",
    "details.name as state",
    "details.error as error",
    "details.cause as cause",
)

FAILURES = "type in ['FailStateEntered', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']"
"""The state that a failed run ended in, which names the kind of failure, and the end itself."""

OF_LAST_WEEK = f"toMillis(@timestamp) >= now() * 1000 - {_WEEK_IN_MILLISECONDS}"

NEWEST_FIRST = "@timestamp desc"

FAILURE_COLUMNS = "@timestamp, run, type, state, error, cause"

FAILED_RUNS = (
    f"fields {', '.join(FAILURE_FIELDS)}",
    f"parse {RUN_NAME}",
    f"filter {FAILURES}",
    f"sort {NEWEST_FIRST}",
    "limit 50",
    f"display {FAILURE_COLUMNS}",
)
"""The failures in whatever time the reader looks at."""

# a redrive lets an execution live again that had ended
_ENDED = " + ".join(f"strcontains(type, '{name}')" for name in _ENDS) + " - strcontains(type, 'ExecutionRedriven')"

RUNNING_NOW = (
    f"fields {_ENDED} as ended",
    f"parse {RUN_NAME}",
    "filter type like /StateEntered$/ or type like /^Execution/",
    "stats earliest(@timestamp) as since, latest(details.name) as state, sum(ended) as ends by run",
    "filter ends <= 0",
    "sort since desc",
    "display run, state, since",
)
"""The runs that have no end in the log, with the state that each is in."""
