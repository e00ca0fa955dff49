"""Starting, watching, listing and stopping runs with boto3, and the command `spot-training`.

Imports no construct library; boto3 and rich are imported when they are used, so that the command starts fast.
"""

from __future__ import annotations

from constructs_lib.runs.attempts import Attempt
from constructs_lib.runs.clients import Clients
from constructs_lib.runs.errors import RunsError
from constructs_lib.runs.listing import ListedRun, list_runs
from constructs_lib.runs.live_view import View, show_report, view_on
from constructs_lib.runs.progress import RunProgress
from constructs_lib.runs.report import Report
from constructs_lib.runs.report_view import render_report
from constructs_lib.runs.start import start_run
from constructs_lib.runs.state_machine import find_state_machine
from constructs_lib.runs.stop import Stopped, stop_run
from constructs_lib.runs.watch import Outcome, watch_run

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
