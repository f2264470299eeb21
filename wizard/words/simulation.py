"""The path of a call, told to people: who takes it, why, and why not the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from wizard.carrier.simulation.destinations import shown_header
from wizard.carrier.simulation.owners import Owner, Part
from wizard.carrier.simulation.paths import CallPath, Loser, Receipt
from wizard.carrier.simulation.resolution import Lost, Match
from wizard.carrier.simulation.sending import Number, Way
from wizard.carrier.simulation.state import Note, Unclear


class Caller(Protocol):
    """Who places a call, and how."""

    @property
    def campaign_id(self) -> str: ...
    @property
    def way(self) -> Way: ...
    @property
    def list_prefix(self) -> str: ...


WAYS: dict[Way, str] = {
    Way.AUTO: "auto-dialled",
    Way.MANUAL: "dialled by an agent",
    Way.THREE_WAY: "three-way call or transfer",
    Way.AS_DIALLED: "as dialled",
}

EVERY_WAY = "however it is dialled"
_EVERY_WAY = [WAYS[way] for way in (Way.AUTO, Way.MANUAL, Way.THREE_WAY)]

_PARTS: dict[Part, str] = {
    Part.CARRIER: "carrier {carrier}",
    Part.VICIDIAL: "VICIdial's own",
    Part.PHONES: "a phone of this dialer",
    Part.SERVER_CUSTOM: "this server's custom dialplan",
    Part.SYSTEM_CUSTOM: "the system's custom dialplan",
    Part.BY_HAND: "extensions.conf: VICIdial's sample, or lines of your own",
}

_LOST: dict[Lost, str] = {
    Lost.LATER_CONTEXT: "its context [{context}] is asked after [{winner_context}], however exact its patterns are",
    Lost.PLAIN_FIRST: "the winner is this very number, and that goes before any pattern",
    Lost.LESS_EXACT: "it is less exact at digit {place}",
    Lost.LATER_DIGITS: "it is as exact, and its choices at digit {place} begin higher",
    Lost.OPEN_END: "it is less exact about how the number ends",
    Lost.FOR_CALLER: "the winner is for certain callers, and goes first for them",
}

_NOTES: dict[Unclear, str] = {
    Unclear.STEP: "Not worked out, since only a call can tell what it does: {written}",
    Unclear.SCRIPT: "The dialer's script {written} is asked on the way; it may change what the carrier receives, or end the call.",
    Unclear.NOWHERE: "This leads to digits that nothing takes: {written}",
    Unclear.CALLER_NAME: "The caller's name is changed, by which VICIdial knows its calls: they will be missing in its logs. {written}",
    Unclear.TOO_LONG: "The dialplan goes on for longer than was followed, from: {written}",
}


def owner_words(owner: Owner) -> str:
    return _PARTS[owner.part].format(carrier=owner.carrier_id)


def lost_words(loser: Loser, winner: Match) -> str:
    return _LOST[loser.reason.lost].format(place=loser.reason.place, context=loser.match.context, winner_context=winner.context)


def note_words(note: Note) -> str:
    return _NOTES[note.about].format(written=note.written)


def condition_lines(receipt: Receipt) -> list[str]:
    """What only a call decides, as it is written: what must hold since the carrier before."""
    return [f"{each.written} {'holds' if each.holds else 'does not hold'}" for each in receipt.conditions]


def sometimes_words(match: Match) -> str:
    """A match that goes first, but not always."""
    where = f"{match.extension.pattern} in [{match.context}]"
    when = f"within {' and '.join(match.hours)}" if match.hours else f"for callers like {match.extension.caller}"
    return f"{where} goes first {when}."


def why_words(path: CallPath) -> str:
    """Why this extension, in a sentence."""
    if path.winner is None:
        return f"Nothing in [{path.context}], or in what it includes, matches {path.digits}."
    winner = path.winner
    found = f"{winner.extension.pattern} matches, in [{winner.context}]"
    if not path.losers:
        return f"{found}, and nothing else does."
    nearest = path.losers[0]
    others = f"{len(path.losers)} others match too" if len(path.losers) > 1 else "another matches too"
    return (
        f"{found}. {others[0].upper()}{others[1:]}; next is {nearest.match.extension.pattern}: {lost_words(nearest, winner)}."
    )


def headline(path: CallPath) -> str:
    """What becomes of the digits, in one sentence."""
    first = path.first
    if path.winner is None:
        return "No carrier takes it: nothing matches, so the call fails at once."
    if path.is_refused_on_purpose:
        return f"No carrier takes it: {path.owner.carrier_id if path.owner else ''} leaves such numbers out on purpose."
    if first is None and path.owner and path.owner.carrier_id:
        return f"No carrier takes it, as far as can be told: the lines of {path.owner.carrier_id} dial nobody."
    if first is None:
        taker = owner_words(path.owner) if path.owner else ""
        return f"No carrier takes it: it goes to {taker}."
    if not path.reaches_carrier:
        return "No carrier takes it: it stays on this dialer."
    return f"{taker_words(first)} takes it."


def taker_words(receipt: Receipt) -> str:
    destination = receipt.leg.destinations[0]
    if receipt.carrier_id:
        return receipt.carrier_id
    return f"The trunk {destination.trunk}, of no carrier in VICIdial," if destination.trunk else "A trunk that can't be told"


def dead_lines_words(path: CallPath) -> str:
    """Other carriers that wrote the same pattern."""
    if not path.others_lines:
        return ""
    others = ", ".join(path.others_lines)
    carrier = path.owner.carrier_id if path.owner else "the first"
    return f"{others} wrote the same pattern: the lines of {carrier} run, and only what it has no line for comes from {others}."


PARTLY_READ = "The dialplan leads further than the wizard reads: what is said above may not be all."


def callers_words(callers: Sequence[Caller]) -> str:
    """``SALES, SURVEY (auto-dialled, dialled by an agent)``: campaigns that dial alike are told together."""
    ways: dict[str, list[str]] = {}
    for caller in callers:
        of_list = f" from lists with prefix {caller.list_prefix}" if caller.list_prefix else ""
        ways.setdefault(caller.campaign_id, []).append(f"{WAYS[caller.way]}{of_list}")
    alike: dict[str, list[str]] = {}
    for campaign, how in ways.items():
        alike.setdefault(EVERY_WAY if how == _EVERY_WAY else ", ".join(how), []).append(campaign)
    return "; ".join(f"{', '.join(names)} ({how})" if any(names) else how for how, names in alike.items())


def note_parts(note: Note) -> tuple[str, str, str]:
    """The same, with what is written in the dialplan apart: before, written, after."""
    before, _, after = _NOTES[note.about].partition("{written}")
    return before, note.written, after


def is_ten_digits(number: Number) -> bool:
    """Whether it is a North American number, which some dial without its 1."""
    return number.phone_code == "1" and len(number.phone_number) == _TEN


def abroad_words(number: Number, path: CallPath) -> str:
    """A North American number that a carrier receives as one abroad, which only shows where that has a + or 011."""
    if not is_ten_digits(number):
        return ""
    wires = [each.on_the_wire for receipt in path.receipts for each in receipt.leg.destinations if each.is_known]
    return TAKEN_ABROAD if any(re.search(rf"(\+|011|00){number.phone_number}$", wire) for wire in wires) else ""


def receipt_lines(receipt: Receipt) -> list[tuple[str, str]]:
    """What a carrier receives: label and value."""
    leg, rows = receipt.leg, []
    for destination in leg.destinations:
        trunk = f"{receipt.carrier_id or 'no carrier in VICIdial'} ({destination.technology}/{destination.trunk})"
        rows.append(("carrier" if receipt.turn == 1 else "if that fails", trunk if destination.trunk else "can't be told"))
        rows.append(("receives", destination.on_the_wire) if destination.is_known else ("dials", destination.written))
    rows.append(("caller ID", UNKNOWN_CALLER if leg.caller_id is None else leg.caller_id or NO_CALLER))
    if leg.caller_name is not None:
        rows.append(("caller name", leg.caller_name))
    rows += [(name, value) for name, value in receipt.identity if value != leg.caller_id or name != "From"]
    rows += [(name, shown_header(name, value)) for name, value in leg.headers]
    return rows


UNKNOWN_CALLER = "only a call can tell"
NO_CALLER = "none"
THIS_CARRIER = "this carrier"
CHEAPEST_TRUNK = "whichever trunk is the cheapest"
#: by whether the phone code is sent
PHONE_CODE: dict[bool, str] = {True: "with its phone code", False: "if the campaign's Omit Phone Code is on"}
AS_DIALLED = "behind the dial prefix"
NOT_WHILE_WRONG = "An answer about numbers or routing is wrong, so no way can be shown."
TAKEN_ABROAD = (
    "This goes abroad: without its 1, the number's first digits are taken for a country code. Have the carrier take ten digits in North "
    "America too, or leave Omit Phone Code off in the campaign."
)
_TEN = 10
