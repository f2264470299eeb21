"""``adopt``: an answers file from a carrier that is already there."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from wizard.carrier.adopting.adopt import Adoption
from wizard.carrier.findings import error
from wizard.carrier.reading import plain_answers
from wizard.errors import RefusedError
from wizard.instance import instance_folder
from wizard.service.adopting import adopt_carrier
from wizard.service.workspace import open_workspace
from wizard.words.adopting import file_heading
from wizard.words.findings import finding_json

from .completing import complete_carrier
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_option
from .output import Exit, as_json, errors_reported, print_findings, print_json


@click.command()
@click.argument("carrier_id", shell_complete=complete_carrier)
@dialer_option
@click.option("--with-secret", is_flag=True, help="Write the password, and the values of headers, too.")
@click.option("--output", metavar="FILE", help="Write the answers to a new file rather than to standard output.")
@access_options
@as_json
@errors_reported
def adopt(carrier_id: str, dialer: str, with_secret: bool, output: str | None, access: Access, as_json: bool) -> None:
    """Read a carrier that is on the dialer back into an answers file, and tell what could not be placed.

    Whoever wrote the carrier: its answers are rendered again and compared with it, line by line. Nothing is changed.
    """
    chosen = choose_dialer(open_workspace(instance_folder()), dialer, access)
    adoption = adopt_carrier(chosen.connect, carrier_id)
    text = answers_toml(adoption, chosen.name, with_secret=with_secret)
    if output is not None:
        _write(output, text)
    if as_json:
        print_json(_document(adoption, with_secret=with_secret))
    else:
        print_findings(adoption.findings())
        if output is None:
            click.echo(text, nl=False)
    raise SystemExit(int(Exit.DONE if adoption.is_whole else Exit.NOT_SO))


def answers_toml(adoption: Adoption, dialer: str, *, with_secret: bool) -> str:
    """An answers file, as ``render`` and ``install`` take it."""
    answers = adoption.answers
    secrets = list(answers.secret_values())
    heading = file_heading(answers.carrier.carrier_id, dialer, secrets=secrets, with_secret=with_secret)
    comments = [f"# {' '.join(line.split())}" for line in heading]
    plain = plain_answers(answers, with_secret=with_secret)
    return "".join(f"{line}\n" for line in [*comments, *(f"{name} = {_toml(value)}" for name, value in plain.items())])


def _toml(value: Any) -> str:
    """TOML's texts are JSON's, but for its own tables."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml(name)} = {_toml(each)}' for name, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _document(adoption: Adoption, *, with_secret: bool) -> dict[str, Any]:
    return {
        "carrier_id": adoption.answers.carrier.carrier_id,
        "all_placed": adoption.is_whole,
        "answers": plain_answers(adoption.answers, with_secret=with_secret),
        "not_placed": [
            {"column": each.column, "line": each.line, "text": each.text, "instead": each.instead}
            for each in adoption.not_placed
        ],
        "findings": [finding_json(finding) for finding in adoption.findings()],
    }


def _write(path: str, text: str) -> None:
    """A new file that nobody else can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedError([error("adopt_output_exists", "output", path=path)]) from None
    except OSError as problem:
        raise RefusedError([error("adopt_output_unwritable", "output", path=path, reason=type(problem).__name__)]) from problem
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
