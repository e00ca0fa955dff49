"""Write the plain template anew: `make template`."""

from __future__ import annotations

from constructs_lib.runs.synthesised.plain.shipped import FILE
from tools.template.synthesis import written

if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
