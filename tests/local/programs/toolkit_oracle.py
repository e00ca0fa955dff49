"""Asks sagemaker-training-toolkit, which must be on the path, what it makes of the `/opt/ml` of SAGEMAKER_BASE_DIR.

`answer` reads a container's variables, as one line of JSON, and writes the command and the variables that the toolkit
makes, and so on until the input ends. `train` runs a whole training as the framework containers run it.
"""

from __future__ import annotations

import json
import os
import sys
import types
from typing import Any


def answer() -> None:
    from sagemaker_training import environment, process  # noqa: PLC0415 - what it is, the first argument decides

    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = list(sys.path)
    for line in sys.stdin:
        os.environ.clear()
        os.environ.update(own)
        told: dict[str, Any]
        try:
            os.environ.update(json.loads(line))
            given = dict(os.environ)
            # of the path only what is not the machine's own: the toolkit has its interpreter's folders too
            sys.path[:] = [environment.code_dir, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
            found = environment.Environment()
            variables = found.to_env_vars()
            environment.write_env_vars(variables)
            arguments = found.to_cmd_args()
            argv = process.ProcessRunner(found.user_entry_point, arguments, variables, 1)._create_command()
            if b"\0" in b"".join(os.fsencode(argument) for argument in argv):
                raise ValueError("embedded null byte")  # noqa: TRY301 - as Popen does
            told = {
                "argv": argv,
                "variables": {name: value for name, value in os.environ.items() if given.get(name) != value},
            }
        except Exception as error:  # noqa: BLE001 - whatever the toolkit ends by
            told = {"error": f"{type(error).__name__}: {error}"}
        sys.path[:] = path
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def train() -> None:
    # packages for several hosts and for uploads meanwhile; the toolkit imports them whether it needs them or not
    for name in ("mpi", "smdataparallel", "torch_distributed", "pytorch_xla", "intermediate_output"):
        module = types.ModuleType(f"sagemaker_training.{name}")
        module.start_sync = lambda *_, **__: None  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
    retrying = types.ModuleType("retrying")
    retrying.retry = lambda **_: lambda function: function  # type: ignore[attr-defined]
    sys.modules["retrying"] = retrying
    sys.modules["as_framework_containers_do"] = framework = types.ModuleType("as_framework_containers_do")
    framework.main = run  # type: ignore[attr-defined]
    os.environ["SAGEMAKER_TRAINING_MODULE"] = "as_framework_containers_do:main"
    os.environ["SM_STUDIO_LOCAL_MODE"] = "true"

    from sagemaker_training import trainer  # noqa: PLC0415 - after what it imports

    trainer.train()


def run() -> None:
    """Run the source, as the entry points of the framework containers do."""
    from sagemaker_training import entry_point, environment  # noqa: PLC0415 - as above

    found = environment.Environment()
    entry_point.run(
        uri=found.module_dir,
        user_entry_point=found.user_entry_point,
        args=found.to_cmd_args(),
        env_vars=found.to_env_vars(),
        capture_error=True,
    )


if __name__ == "__main__":
    {"answer": answer, "train": train}[sys.argv[1]]()
