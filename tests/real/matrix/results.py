"""What came of one pair of a moment and a fault, as the tests keep it and the document tells it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """What the wizard said at the end of one command, and what the observer saw then."""

    #: exit status; -9 where the process was killed
    status: int
    outcome: str
    reason: str
    #: ``old``, ``new``, or ``between``
    dialer: str


@dataclass(frozen=True)
class Result:
    """One pair. ``undone`` is the rollback that came afterwards, where the wizard had said that something is left."""

    boundary: str
    fault: str
    protocol: str
    ended: Ended
    undone: Ended | None
    seconds: float

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.boundary, self.fault, self.protocol)

    @property
    def agreed(self) -> tuple[Ended, Ended | None]:
        """All but the time that it took."""
        return (self.ended, self.undone)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{'-'.join(self.key)}.json").write_text(json.dumps(asdict(self)))


def load(path: Path) -> Result:
    values = json.loads(path.read_text())
    undone = Ended(**values["undone"]) if values["undone"] else None
    return Result(**{**values, "ended": Ended(**values["ended"]), "undone": undone})
