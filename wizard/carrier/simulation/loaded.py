"""A dialplan as Asterisk has it loaded: contexts, their extensions, and what they include."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from wizard.carrier.dialing.dialplan_reading import Step, read_dialplan
from wizard.carrier.dialing.patterns import Pattern, PatternError, parse_pattern


@dataclass(frozen=True)
class LoadedExtension:
    """One extension: a pattern or a plain number, and its steps by priority."""

    pattern: str
    steps: Mapping[int, Step]
    #: only for callers whose number matches this; empty: for everybody
    caller: str = ""

    @property
    def parsed(self) -> Pattern | None:
        try:
            return parse_pattern(self.pattern)
        except PatternError:
            return None

    def matches(self, digits: str) -> bool:
        parsed = self.parsed
        return parsed is not None and parsed.matches(digits.replace("-", ""))

    def order(self) -> tuple[object, ...]:
        """Sorts the extensions of one context as Asterisk tries them: plain numbers, then patterns, the exact ones first.

        Of two that are equal, the one for certain callers goes first (main/pbx.c, ext_cmp and ast_add_extension2).
        """
        parsed = self.parsed
        places = parsed.precedence() if parsed is not None else ()
        return self.pattern.startswith("_"), places, not self.caller, self.caller


@dataclass(frozen=True)
class Include:
    """``include => context``, or with hours: ``include => context,9:00-17:00,mon-fri,*,*``."""

    context: str
    hours: str = ""


@dataclass(frozen=True)
class Context:
    """One context."""

    name: str
    extensions: tuple[LoadedExtension, ...] = ()
    includes: tuple[Include, ...] = ()


@dataclass(frozen=True)
class Dialplan:
    """Contexts by name, and the global variables."""

    contexts: Mapping[str, Context] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def read_include(text: str) -> Include:
    """``sales,9:00-17:00,mon-fri,*,*`` → context and hours."""
    context, _, hours = text.partition(",")
    return Include(context.strip(), hours.strip())


def context_of_entries(name: str, entries: Iterable[str]) -> Context:
    """What Asterisk makes of several carriers' dialplan entries in one context, in their order.

    Patterns that mean the same are one extension, named as the first wrote it: the first writer of a priority keeps it, and
    the others' further priorities are appended (vicidial.md §2.9).
    """
    merged: dict[tuple[object, ...], LoadedExtension] = {}
    for entry in entries:
        for read in read_dialplan(entry):
            own = LoadedExtension(read.pattern, dict(enumerate(read.steps, 1)))
            there = merged.get(own.order())
            merged[own.order()] = own if there is None else replace(there, steps={**own.steps, **there.steps})
    return Context(name, tuple(sorted(merged.values(), key=LoadedExtension.order)))
