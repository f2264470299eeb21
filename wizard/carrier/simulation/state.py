"""What a call is like on its way through a dialplan, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from .destinations import Destination
from .expressions import Text
from .loaded import LoadedExtension

CALLER_ID = "CALLERID(num)"


class Unclear(StrEnum):
    """Why something about a path is open."""

    #: a step that the simulation doesn't understand
    STEP = "step"
    #: a script of the dialer's own, which may change anything
    SCRIPT = "script"
    #: a step leads to digits that reach nothing
    NOWHERE = "nowhere"
    #: the caller's name, by which VICIdial knows its calls, is changed
    CALLER_NAME = "caller_name"
    #: too many steps, or too many ways to go
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Note:
    """Something that the reader has to know; ``written`` is the step, what is secret in it masked."""

    about: Unclear
    written: str


@dataclass(frozen=True)
class Condition:
    """A condition that only a call decides, and which way was gone."""

    written: str
    holds: bool


@dataclass(frozen=True)
class Leg:
    """One Dial(): what the carrier receives by it."""

    destinations: tuple[Destination, ...]
    #: the caller's number; None: nobody knows before the call
    caller_id: str | None
    #: the caller's name as it was replaced for this leg; None: what VICIdial sent
    caller_name: str | None = None
    #: header → value, of those that the dialplan adds; the values may be secret
    headers: tuple[tuple[str, str], ...] = ()
    #: what must hold for it to be dialled, since the leg before
    conditions: tuple[Condition, ...] = ()
    written: str = ""


@dataclass(frozen=True)
class Place:
    """A priority of an extension, and the digits that stand for its pattern."""

    context: str
    extension: LoadedExtension
    digits: str
    priority: int = 1

    def at(self, priority: int) -> Place:
        return replace(self, priority=priority)

    @property
    def key(self) -> tuple[object, ...]:
        return self.context, self.extension.pattern, self.extension.caller, self.digits, self.priority


@dataclass(frozen=True)
class State:
    """A call under way: variables whose value is None are set to something that can't be known."""

    variables: Mapping[str, str | None] = field(default_factory=dict)
    #: (driver, header, value): what one SIP driver is told to add, the other doesn't
    headers: tuple[tuple[str, str, str], ...] = ()
    legs: tuple[Leg, ...] = ()
    conditions: tuple[Condition, ...] = ()
    notes: tuple[Note, ...] = ()
    caller_name: str | None = None
    #: where Return() leads
    returns: tuple[Place, ...] = ()
    #: it is the channel that goes out, before it calls (Dial's b option)
    is_outgoing: bool = False
    steps: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        """What decides how the call goes on, and what is shown of it."""
        legs = tuple(replace(leg, conditions=()) for leg in self.legs)
        variables = frozenset(self.variables.items())
        return variables, self.headers, legs, self.notes, self.caller_name, tuple(place.key for place in self.returns)

    def with_variable(self, name: str, value: Text) -> Self:
        return replace(self, variables={**self.variables, name: value.value if value.is_known else None})

    def with_header(self, driver: str, name: str, value: str) -> Self:
        return replace(self, headers=(*self.headers, (driver, name, value)))

    def noting(self, about: Unclear, written: str) -> Self:
        note = Note(about, written)
        return self if note in self.notes else replace(self, notes=(*self.notes, note))

    def deciding(self, written: str, *, holds: bool) -> Self:
        return replace(self, conditions=(*self.conditions, Condition(written, holds)))

    def dialling(self, leg: Leg) -> Self:
        """What Dial() found out is known to nobody before the call."""
        forgotten = dict.fromkeys(_SET_BY_DIAL)
        return replace(self, legs=(*self.legs, leg), conditions=(), variables={**self.variables, **forgotten})


_SET_BY_DIAL = ("DIALSTATUS", "HANGUPCAUSE", "RINGTIME", "PROGRESSTIME", "DIALEDTIME", "ANSWEREDTIME", "DIALEDPEERNUMBER")
