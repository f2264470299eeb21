"""Why a carrier does not work: a cause, how sure it is, and what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .case import Case


class Certainty(StrEnum):
    """``proved``: nothing else explains what was seen; ``likely``: it usually means this; ``possible``: ruled out last."""

    PROVED = "proved"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Evidence:
    """Which observation, and what it was, as it was seen."""

    observation: str
    value: str


@dataclass(frozen=True)
class Sighting:
    """What a rule saw of its cause."""

    certainty: Certainty
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Cause:
    """``code`` has its words in :mod:`wizard.words.causes`; ``symptoms`` are numbers of :mod:`.symptoms`."""

    code: str
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    symptoms: tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """``sees`` says what it saw of its cause, or None."""

    code: str
    symptoms: tuple[int, ...]
    sees: Callable[[Case], Sighting | None]
    #: of those that share a certainty, causes with a lower number come first
    rank: int = 5


def seen(certainty: Certainty, **evidence: object) -> Sighting:
    """``seen(LIKELY, door="no_answer")``"""
    return Sighting(certainty, tuple(Evidence(name, str(value)) for name, value in evidence.items() if value not in ("", None)))


PROVED, LIKELY, POSSIBLE = Certainty.PROVED, Certainty.LIKELY, Certainty.POSSIBLE
