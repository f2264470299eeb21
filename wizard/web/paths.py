"""What becomes of numbers, beside the questions: the rendered entry, followed as Asterisk would."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_step
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import error, errors_of
from wizard.carrier.preview import GAP_MARKS
from wizard.carrier.profile import Place
from wizard.carrier.simulation.paths import CallPath, Receipt
from wizard.carrier.simulation.previewing import PreviewedPath, preview_digits, preview_paths
from wizard.words.findings import sentence
from wizard.words.simulation import (
    AS_DIALLED,
    CHEAPEST_TRUNK,
    NO_CALLER,
    NOT_WHILE_WRONG,
    PHONE_CODE,
    TAKEN_ABROAD,
    THIS_CARRIER,
    UNKNOWN_CALLER,
    headline,
    is_ten_digits,
)

#: what the preview shows as the caller's number
EXAMPLE_CALLER = "2125550199"
#: the carrier in a preview that nobody gave an ID yet
_UNNAMED = next(mark for mark, answer in GAP_MARKS.items() if answer == "carrier_id")
#: 911 and the like: they have no phone code
_SHORT = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class ShownLeg:
    """What one carrier receives; ``carrier`` is empty for the entry's own."""

    carrier: str
    received: str
    caller_id: str


@dataclass(frozen=True)
class ShownPath:
    """One number: how it is dialled, what is sent, which pattern takes it, and what the carriers receive in turn."""

    dialled: str
    sent: str
    pattern: str
    legs: tuple[ShownLeg, ...]
    #: why nobody takes it
    refused: str = ""
    #: why it doesn't go where it is meant to
    warning: str = ""


def shown_paths(answers: Answers, place: Place) -> list[ShownPath]:
    """The example of each destination; nothing while the questions are wrong."""
    if _are_wrong(answers):
        return []
    sent = [route.example for route in routes(answers.numbers)]
    return [_shown("", path, answers) for path in preview_digits(answers, sent, EXAMPLE_CALLER, place)]


def tried_paths(answers: Answers, place: Place, typed: str) -> tuple[list[ShownPath], str]:
    """The paths of a number that somebody typed, or why there are none."""
    if not typed:
        return [], ""
    if _are_wrong(answers):
        return [], NOT_WHILE_WRONG
    if _SHORT.fullmatch(typed):
        sent = answers.numbers.dial_prefix + typed
        return [
            _shown(f"{typed}, {AS_DIALLED}", path, answers) for path in preview_digits(answers, [sent], EXAMPLE_CALLER, place)
        ], ""
    paths = preview_paths(answers, [typed], EXAMPLE_CALLER, place)
    if not paths:
        return [], sentence(error("not_a_number", "try_number"))
    return [_tried(each, answers) for each in paths], ""


def _are_wrong(answers: Answers) -> bool:
    return bool(errors_of([*check_step("numbers", answers), *check_step("routing", answers)]))


def _tried(previewed: PreviewedPath, answers: Answers) -> ShownPath:
    shown = _shown(f"{previewed.number.shown}, {PHONE_CODE[previewed.sends_phone_code]}", previewed.path, answers)
    destinations = {route.pattern: route.destination for route in routes(answers.numbers)}
    goes_abroad = is_ten_digits(previewed.number) and destinations.get(shown.pattern) == "international"
    return replace(shown, warning=TAKEN_ABROAD) if goes_abroad and not shown.refused else shown


def _shown(dialled: str, path: CallPath, answers: Answers) -> ShownPath:
    own = answers.carrier.carrier_id
    legs = dict.fromkeys(_leg(receipt, own) for receipt in path.receipts)
    return ShownPath(
        dialled=dialled,
        sent=path.digits,
        pattern=path.winner.extension.pattern if path.winner else "",
        legs=tuple(legs),
        refused="" if path.reaches_carrier else headline(path).replace(_UNNAMED, THIS_CARRIER),
    )


def _leg(receipt: Receipt, own: str) -> ShownLeg:
    destination = receipt.leg.destinations[0]
    caller = receipt.leg.caller_id
    name = destination.trunk if destination.is_known and not receipt.carrier_id else ""
    return ShownLeg(
        carrier="" if receipt.carrier_id in (own, _UNNAMED) else name or CHEAPEST_TRUNK,
        received=destination.on_the_wire if destination.is_known else destination.written.rpartition("/")[2],
        caller_id=UNKNOWN_CALLER if caller is None else caller or NO_CALLER,
    )
