"""What becomes of numbers, beside the questions: the rendered entry, followed as Asterisk would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_step
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import errors_of
from wizard.carrier.profile import Place
from wizard.carrier.simulation.paths import CallPath, Receipt
from wizard.carrier.simulation.previewing import preview_digits, preview_paths
from wizard.words.simulation import UNKNOWN_CALLER, headline

#: what the preview shows as the caller's number
EXAMPLE_CALLER = "2125550199"


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


def shown_paths(answers: Answers, place: Place, typed: str = "") -> list[ShownPath]:
    """The example of each destination, and a number that somebody typed; nothing while the questions are wrong."""
    if errors_of([*check_step("numbers", answers), *check_step("routing", answers)]):
        return []
    return [*_examples(answers, place), *_typed(answers, place, typed)]


def _examples(answers: Answers, place: Place) -> Iterator[ShownPath]:
    sent = [route.example for route in routes(answers.numbers)]
    for path in preview_digits(answers, sent, EXAMPLE_CALLER, place):
        yield _shown("", path, answers)


def _typed(answers: Answers, place: Place, typed: str) -> Iterator[ShownPath]:
    for each in preview_paths(answers, [typed] if typed.strip() else [], EXAMPLE_CALLER, place):
        how = "with the phone code" if each.sends_phone_code else "by a campaign that leaves it out"
        yield _shown(f"{each.number.shown}, {how}", each.path, answers)


def _shown(dialled: str, path: CallPath, answers: Answers) -> ShownPath:
    own = answers.carrier.carrier_id
    legs = dict.fromkeys(_leg(receipt, own) for receipt in path.receipts)
    return ShownPath(
        dialled=dialled,
        sent=path.digits,
        pattern=path.winner.extension.pattern if path.winner else "",
        legs=tuple(legs),
        refused="" if path.reaches_carrier else headline(path),
    )


def _leg(receipt: Receipt, own: str) -> ShownLeg:
    destination = receipt.leg.destinations[0]
    caller = receipt.leg.caller_id
    name = destination.trunk if destination.is_known and not receipt.carrier_id else ""
    return ShownLeg(
        carrier="" if receipt.carrier_id == own else name or "whichever trunk is the cheapest",
        received=destination.on_the_wire if destination.is_known else destination.written.rpartition("/")[2],
        caller_id=UNKNOWN_CALLER if caller is None else caller or "none",
    )
