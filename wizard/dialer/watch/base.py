"""What every driver's watch has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from wizard.carrier.conf import ReadSection, read_conf
from wizard.carrier.model import Carrier
from wizard.dialer.verdict import NO_SECTION, NOT_LOADED, SILENT, Judgement, Reach, SignedIn, judge


@dataclass(frozen=True)
class Registration:
    """A register line as Asterisk's tables list it."""

    #: host:port
    host: str
    username: str

    def is_same_as(self, other: Registration) -> bool:
        return (self.host.lower(), self.username) == (other.host.lower(), other.username)


@dataclass(frozen=True)
class Seen:
    """What Asterisk said of one carrier at one moment."""

    #: whether it said something to every question; its silence proves nothing, neither way
    answered: bool
    #: whether it has all that the account entry promises
    found: bool
    judgement: Judgement
    #: in Asterisk's own words, for people
    states: Mapping[str, str] = field(default_factory=dict)
    #: whether it has anything of it
    is_known: bool = False
    is_reachable: bool = False
    is_registered: bool = False


class Watch(ABC):
    """One carrier's trunk, as its row promises it."""

    #: the generated file that holds the account entries
    account_file: ClassVar[str]
    #: what the generator would have typed into the screen (vicidial.md §2.5)
    reloads: ClassVar[tuple[str, ...]]

    #: seconds that the generator's own reload may take before we reload ourselves
    reload_patience: ClassVar[float] = 4.0

    def __init__(self, carrier: Carrier, lookalikes: int = 0) -> None:
        self.carrier = carrier
        self.sections: list[ReadSection] = [section for section in read_conf(carrier.account_entry) if section.name]
        #: registrations of somebody else's that look like ours in Asterisk's table, counted before ours was there
        self.lookalikes = lookalikes

    @property
    def trunk(self) -> str:
        """The section that calls go out through; ``""`` where there is none."""
        return self.sections[-1].name if self.sections else ""

    @property
    def nudges(self) -> tuple[str, ...]:
        """What makes Asterisk ask the carrier at once, where it would otherwise take its time."""
        return ()

    @property
    @abstractmethod
    def questions(self) -> tuple[str, ...]:
        """What to ask Asterisk, as its command line has it."""

    @abstractmethod
    def read(self, said: Sequence[str]) -> Seen:
        """What it answered, in the same order."""

    @property
    def registration(self) -> Registration | None:
        """The register line, where the row has one that Asterisk lists by host and user name."""
        return None

    @property
    def is_registration_cut(self) -> bool:
        """Whether Asterisk's table can't show all of it, so that another registration may look the same."""
        return False

    @abstractmethod
    def is_known(self, said: Sequence[str]) -> bool:
        """Whether Asterisk has something of the trunk's name, complete or not."""

    def alike(self, said: Sequence[str], addresses: Collection[str]) -> int:  # noqa: ARG002
        """How many registrations look like this one, whose host has these addresses."""
        return 0

    def _seen(self, states: Mapping[str, str], reach: Reach | None, signed_in: SignedIn | None, *, found: bool) -> Seen:
        """``reach`` is None where Asterisk didn't answer."""
        if not self.trunk:
            return Seen(answered=reach is not None, found=False, judgement=NO_SECTION, states=states)
        if reach is None:
            return Seen(answered=False, found=found, judgement=SILENT, states=states)
        if not found:
            return Seen(answered=True, found=False, judgement=NOT_LOADED, states=states)
        return Seen(
            answered=True,
            found=True,
            judgement=judge(reach, signed_in),
            states=states,
            is_reachable=reach in (Reach.ANSWERS, Reach.SLOW),
            is_registered=signed_in is SignedIn.REGISTERED,
        )


def with_delay(status: str, delay: int | None) -> str:
    return status if delay is None else f"{status} ({delay} ms)"
