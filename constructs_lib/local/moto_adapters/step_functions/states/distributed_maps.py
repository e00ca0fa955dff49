"""Distributed Map: failures are counted against what is tolerated, and results are written.

moto lets every iteration fail and writes a manifest of nothing. Here a child's failure counts, the Map ends as soon as
more have failed than it tolerates, and each child's result goes into the files that the manifest names.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_map/: iteration/, its component and workers for
distributed Maps, and result_writer/resource_eval/resource_eval_s3.py.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as processor,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iterator import (
    distributed_iterator_worker as iterator,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval.resource_eval_s3 import (
    ResourceEvalS3,
)
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramStopped
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from constructs_lib.local.moto_adapters.emulation import Emulation, caller_of
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import map_run_failed
from constructs_lib.runs.calls.machine import map_run_calls

_EXCEEDED = "The specified tolerated failure threshold was exceeded"
_ABORTED, _FAILED, _SUCCEEDED = "ABORTED", "FAILED", "SUCCEEDED"


def patches(emulation: Emulation) -> list[Patch]:
    """Count, and write."""
    workers = (processor.DistributedItemProcessorWorker, iterator.DistributedIteratorWorker)
    return [
        *(
            Patch(owner=worker, name="_eval_job", signature="(self, env, job)", make=lambda f: _counted(emulation, f))
            for worker in workers
        ),
        Patch(
            owner=DistributedIterationComponent,
            name="_map_run",
            signature="(self, env, eval_input)",
            make=lambda original: _without_failed(emulation, original),
        ),
        Patch(
            owner=ResourceEvalS3,
            name="_handle_put_object",
            signature="(env, resource_runtime_part, state_credentials)",
            make=lambda _: staticmethod(_writer(emulation)),
        ),
    ]


def child_arn(record: Any, name: str) -> str:
    """Return the ARN of a Map Run's child."""
    return f"{str(record.map_state_machine_arn).replace(':stateMachine:', ':execution:')}:{name}"


def _counted(emulation: Emulation, original: Any) -> Any:
    def eval_job(self: Any, env: Any, job: Any) -> None:
        record = self._map_run_record
        record.item_total = self._job_pool._jobs_number
        child: dict[str, Any] = {"name": str(uuid.uuid4()), "startDate": emulation.clock.now()}
        if self._env.is_running():  # a Map Run that was stopped starts no more
            record.children[job.job_index] = child
        began = emulation.timestamp()
        original(self, env, job)
        state = env.program_state()
        result = {"Status": _SUCCEEDED, "Output": to_json_str(job.job_output, separators=(",", ":"))}
        if isinstance(state, ProgramError):
            told: dict[str, Any] = dict(state.error or {})
            result = {"Status": _FAILED, "Error": told.get("error", ""), "Cause": told.get("cause", "")}
        record.__dict__.setdefault("results", {})[job.job_index] = {
            "Input": to_json_str(job.job_input, separators=(",", ":")),
            "StartDate": began,
            "StopDate": emulation.timestamp(),
            **result,
        }
        child |= {
            "stopDate": emulation.clock.now(),
            "status": _ABORTED if isinstance(state, ProgramStopped) else result["Status"],
        }
        if result["Status"] == _FAILED and _is_too_much(record, self._job_pool._jobs_number):
            kind = StatesErrorNameType.StatesExceedToleratedFailureThreshold
            job.job_output = map_run_failed(self._env, kind, _EXCEEDED)

    return eval_job


def _is_too_much(record: Any, items: int) -> bool:
    failed = sum(result["Status"] == _FAILED for result in list(record.results.values()))
    count, percentage = record.tolerated_failure_count, record.tolerated_failure_percentage
    if not count and not percentage:
        return True
    return bool(count and failed > count) or bool(percentage and 100 * failed > percentage * items)


def _without_failed(emulation: Emulation, original: Any) -> Any:
    """Give the results of what has succeeded."""

    def map_run(self: Any, env: Any, eval_input: Any) -> None:
        machine = str(eval_input.map_run_record.map_state_machine_arn).partition("/")[0]
        for call in map_run_calls(caller_of(env, machine.split(":")[3]), machine):
            emulation.record(call)
        original(self, env, eval_input)
        results = getattr(eval_input.map_run_record, "results", {})
        outputs = env.stack.pop()
        env.stack.append([out for index, out in enumerate(outputs) if results[index]["Status"] == _SUCCEEDED])

    return map_run


def _writer(emulation: Emulation) -> Any:
    def handle_put_object(env: Any, resource_runtime_part: Any, _: Any) -> None:
        parameters = env.stack.pop()
        env.stack.pop()  # the results, of which the record has more
        record = env.map_run_record_pool_manager.get_all().pop()
        bucket, prefix = parameters["Bucket"], parameters.get("Prefix") or ""
        folder = f"{prefix.rstrip('/')}/" if prefix else ""
        folder += str(record.map_run_arn).split(":")[-1]
        s3 = emulation.client("s3", resource_runtime_part.region)
        files: dict[str, list[dict[str, Any]]] = {_FAILED: [], "PENDING": [], _SUCCEEDED: []}
        for status in (_FAILED, _SUCCEEDED):
            found = sorted((index, result) for index, result in record.results.items() if result["Status"] == status)
            told = [_told(record, index, result) for index, result in found]
            if told:
                key, body = f"{folder}/{status}_0.json", json.dumps(told).encode()
                s3.put_object(Bucket=bucket, Key=key, Body=body)
                files[status].append({"Key": key, "Size": len(body)})
        manifest = {"DestinationBucket": bucket, "MapRunArn": record.map_run_arn, "ResultFiles": files}
        s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
        where = {"Bucket": bucket, "Key": f"{folder}/manifest.json"}
        record.are_results_written = True
        env.stack.append({"MapRunArn": record.map_run_arn, "ResultWriterDetails": where})

    return handle_put_object


def _told(record: Any, index: int, result: dict[str, Any]) -> dict[str, Any]:
    """Write one child as the result files have it."""
    name = record.children[index]["name"]
    included = {"Included": True}
    return {
        "ExecutionArn": child_arn(record, name),
        "Name": name,
        "StateMachineArn": record.map_state_machine_arn,
        "InputDetails": included,
        **({"OutputDetails": included} if "Output" in result else {}),
        **result,
    }
