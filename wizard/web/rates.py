"""Rates on a dialer: the decks that are there, who is cheapest for a number, and a new deck from file to table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from wizard.carrier.findings import Finding
from wizard.carrier.rates.layout import Choice
from wizard.errors import NeedsSecretError, RefusedError, WizardError
from wizard.service.decks import WaitingDecks, too_big
from wizard.service.dialers import missing_secret
from wizard.service.rates import (
    MOST_BYTES,
    Imported,
    RatesLook,
    import_rates,
    look_at_rates,
    look_up,
    read_deck_file,
    remove_deck,
    try_import,
)
from wizard.store.dialers import SavedDialer
from wizard.words.errors import Words, error_words
from wizard.words.findings import sentence

from .rates_pages import DeckPage, RatesPage
from .services import remember_typed, services

blueprint = Blueprint("rates", __name__, url_prefix="/dialers/<dialer_id>/rates")
#: what a form sends around a file
_AROUND_FILE = 64 * 1024


@blueprint.get("")
def show(dialer_id: str) -> str:
    return _page(_dialer(dialer_id), number=request.args.get("number", "").strip()[:40])


@blueprint.post("/lookup")
def lookup(dialer_id: str) -> ResponseReturnValue:
    return _to_rates(dialer_id, number=request.form.get("number", "")[:40], _anchor="lookup")


@blueprint.post("/unlock")
def unlock(dialer_id: str) -> ResponseReturnValue:
    remember_typed(_dialer(dialer_id).id)
    return _to_rates(dialer_id)


@blueprint.post("/remove")
def remove(dialer_id: str) -> ResponseReturnValue:
    own, dialer = services(), _dialer(dialer_id)
    try:
        remove_deck(own.workspace, own.connect_to(dialer), dialer.target, request.form.get("trunk", ""))
    except NeedsSecretError:
        return _to_rates(dialer_id)
    except WizardError as problem:
        return _page(dialer, problem=problem), 409
    return _to_rates(dialer_id)


@blueprint.post("/decks")
def upload(dialer_id: str) -> ResponseReturnValue:
    """Take a file in; nothing on the dialer changes."""
    dialer = _dialer(dialer_id)
    request.max_content_length = MOST_BYTES + _AROUND_FILE
    try:
        file = request.files.get("deck")
        if file is None or not file.filename:
            return _page(dialer, missing_file=True), 422
        name = _waiting().keep(file.stream)
    except RequestEntityTooLarge:
        return _page(dialer, problem=too_big(request.content_length or MOST_BYTES)), 413
    except RefusedError as refused:
        return _page(dialer, problem=refused), 413
    carrier = request.form.get("carrier", "")
    return redirect(url_for(".deck", dialer_id=dialer_id, name=name, carrier=carrier), 303)


@blueprint.get("/decks/<name>")
def deck(dialer_id: str, name: str) -> str:
    return _deck_page(_dialer(dialer_id), name, request.args)


@blueprint.post("/decks/<name>/columns")
def columns(dialer_id: str, name: str) -> ResponseReturnValue:
    """Read it with other columns."""
    chosen: dict[str, Any] = {key: request.form.get(key, "")[:80] for key in ("carrier", "number", "exchange", "rate")}
    return redirect(url_for(".deck", dialer_id=dialer_id, name=name, **chosen), 303)


@blueprint.post("/decks/<name>/import")
def import_(dialer_id: str, name: str) -> ResponseReturnValue:
    own, dialer = services(), _dialer(dialer_id)
    carrier, skip_bad = request.form.get("carrier", ""), request.form.get("skip_bad") == "y"
    try:
        read = read_deck_file(_waiting().path(name), _choice(request.form))
        done = import_rates(own.workspace, own.connect_to(dialer), dialer.target, carrier, read, skip_bad=skip_bad)
    except RefusedError:
        return _deck_page(dialer, name, request.form), 422  # it says what stands in the way
    except WizardError as problem:
        return _deck_page(dialer, name, request.form, problem), 409
    _waiting().forget(name)
    return _to_rates(dialer_id, imported=done.trunk)


@blueprint.post("/decks/<name>/forget")
def forget(dialer_id: str, name: str) -> ResponseReturnValue:
    _waiting().forget(name)
    return _to_rates(dialer_id)


def _dialer(dialer_id: str) -> SavedDialer:
    return services().workspace.dialers.get(dialer_id)


def _waiting() -> WaitingDecks:
    return WaitingDecks(services().workspace.folder)


def _to_rates(dialer_id: str, **values: Any) -> ResponseReturnValue:
    return redirect(url_for(".show", dialer_id=dialer_id, **values), 303)


def _choice(values: dict[str, str]) -> Choice:
    number = tuple(values[key] for key in ("number", "exchange") if values.get(key))
    return Choice(number, (values["rate"],) if values.get("rate") else ())


def _page(dialer: SavedDialer, *, number: str = "", problem: WizardError | None = None, missing_file: bool = False) -> str:
    look, found = None, None
    wrong_number = ""
    missing = missing_secret(dialer.target, services().secrets_of(dialer.id))
    if not missing:
        try:
            connect = services().connect_to(dialer)
            look = look_at_rates(connect)
            found = look_up(connect, number) if number and look.has_table else None
        except RefusedError as refused:
            wrong_number = " ".join(map(sentence, refused.findings))
        except WizardError as error:
            problem = problem or error
    return RatesPage(
        dialer=dialer,
        look=look,
        findings=_said(look.findings if look else ()),
        number=number,
        found=found,
        found_findings=_said(found.findings if found else ()),
        wrong_number=wrong_number,
        missing_secret=missing,
        missing_file=missing_file,
        problem=_words(problem),
        imported=_imported(look),
    ).render()


def _imported(look: RatesLook | None) -> tuple[str, int] | None:
    """What was just imported, as it is on the dialer now."""
    trunk = request.args.get("imported", "")
    return (
        next(((each.parts.trunk, each.parts.count) for each in look.decks if each.parts.trunk == trunk), None) if look else None
    )


def _deck_page(dialer: SavedDialer, name: str, values: dict[str, str], problem: WizardError | None = None) -> str:
    choice, carrier = _choice(values), values.get("carrier", "")
    read = read_deck_file(_waiting().path(name), choice)
    tried: Imported | None = None
    found: Sequence[Finding] = read.findings
    if len(read.rates):
        try:
            tried = try_import(services().connect_to(dialer), carrier, read, skip_bad=True)
            found = [*found, *tried.findings]
        except RefusedError as refused:
            found = [*found, *refused.findings]
        except WizardError as error:
            problem = problem or error
    return DeckPage(
        dialer=dialer,
        name=name,
        carrier=carrier,
        deck=read,
        tried=tried,
        findings=_said(found),
        bad_lines=[(finding.field, sentence(finding)) for finding in read.bad_lines],
        chosen={key: values.get(key, "") for key in ("number", "exchange", "rate")},
        problem=_words(problem),
    ).render()


def _said(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.severity.value, sentence(finding)) for finding in findings]


def _words(problem: WizardError | None) -> Words | None:
    if isinstance(problem, RefusedError):
        return Words("Nothing was changed", " ".join(map(sentence, problem.findings)), "")
    return error_words(problem) if problem else None
