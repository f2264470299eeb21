"""After an install: what to do next, and a page to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.answers import Answers
from wizard.carrier.call_path import Hop, call_path
from wizard.carrier.on_dialer.campaign_usage import usage_of
from wizard.carrier.reading import read_answers
from wizard.service.dialers import our_side, uses_of
from wizard.store.dialers import SavedDialer
from wizard.store.installs import Install
from wizard.words.afterwards import next_steps
from wizard.words.sheets import carrier_letter

from .pages import Page
from .services import services

blueprint = Blueprint("afterwards", __name__, url_prefix="/installs/<install_id>")


@dataclass(frozen=True)
class SummaryPage(Page):
    template: ClassVar[str] = "installs/summary.html"
    install: Install
    answers: Answers
    path: Sequence[Hop]
    #: what the carrier has to know of our side
    letter: str
    next_steps: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class NextPart(Page):
    """What an install's page says of what comes after it."""

    template: ClassVar[str] = "installs/_next.html"
    install: Install
    next_steps: Sequence[tuple[str, str, str]]


@blueprint.get("/summary")
def summary(install_id: str) -> ResponseReturnValue:
    """One page to print: what is on the dialer, what the carrier has to know, how to undo it. No secret is on it."""
    install = services().workspace.installs.get(install_id)
    if not _is_on_dialer(install):
        return redirect(url_for("installs.show", install_id=install_id), 303)
    dialer = next((each for each in services().workspace.dialers.all() if each.id == install.dialer_id), None)
    answers, _ = read_answers(install.answers)
    letter = carrier_letter(answers, our_side(dialer.summary if dialer else {}))
    return SummaryPage(install, answers, call_path(answers), letter, _shown_steps(install, dialer)).render()


def afterwards_of(install: Install, dialer: SavedDialer) -> NextPart | None:
    """For what is on the dialer; None for an act that leaves nothing there."""
    return NextPart(install, _shown_steps(install, dialer)) if _is_on_dialer(install) else None


def _is_on_dialer(install: Install) -> bool:
    """Whether the carrier that was installed is there now, and switched on."""
    return install.is_standing and not install.is_running and install.act in ("install", "replace")


def _shown_steps(install: Install, dialer: SavedDialer | None) -> list[tuple[str, str, str]]:
    """(title, sentence, address of the page that helps) for a carrier that is up; none for one that is not."""
    if install.outcome != "up" or not _is_on_dialer(install):
        return []
    answers, _ = read_answers(install.answers)
    known = dialer.summary if dialer else {}
    uses = [use for use in usage_of(uses_of(known), answers.numbers.dial_prefix).here if use.active]
    return [(step.title, step.sentence, _page_of(step.page, install, dialer)) for step in next_steps(answers, uses, known)]


def _page_of(page: str, install: Install, dialer: SavedDialer | None) -> str:
    if dialer is None or not dialer.looked_at:
        return ""
    match page:
        case "call":
            return url_for("proofs.choose", dialer_id=dialer.id, carrier_id=install.carrier_id)
        case "caller_ids" | "watch":
            return url_for("dialers.show", dialer_id=dialer.id)
        case _:
            return ""
