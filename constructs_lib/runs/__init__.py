"""Starting, watching, listing and stopping runs with boto3, and the command `spot-training`.

Imports no construct library; boto3 and rich are imported when they are used, so that the command starts fast.
"""

from __future__ import annotations

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.aws.state_machine import find_state_machine
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.listing import ListedRun, list_runs
from constructs_lib.runs.verbs.start import start_run
from constructs_lib.runs.verbs.stop import Stopped, stop_run
from constructs_lib.runs.verbs.watch import Outcome, View, watch_run
from constructs_lib.runs.views.choose import show_report, view_on
from constructs_lib.runs.views.report_text import render_report

__all__ = [
    "Attempt",
    "Clients",
    "ListedRun",
    "Outcome",
    "Report",
    "RunProgress",
    "RunsError",
    "Stopped",
    "View",
    "find_state_machine",
    "list_runs",
    "render_report",
    "show_report",
    "start_run",
    "stop_run",
    "view_on",
    "watch_run",
]
