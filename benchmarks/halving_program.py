"""The program of the halving benchmark: the digits example's, told of its hyperparameters by arguments.

That is how the training toolkit hands them over. It imports nothing of the library, so that it starts at once.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

DIGITS = Path(__file__).parents[1] / "examples" / "digits"


def main() -> None:
    """Become the program."""
    told = json.loads(Path(os.environ["SM_INPUT_CONFIG_DIR"], "hyperparameters.json").read_text())
    arguments = [part for name, value in told.items() for part in (f"--{name}", str(value))]
    program = str(DIGITS / "train" / "train.py")
    sys.argv = [program, "--train", str(DIGITS / "data"), *arguments]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
