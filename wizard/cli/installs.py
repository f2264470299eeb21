"""``install``, ``status``, ``rollback`` and ``history``"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import error, errors_of
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import WAIT_SECONDS, InstallPlan
from wizard.dialer.run import refuse as refuse_findings
from wizard.dialer.target import DialerSecrets
from wizard.dialer.verdict import Verdict
from wizard.errors import RefusedError, WizardError
from wizard.instance import instance_folder
from wizard.service.backups import BackupPlan
from wizard.service.dialers import connector
from wizard.service.installs import begin_install
from wizard.service.jobs import Job
from wizard.service.planning import plan_with_backups
from wizard.service.recovery import find_interrupted
from wizard.service.rollbacks import begin_rollback
from wizard.service.status import carrier_status
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.installs import Install
from wizard.words.causes import cause_json, causes_text
from wizard.words.errors import error_words
from wizard.words.findings import finding_json
from wizard.words.understanding import understood_json, understood_sentences
from wizard.words.verdicts import OUTCOMES, verdict_sentence

from .answers_file import answers_argument, load_answers, secret_option
from .completing import complete_carrier, complete_dialer, complete_file, complete_install
from .dialer_options import Access, ChosenDialer, access_options, choose_dialer, with_options
from .output import (
    Exit,
    Tone,
    as_json,
    errors_reported,
    exit_status,
    painted,
    print_causes,
    print_findings,
    print_json,
    signals_as_interrupts,
)
from .told import exit_of_install, exit_of_rollback, install_json, print_install, print_plan, tell_phase

_TONES = {Verdict.UP: Tone.GOOD, Verdict.DOWN: Tone.WRONG, Verdict.NOT_YET: Tone.MIND, Verdict.CANNOT_TELL: Tone.MIND}
dialer_option = click.option(
    "--dialer", required=True, metavar="D", shell_complete=complete_dialer, help="A saved dialer's name, or user@host[:port]."
)
wait_option = click.option(
    "--wait",
    type=click.IntRange(1, 86_400),
    default=round(WAIT_SECONDS),
    show_default=True,
    help="Seconds to wait until it is as it should be.",
)


@click.command()
@answers_argument
@dialer_option
@secret_option
@wait_option
@click.option("--keep", is_flag=True, help="Leave what is not up on the dialer.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--replace", is_flag=True, help="Change the carrier of the same ID where the dialer has one.")
@click.option(
    "--open-firewall", is_flag=True, help="Let the carrier through the dialer's firewall; a rollback closes it again."
)
@click.option(
    "--with-backup",
    "backups",
    metavar="FILE",
    multiple=True,
    shell_complete=complete_file,
    help="Answers of a backup carrier, to be installed first; again for several.",
)
@access_options
@as_json
@errors_reported
def install(
    answers: str,
    dialer: str,
    secret_env: str | None,
    wait: int,
    keep: bool,
    dry_run: bool,
    replace: bool,
    open_firewall: bool,
    backups: tuple[str, ...],
    access: Access,
    as_json: bool,
) -> None:
    """Install ANSWERS on a dialer, follow until the carrier is up, and judge; what is not up is rolled back.

    Backup carriers that are to come with it are installed first, and taken off again where the carrier doesn't stay.
    """
    try:
        read, findings = load_answers(answers, secret_env)
        refuse_findings([*findings, *check_answers(read)])
        plan = InstallPlan(read, wait_seconds=wait, keep=keep, replaces=replace, open_firewall=open_firewall)
        first = [
            BackupPlan(InstallPlan(_backup_answers(path), wait_seconds=wait, open_firewall=open_firewall)) for path in backups
        ]
        if dry_run:
            _print_plan(plan, first, dialer, access, as_json=as_json)
            return
        job = _begin(plan, dialer, access, None if as_json else tell_phase, first)
    except WizardError as error:
        if not as_json:
            raise
        print_json(_not_begun(error))
        raise SystemExit(int(exit_status(error))) from error
    with signals_as_interrupts():
        done = job.run()
    print_install(done, as_json=as_json)
    raise SystemExit(int(exit_of_install(done)))


@click.command()
@click.argument("carrier_id", shell_complete=complete_carrier)
@dialer_option
@access_options
@as_json
@errors_reported
def status(carrier_id: str, dialer: str, access: Access, as_json: bool) -> None:
    """The state of one carrier now, in words, with the reason."""
    workspace = open_workspace(instance_folder())
    seen = carrier_status(choose_dialer(workspace, dialer, access).connect, carrier_id)
    judgement = seen.observation.judgement
    message = verdict_sentence(judgement.verdict.value, judgement.reason, seen.observation.states)
    if as_json:
        print_json(
            {
                "carrier_id": seen.carrier.carrier_id,
                "verdict": judgement.verdict.value,
                "reason": judgement.reason,
                "message": message,
                "states": dict(seen.observation.states),
                "understood": understood_json(seen.observation.understood),
                "causes": [cause_json(cause) for cause in seen.causes],
            }
        )
    else:
        click.echo(f"{seen.carrier.carrier_id}: {painted(judgement.verdict.value, _TONES[judgement.verdict])}. {message}")
        for sentence in understood_sentences(understood_json(seen.observation.understood) or ()):
            click.echo(sentence)
        print_causes(causes_text(seen.causes))
    raise SystemExit(int(Exit.DONE if judgement.verdict is Verdict.UP else Exit.NOT_SO))


@click.command()
@click.argument("install_id", shell_complete=complete_install)
@access_options
@as_json
@errors_reported
def rollback(install_id: str, access: Access, as_json: bool) -> None:
    """Undo one install: the dialer becomes what it was before."""
    workspace = open_workspace(instance_folder())
    find_interrupted(workspace)
    install = workspace.installs.get(install_id)
    chosen = dialer_of(workspace, install, access)
    job = begin_rollback(workspace, connector(chosen.target, chosen.secrets), install, None if as_json else tell_phase)
    with signals_as_interrupts():
        done = job.run()
    print_install(done, as_json=as_json)
    raise SystemExit(int(exit_of_rollback(done)))


@click.command()
@click.option("--dialer", metavar="D", shell_complete=complete_dialer, help="Only those of one dialer.")
@as_json
@errors_reported
def history(dialer: str | None, as_json: bool) -> None:
    """Installs, newest first."""
    workspace = open_workspace(instance_folder())
    find_interrupted(workspace)
    installs = workspace.installs.all(dialer=dialer)
    if as_json:
        print_json([install_json(install) for install in installs])
        return
    for install in installs:
        outcome = OUTCOMES.get(install.outcome, install.outcome)
        click.echo(f"{install.id}  {install.started_at[:16]}  {install.carrier_id:16}{install.dialer_name:24}{outcome}")


def _print_plan(plan: InstallPlan, first: Sequence[BackupPlan], dialer: str, access: Access, *, as_json: bool) -> None:
    chosen = choose_dialer(open_workspace(instance_folder()), dialer, access)
    *backups, own = plan_with_backups(chosen.connect, plan, [each.plan for each in first])
    print_plan(own, backups, as_json=as_json)


def _backup_answers(path: str) -> Answers:
    """:raises RefusedError: they can't be used"""
    if path == "-":
        raise RefusedError([error("answers_file_unreadable", "answers", reason="standard input is the carrier's own")])
    read, findings = load_answers(path, None)
    findings += check_answers(read)
    if errors_of(findings):
        click.echo(f"In {path}:", err=True)
    refuse_findings(findings)
    return read


def _begin(
    plan: InstallPlan,
    dialer: str,
    access: Access,
    tell: Callable[[str, Phase], None] | None,
    first: Sequence[BackupPlan] = (),
) -> Job:
    workspace = open_workspace(instance_folder())
    find_interrupted(workspace)
    chosen = choose_dialer(workspace, dialer, access)
    return begin_install(
        workspace,
        chosen.connect,
        chosen.target,
        plan,
        dialer_name=chosen.name,
        dialer_id=chosen.dialer_id,
        tell=tell,
        # Standard error: with --json the document stays alone on the other.
        warn=print_findings,
        first=first,
    )


def _not_begun(error: WizardError) -> dict[str, Any]:
    """The document of an install that never became one."""
    words = error_words(error)
    document: dict[str, Any] = {
        "install_id": None,
        "carrier_id": None,
        "outcome": "refused",
        "verdict": Verdict.NOT_YET.value,
        "reason": error.code,
        "message": f"{words.happened} {words.try_next}",
        "phases": [],
        "states": {},
        "understood": None,
        "changes": [],
        "causes": [],
        "servers": [],
        "part_of": None,
    }
    if isinstance(error, RefusedError):
        document["findings"] = [finding_json(finding) for finding in error.findings]
    return document


def dialer_of(workspace: Workspace, install: Install, access: Access) -> ChosenDialer:
    """The dialer that an install went to: as it is saved now, or as it was reached then where it no longer is."""
    saved = next((each for each in workspace.dialers.all() if each.id == install.dialer_id), None)
    if saved is not None:
        return choose_dialer(workspace, saved.name, access)
    return with_options(workspace, ChosenDialer(install.dialer_name, None, install.target, DialerSecrets()), access)
