"""A preset: the facts of one carrier, as its file has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..answers import Auth


class Confidence(StrEnum):
    """How a fact is known."""

    HIGH = "high"  # read on a page of the carrier's own
    MEDIUM = "medium"  # seen in somebody's working configuration
    LOW = "low"  # said, and not seen


@dataclass(frozen=True)
class Host:
    """Where calls go to. ``{name}`` in it stands for what only the customer has."""

    host: str
    region: str = ""
    default: bool = False
    addresses: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class SignIn:
    """A way in which the carrier knows its customers, and what it calls it."""

    auth: Auth
    offered_as: tuple[str, ...] = ()
    recommended: bool = False
    needs_your_address: bool = False
    needs_tech_prefix: bool = False


@dataclass(frozen=True)
class Fact:
    """The value of one answer, as an answers file has it."""

    answer: str
    value: object
    confidence: Confidence


@dataclass(frozen=True)
class Incoming:
    """Where calls come in from; ``status`` is who says so."""

    address: str
    region: str = ""
    status: str = "vendor"


@dataclass(frozen=True)
class Preset:
    """One carrier. ``sources`` and ``collected`` (year and month) are those of every fact in the file."""

    id: str
    name: str
    collected: str
    confidence: Confidence
    sources: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    product: str = ""
    website: str = ""
    manual: str = ""
    regions: tuple[str, ...] = ()
    #: what a customer has to have at hand, in the carrier's words
    needs: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    #: about → text; the names are those of ``wizard.words.presets.NOTES``
    notes: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[Host, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()
    facts: tuple[Fact, ...] = ()
    incoming: tuple[Incoming, ...] = ()
    #: answer → what the carrier calls it
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_generic(self) -> bool:
        return self.id.startswith("generic-")

    @property
    def default_host(self) -> Host | None:
        return next((host for host in self.hosts if host.default), self.hosts[0] if len(self.hosts) == 1 else None)

    @property
    def recommended(self) -> SignIn | None:
        """What the carrier advises, or the only one it has."""
        advised = next((each for each in self.sign_ins if each.recommended), None)
        return advised or (self.sign_ins[0] if len(self.sign_ins) == 1 else None)

    def fact(self, answer: str) -> Fact | None:
        return next((each for each in self.facts if each.answer == answer), None)
