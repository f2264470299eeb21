"""``switch``"""

from __future__ import annotations

import time
from typing import Any

import click

from wizard.carrier.findings import errors_of
from wizard.carrier.switching.plan import SwitchPlan, SwitchRequest
from wizard.dialer.switch_journal import SwitchOutcome, SwitchPhase
from wizard.dialer.switcher import WATCH_SECONDS, plan_on_dialer
from wizard.instance import instance_folder
from wizard.service.proofs import with_call_proof
from wizard.service.switches import SwitchOn, begin_move_back, begin_switch, find_interrupted_switches, switches_between
from wizard.service.workspace import open_workspace
from wizard.store.switches import Switch
from wizard.words.switches import (
    PHASES,
    change_json,
    changes_sentences,
    message_of,
    plan_document,
    plan_sentences,
    watch_document,
    watch_sentence,
)

from .completing import complete_campaign, complete_carrier
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_option
from .output import Exit, as_json, errors_reported, print_findings, print_json, say_progress, signals_as_interrupts

_EXITS = {
    SwitchOutcome.MOVED: Exit.DONE,
    SwitchOutcome.UNCHANGED: Exit.DONE,
    SwitchOutcome.MOVED_BACK: Exit.ROLLED_BACK,
    SwitchOutcome.BACK_FAILED: Exit.ROLLBACK_FAILED,
    SwitchOutcome.INTERRUPTED: Exit.ROLLBACK_FAILED,
}


@click.command()
@click.argument("from_carrier", metavar="FROM", shell_complete=complete_carrier)
@click.argument("to_carrier", metavar="TO", shell_complete=complete_carrier)
@dialer_option
@click.option(
    "--campaign",
    "campaigns",
    metavar="C",
    shell_complete=complete_campaign,
    multiple=True,
    help="Only this campaign; again for several.",
)
@click.option(
    "--call-got-through",
    is_flag=True,
    help="Where no test call was answered: you called through TO, and both sides heard each other.",
)
@click.option("--leave-out", metavar="NUMBER", multiple=True, help="A number that TO need not take; again for several.")
@click.option("--prefix", metavar="DIGITS", help="TO's dial prefix, where its entry allows several.")
@click.option(
    "--watch",
    type=click.IntRange(0, 86_400),
    default=round(WATCH_SECONDS),
    show_default=True,
    help="Seconds to watch the carrier log; the campaigns go back where TO refuses more. 0: don't.",
)
@click.option("--dry-run", is_flag=True, help="Say what would move, and change nothing.")
@click.option("--undo", is_flag=True, help="Move back what was moved from FROM to TO.")
@access_options
@as_json
@errors_reported
def switch(
    from_carrier: str,
    to_carrier: str,
    dialer: str,
    campaigns: tuple[str, ...],
    call_got_through: bool,
    leave_out: tuple[str, ...],
    prefix: str | None,
    watch: int,
    dry_run: bool,
    undo: bool,
    access: Access,
    as_json: bool,
) -> None:
    """Move campaigns from the carrier FROM to the carrier TO, in one step, and back with --undo.

    Both are on the dialer. Each number that FROM takes has to arrive at TO, by the simulation; TO has to have carried a call.
    """
    workspace = open_workspace(instance_folder())
    find_interrupted_switches(workspace)
    chosen = choose_dialer(workspace, dialer, access)
    on = SwitchOn(
        workspace,
        chosen.connect,
        chosen.target,
        chosen.name,
        chosen.dialer_id,
        None if as_json else _tell,
        None if as_json else _show,
    )
    request = SwitchRequest(from_carrier, to_carrier, campaigns, frozenset(leave_out), prefix, call_got_through)
    if undo:
        raise SystemExit(int(_undo(on, from_carrier, to_carrier, as_json=as_json)))
    if dry_run:
        raise SystemExit(int(_try(on, request, as_json=as_json)))
    job = begin_switch(on, request, watch)
    with signals_as_interrupts():
        done = job.run()
    _print(done, as_json=as_json)
    raise SystemExit(int(_exit_of(done)))


def _try(on: SwitchOn, request: SwitchRequest, *, as_json: bool) -> Exit:
    """What would happen; a call that nobody has confirmed yet is said, and is no obstacle to asking."""
    plan = plan_on_dialer(on.connect, with_call_proof(on.workspace, on.target, request))
    if as_json:
        own = {"switch_id": None, "from": request.from_carrier, "to": request.to_carrier, "outcome": "planned"}
        print_json({**own, **plan_document(plan)})
    else:
        _show(plan)
    in_the_way = [each for each in errors_of(plan.findings) if each.code != "switch_call_unconfirmed"]
    return Exit.BAD_INPUT if in_the_way else Exit.DONE


def _undo(on: SwitchOn, from_carrier: str, to_carrier: str, *, as_json: bool) -> Exit:
    known = switches_between(on.workspace, on.target, from_carrier, to_carrier)
    done = [_back(on, switch) for switch in known if switch.is_running or switch.can_move_back]
    shown = done or known[:1]
    for each in shown if not as_json else ():
        _print(each, as_json=False)
    if as_json:
        print_json({**_document(shown[0]), "earlier": [_document(each) for each in shown[1:]]})
    return max((_exit_of_undo(each) for each in done), default=Exit.DONE)


def _back(on: SwitchOn, switch: Switch) -> Switch:
    """Move one back; who watches over it in another process is asked to do it."""
    if switch.is_running:
        on.workspace.switches.request_back(switch.id)
        while on.workspace.switches.get(switch.id).is_running:
            time.sleep(0.3)
            find_interrupted_switches(on.workspace)
        switch = on.workspace.switches.get(switch.id)
        if not switch.can_move_back:
            return switch
    with signals_as_interrupts():
        return begin_move_back(on, switch).run()


def _exit_of(switch: Switch) -> Exit:
    if switch.outcome == SwitchOutcome.REFUSED:
        refused = switch.error.get("code") == "refused"
        return Exit.BAD_INPUT if refused else Exit.NO_DIALER
    return _EXITS[SwitchOutcome(switch.outcome)]


def _exit_of_undo(switch: Switch) -> Exit:
    """Somebody else's change that was left alone is said by the status too."""
    if switch.outcome == SwitchOutcome.BACK_FAILED:
        return Exit.ROLLBACK_FAILED
    if switch.outcome != SwitchOutcome.MOVED_BACK:
        return Exit.NOT_SO if "findings" in switch.error else Exit.NO_DIALER
    return Exit.DONE if all(change.state in ("put_back", "planned") for change in switch.changes) else Exit.NOT_SO


def _tell(phase: SwitchPhase) -> None:
    say_progress(PHASES[phase])


def _show(plan: SwitchPlan) -> None:
    for line in plan_sentences(plan):
        click.echo(f"  {line}", err=True)
    print_findings(plan.findings)


def _print(switch: Switch, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(switch))
        return
    click.echo(message_of(switch))
    for sentence in changes_sentences(switch.changes):
        click.echo(sentence)
    if switch.changes:
        click.echo(watch_sentence(switch.watch))
    if switch.can_move_back:
        click.echo(f"To move back: carrier-wizard switch {switch.from_carrier} {switch.to_carrier} --undo --dialer D")


def _document(switch: Switch) -> dict[str, Any]:
    findings = switch.error.get("findings") or switch.plan.get("findings", [])
    return {
        "switch_id": switch.id,
        "from": switch.from_carrier,
        "to": switch.to_carrier,
        "dialer": switch.dialer_name,
        "started_at": switch.started_at,
        "outcome": switch.outcome or None,
        "reason": switch.error.get("code"),
        "message": message_of(switch),
        "phases": [{"phase": phase.value, "at": at} for phase, state, at in switch.phases if state == "done"],
        "changes": [change_json(change) for change in switch.changes],
        "watch": watch_document(switch.watch),
        **switch.plan,
        "findings": findings,
    }
