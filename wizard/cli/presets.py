"""``presets``: the carriers known by name."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from wizard.carrier.presets import Preset, search
from wizard.service.presets import all_presets, preset_named
from wizard.words.presets import CONFIDENCE, NOTES, SIGN_INS

from .completing import complete_preset
from .output import as_json, errors_reported, print_json


@click.command()
@click.argument("preset_id", metavar="[ID]", required=False, shell_complete=complete_preset)
@click.option("--search", "text", metavar="TEXT", default="", help="Only those whose name, alias or host has this in it.")
@as_json
@errors_reported
def presets(preset_id: str | None, text: str, as_json: bool) -> None:
    """The carriers known by name; with an ID, what is known of it and where from.

    In an answers file, `preset = "ID"` stands for what is known of the carrier wherever the file says nothing else.
    """
    if preset_id is not None:
        _print_one(preset_named(preset_id), as_json=as_json)
        return
    found = search(all_presets(), text)
    if as_json:
        print_json([_summary(preset) for preset in found])
        return
    for preset in found:
        click.echo(f"{preset.id:22} {preset.name:42} {_ways(preset)}".rstrip())
    if not found:
        click.echo("No carrier is known by that. Start from generic-registration or generic-ip.", err=True)


def _print_one(preset: Preset, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(preset))
        return
    click.echo(f"{preset.name}\n")
    for label, value in _lines(preset):
        click.echo(f"{label + ':':27} {value}")
    for title, texts in (("You need", preset.needs), ("Mind", preset.traps), ("Sources", preset.sources)):
        if texts:
            click.echo("\n" + "\n".join([f"{title}:", *(f"  - {text}" for text in texts)]))
    click.echo(f"\nCollected {preset.collected}.")


def _lines(preset: Preset) -> list[tuple[str, str]]:
    lines = [("Sign-in", _ways(preset))]
    lines += [("Host", f"{host.host}  {host.region}".rstrip()) for host in preset.hosts]
    lines += [(fact.answer, f"{_shown(fact.value)}  ({CONFIDENCE[fact.confidence]})") for fact in preset.facts]
    lines += [("Calls come in from", f"{each.address}  {each.region} ({each.status})") for each in preset.incoming]
    return lines + [(label, preset.notes[name]) for name, label in NOTES.items() if name in preset.notes]


def _ways(preset: Preset) -> str:
    return ", ".join(SIGN_INS[way.auth] + (" (advised)" if way.recommended else "") for way in preset.sign_ins)


def _summary(preset: Preset) -> dict[str, Any]:
    host = preset.default_host
    ways = [way.auth.value for way in preset.sign_ins]
    return {
        "id": preset.id,
        "name": preset.name,
        "auth": ways,
        "host": host.host if host else "",
        "regions": list(preset.regions),
    }


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
