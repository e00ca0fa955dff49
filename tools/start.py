"""Follows the Start pages as a newcomer would: in fresh environments, on the embedded AWS where it takes an account.

Run as `python -m tools.start`; it fetches packages, and ends with 1 where something is not as the pages say. The
commands are those of the pages themselves: `EXPECTED` has what each block of them comes to, by its page and heading,
and `LEFT_OUT` which lines are not run, and why.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from tools.installed import build
from tools.terminal import in_terminal

ROOT = Path(__file__).parents[1]
README, DEMO, ACCOUNT = PAGES = ("README.md", "docs/start/demo.md", "docs/start/account.md")
SEE_IT, USE_IT, WITHOUT, OWN = "See it", "Use it", "Five minutes, without an account", "An app of your own"

LEFT_OUT = {"make test": "all tests, which take longer than all else here; `.ci/run` runs them on a clean checkout"}
"""Lines that are not run, and why."""


@dataclass(frozen=True)
class Expected:
    """What a block of commands comes to: what stands in its output, and how its last command ends."""

    says: tuple[str, ...]
    status: int = 0


_SAME = Expected((r"The same model +yes, byte for byte",))
EXPECTED = {
    (README, SEE_IT): (_SAME,),
    (README, USE_IT): (Expected((r"Successfully installed .*spot-training-constructs-",)),),
    (DEMO, WITHOUT): (_SAME, _SAME),
    (ACCOUNT, "1. Set up"): (Expected((r"aws://123456789012/us-east-1 bootstrapped",)),),
    # the embedded AWS has no images, and no quotas that could be asked for
    (ACCOUNT, "2. Look at the quotas"): (Expected((r"problem +image", r"\b1 problem\b"), status=1),),
    (ACCOUNT, "3. Deploy"): (Expected((r"Do you wish to deploy", r"SpotTraining\.StateMachineArn = arn:")),),
    (ACCOUNT, "4. Run"): (Expected((r"succeeded after", r"Savings +\d", r"Model +s3://")),),
    (ACCOUNT, "5. What it cost"): (Expected((r"Hours of instances",)),),
    (ACCOUNT, "6. Clean up"): (Expected((r"Are you sure you want to delete", r"SpotTraining: destroyed")),),
    (ACCOUNT, OWN): (Expected(()), Expected((r"entry 2 of 2: on-demand", r"Smallest\.StateMachineArn = arn:"))),
}
"""What the blocks below each heading come to, one after another."""


@dataclass(frozen=True)
class Block:
    """A block of code on a page."""

    page: str
    heading: str
    language: str
    code: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of code of a page, each with the heading that it stands below."""
    heading, language, code = "", None, list[str]()
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if language is not None and line == "```":
            yield Block(page, heading, language, "\n".join(code))
            language, code = None, []
        elif language is not None:
            code.append(line)
        elif line.startswith("```"):
            language = line.removeprefix("```")
        elif found := re.match(r"#+ (.*)", line):
            heading = found[1]


def commands(page: str) -> dict[str, list[str]]:
    """Return the blocks of commands of a page, without the lines that are left out, by heading."""
    found: dict[str, list[str]] = {}
    for block in blocks(page):
        if block.language == "sh":
            lines = [line for line in block.code.splitlines() if line not in LEFT_OUT]
            found.setdefault(block.heading, []).append("\n".join(lines))
    return found


def main() -> int:
    """Follow the pages; return 1 where something is not as they say."""
    with tempfile.TemporaryDirectory(prefix="spot-training-start-") as directory:
        scratch = Path(directory).resolve()
        environment = _fresh(scratch, build(scratch))
        clone = _clone(scratch / "clone")
        # the first block is the README's
        wrong = [*_follow(README, SEE_IT, clone, dict(environment)), *_without_a_clone(scratch, environment)]
        with EmbeddedAws(speed=10) as aws:
            account = {**aws.environment(), "CDK_HOME": str(scratch / "cdk")}
            with_account = {**environment, **account}
            for heading in commands(ACCOUNT):
                if heading != OWN:
                    wrong += _follow(ACCOUNT, heading, clone, with_account)
            wrong += [*_stays(aws), *_own_app(scratch / "own", {**environment, **account})]
    print("\n".join(wrong) or "the Start pages were followed, and all is as they say")
    return 1 if wrong else 0


def _without_a_clone(scratch: Path, environment: Mapping[str, str]) -> Iterator[str]:
    for name in ("package", "readme"):
        (scratch / name).mkdir()
    yield from _follow(DEMO, WITHOUT, scratch / "package", dict(environment), only=1)
    # the README says pip alone, and a reader has an environment of theirs
    place = scratch / "readme"
    subprocess.run([environment["PYTHON3"], "-m", "venv", str(place / "venv")], check=True)  # noqa: S603
    path = f"{place / 'venv' / 'bin'}:{environment['PATH']}"
    yield from _follow(README, USE_IT, place, {**environment, "PATH": path})


def _own_app(place: Path, environment: dict[str, str]) -> list[str]:
    place.mkdir()
    shutil.copy(ROOT / "examples" / "smallest" / "app.py", place)
    (settings,) = (block.code for block in blocks(ACCOUNT) if (block.heading, block.language) == (OWN, "json"))
    (place / "cdk.json").write_text(settings, encoding="utf-8")
    return _follow(ACCOUNT, OWN, place, environment)


def _follow(page: str, heading: str, place: Path, environment: dict[str, str], only: int | None = None) -> list[str]:
    """Run the blocks below a heading one after another; what one exports, those after it have, in `environment` too."""
    wrong = []
    for number, (block, expected) in enumerate(zip(commands(page)[heading], EXPECTED[page, heading], strict=True)):
        if only not in (None, number):
            continue
        kept = place / ".exported"
        # as a person's shell goes on, but for the first command that fails
        script = f"set -e\ntrap 'env -0 > {kept}' EXIT\n{block}\n"
        status, said = in_terminal(["bash", "-c", script], place, environment)
        environment |= dict(each.split("=", 1) for each in kept.read_text().split("\0") if each)
        kept.unlink()
        lacks = [words for words in expected.says if not re.search(words, said)]
        lacks += _other_labels(said) if expected is _SAME else []
        told = f"{page}, {heading}: {block.splitlines()[-1]}"
        if status == expected.status and not lacks:
            print(f"{told}: as the page says", flush=True)
        else:
            wrong.append(f"{told} ended with {status}, lacks {lacks}, and said:\n{said[-3000:]}")
    return wrong


def _other_labels(said: str) -> list[str]:
    """Return what the page of the demonstration shows at its end and the demonstration does not, or the reverse."""
    (shown,) = (block.code for block in blocks(DEMO) if block.language == "text")
    there, here = (
        set(re.findall(r"^(\w.*?)(?:  |$)", text, re.MULTILINE))
        for text in (shown, said[said.rfind("What happened") :])
    )
    return sorted(there ^ here)


def _stays(aws: EmbeddedAws) -> list[str]:
    """Hold what is there after the last step against what the page says."""
    buckets = [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]]
    groups = [group["logGroupName"] for group in aws.client("logs").describe_log_groups()["logGroups"]]
    roles = [role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]]
    machines: list[Any] = aws.client("stepfunctions").list_state_machines()["stateMachines"]
    kinds = ("cdk-", "spottraining-trainingcheckpointbucket", "spottraining-trainingoutputbucket")
    places = ("/aws/sagemaker/TrainingJobs", "/aws/vendedlogs/states/SpotTraining-")
    as_said = (
        [[name for name in buckets if name.startswith(kind)] for kind in kinds],
        [[name for name in groups if name.startswith(kind)] for kind in places],
    )
    left = [name for name in roles if name.startswith("SpotTraining-")]
    if all(len(found) == 1 for names in as_said for found in names) and not [*machines, *left]:
        return []
    return [f"{ACCOUNT}: after it is cleaned up there are {buckets}, {groups}, {left} and {machines}"]


def _clone(place: Path) -> Path:
    """Copy what is in the repository: as `git clone` would, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - the person's own git
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    return place


def _fresh(scratch: Path, wheel: Path) -> dict[str, str]:
    """Return an environment that has nothing of this checkout, of this machine's AWS settings, or of its Node."""
    programs = scratch / "bin"
    programs.mkdir()
    for directory in ("/usr/local/bin", "/usr/bin", "/bin"):
        for program in Path(directory).iterdir():
            if (
                not re.match(r"node|npm|npx|cdk|aws$|python|pip", program.name)
                and not (programs / program.name).exists()
            ):
                (programs / program.name).symlink_to(program)
    python = programs / "python3"
    python.symlink_to(Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}")
    for name in ("home", "cache"):
        (scratch / name).mkdir()
    hidden = ("AWS_", "CDK_", "JSII_", "MAKE", "PYTHON", "VIRTUAL_ENV", "XDG_")
    own: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return {
        **own,  # how pip and npm reach their registries is a matter of the machine
        "PATH": str(programs),
        "HOME": str(scratch / "home"),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "PYTHON3": str(python),
        # the package is on no index; these are what it would be found with there
        "PIP_FIND_LINKS": f"{wheel.parent} {os.environ.get('PIP_FIND_LINKS', '')}".strip(),
        "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


if __name__ == "__main__":
    sys.exit(main())
