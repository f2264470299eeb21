"""Where a number goes: a page per dialer, with one form and the call's path below it. Nothing is dialled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, request

from wizard.carrier.simulation.paths import CallPath
from wizard.carrier.simulation.sending import Number
from wizard.errors import NeedsSecretError, RefusedError, WizardError
from wizard.service.dialers import missing_secret
from wizard.service.simulation import Dialled, Simulation, simulate
from wizard.store.dialers import SavedDialer
from wizard.words.errors import Words, error_words
from wizard.words.findings import sentence
from wizard.words.simulation import (
    PARTLY_READ,
    abroad_words,
    callers_words,
    condition_lines,
    dead_lines_words,
    headline,
    lost_words,
    note_parts,
    owner_words,
    receipt_lines,
    sometimes_words,
)

from .pages import Page
from .services import services

blueprint = Blueprint("simulation", __name__, url_prefix="/dialers")


@dataclass(frozen=True)
class LoserRow:
    """A pattern that matches too, and why it doesn't run."""

    pattern: str
    context: str
    owner: str
    reason: str


@dataclass(frozen=True)
class ReceiptRow:
    """What one carrier receives, and which conditions of the dialplan must hold for that, as they are written."""

    lines: Sequence[tuple[str, str]]
    only_if: Sequence[str]


@dataclass(frozen=True)
class PathCard:
    """What becomes of some digits."""

    callers: str
    sent: str
    headline: str
    reaches_carrier: bool
    #: (pattern, context, whose it is); None: nothing matches
    winner: tuple[str, str, str] | None
    receipts: Sequence[ReceiptRow]
    losers: Sequence[LoserRow]
    #: (before, as the dialplan has it, after)
    notes: Sequence[tuple[str, str, str]]
    warning: str = ""


@dataclass(frozen=True)
class SimulationPage(Page):
    template: ClassVar[str] = "dialers/simulate.html"
    dialer: SavedDialer
    number: str
    campaign: str
    is_as_dialled: bool
    campaigns: Sequence[str]
    cards: Sequence[PathCard] = ()
    shown_number: str = ""
    #: nothing is wrong, and nobody dials
    has_no_campaign: bool = False
    warning: str = ""
    wrong_number: str = ""
    missing_secret: str = ""
    problem: Words | None = None


@blueprint.get("/<dialer_id>/simulate")
def show(dialer_id: str) -> str:
    own = services()
    dialer = own.workspace.dialers.get(dialer_id)
    number, campaign = request.args.get("number", "").strip(), request.args.get("campaign", "")
    is_as_dialled = "as_dialled" in request.args
    campaigns = [each["campaign_id"] for each in dialer.summary.get("campaigns", ()) if each["active"]]
    form = SimulationPage(dialer, number, campaign, is_as_dialled, campaigns)
    if not number:
        return form.render()
    try:
        simulation = simulate(own.connect_to(dialer), number, campaign, as_dialled=is_as_dialled)
    except RefusedError as refused:
        return _changed(form, wrong_number=" ".join(map(sentence, refused.findings))).render()
    except NeedsSecretError:
        return _changed(form, missing_secret=missing_secret(dialer.target, own.secrets_of(dialer.id))).render()
    except WizardError as problem:
        return _changed(form, problem=error_words(problem)).render()
    return _with_result(form, simulation).render()


def _with_result(form: SimulationPage, simulation: Simulation) -> SimulationPage:
    return _changed(
        form,
        cards=[_card(each, simulation.number) for each in simulation.dialled],
        shown_number=simulation.number.shown if simulation.number else simulation.typed,
        has_no_campaign=not simulation.dialled,
        warning=PARTLY_READ if simulation.is_partly_read else "",
    )


def _changed(page: SimulationPage, **values: object) -> SimulationPage:
    return SimulationPage(**{**vars(page), **values})


def _card(dialled: Dialled, number: Number | None) -> PathCard:
    path = dialled.path
    winner, owner = path.winner, path.owner
    said = [*map(sometimes_words, path.sometimes), dead_lines_words(path)]
    return PathCard(
        callers=callers_words(dialled.callers),
        sent=path.digits,
        headline=headline(path),
        reaches_carrier=path.reaches_carrier,
        winner=(winner.extension.pattern, winner.context, owner_words(owner)) if winner and owner else None,
        receipts=[ReceiptRow(receipt_lines(each), condition_lines(each)) for each in path.receipts],
        losers=_losers(path),
        notes=[*((text, "", "") for text in said if text), *map(note_parts, path.notes)],
        warning=abroad_words(number, path) if number else "",
    )


def _losers(path: CallPath) -> list[LoserRow]:
    winner = path.winner
    return [
        LoserRow(each.match.extension.pattern, each.match.context, owner_words(each.owner), lost_words(each, winner))
        for each in path.losers
        if winner is not None
    ]
