"""One pair, held against the document; or kept for the next document, where FAULTS_RESULTS names a folder."""

from __future__ import annotations

import os
from pathlib import Path

from tests.real.conftest import CommandLine

from .boundaries import boundary
from .document import read, said_of
from .pairs import USUAL
from .stage import Stage, play


def check(stage: Stage, wizard: CommandLine, moment: str, fault: str, protocol: str) -> None:
    """Play it; fails where the wizard says something else than is so, or than docs/faults.md says."""
    result = play(stage, wizard, boundary(moment), fault, protocol)
    folder = os.environ.get("FAULTS_RESULTS")
    if folder:
        result.save(Path(folder))
        return
    documented = read()
    assert result.key in documented or result.key not in USUAL, "make matrix writes it into docs/faults.md"
    if result.key in documented:
        assert said_of(result) == documented[result.key], result
