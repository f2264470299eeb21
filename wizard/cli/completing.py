"""What the shell completes: names that the instance folder knows. No dialer is asked.

What is needed for it is imported when something is completed: every command imports this.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from wizard.errors import WizardError
from wizard.instance import instance_folder

if TYPE_CHECKING:
    from wizard.service.workspace import Workspace
    from wizard.store.dialers import SavedDialer

#: value and what is said of it
Names = Iterable[tuple[str, str]]
_NEWEST = 50


def _completes(names: Callable[[Workspace, click.Context], Names]) -> Callable[..., list[CompletionItem]]:
    """A completion out of the store; one that can't be read completes nothing, and says nothing into the line being typed."""

    def complete(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from wizard.service.workspace import open_workspace

        with contextlib.suppress(WizardError, sqlite3.Error):
            return _fitting(names(open_workspace(instance_folder()), context), typed)
        return []

    return complete


def _fitting(names: Names, typed: str) -> list[CompletionItem]:
    found = {name: about for name, about in names if name.lower().startswith(typed.lower())}
    return [CompletionItem(name, help=about or None) for name, about in found.items()]


@_completes
def complete_dialer(workspace: Workspace, _: click.Context) -> Names:
    return [(saved.name, saved.target.address) for saved in workspace.dialers.all()]


@_completes
def complete_carrier(workspace: Workspace, context: click.Context) -> Names:
    """Carriers as they were when their dialer was last looked at."""
    for saved in _dialers(workspace, context):
        for carrier in saved.summary.get("carriers", ()):
            yield carrier["carrier_id"], f"{carrier['protocol']} on {saved.name}"


@_completes
def complete_campaign(workspace: Workspace, context: click.Context) -> Names:
    for saved in _dialers(workspace, context):
        for campaign in saved.summary.get("campaigns", ()):
            yield campaign["campaign_id"], saved.name


@_completes
def complete_install(workspace: Workspace, _: click.Context) -> Names:
    """The newest that can be undone."""
    installs = [each for each in workspace.installs.all() if each.can_roll_back]
    return [(each.id, f"{each.carrier_id} on {each.dialer_name}, {each.started_at[:16]}") for each in installs[:_NEWEST]]


@_completes
def complete_notify_target(workspace: Workspace, _: click.Context) -> Names:
    return [(target.name, "") for target in workspace.watches.targets()]


def complete_preset(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from wizard.service.presets import all_presets

    return _fitting([(preset.id, preset.name) for preset in all_presets()], typed)


def complete_code(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from wizard.words.causes.pages import PAGES

    return _fitting([(code, page.happened) for code, page in sorted(PAGES.items())], typed)


def complete_file(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    """The shell knows files best."""
    return [CompletionItem(typed, type="file")]


def _dialers(workspace: Workspace, context: click.Context) -> Iterator[SavedDialer]:
    """The one that the line names already, or all."""
    named = context.params.get("dialer")
    saved = workspace.dialers.find(named) if named else None
    yield from [saved] if saved else workspace.dialers.all()
