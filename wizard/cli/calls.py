"""``test-call``"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from wizard.instance import instance_folder
from wizard.service.calls import TestCall
from wizard.service.proofs import CallAsked, ProofOn, begin_test_calls
from wizard.service.workspace import open_workspace
from wizard.words.calls import DEBUG_LOG_WARNING, NO_LADDER, call_facts, call_headline, ladder_lines
from wizard.words.causes import cause_json, causes_text

from .completing import complete_carrier
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_option
from .output import Exit, Tone, as_json, errors_reported, painted, print_causes, print_json, say_stage, signals_as_interrupts


@click.command(name="test-call")
@click.argument("carrier_id", shell_complete=complete_carrier)
@click.argument("number")
@dialer_option
@click.option("--caller-id", default="", metavar="N", help="A number that you own; an active campaign's otherwise.")
@click.option(
    "--debug-log",
    is_flag=True,
    help="Over TLS: a ladder from Asterisk's own debug output, which is on for as long as the call lasts.",
)
@click.option("--each-leg", is_flag=True, help="Then once more through each backup carrier's own entry.")
@access_options
@as_json
@errors_reported
def test_call(
    carrier_id: str,
    number: str,
    dialer: str,
    caller_id: str,
    each_leg: bool,
    debug_log: bool,
    access: Access,
    as_json: bool,
) -> None:
    """Ring NUMBER, your own phone, once through a carrier, and tell what the carrier answered. It may charge for it.

    It rings for at most 30 seconds, and who answers hears a tone for 8 seconds.
    """
    workspace = open_workspace(instance_folder())
    chosen = choose_dialer(workspace, dialer, access)
    on = ProofOn(workspace, chosen.connect, chosen.target, chosen.name, chosen.dialer_id)
    asked = CallAsked(carrier_id, number, caller_id, each_leg, debug_log)
    job = begin_test_calls(on, asked, tell=None if as_json else say_stage)
    if debug_log:
        click.echo(DEBUG_LOG_WARNING, err=True)
    with signals_as_interrupts():
        calls = job.make()
    if as_json:
        documents = [call_document(call) for call in calls]
        print_json({**documents[0], "legs": documents[1:]})
    else:
        for call in calls:
            _print(call)
    raise SystemExit(int(Exit.DONE if all(call.result.seen.answered for call in calls) else Exit.NOT_SO))


def call_document(call: TestCall) -> dict[str, Any]:
    """A call as ``--json`` prints it; no message has a credential in it."""
    seen, ladder, no_ladder = call.result.seen, call.result.ladder, call.result.no_ladder
    return {
        "carrier_id": call.carrier_id,
        "dialled": call.digits,
        **{key: value for key, value in asdict(seen).items() if key not in ("messages", "log_lines", "trunk")},
        "message": call_headline(call.carrier_id, seen),
        "codes": list(ladder.codes),
        "explained": [{"header": name, "text": text} for name, text in ladder.explained],
        "hangup_causes": list(ladder.causes),
        "causes": [cause_json(cause) for cause in call.causes],
        "codecs": list(ladder.codecs),
        "no_ladder": no_ladder or None,
        "ladder": [
            {
                "at": round(step.at, 3),
                "direction": "out" if step.is_outgoing else "in",
                "label": step.label,
                "about": step.about,
                "repeats": step.repeats,
            }
            for step in ladder.steps
        ],
        "messages": [asdict(message) for message in seen.messages],
    }


def _print(call: TestCall) -> None:
    result = call.result
    click.echo(painted(call_headline(call.carrier_id, result.seen), Tone.GOOD if result.seen.answered else Tone.WRONG))
    for label, value in call_facts(result.seen, result.ladder):
        click.echo(f"  {label + ':':26}{value}")
    for line in ladder_lines(result.ladder):
        click.echo(f"  {line}")
    if result.no_ladder:
        click.echo(NO_LADDER[result.no_ladder])
    print_causes(causes_text(call.causes))
    click.echo("")
