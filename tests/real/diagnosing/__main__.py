"""``python -m tests.real.diagnosing FOLDER``: writes docs/diagnosis-table.md from the results of a run."""

from __future__ import annotations

import sys
from pathlib import Path

from .document import write
from .results import load

if __name__ == "__main__":
    write(map(load, sorted(Path(sys.argv[1]).glob("*.json"))))
