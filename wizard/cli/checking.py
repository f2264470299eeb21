"""``check``: everything that can be known before anything is written"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from wizard.carrier.checks import check_answers
from wizard.dialer.run import refuse as refuse_findings
from wizard.instance import instance_folder
from wizard.service.checking import Checked
from wizard.service.proofs import ProofOn, begin_check
from wizard.service.workspace import open_workspace
from wizard.words.causes import cause_json, causes_text
from wizard.words.findings import finding_json
from wizard.words.outlook import told

from .answers_file import answers_argument, load_answers, secret_option
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_option
from .output import Exit, Tone, as_json, errors_reported, painted, print_causes, print_findings, print_json, say_stage

#: what was seen, as the document has it
_SEEN = ("host_addresses", "door", "sign_in", "advertised", "firewall", "preconditions")


@click.command()
@answers_argument
@dialer_option
@secret_option
@click.option("--replace", is_flag=True, help="Check a change of the carrier of the same ID.")
@access_options
@as_json
@errors_reported
def check(answers: str, dialer: str, secret_env: str | None, replace: bool, access: Access, as_json: bool) -> None:
    """Every check that changes nothing: the dialer, the carrier as seen from it, and what is in the way of ANSWERS.

    The carrier is asked from the dialer whether it answers and whether it takes user name and password. Nothing is written,
    registered or called.
    """
    read, findings = load_answers(answers, secret_env)
    refuse_findings([*findings, *check_answers(read)])
    workspace = open_workspace(instance_folder())
    chosen = choose_dialer(workspace, dialer, access)
    on = ProofOn(workspace, chosen.connect, chosen.target, chosen.name, chosen.dialer_id)
    job = begin_check(on, read, replaces=replace, tell=None if as_json else say_stage)
    checked = job.make()
    if as_json:
        print_json(check_json(checked))
    else:
        _print(checked)
    raise SystemExit(int(Exit.DONE if checked.is_clear else Exit.NOT_SO))


def check_json(checked: Checked) -> dict[str, Any]:
    """Nothing of it is secret: the carrier's row is left out."""
    seen = {name: getattr(checked.seen, name) for name in _SEEN}
    return {
        "carrier_id": checked.seen.carrier.carrier_id,
        "is_clear": checked.is_clear,
        "findings": [finding_json(finding) for finding in checked.findings],
        **{name: asdict(value) if hasattr(value, "__dataclass_fields__") else value for name, value in seen.items()},
        "told": [{"subject": subject, "message": sentence} for subject, sentence in told(checked.seen)],
        "causes": [cause_json(cause) for cause in checked.causes],
    }


def _print(checked: Checked) -> None:
    print_findings(checked.findings)
    for subject, sentence in told(checked.seen):
        click.echo(f"{subject}: {sentence}")
    print_causes(causes_text(checked.causes))
    said = "Nothing stands in the way." if checked.is_clear else "Something stands in the way: see the errors above."
    click.echo(painted(said, Tone.GOOD if checked.is_clear else Tone.WRONG))
