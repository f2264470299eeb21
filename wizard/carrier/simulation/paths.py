"""The whole path of some digits: who takes them and why, what the carrier receives, and who comes next if that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.model import Carrier

from .following import Followed, follow
from .loaded import Dialplan
from .owners import Owner, Part, owner_of, part_of, trunk_carrier
from .resolution import Match, Reason, resolve, why_lost
from .state import Condition, Leg, Note, Place
from .wire import caller_id_headers


@dataclass(frozen=True)
class Receipt:
    """What one carrier receives, if the call gets that far."""

    #: empty: no carrier in VICIdial's tables has this trunk
    carrier_id: str
    leg: Leg
    #: 1: at once; 2 and more: if those before fail
    turn: int
    #: headers that tell who calls, as far as the account says
    identity: tuple[tuple[str, str], ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.leg.conditions


@dataclass(frozen=True)
class Loser:
    """An extension that would take the digits, were it not for the winner."""

    match: Match
    owner: Owner
    reason: Reason


@dataclass(frozen=True)
class CallPath:
    """What becomes of some digits."""

    digits: str
    #: where Asterisk begins to look
    context: str
    winner: Match | None
    owner: Owner | None = None
    #: whose the lines are that run, where other carriers wrote the same pattern
    others_lines: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    losers: tuple[Loser, ...] = ()
    #: matches that go first at certain hours, or for certain callers
    sometimes: tuple[Match, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def first(self) -> Receipt | None:
        return self.receipts[0] if self.receipts else None

    @property
    def reaches_carrier(self) -> bool:
        if self.owner is not None and self.owner.part is Part.PHONES:
            return False
        return any(each.is_outside for receipt in self.receipts for each in receipt.leg.destinations)

    @property
    def is_refused_on_purpose(self) -> bool:
        """A carrier's own pattern that dials nobody: numbers that it leaves out."""
        return bool(self.winner and not self.receipts and not self.notes and self.owner and self.owner.carrier_id)


def call_path(
    dialplan: Dialplan, context: str, digits: str, caller_id: str | None, carriers: Sequence[Carrier] = ()
) -> CallPath:
    """Work out the path. ``carriers`` are those written on this dialer, in the order in which they are."""
    matches = resolve(dialplan, context, digits, caller_id)
    certain = [match for match in matches if match.is_certain]
    if not certain:
        return CallPath(digits, context, None, sometimes=tuple(matches))
    winner = certain[0]
    ways = follow(dialplan, Place(winner.context, winner.extension, digits), caller_id)
    return CallPath(
        digits=digits,
        context=context,
        winner=winner,
        owner=owner_of(winner, carriers),
        others_lines=part_of(winner, carriers),
        receipts=tuple(_receipts(ways, carriers)),
        losers=tuple(Loser(match, owner_of(match, carriers), why_lost(winner, match)) for match in certain[1:]),
        sometimes=tuple(match for match in matches[: matches.index(winner)] if not match.is_certain),
        notes=tuple(dict.fromkeys(note for way in ways for note in way.notes)),
    )


def _receipts(ways: Sequence[Followed], carriers: Sequence[Carrier]) -> Iterator[Receipt]:
    """Every leg once, those that come first before those that come after a failure."""
    seen: set[tuple[int, Leg]] = set()
    for turn in range(1, max((len(way.legs) for way in ways), default=0) + 1):
        for way in ways:
            if len(way.legs) < turn:
                continue
            leg = way.legs[turn - 1]
            plain = (turn, replace(leg, conditions=()))
            if plain not in seen:
                seen.add(plain)
                yield _receipt(leg, turn, carriers)


def _receipt(leg: Leg, turn: int, carriers: Sequence[Carrier]) -> Receipt:
    destination = leg.destinations[0]
    carrier = trunk_carrier(destination, carriers)
    identity = tuple(caller_id_headers(destination, carrier, leg.caller_id)) if carrier else ()
    return Receipt(carrier.carrier_id if carrier else "", leg, turn, identity)
