"""``rates import | show | lookup | remove``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from wizard.carrier.findings import Finding
from wizard.carrier.rates.choice import Offer
from wizard.carrier.rates.deck import Deck
from wizard.carrier.rates.layout import HIGHEST, Choice
from wizard.carrier.rates.values import shown_rate
from wizard.instance import instance_folder
from wizard.service.rates import Imported, import_rates, look_at_rates, look_up, read_deck_file, remove_deck, try_import
from wizard.service.workspace import open_workspace
from wizard.words.findings import finding_json

from .completing import complete_carrier
from .dialer_options import Access, access_options, choose_dialer
from .groups import Suggesting
from .installs import dialer_option
from .output import Exit, as_json, errors_reported, print_findings, print_json, say_stage, signals_as_interrupts


@click.group(cls=Suggesting)
def rates() -> None:
    """Least-cost routing: what each carrier asks for a call to each NPANXX."""


@rates.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--carrier", required=True, metavar="CARRIER_ID", shell_complete=complete_carrier, help="The carrier whose rates these are."
)
@dialer_option
@click.option("--npanxx-column", "number", multiple=True, metavar="NAME", help="Name or place (from 1); twice for NPA and NXX.")
@click.option(
    "--rate-column",
    "rate",
    multiple=True,
    metavar="NAME",
    help=f"Name or place (from 1); of several the highest counts, and “{HIGHEST}” means all that are rates.",
)
@click.option("--skip-bad", is_flag=True, help="Leave out lines that can't be used, instead of loading nothing.")
@click.option("--dry-run", is_flag=True, help="Read the file and look at the dialer; change nothing.")
@access_options
@as_json
@errors_reported
def import_(
    file: Path,
    carrier: str,
    dialer: str,
    number: tuple[str, ...],
    rate: tuple[str, ...],
    skip_bad: bool,
    dry_run: bool,
    access: Access,
    as_json: bool,
) -> None:
    """Give a carrier the rates of FILE in the place of those that it has. Calls see the old or the new, never half."""
    workspace = open_workspace(instance_folder())
    if not as_json:
        say_stage("reading_deck")
    deck = read_deck_file(file, Choice(number, rate))
    chosen = choose_dialer(workspace, dialer, access)
    with signals_as_interrupts():
        if dry_run:
            done = try_import(chosen.connect, carrier, deck, skip_bad=skip_bad)
        else:
            if not as_json:
                say_stage("loading_rates")
            done = import_rates(workspace, chosen.connect, chosen.target, carrier, deck, skip_bad=skip_bad)
    findings = [*deck.findings, *deck.bad_lines, *done.findings]
    if as_json:
        print_json({**_document(done, findings), "dry_run": dry_run, "deck": _deck_document(deck)})
        return
    print_findings(findings)
    word = "would have" if dry_run else "has"
    click.echo(f"{done.carrier_id} ({done.trunk}) {word} {done.count:,} rates; before: {done.before:,}. {_columns(deck)}")


@rates.command()
@dialer_option
@access_options
@as_json
@errors_reported
def show(dialer: str, access: Access, as_json: bool) -> None:
    """The decks on a dialer: how many rates, the lowest and the highest."""
    workspace = open_workspace(instance_folder())
    look = look_at_rates(choose_dialer(workspace, dialer, access).connect)
    if as_json:
        decks = [
            {
                "trunk": deck.parts.trunk,
                "carriers": list(deck.carriers),
                "count": deck.parts.count,
                "lowest": shown_rate(deck.parts.lowest),
                "highest": shown_rate(deck.parts.highest),
            }
            for deck in look.decks
        ]
        print_json({"has_table": look.has_table, "decks": decks, "findings": list(map(finding_json, look.findings))})
    else:
        print_findings(look.findings)
        for deck in look.decks:
            span = f"{shown_rate(deck.parts.lowest)} to {shown_rate(deck.parts.highest)}"
            click.echo(f"{deck.parts.trunk:22}{', '.join(deck.carriers):20}{deck.parts.count:>10,} rates  {span}")
        if look.has_table and not look.decks:
            click.echo("No rates yet.")
    raise SystemExit(int(Exit.DONE if look.has_table else Exit.NOT_SO))


@rates.command()
@click.argument("number")
@dialer_option
@access_options
@as_json
@errors_reported
def lookup(number: str, dialer: str, access: Access, as_json: bool) -> None:
    """Who has a rate for NUMBER, the cheapest first, and whom VICIdial takes."""
    workspace = open_workspace(instance_folder())
    found = look_up(choose_dialer(workspace, dialer, access).connect, number)
    if as_json:
        print_json(
            {
                "npanxx": str(found.npanxx),
                "chosen": found.chosen.trunk if found.chosen else None,
                "default": found.default or None,
                "offers": list(map(_offer, found.offers)),
                "findings": list(map(finding_json, found.findings)),
            }
        )
    else:
        for place, offer in enumerate(found.offers):
            mark = "→" if place == 0 else " "
            click.echo(f"{mark} {offer.trunk:22}{', '.join(offer.carriers):20}{shown_rate(offer.rate)}")
        print_findings(found.findings)
    raise SystemExit(int(Exit.DONE if found.chosen else Exit.NOT_SO))


@rates.command()
@click.option(
    "--carrier",
    required=True,
    metavar="CARRIER_ID",
    shell_complete=complete_carrier,
    help="The carrier, or its trunk (SIP/acme) where it is gone.",
)
@dialer_option
@access_options
@as_json
@errors_reported
def remove(carrier: str, dialer: str, access: Access, as_json: bool) -> None:
    """Take a carrier's rates out of the table."""
    workspace = open_workspace(instance_folder())
    chosen = choose_dialer(workspace, dialer, access)
    with signals_as_interrupts():
        done = remove_deck(workspace, chosen.connect, chosen.target, carrier)
    if as_json:
        print_json(_document(done, done.findings))
        return
    print_findings(done.findings)
    click.echo(f"Removed {done.before:,} rates of {done.trunk}.")


def _document(done: Imported, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "carrier_id": done.carrier_id,
        "trunk": done.trunk,
        "count": done.count,
        "before": done.before,
        "findings": list(map(finding_json, findings)),
    }


def _deck_document(deck: Deck) -> dict[str, Any]:
    counts = {"lines": deck.lines, "bad_lines": deck.bad_count, "repeated": deck.repeated}
    if deck.layout is None:
        return counts
    label = deck.layout.label
    columns = {"npanxx_columns": list(map(label, deck.layout.number)), "rate_columns": list(map(label, deck.layout.rates))}
    return {**counts, **columns}


def _columns(deck: Deck) -> str:
    document = _deck_document(deck)
    return f"NPANXX: {', '.join(document['npanxx_columns'])}; rate: {', '.join(document['rate_columns'])}."


def _offer(offer: Offer) -> dict[str, Any]:
    return {"trunk": offer.trunk, "carriers": list(offer.carriers), "rate": shown_rate(offer.rate)}
