"""``watch notify``: whom to tell. A URL holds secrets, so it comes from a prompt or a variable, never from an argument."""

from __future__ import annotations

import sys
from typing import Any

import click

from wizard.carrier.findings import error
from wizard.errors import NotFoundError, RefusedError
from wizard.instance import instance_folder
from wizard.secret import Secret
from wizard.service.watching.sending import Message, send, shown_url
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.watches import NotifyTarget
from wizard.words.watching import TEST_BODY, TEST_TITLE, problem_words

from .answers_file import environment_secret
from .completing import complete_dialer, complete_notify_target
from .groups import Suggesting
from .output import Exit, as_json, errors_reported, print_json
from .watching import saved_dialer, watch


@watch.group(cls=Suggesting)
def notify() -> None:
    """Whom to tell when a carrier goes down or comes back."""


@notify.command()
@click.argument("name")
@click.option("--url-env", metavar="NAME", help="Environment variable that holds the URL; a prompt asks for it otherwise.")
@click.option(
    "--dialer", metavar="D", shell_complete=complete_dialer, help="Of this dialer alone; otherwise of all that are watched."
)
@as_json
@errors_reported
def add(name: str, url_env: str | None, dialer: str | None, as_json: bool) -> None:
    """Tell somebody, called NAME here, by an Apprise URL: mailtos://… for mail, jsons://… for a webhook."""
    workspace = open_workspace(instance_folder())
    dialer_id = saved_dialer(workspace, dialer).id if dialer else None
    url = Secret(_url(url_env).strip())
    target = workspace.watches.add_target(name, url, shown_url(url), dialer_id)
    if as_json:
        print_json(_document(workspace, target))
    else:
        click.echo(f"{target.name} ({target.shown}) will be told. Try it: carrier-wizard watch notify test {target.name}")


def _url(url_env: str | None) -> str:
    if url_env is not None:
        return environment_secret(url_env)
    if not sys.stdin.isatty():
        raise RefusedError([error("notification_url_missing", "url")])
    typed: str = click.prompt("URL", hide_input=True, err=True)
    return typed


@notify.command("list")
@as_json
@errors_reported
def list_(as_json: bool) -> None:
    """Who is told, and of what."""
    workspace = open_workspace(instance_folder())
    documents = [_document(workspace, target) for target in workspace.watches.targets()]
    if as_json:
        print_json(documents)
        return
    for each in documents:
        click.echo(f"{each['name']:20} {each['url']:40} {each['dialer'] or 'all dialers'}")


@notify.command()
@click.argument("name", shell_complete=complete_notify_target)
@as_json
@errors_reported
def remove(name: str, as_json: bool) -> None:
    """Tell it nothing any more, and forget its URL."""
    workspace = open_workspace(instance_folder())
    target = _target(workspace, name)
    workspace.watches.remove_target(target.id)
    if as_json:
        print_json({"removed": target.name})
    else:
        click.echo(f"Removed {target.name}.")


@notify.command()
@click.argument("name", shell_complete=complete_notify_target)
@as_json
@errors_reported
def test(name: str, as_json: bool) -> None:
    """Send a message now, to see that it arrives."""
    workspace = open_workspace(instance_folder())
    target = _target(workspace, name)
    problem = send(workspace.watches.url_of(target.id), Message(TEST_TITLE, TEST_BODY))
    said = (
        f"Not sent to {target.name}: {problem_words(problem)}." if problem else f"Sent to {target.name}. See that it arrived."
    )
    if as_json:
        print_json({"name": target.name, "sent": not problem, "problem": problem or None, "message": said})
    else:
        click.echo(said)
    raise SystemExit(int(Exit.NOT_SO if problem else Exit.DONE))


@watch.command()
@click.argument("address", metavar="URL")
@as_json
@errors_reported
def link(address: str, as_json: bool) -> None:
    """The address of the wizard's pages, for messages to lead there: https://wizard.example.com; “none” for none."""
    workspace = open_workspace(instance_folder())
    said = "" if address == "none" else address
    if said and not said.startswith(("http://", "https://")):
        raise click.BadParameter("an address begins with http:// or https://", param_hint="URL")
    if "token=" in said:
        raise click.BadParameter("without its token, which opens the wizard to everybody who has it", param_hint="URL")
    workspace.watches.set_link(said)
    if as_json:
        print_json({"link": said or None})
    else:
        click.echo(f"Messages lead to {said}." if said else "Messages lead nowhere.")


def _target(workspace: Workspace, name: str) -> NotifyTarget:
    target = workspace.watches.find_target(name)
    if target is None:
        raise NotFoundError(what="notification", name=name)
    return target


def _document(workspace: Workspace, target: NotifyTarget) -> dict[str, Any]:
    dialer = workspace.dialers.get(target.dialer_id).name if target.dialer_id else None
    return {"name": target.name, "url": target.shown, "dialer": dialer}
