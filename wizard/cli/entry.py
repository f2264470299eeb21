"""``schema`` and ``render``: the entry without a dialer."""

from __future__ import annotations

from dataclasses import asdict

import click

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.backup_checks import check_without_dialer
from wizard.carrier.profile import NOWHERE, ConfTemplate
from wizard.carrier.render import render_carrier, render_template
from wizard.carrier.schema import answers_schema
from wizard.carrier.sql import install_statements
from wizard.words.findings import finding_json
from wizard.words.questions import descriptions
from wizard.words.sheets import OurSide, carrier_letter, entry_text, paste_sheet

from .answers_file import answers_argument, load_answers, secret_option
from .output import Exit, as_json, errors_reported, print_findings, print_json


@click.command()
@as_json
def schema(as_json: bool) -> None:  # noqa: ARG001 (it is JSON either way)
    """Print the JSON Schema of an answers file."""
    print_json(answers_schema(descriptions()))


@click.command()
@answers_argument
@secret_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "sql", "sheet", "letter"]),
    default="text",
    show_default=True,
    help="The row as text, JSON or SQL; a sheet for pasting by hand; a letter to the carrier.",
)
@as_json
@errors_reported
def render(answers: str, secret_env: str | None, shape: str, as_json: bool) -> None:
    """Print the carrier entry for ANSWERS (TOML or JSON, - for standard input). Touches no dialer.

    The password is printed in full, as the entry needs it. A sheet is for pasting by hand; a letter is what to tell the
    carrier, and has no password.
    """
    read, findings = load_answers(answers, secret_env)
    findings += check_answers(read)
    carrier = template = None
    if not errors_of(findings):
        carrier, template = render_carrier(read), render_template(read)
        findings += [*lint_carrier(carrier), *check_without_dialer(read)]
    if errors_of(findings):
        carrier = template = None
    if as_json or shape == "json":
        row: dict[str, object] = {**carrier.columns()} if carrier else {}
        if template is not None:
            row["template"] = asdict(template)
        print_json({**row, "findings": [finding_json(finding) for finding in findings]})
    else:
        print_findings(findings)
        if carrier is not None:
            click.echo(_shaped(shape, read, carrier, template), nl=False)
    raise SystemExit(int(Exit.DONE if carrier else Exit.BAD_INPUT))


def _shaped(shape: str, answers: Answers, carrier: Carrier, template: ConfTemplate | None) -> str:
    match shape:
        case "sql":
            return install_statements(carrier, template)
        case "sheet":
            return paste_sheet(carrier, template, answers)
        case "letter":
            return carrier_letter(answers, OurSide(NOWHERE))
        case _:
            return entry_text(carrier, template)
