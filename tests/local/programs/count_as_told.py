"""The counting program as an image of one's own has it: hyperparameters come in a file, not on the command line."""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    told = json.loads(Path(os.environ["SM_INPUT_CONFIG_DIR"], "hyperparameters.json").read_text())
    sys.argv[1:] = [part for name, value in told.items() for part in (f"--{name}", value)]
    runpy.run_path(str(Path(__file__).with_name("count.py")), run_name="__main__")
