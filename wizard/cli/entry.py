"""``schema`` and ``render``: the entry without a dialer."""

from __future__ import annotations

import click

from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier
from wizard.carrier.schema import answers_schema
from wizard.carrier.sql import install_statements
from wizard.words.findings import finding_json
from wizard.words.questions import descriptions

from .answers_file import answers_argument, load_answers, secret_option
from .output import Exit, as_json, errors_reported, print_findings, print_json

#: the text boxes of VICIdial's own form, by their columns
_BOXES = {
    "registration_string": "Registration String",
    "account_entry": "Account Entry",
    "globals_string": "Globals String",
    "dialplan_entry": "Dialplan Entry",
}
_LINES = {
    "carrier_id": "Carrier ID",
    "carrier_name": "Carrier Name",
    "carrier_description": "Carrier Description",
    "protocol": "Protocol",
    "server_ip": "Server IP",
    "template_id": "Template ID",
    "user_group": "Admin User Group",
    "active": "Active",
}


@click.command()
@as_json
def schema(as_json: bool) -> None:  # noqa: ARG001 (it is JSON either way)
    """Print the JSON Schema of an answers file."""
    print_json(answers_schema(descriptions()))


@click.command()
@answers_argument
@secret_option
@click.option("--format", "shape", type=click.Choice(["text", "json", "sql"]), default="text", show_default=True)
@as_json
@errors_reported
def render(answers: str, secret_env: str | None, shape: str, as_json: bool) -> None:
    """Print the carrier entry for ANSWERS (TOML or JSON, - for standard input). Touches no dialer.

    The password is printed in full, as the entry needs it.
    """
    read, findings = load_answers(answers, secret_env)
    findings += check_answers(read)
    carrier = None
    if not errors_of(findings):
        carrier = render_carrier(read)
        findings += lint_carrier(carrier)
    if errors_of(findings):
        carrier = None
    if as_json or shape == "json":
        row = carrier.columns() if carrier else {}
        print_json({**row, "findings": [finding_json(finding) for finding in findings]})
    else:
        print_findings(findings)
        if carrier is not None:
            click.echo(_text(carrier) if shape == "text" else install_statements(carrier), nl=False)
    raise SystemExit(int(Exit.DONE if carrier else Exit.BAD_INPUT))


def _text(carrier: Carrier) -> str:
    columns = carrier.columns()
    lines = [f"{label + ':':22}{columns[column]}" for column, label in _LINES.items() if columns[column]]
    boxes = [f"\n--- {label} ---\n{columns[column].rstrip() or '(leave empty)'}" for column, label in _BOXES.items()]
    return "\n".join([*lines, *boxes]) + "\n"
