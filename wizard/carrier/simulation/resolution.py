"""Which extension Asterisk runs for some digits (main/pbx.c, pbx_find_extension), and which others it would have run.

A context's own extensions are asked before any context that it includes, however exact those are. Includes are asked in
their order, each with its own includes before the next, and no context twice. Held against Asterisk in
tests/real/test_simulation.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.dialing.patterns import Pattern, parse_pattern

from .loaded import Context, Dialplan, LoadedExtension


class Lost(StrEnum):
    """Why an extension that matches doesn't run."""

    #: its context is asked later
    LATER_CONTEXT = "later_context"
    #: the winner is a plain number
    PLAIN_FIRST = "plain_first"
    #: the winner names fewer digits at some place
    LESS_EXACT = "less_exact"
    #: both take as many digits at that place, and the winner's begin lower
    LATER_DIGITS = "later_digits"
    #: equal in their places, and the winner ends more exactly
    OPEN_END = "open_end"
    #: the winner is for this caller
    FOR_CALLER = "for_caller"


@dataclass(frozen=True)
class Match:
    """An extension that takes the digits, and where it was found."""

    context: str
    extension: LoadedExtension
    #: the hours of the includes on the way, where there are any: outside of them it isn't found
    hours: tuple[str, ...] = ()
    #: for certain callers, and it isn't known who calls
    is_caller_unknown: bool = False

    @property
    def is_certain(self) -> bool:
        return not self.hours and not self.is_caller_unknown


@dataclass(frozen=True)
class Reason:
    """Why a match lost against the one that runs; ``place`` counts from 1."""

    lost: Lost
    place: int = 0


def resolve(dialplan: Dialplan, context: str, digits: str, caller_id: str | None = None) -> list[Match]:
    """All matches, in the order in which Asterisk would take them: the first certain one runs.

    Those before it are taken only at their hours, or for their callers.
    """
    return list(_search(dialplan, context, digits, caller_id, (), set()))


def _search(
    dialplan: Dialplan, name: str, digits: str, caller_id: str | None, hours: tuple[str, ...], seen: set[str]
) -> Iterator[Match]:
    context = dialplan.contexts.get(name)
    if context is None or name in seen:
        return
    # What was looked into at certain hours only is looked into again.
    seen = seen if not hours else set(seen)
    seen.add(name)
    yield from _own_matches(context, digits, caller_id, hours)
    for include in context.includes:
        further = (*hours, include.hours) if include.hours else hours
        yield from _search(dialplan, include.context, digits, caller_id, further, seen)


def _own_matches(context: Context, digits: str, caller_id: str | None, hours: tuple[str, ...]) -> Iterator[Match]:
    for extension in sorted(context.extensions, key=LoadedExtension.order):
        if not extension.matches(digits):
            continue
        if not extension.caller:
            yield Match(context.name, extension, hours)
        elif caller_id is None:
            yield Match(context.name, extension, hours, is_caller_unknown=True)
        elif parse_pattern(extension.caller).matches(caller_id):
            yield Match(context.name, extension, hours)


def why_lost(winner: Match, loser: Match) -> Reason:
    """Why ``loser`` comes after ``winner``."""
    if winner.context != loser.context:
        return Reason(Lost.LATER_CONTEXT)
    ours, theirs = winner.extension, loser.extension
    if not ours.pattern.startswith("_") and theirs.pattern.startswith("_"):
        return Reason(Lost.PLAIN_FIRST)
    first, second = ours.parsed, theirs.parsed
    if first is None or second is None or first == second:
        return Reason(Lost.FOR_CALLER)
    return _less_exact(first, second)


def _less_exact(winner: Pattern, loser: Pattern) -> Reason:
    pairs = zip(winner.precedence(), loser.precedence(), strict=False)
    place = next((number for number, (mine, theirs) in enumerate(pairs, 1) if mine != theirs), 0)
    if place > min(len(winner.places), len(loser.places)):
        return Reason(Lost.OPEN_END, place)
    is_wider = len(loser.places[place - 1]) > len(winner.places[place - 1])
    return Reason(Lost.LESS_EXACT if is_wider else Lost.LATER_DIGITS, place)
