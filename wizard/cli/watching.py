"""``watch``: looking at all carriers of saved dialers, again and again, in the foreground; and what is set for it."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import click

from wizard.dialer.verdict import Verdict
from wizard.errors import NotFoundError
from wizard.instance import instance_folder
from wizard.service.other_servers import reach_as_saved
from wizard.service.watching.overview import WatchOverview, watch_overview
from wizard.service.watching.rounds import Round
from wizard.service.watching.schedule import Schedule
from wizard.service.watching.telling import Telling, tell_once
from wizard.service.watching.watcher import Watcher
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import THE_DIALER, Delivery, NewEvent, WatchEvent
from wizard.store.watches import LEAST_SECONDS, MOST_SECONDS, WatchSetting
from wizard.words.errors import error_words
from wizard.words.verdicts import REASONS, VERDICTS
from wizard.words.watching import delivery_words, event_reason, event_title, moment, state_words, summary_words

from .completing import complete_dialer
from .groups import Suggesting
from .output import Exit, as_json, errors_reported, print_json, signals_as_interrupts


@click.group(cls=Suggesting, invoke_without_command=True)
@click.option(
    "--dialer",
    "dialers",
    multiple=True,
    metavar="D",
    shell_complete=complete_dialer,
    help="A saved dialer; otherwise all that are watched.",
)
@click.option("--once", is_flag=True, help="Look once, tell what is to be told, and end.")
@as_json
@click.pass_context
@errors_reported
def watch(context: click.Context, dialers: tuple[str, ...], once: bool, as_json: bool) -> None:
    """Look at all active carriers of saved dialers until Ctrl-C, and tell when one goes down or comes back.

    Without a subcommand this runs in the foreground, for systemd say; with --json each look is one line.
    """
    if context.invoked_subcommand is not None:
        return
    workspace = open_workspace(instance_folder())
    chosen = [saved_dialer(workspace, name) for name in dialers]
    if once:
        _once(workspace, chosen, as_json=as_json)
    else:
        _until_stopped(workspace, chosen, as_json=as_json)


def _once(workspace: Workspace, chosen: list[SavedDialer], *, as_json: bool) -> None:
    wanted = chosen or _watched(workspace)
    rounds: list[Round] = []
    if wanted:
        schedule = Schedule(workspace, reach_as_saved(workspace), only=[each.id for each in wanted], tell=rounds.append)
        try:
            schedule.tick()
            while schedule.is_looking:
                time.sleep(0.05)
                schedule.tick()
        finally:
            schedule.end()
        tell_once(Telling(workspace))
    taken = [each.name for each in wanted if each.id not in {done.dialer.id for done in rounds}]
    if as_json:
        print_json({"dialers": list(map(_round_json, rounds)), "watched_elsewhere": taken})
    else:
        for done in rounds:
            _print_round(done)
        for name in taken:
            click.echo(f"{name}: another process watches it, or it could not be looked at.", err=True)
        if not wanted:
            click.echo(
                "No dialer is watched. Name one with --dialer, or switch its watch on: carrier-wizard watch on D", err=True
            )
    raise SystemExit(int(_exit_of(rounds, is_complete=bool(wanted) and not taken)))


def _exit_of(rounds: list[Round], *, is_complete: bool) -> Exit:
    if any(done.problem is not None for done in rounds):
        return Exit.NO_DIALER
    verdicts = {judgement.verdict for done in rounds for judgement in done.carriers.values()}
    return Exit.DONE if is_complete and verdicts <= {Verdict.UP, Verdict.CANNOT_TELL} else Exit.NOT_SO


def _until_stopped(workspace: Workspace, chosen: list[SavedDialer], *, as_json: bool) -> None:
    teller = _Teller(as_json)
    schedule = Schedule(workspace, reach_as_saved(workspace), only=[each.id for each in chosen], tell=teller.round)
    watcher = Watcher(schedule, Telling(workspace, tell=teller.delivery))
    names = [
        each.name for each in chosen or [workspace.dialers.get(each.dialer_id) for each in workspace.watches.switched_on()]
    ]
    click.echo(f"Watching {', '.join(names) or 'nothing yet: carrier-wizard watch on D switches a watch on'}.", err=True)
    try:
        with signals_as_interrupts():
            watcher.start()
            while watcher.is_running:
                watcher.wait(3600)
    except KeyboardInterrupt:
        click.echo("Ending.", err=True)
    finally:
        watcher.stop()


def _watched(workspace: Workspace) -> list[SavedDialer]:
    return [workspace.dialers.get(each.dialer_id) for each in workspace.watches.switched_on()]


class _Teller:
    """Prints what happens, from several threads, a line at a time; without ``--json`` only what changed."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], str] = {}

    def round(self, done: Round) -> None:
        with self._lock:
            if self._as_json:
                click.echo(json.dumps(_round_json(done), ensure_ascii=False))
                return
            for carrier_id, text in _states(done).items():
                key = (done.dialer.id, carrier_id)
                if self._last.get(key) != text:
                    self._last[key] = text
                    click.echo(f"{moment(done.at)}  {done.dialer.name:16} {carrier_id:16} {text}")

    def delivery(self, event: WatchEvent, delivery: Delivery) -> None:
        with self._lock:
            if not self._as_json:
                click.echo(
                    f"{event_title(event)}: {delivery_words(delivery.state, delivery.attempts, delivery.problem)}", err=True
                )


def _states(done: Round) -> dict[str, str]:
    if done.problem is not None:
        return {THE_DIALER: error_words(done.problem).happened}
    if done.is_busy:
        return {THE_DIALER: "A wizard is at work there, so nothing is judged."}
    return {name: f"{VERDICTS[each.verdict.value]}. {REASONS[each.reason].happened}" for name, each in done.carriers.items()}


def _print_round(done: Round) -> None:
    for carrier_id, text in (_states(done) or {THE_DIALER: "No carrier is active there."}).items():
        click.echo(f"{done.dialer.name:16} {carrier_id:16} {text}")
    for event in done.events:
        click.echo(f"{done.dialer.name:16} {event.carrier_id:16} told: {'up again' if event.is_up else 'down'}")


def _round_json(done: Round) -> dict[str, Any]:
    problem = done.problem
    return {
        "dialer": done.dialer.name,
        "at": round(done.at, 3),
        "is_busy": done.is_busy,
        "error": {"code": problem.code, "message": error_words(problem).happened} if problem is not None else None,
        "carriers": [
            {
                "carrier_id": carrier_id,
                "verdict": each.verdict.value,
                "reason": each.reason,
                "message": REASONS[each.reason].happened,
            }
            for carrier_id, each in done.carriers.items()
        ],
        "events": list(map(_event_json, done.events)),
    }


def _event_json(event: NewEvent | WatchEvent) -> dict[str, Any]:
    return {
        "carrier_id": event.carrier_id or None,
        "at": round(event.at, 3),
        "is_up": event.is_up,
        "since": round(event.since, 3),
        "reason": event.reason,
        "cause": event.cause or None,
    }


@watch.command("on")
@click.argument("dialer", metavar="D", shell_complete=complete_dialer)
@click.option(
    "--every", type=click.IntRange(LEAST_SECONDS, MOST_SECONDS), metavar="SECONDS", help="How often to look; 60 otherwise."
)
@as_json
@errors_reported
def switch_on(dialer: str, every: int | None, as_json: bool) -> None:
    """Watch a saved dialer, whenever the watch runs: with `serve`, or with `watch`."""
    workspace = open_workspace(instance_folder())
    saved = saved_dialer(workspace, dialer)
    before = workspace.watches.setting(saved.id)
    _set(
        workspace, saved, WatchSetting(saved.id, is_on=True, interval_seconds=every or before.interval_seconds), as_json=as_json
    )


@watch.command("off")
@click.argument("dialer", metavar="D", shell_complete=complete_dialer)
@as_json
@errors_reported
def switch_off(dialer: str, as_json: bool) -> None:
    """Watch it no more; its history is kept."""
    workspace = open_workspace(instance_folder())
    saved = saved_dialer(workspace, dialer)
    seconds = workspace.watches.setting(saved.id).interval_seconds
    _set(workspace, saved, WatchSetting(saved.id, is_on=False, interval_seconds=seconds), as_json=as_json)


def _set(workspace: Workspace, saved: SavedDialer, setting: WatchSetting, *, as_json: bool) -> None:
    workspace.watches.set(setting)
    kept = workspace.watches.setting(saved.id)
    if as_json:
        print_json({"dialer": saved.name, "is_on": kept.is_on, "interval_seconds": kept.interval_seconds})
    elif kept.is_on:
        click.echo(f"{saved.name} is watched every {kept.interval_seconds} seconds while `serve` or `watch` runs.")
    else:
        click.echo(f"{saved.name} is not watched.")


@watch.command()
@click.argument("dialer", metavar="D", shell_complete=complete_dialer)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 90 * 24), help="How far back.")
@as_json
@errors_reported
def show(dialer: str, hours: int, as_json: bool) -> None:
    """What the watch has seen of a dialer's carriers, and what was told; no dialer is asked."""
    workspace = open_workspace(instance_folder())
    seen = watch_overview(workspace, saved_dialer(workspace, dialer), hours, most_events=50)
    if as_json:
        print_json(_overview_json(seen))
        return
    click.echo(
        f"{seen.dialer.name}: {'watched' if seen.setting.is_on else 'not watched'}, every {seen.setting.interval_seconds} s"
    )
    for line in seen.lines:
        is_dialer = not line.carrier_id
        state = state_words(line.now.state, is_dialer=is_dialer) if line.now else ""
        summary = summary_words(line.segments, f"{hours} hours", is_dialer=is_dialer)
        click.echo(f"{line.carrier_id or '(the dialer)':16} {state:16} {summary}")
    for event in seen.events:
        click.echo(f"{moment(event.at)}  {event_title(event)}. {event_reason(event)}")
        for delivery in event.deliveries:
            click.echo(f"{'':22}{delivery_words(delivery.state, delivery.attempts, delivery.problem)}")


def _overview_json(seen: WatchOverview) -> dict[str, Any]:
    return {
        "dialer": seen.dialer.name,
        "is_on": seen.setting.is_on,
        "interval_seconds": seen.setting.interval_seconds,
        "looked_at": seen.looked_at,
        "carriers": [
            {
                "carrier_id": line.carrier_id or None,
                "state": line.now.state.value if line.now else None,
                "segments": [
                    {"from": each.begun, "to": each.until, "state": each.state.value, "reason": each.reason}
                    for each in line.segments
                ],
            }
            for line in seen.lines
        ],
        "events": [
            {
                **_event_json(event),
                "deliveries": [
                    {"target": each.target_id, "state": each.state, "attempts": each.attempts, "problem": each.problem}
                    for each in event.deliveries
                ],
            }
            for event in seen.events
        ],
    }


def saved_dialer(workspace: Workspace, name: str) -> SavedDialer:
    saved = workspace.dialers.find(name)
    if saved is None:
        raise NotFoundError(what="dialer", name=name)
    return saved
