"""Makes `/opt/ml` the job's own directory, for a program that hard-codes it, where the system allows.

On Linux a job's program gets a private mount namespace (`unshare -m` for root, `unshare -r -m` for other users), and in
it the job's directory is mounted on `/opt/ml`. Nothing of that is visible outside the program or outlives it: where the
machine has no `/opt/ml`, a temporary file system that shows the rest of `/opt` covers `/opt` inside the namespace only.

Where that does not work (macOS, Windows, a container without the right to mount, a machine without `/opt`), the job's
directory stays where it is: the `SM_*` variables, `SAGEMAKER_BASE_DIR` and `LocalPath` in `checkpointconfig.json` say
where, and a program that hard-codes `/opt/ml` does not find its files. `isolation()` tells which of the two it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

BASE = PurePosixPath("/opt/ml")
"""Where SageMaker's containers have their files."""

_PROBE_SECONDS = 10.0

_SCRIPT = r"""
set -e
ml=$1 stage=$2 directory=$3 path=$PATH
shift 3
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
if [ -d /opt/ml ]; then
    mount -o bind "$ml" /opt/ml
else
    mount -o rbind /opt "$stage"
    mount -t tmpfs -o mode=0755 opt /opt
    for child in "$stage"/* "$stage"/.[!.]*; do
        name=/opt/${child##*/}
        if [ -L "$child" ]; then cp -P "$child" "$name"
        elif [ -d "$child" ]; then mkdir "$name"; mount -o rbind "$child" "$name"
        elif [ -e "$child" ]; then : > "$name"; mount -o bind "$child" "$name"
        fi
    done
    mkdir /opt/ml
    mount -o bind "$ml" /opt/ml
    umount -l "$stage"
fi
cd "$directory"
PATH=$path
exec "$@"
"""
"""Arguments: the job's directory, an empty directory to mount on, the working directory, and the command."""


@dataclass(frozen=True)
class Isolation:
    """How the machine gives a program its own `/opt/ml`.

    Attributes:
        unshare: The command that makes the namespace; empty where that does not work.
        limit: What does not work, and what to do about it; empty where it works.
    """

    unshare: tuple[str, ...] = ()
    limit: str = ""

    def visible(self, root: Path) -> PurePosixPath:
        """Return the path under which the program sees the job's directory."""
        return BASE if self.unshare else PurePosixPath(root)

    def command(
        self,
        command: Sequence[str],
        *,
        root: Path,
        stage: Path,
        directory: PurePosixPath,
        environment: Mapping[str, str],
    ) -> list[str]:
        """Return the command that runs a command with its own `/opt/ml`, in the same process.

        Args:
            command: What to run.
            root: The job's directory.
            stage: An empty directory that can be mounted on.
            directory: The working directory, as the program sees it.
            environment: The program's environment variables, which the process is started with.
        """
        if not self.unshare:
            return list(command)
        # A shell drops variables whose names it cannot have itself, such as SM_HP_BATCH-SIZE: hand them over by `env`.
        odd = [f"{name}={value}" for name, value in environment.items() if not name.isidentifier()]
        inner = ["/usr/bin/env", *odd, *command] if odd else list(command)
        return [*self.unshare, "/bin/sh", "-c", _SCRIPT, "sh", str(root), str(stage), str(directory), *inner]


@cache
def isolation() -> Isolation:
    """Find out, once, how this machine gives a program its own `/opt/ml`."""
    unshare = shutil.which("unshare")
    if unshare is None or shutil.which("mount") is None:
        return Isolation(limit=_limit("this system has no mount namespaces"))
    ways = ((unshare, "-m"), (unshare, "-r", "-m")) if os.geteuid() == 0 else ((unshare, "-r", "-m"),)
    for way in ways:
        if _works(Isolation(unshare=way)):
            return Isolation(unshare=way)
    return Isolation(limit=_limit("this system does not let a process mount in a namespace of its own"))


def _limit(cause: str) -> str:
    return (
        f"{cause}: training programs do not find their files under /opt/ml; let them read the SM_* variables and "
        "checkpointconfig.json, or run on a Linux machine that allows mount namespaces"
    )


def _works(way: Isolation) -> bool:
    """Try it: a program must see a marker under /opt/ml, and the rest of /opt must be as it was."""
    with tempfile.TemporaryDirectory(prefix="spot-training-probe-") as place:
        root, stage = Path(place, "ml"), Path(place, "stage")
        root.mkdir()
        stage.mkdir()
        (root / "marker").touch()
        command = way.command(["test", "-f", "marker"], root=root, stage=stage, directory=BASE, environment={})
        try:
            # What runs is this module's own script.
            probe = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return False
        return probe.returncode == 0
