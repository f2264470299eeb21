"""The watch of a dialer's carriers: how it went, whether somebody looks, and who is told."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.errors import NotFoundError, WizardError
from wizard.secret import Secret
from wizard.service.dialers import missing_secret
from wizard.service.watching.overview import watch_overview
from wizard.service.watching.sending import Message, send, shown_url
from wizard.store.dialers import SavedDialer
from wizard.store.watches import NotifyTarget, WatchSetting
from wizard.words.errors import error_words
from wizard.words.watching import TEST_BODY, TEST_TITLE, problem_words

from .services import htmx, services
from .watch_pages import SPANS, WatchPage, WatchPart, intervals, watch_now

blueprint = Blueprint("watching", __name__, url_prefix="/dialers/<dialer_id>/watch")
_MOST_NAME, _MOST_URL = 40, 2000


@blueprint.get("")
def show(dialer_id: str) -> str:
    """A page of its own; for htmx the part of it that changes by itself."""
    dialer = services().workspace.dialers.get(dialer_id)
    hours = request.args.get("hours", type=int)
    part = watch_part(dialer, hours if hours in SPANS else 24)
    return part.now.render() if htmx else WatchPage(part).render()


@blueprint.post("")
def save(dialer_id: str) -> ResponseReturnValue:
    """Whether somebody looks, and how often."""
    workspace = services().workspace
    dialer = workspace.dialers.get(dialer_id)
    seconds = request.form.get("interval", type=int) or workspace.watches.setting(dialer.id).interval_seconds
    workspace.watches.set(WatchSetting(dialer.id, bool(request.form.get("is_on")), seconds))
    return redirect(url_for("dialers.show", dialer_id=dialer.id, _anchor="watch"), 303)


@blueprint.post("/targets")
def add_target(dialer_id: str) -> ResponseReturnValue:
    """One more to tell. What was typed as its URL is shown nowhere again."""
    workspace = services().workspace
    dialer = workspace.dialers.get(dialer_id)
    name = request.form.get("name", "").strip()[:_MOST_NAME]
    url = Secret(request.form.get("url", "").strip()[:_MOST_URL])
    if not name:
        return _page(dialer, said="What shall it be called? A short name tells it from others.", is_good=False)
    try:
        only = dialer.id if request.form.get("scope") == "dialer" else None
        workspace.watches.add_target(name, url, shown_url(url), only)
    except WizardError as problem:
        return _page(dialer, problem=error_words(problem), typed_name=name)
    return redirect(url_for("dialers.show", dialer_id=dialer.id, _anchor="watch"), 303)


@blueprint.post("/targets/<target_id>/test")
def test_target(dialer_id: str, target_id: str) -> ResponseReturnValue:
    """Send a message now."""
    workspace = services().workspace
    dialer = workspace.dialers.get(dialer_id)
    target = _target(dialer, target_id)
    try:
        problem = send(workspace.watches.url_of(target.id), Message(TEST_TITLE, TEST_BODY))
    except WizardError as refused:
        return _page(dialer, problem=error_words(refused))
    if problem:
        return _page(dialer, said=f"Not sent to {target.name}: {problem_words(problem)}.", is_good=False)
    return _page(dialer, said=f"Sent to {target.name}. See that it arrived.")


@blueprint.post("/targets/<target_id>/remove")
def remove_target(dialer_id: str, target_id: str) -> ResponseReturnValue:
    workspace = services().workspace
    dialer = workspace.dialers.get(dialer_id)
    workspace.watches.remove_target(_target(dialer, target_id).id)
    return redirect(url_for("dialers.show", dialer_id=dialer.id, _anchor="watch"), 303)


def watch_part(dialer: SavedDialer, hours: int = 24, **said: Any) -> WatchPart:
    """The section of a dialer's page."""
    workspace = services().workspace
    seen = watch_overview(workspace, dialer, hours)
    return WatchPart(
        dialer_id=dialer.id,
        dialer_name=dialer.name,
        now=watch_now(seen, hours),
        is_on=seen.setting.is_on,
        interval=seen.setting.interval_seconds,
        intervals=intervals(seen.setting.interval_seconds),
        targets=seen.targets,
        is_password_kept=not missing_secret(dialer.target, workspace.dialers.secrets(dialer.id)),
        **said,
    )


def _page(dialer: SavedDialer, **said: Any) -> str:
    return WatchPage(watch_part(dialer, **said)).render()


def _target(dialer: SavedDialer, target_id: str) -> NotifyTarget:
    """:raises NotFoundError: nobody of this dialer's"""
    for target in services().workspace.watches.targets_of(dialer.id):
        if target.id == target_id:
            return target
    raise NotFoundError(what="notification", name=target_id)
