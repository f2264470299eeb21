"""Dialers: adding one, comparing its key, looking at it."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.dialer.host_keys import is_host_key
from wizard.dialer.route import parse_jump
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo
from wizard.errors import HostKeyUnknownError, NameTakenError, NeedsSecretError, WizardError
from wizard.flow.path import DIALER
from wizard.secret import Secret
from wizard.service.adopting import adopt_carrier, draft_of
from wizard.service.dialer_numbers import caller_ids_of, servers_of
from wizard.service.dialers import look_at_dialer, missing_secret, summary_of
from wizard.service.routes import leads_elsewhere, route_words, usual_user
from wizard.store.dialers import SavedDialer
from wizard.words.caller_ids import ADVICE, used_by
from wizard.words.errors import Words, error_words, words_for
from wizard.words.findings import sentence
from wizard.words.questions import QUESTIONS

from .drafts import path_of
from .forms import DialerForm
from .pages import CallerIdItem, DialerPage, DialersPage, navigation
from .proofs import proofs_of
from .services import remember_typed, services
from .shown_keys import ShownKey
from .watching import watch_part

blueprint = Blueprint("dialers", __name__, url_prefix="/dialers")


@blueprint.get("")
def index() -> str:
    return DialersPage(services().workspace.dialers.all()).render()


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Look at a dialer and save it for a draft; one that can't be reached is not saved, and its form comes back."""
    own = services()
    draft = own.workspace.drafts.get(request.form.get("draft", ""))
    form = DialerForm(request.form)
    own.refused_forms[draft.id] = (form, None)
    to_form = redirect(url_for("drafts.step", draft_id=draft.id, step=DIALER), 303)
    if _wrong_fields(form):
        return to_form
    target, secrets = _target_and_secrets(form)
    try:
        dialer = own.workspace.dialers.add(
            form.name.data or target.host, target, secrets if form.keep.data else DialerSecrets()
        )
    except NameTakenError as error:
        form.name.errors = [error_words(error).happened]
        return to_form
    own.remember(dialer.id, secrets)
    problem = _look_at(dialer)
    if problem is not None and not isinstance(problem, HostKeyUnknownError):
        own.refused_forms[draft.id] = (form, error_words(problem))
        # Its host key, if one was confirmed before, stays: a changed key must not become a first contact.
        _remove(dialer)
        return to_form
    own.refused_forms.pop(draft.id, None)
    own.workspace.drafts.choose_dialer(draft.id, dialer.id)
    return redirect(url_for(".show", dialer_id=dialer.id, draft=draft.id), 303)


@blueprint.get("/<dialer_id>")
def show(dialer_id: str) -> str:
    return _page(services().workspace.dialers.get(dialer_id), request.args.get("draft", "")).render()


@blueprint.post("/<dialer_id>/look")
def look(dialer_id: str) -> ResponseReturnValue:
    """Sign in and look, with the passwords that were typed, if any."""
    dialer = services().workspace.dialers.get(dialer_id)
    remember_typed(dialer.id)
    return _look_and_show(dialer)


@blueprint.post("/<dialer_id>/host-key")
def confirm_host_key(dialer_id: str) -> ResponseReturnValue:
    """The user has compared the fingerprint that was shown."""
    workspace = services().workspace
    dialer = workspace.dialers.get(dialer_id)
    key = request.form.get("host_key", "")
    problem = services().problems.get(dialer.id)
    # What was shown, and nothing else: a key that changed meanwhile is shown anew.
    if isinstance(problem, HostKeyUnknownError) and problem.key == key and is_host_key(key):
        workspace.host_keys.confirm(dialer.target, key, problem.address)
    return _look_and_show(dialer)


@blueprint.post("/<dialer_id>/adopt")
def adopt(dialer_id: str) -> ResponseReturnValue:
    """Read one of its carriers into a draft; what could not be placed stands on the draft's pages."""
    own = services()
    dialer = own.workspace.dialers.get(dialer_id)
    own.problems.pop(dialer.id, None)
    try:
        adoption = adopt_carrier(own.connect_to(dialer), request.form.get("carrier_id", ""))
    except NeedsSecretError:
        return redirect(url_for(".show", dialer_id=dialer.id), 303)  # its page asks for it
    except WizardError as problem:
        own.problems[dialer.id] = problem
        return redirect(url_for(".show", dialer_id=dialer.id), 303)
    draft = draft_of(own.workspace.drafts, dialer.id, adoption)
    return redirect(url_for("drafts.go_on", draft_id=draft.id), 303)


@blueprint.post("/<dialer_id>/remove")
def remove(dialer_id: str) -> ResponseReturnValue:
    _forget(services().workspace.dialers.get(dialer_id))
    return redirect(url_for(".index"), 303)


def _forget(dialer: SavedDialer) -> None:
    _remove(dialer)
    services().workspace.host_keys.forget(dialer.target, _still_needed())


def _remove(dialer: SavedDialer) -> None:
    own = services()
    own.workspace.dialers.remove(dialer.id)
    own.remembered.pop(dialer.id, None)
    own.problems.pop(dialer.id, None)


def _still_needed() -> list[DialerTarget]:
    """Where other dialers are reached, and what was installed can be undone."""
    workspace = services().workspace
    installed = [install.target for install in workspace.installs.all() if install.can_roll_back]
    switched = [switch.target for switch in workspace.switches.all() if switch.can_move_back]
    return [*(dialer.target for dialer in workspace.dialers.all()), *installed, *switched]


def _look_and_show(dialer: SavedDialer) -> ResponseReturnValue:
    _look_at(dialer)
    return redirect(url_for(".show", dialer_id=dialer.id, draft=request.form.get("draft") or None), 303)


def _look_at(dialer: SavedDialer) -> WizardError | None:
    """Look, and keep what was seen, or what stood in the way."""
    own = services()
    own.problems.pop(dialer.id, None)
    try:
        facts = look_at_dialer(own.connect_to(dialer))
        own.workspace.dialers.remember_look(dialer.id, summary_of(facts))
    except NeedsSecretError:
        return None  # its page asks for it
    except WizardError as problem:
        own.problems[dialer.id] = problem
        return problem
    return None


def _page(dialer: SavedDialer, draft_id: str) -> DialerPage:
    draft = services().workspace.drafts.get(draft_id) if draft_id else None
    problem = services().problems.get(dialer.id)
    unknown = problem if isinstance(problem, HostKeyUnknownError) else None
    return DialerPage(
        dialer=dialer,
        draft=draft,
        watch=watch_part(dialer) if dialer.looked_at and not unknown and not draft else None,
        navigation=navigation(path_of(draft), DIALER) if draft else (),
        missing_secret=missing_secret(dialer.target, services().secrets_of(dialer.id)),
        problem=error_words(problem) if problem and not unknown else None,
        host_key=ShownKey.of(unknown) if unknown else None,
        route=route_words(dialer.target) if leads_elsewhere(dialer.target) else [],
        findings=[_finding(each) for each in dialer.summary.get("findings", [])],
        caller_ids=[
            CallerIdItem(each.number, used_by(each.uses), [sentence(finding) for finding in each.findings], each.is_wrong)
            for each in caller_ids_of(dialer.summary)
        ],
        servers=servers_of(dialer.summary),
        proofs=proofs_of(dialer),
        advice=ADVICE,
        attestation=QUESTIONS["stir_shaken"].why,
    )


def _finding(kept: dict[str, Any]) -> tuple[str, Words]:
    return kept["severity"], words_for(kept["code"], kept["values"])


def _wrong_fields(form: DialerForm) -> bool:
    """Put a sentence beside each field that can't be; whether there is one."""
    if not form.host.data:
        form.host.errors = ["Which host? Its name, or its IP address."]
    elif not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", form.host.data):
        form.host.errors = ["Only the host name, address or alias; user and port have fields of their own."]
    if form.port.data and (not re.fullmatch(r"[0-9]{1,5}", form.port.data) or not 1 <= int(form.port.data) <= 65_535):
        form.port.errors = ["A port is a number from 1 to 65535."]
    if form.jump.data and form.jump.data.lower() != "none" and not parse_jump(form.jump.data):
        form.jump.errors = ["Jump hosts are written user@host or user@host:port, with commas between."]
    if form.auth.data not in set(SshAuth):
        form.auth.errors = ["How shall the wizard sign in?"]
    if form.auth.data == SshAuth.PASSWORD and not form.ssh_password.data:
        form.ssh_password.errors = ["Which password?"]
    if form.auth.data == SshAuth.KEY and not form.key_path.data:
        form.key_path.errors = ["Which file?"]
    return any(field.errors for field in form)


def _target_and_secrets(form: DialerForm) -> tuple[DialerTarget, DialerSecrets]:
    password = Secret(form.ssh_password.data or "")
    # Most who sign in with a password have the same one for sudo.
    sudo_password = Secret(form.sudo_password.data or "") or password
    sudo = Sudo.NO
    if form.sudo.data:
        sudo = Sudo.WITH_PASSWORD if sudo_password else Sudo.WITHOUT_PASSWORD
    target = DialerTarget(
        host=form.host.data or "",
        user=form.user.data or usual_user(form.host.data or ""),
        port=int(form.port.data or 0),
        auth=SshAuth(form.auth.data),
        key_path=form.key_path.data or "" if form.auth.data == SshAuth.KEY else "",
        sudo=sudo,
        jump=form.jump.data or "",
    )
    secrets = DialerSecrets(
        ssh_password=password,
        key_passphrase=Secret(form.key_passphrase.data or ""),
        sudo_password=sudo_password if form.sudo.data else Secret(""),
    )
    return target, secrets
