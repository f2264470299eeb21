"""What came of one fault, as the tests keep it and the document tells it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Diagnosed:
    """``seconds``: from the question to the diagnosis, the call itself included where there was one."""

    fault: str
    command: str
    causes: tuple[tuple[str, str], ...]
    seconds: float

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.fault}.json").write_text(json.dumps(asdict(self)))


def load(path: Path) -> Diagnosed:
    values = json.loads(path.read_text())
    return Diagnosed(**{**values, "causes": tuple(map(tuple, values["causes"]))})
