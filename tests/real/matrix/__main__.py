"""``python -m tests.real.matrix FOLDER``: writes docs/faults.md from the results that a run of the tests left there."""

from __future__ import annotations

import sys
from pathlib import Path

from .document import write
from .results import load

if __name__ == "__main__":
    write(map(load, sorted(Path(sys.argv[1]).glob("*.json"))))
