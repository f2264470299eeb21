"""``simulate``"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from wizard.carrier.simulation.paths import CallPath, Receipt
from wizard.instance import instance_folder
from wizard.service.simulation import Dialled, Simulation
from wizard.service.simulation import simulate as simulate_number
from wizard.service.workspace import open_workspace
from wizard.words.simulation import (
    PARTLY_READ,
    callers_words,
    condition_lines,
    dead_lines_words,
    headline,
    lost_words,
    note_words,
    owner_words,
    receipt_lines,
    sometimes_words,
    why_words,
)

from .completing import complete_campaign
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_option
from .output import Exit, as_json, errors_reported, print_json


@click.command()
@click.argument("number")
@dialer_option
@click.option(
    "--campaign",
    default="",
    metavar="C",
    shell_complete=complete_campaign,
    help="Only as this campaign dials; all active ones otherwise.",
)
@click.option("--as-dialled", is_flag=True, help="NUMBER is the digits as they are sent, dial prefix and all.")
@access_options
@as_json
@errors_reported
def simulate(number: str, dialer: str, campaign: str, as_dialled: bool, access: Access, as_json: bool) -> None:
    """What would become of NUMBER: which pattern, which carrier, which digits it receives. Nothing is dialled."""
    chosen = choose_dialer(open_workspace(instance_folder()), dialer, access)
    simulation = simulate_number(chosen.connect, number, campaign, as_dialled=as_dialled)
    if as_json:
        print_json(simulation_document(simulation))
    else:
        for line in _lines(simulation):
            click.echo(line)
    raise SystemExit(int(Exit.DONE if simulation.reaches_carrier else Exit.NOT_SO))


def simulation_document(simulation: Simulation) -> dict[str, Any]:
    """The simulation as ``--json`` prints it. What headers hold isn't in it: that may be a carrier's key."""
    return {
        "number": simulation.typed,
        "context": simulation.context,
        "is_partly_read": simulation.is_partly_read,
        "ways": [_way_document(each) for each in simulation.dialled],
    }


def _way_document(dialled: Dialled) -> dict[str, Any]:
    path, first = dialled.path, dialled.path.first
    return {
        "callers": [
            {"campaign": each.campaign_id, "way": each.way.value, "list_prefix": each.list_prefix} for each in dialled.callers
        ],
        "sent": path.digits,
        "pattern": path.winner.extension.pattern if path.winner else None,
        "context": path.winner.context if path.winner else None,
        "pattern_of": owner_words(path.owner) if path.owner else None,
        **(_receipt_document(first) if first else {"carrier_id": None, "trunk": None, "receives": None, "caller_id": None}),
        "backup": [_receipt_document(each) for each in path.receipts[1:]],
        "message": headline(path),
        "why": why_words(path),
        "others": [
            {
                "pattern": each.match.extension.pattern,
                "context": each.match.context,
                "pattern_of": owner_words(each.owner),
                "carrier_id": each.owner.carrier_id or None,
                "reason": each.reason.lost.value,
                "message": lost_words(each, path.winner),
            }
            for each in path.losers
            if path.winner
        ],
        "notes": _notes(path),
    }


def _receipt_document(receipt: Receipt) -> dict[str, Any]:
    destination, leg = receipt.leg.destinations[0], receipt.leg
    return {
        "carrier_id": receipt.carrier_id or None,
        "trunk": f"{destination.technology}/{destination.trunk}" if destination.trunk else None,
        "receives": destination.on_the_wire if destination.is_known else None,
        "dials": destination.written,
        "caller_id": leg.caller_id,
        "caller_name": leg.caller_name,
        "headers": [*dict(receipt.identity), *(name for name, _ in leg.headers)],
        "turn": receipt.turn,
        "only_if": condition_lines(receipt),
    }


def _notes(path: CallPath) -> list[str]:
    sometimes = [sometimes_words(match) for match in path.sometimes]
    return [*sometimes, *filter(None, [dead_lines_words(path)]), *map(note_words, path.notes)]


def _lines(simulation: Simulation) -> Iterator[str]:
    if not simulation.dialled:
        yield "No campaign is active on this dialer, so nothing is dialled. With --as-dialled, digits are followed as they are."
    for dialled in simulation.dialled:
        path = dialled.path
        yield f"{callers_words(dialled.callers)}: VICIdial sends {path.digits}"
        yield f"  {headline(path)}"
        for receipt in path.receipts:
            for label, value in receipt_lines(receipt):
                yield f"    {label + ':':22}{value}"
            for condition in condition_lines(receipt):
                yield f"    {'only if:':22}{condition}"
        yield f"  Why: {why_words(path)}"
        for loser in path.losers if path.winner else ():
            pattern = f"{loser.match.extension.pattern} in [{loser.match.context}]"
            yield f"    not {pattern} ({owner_words(loser.owner)}): {lost_words(loser, path.winner)}" if path.winner else ""
        for note in _notes(path):
            yield f"  Note: {note}"
        yield ""
    if simulation.is_partly_read:
        yield PARTLY_READ
