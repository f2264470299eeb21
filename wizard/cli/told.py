"""How a run is told on the command line: as it goes, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from wizard.dialer.journal import Phase
from wizard.dialer.planned_run import PlannedRun
from wizard.dialer.verdict import Verdict
from wizard.errors import BackupNotUpError, RecordChangedError
from wizard.service.jobs import INTERRUPTED
from wizard.service.kept import causes_read
from wizard.store.installs import Install
from wizard.words.causes import cause_json, causes_text
from wizard.words.changes import change_sentences
from wizard.words.errors import ROLLBACK_STEPS, words_for
from wizard.words.plans import carrier_heading, plan_json, plan_text
from wizard.words.servers import server_json, server_sentence, server_verdict
from wizard.words.understanding import understood_sentences
from wizard.words.verdicts import INTERRUPTED_WORDS, PHASES, headline_of, verdict_sentence

from .output import Exit, Tone, painted, print_causes, print_findings, print_json, say_progress

_EXITS = {
    "up": Exit.DONE,
    "not_up": Exit.NOT_SO,
    "done": Exit.DONE,
    "rolled_back": Exit.ROLLED_BACK,
    "rollback_failed": Exit.ROLLBACK_FAILED,
    "interrupted": Exit.ROLLBACK_FAILED,
}


def tell_phase(state: str, phase: Phase) -> None:
    if state == "done":
        say_progress(PHASES[phase])


def exit_of_install(install: Install) -> Exit:
    if install.error.get("also", {}).get("code") == "backup_left":
        return Exit.ROLLBACK_FAILED
    if install.outcome in _EXITS:
        return _EXITS[install.outcome]
    if install.error.get("code") == BackupNotUpError.code:
        return Exit.ROLLED_BACK
    if install.error.get("code") == RecordChangedError.code:
        return Exit.NOT_SO
    return Exit.BAD_INPUT if install.error.get("code") == "refused" else Exit.NO_DIALER


def exit_of_rollback(install: Install) -> Exit:
    if install.error.get("also", {}).get("code") == "backup_left":
        return Exit.ROLLBACK_FAILED
    if install.outcome == "rolled_back":
        return Exit.DONE
    if install.outcome == "rollback_failed":
        return Exit.ROLLBACK_FAILED
    return Exit.NOT_SO if install.error.get("code") == "drift" else Exit.NO_DIALER


def _message(install: Install) -> str:
    """How it ended, why, and what to do."""
    parts = [f"{headline_of(install.outcome, install.error)}."]
    code = install.error.get("code")
    if code == "refused":
        parts += [f"{each['field']}: {each['message']}" for each in install.error["findings"] if each["severity"] == "error"]
    elif install.outcome == INTERRUPTED and install.error.get("during") != "undo":
        parts += filter(None, INTERRUPTED_WORDS[install.can_roll_back])
    elif code:
        words = words_for(code, install.error.get("values", {}))
        parts += [words.happened, words.try_next, *(ROLLBACK_STEPS[step] for step in install.error.get("steps", []))]
    elif install.outcome != "refused":
        parts.append(verdict_sentence(install.verdict, install.reason, install.states))
    if also := install.error.get("also"):
        parts.append(words_for(also["code"], also["values"]).happened)
    return " ".join(parts)


def install_json(install: Install) -> dict[str, Any]:
    document: dict[str, Any] = {
        "install_id": install.id,
        "carrier_id": install.carrier_id,
        "dialer": install.dialer_name,
        "started_at": install.started_at,
        "outcome": install.outcome or None,
        "verdict": install.verdict or Verdict.NOT_YET.value,
        "reason": install.error.get("code") or install.reason,
        "message": _message(install),
        "phases": [{"phase": event.phase.value, "at": event.at} for event in install.events if event.state == "done"],
        "states": dict(install.states),
        "understood": None if install.understood is None else list(install.understood),
        "changes": list(install.changes),
        "causes": [cause_json(cause) for cause in causes_read(install.causes)],
        "servers": [server_json(server) for server in install.servers],
        "part_of": install.part_of,
    }
    if "diff" in install.error:
        document["diff"] = install.error["diff"]
    if "findings" in install.error:
        document["findings"] = install.error["findings"]
    return document


def print_install(install: Install, *, as_json: bool) -> None:
    if as_json:
        print_json(install_json(install))
        return
    good = install.outcome in ("up", "done") or (install.outcome == "rolled_back" and install.error.get("during") == "undo")
    headline, stop, rest = _message(install).partition(".")
    click.echo(painted(headline, Tone.GOOD if good else Tone.WRONG) + stop + rest)
    for sentence in change_sentences(install.changes, install.outcome):
        click.echo(sentence)
    for sentence in understood_sentences(install.understood or ()):
        click.echo(sentence)
    print_causes(causes_text(causes_read(install.causes)))
    for column, sign, text in install.error.get("diff", ()):
        click.echo(f"  {column}: {sign} {text}")
    for server in install.servers:
        click.echo(f"{server['server_ip']}: {server_verdict(server)}. {server_sentence(server)}")
    if install.can_roll_back:
        click.echo(f"To undo it: carrier-wizard rollback {install.id}")


def print_plan(plan: PlannedRun, backups: Sequence[PlannedRun] = (), *, as_json: bool) -> None:
    """Nothing stands in the way, or it would have been refused. ``backups`` go there first."""
    if as_json:
        print_json({**plan_json(plan), **({"backups": list(map(plan_json, backups))} if backups else {})})
        return
    for each in [*backups, plan]:
        if backups:
            click.echo(f"{carrier_heading(each.carrier_id, is_backup=each is not plan)}\n")
        print_findings(each.findings)
        click.echo(plan_text(each))
        if each is not plan:
            click.echo()
