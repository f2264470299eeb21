"""``dialer add | list | show | remove``"""

from __future__ import annotations

from typing import Any

import click

from wizard.carrier.on_dialer.caller_ids import CallerId
from wizard.dialer.target import DialerSecrets
from wizard.errors import NameTakenError, NotFoundError
from wizard.instance import instance_folder
from wizard.service.dialer_numbers import caller_ids_of, servers_of
from wizard.service.dialers import look_at_dialer, summary_of
from wizard.service.routes import route_words
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.dialers import SavedDialer
from wizard.words.caller_ids import ADVICE, used_by
from wizard.words.errors import words_for
from wizard.words.findings import finding_json, sentence

from .completing import complete_dialer
from .dialer_options import Access, access_options, choose_dialer
from .groups import Suggesting
from .output import as_json, errors_reported, print_json


@click.group(cls=Suggesting)
def dialer() -> None:
    """Saved dialers."""


@dialer.command()
@click.argument("name")
@click.argument("address", metavar="USER@HOST[:PORT]|ALIAS")
@access_options
@click.option("--keep-passwords", is_flag=True, help="Keep the passwords that were given, encrypted.")
@as_json
@errors_reported
def add(name: str, address: str, access: Access, keep_passwords: bool, as_json: bool) -> None:
    """Save a dialer as NAME, once the wizard has been in and seen that it is one."""
    workspace = open_workspace(instance_folder())
    if workspace.dialers.find(name) is not None:
        raise NameTakenError(name=name)
    chosen = choose_dialer(workspace, address, access)
    facts = look_at_dialer(chosen.connect)
    saved = workspace.dialers.add(name, chosen.target, chosen.secrets if keep_passwords else DialerSecrets())
    workspace.dialers.remember_look(saved.id, summary_of(facts))
    _print_dialer(workspace, name, as_json=as_json)


@dialer.command("list")
@as_json
@errors_reported
def list_(as_json: bool) -> None:
    """The saved dialers."""
    dialers = open_workspace(instance_folder()).dialers.all()
    if as_json:
        print_json([_document(saved) for saved in dialers])
        return
    for saved in dialers:
        click.echo(f"{saved.name:20} {saved.target.address:30} {saved.summary.get('server_ip', '')}")


@dialer.command()
@click.argument("name", shell_complete=complete_dialer)
@access_options
@as_json
@errors_reported
def show(name: str, access: Access, as_json: bool) -> None:
    """Look at a dialer now, and print what was read from it."""
    workspace = open_workspace(instance_folder())
    saved = _saved(workspace, name)
    chosen = choose_dialer(workspace, name, access)
    workspace.dialers.remember_look(saved.id, summary_of(look_at_dialer(chosen.connect)))
    _print_dialer(workspace, name, as_json=as_json)


@dialer.command()
@click.argument("name", shell_complete=complete_dialer)
@as_json
@errors_reported
def remove(name: str, as_json: bool) -> None:
    """Forget a dialer, its host key and its passwords. Nothing changes on it."""
    workspace = open_workspace(instance_folder())
    saved = _saved(workspace, name)
    workspace.dialers.remove(saved.id)
    workspace.host_keys.forget(saved.target, [other.target for other in workspace.dialers.all()])
    if as_json:
        print_json({"removed": saved.name})
    else:
        click.echo(f"Removed {saved.name}.")


def _saved(workspace: Workspace, name: str) -> SavedDialer:
    saved = workspace.dialers.find(name)
    if saved is None:
        raise NotFoundError(what="dialer", name=name)
    return saved


def _document(saved: SavedDialer) -> dict[str, Any]:
    return {
        "name": saved.name,
        "address": saved.target.address,
        "auth": saved.target.auth.value,
        "sudo": saved.target.sudo.value,
        "route": route_words(saved.target),
        "looked_at": saved.looked_at,
        **{key: value for key, value in saved.summary.items() if key not in ("findings", "caller_ids")},
        "caller_ids": [_caller_id(each) for each in caller_ids_of(saved.summary)],
        "findings": [_finding(each) for each in saved.summary.get("findings", [])],
    }


def _caller_id(number: CallerId) -> dict[str, Any]:
    return {
        "number": number.number,
        "used_by": [{"source": use.source.value, "name": use.name, "active": use.active} for use in number.uses],
        "findings": [finding_json(finding) for finding in number.findings],
    }


def _finding(kept: dict[str, Any]) -> dict[str, str]:
    words = words_for(kept["code"], kept["values"])
    return {
        "code": kept["code"],
        "field": "dialer",
        "severity": kept["severity"],
        "message": f"{words.happened} {words.try_next}",
    }


def _print_dialer(workspace: Workspace, name: str, *, as_json: bool) -> None:
    document = _document(_saved(workspace, name))
    if as_json:
        print_json(document)
        return
    for key in ("name", "address", "route", "server_ip", "server_id", "asterisk_version", "schema", "drivers"):
        value = document.get(key, "")
        click.echo(f"{key + ':':18}{', '.join(value) if isinstance(value, list) else value}")
    for carrier in document.get("carriers", []):
        state = "active" if carrier["active"] == "Y" else "inactive"
        click.echo(f"{'carrier:':18}{carrier['carrier_id']:16}{carrier['protocol']:10}{state}")
    for campaign in document.get("campaigns", []):
        prefixes = ", ".join(prefix or "(none)" for prefix in campaign["prefixes"])
        click.echo(f"{'campaign:':18}{campaign['campaign_id']:16}dial prefix {prefixes}")
    _print_numbers(_saved(workspace, name))
    for finding in document["findings"]:
        click.echo(f"{finding['severity']}: {finding['message']}", err=True)


def _print_numbers(saved: SavedDialer) -> None:
    """Servers and caller IDs, and what is the matter with each."""
    for server in servers_of(saved.summary):
        state = "gets carriers" if server.runs_asterisk and server.generates else "gets no carriers"
        limits = f"{server.channels or '?'} calls at once, {server.calls_per_second or '?'} new ones per second"
        click.echo(f"{'server:':18}{server.server_ip:16}{server.server_id:12}{state}, {limits}")
    numbers = caller_ids_of(saved.summary)
    for number in numbers:
        click.echo(f"{'caller ID:':18}{number.number:16}{used_by(number.uses)}")
        for finding in number.findings:
            click.echo(f"{'':18}{finding.severity.value}: {sentence(finding)}")
    if left_out := saved.summary.get("caller_ids_left_out", 0):
        click.echo(f"{'':18}and {left_out} more caller IDs")
    if any(number.findings for number in numbers):
        click.echo(f"{'':18}{ADVICE}")
