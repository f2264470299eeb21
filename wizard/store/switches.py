"""Switches of carriers and their journal: each phase durable before its act. Dial prefixes are no secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wizard.carrier.on_dialer.changes import Change, ChangeKind, ChangeState
from wizard.carrier.switching.share import Share
from wizard.dialer.switch_journal import SwitchCheckpoint, SwitchPhase, Watch, WatchState
from wizard.dialer.target import DialerTarget
from wizard.errors import NotFoundError

from .database import Store, new_id, now
from .dialers import target_json, target_of


@dataclass(frozen=True)
class Switch:
    """One attempt to move campaigns. ``outcome`` is empty while it runs."""

    id: str
    dialer_id: str | None
    dialer_name: str
    target: DialerTarget
    from_carrier: str
    to_carrier: str
    started_at: str
    ended_at: str
    outcome: str
    #: (phase, ``begun`` or ``done``, when)
    phases: tuple[tuple[SwitchPhase, str, str], ...]
    #: what was to move, as it is shown; empty before that is known
    plan: Mapping[str, Any]
    checkpoint: SwitchCheckpoint | None
    watch: Watch
    watch_seconds: float
    #: code and values of an error, empty where there is none
    error: Mapping[str, Any]
    back_requested: bool

    @property
    def is_running(self) -> bool:
        return not self.outcome

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.checkpoint.changes if self.checkpoint else ()

    @property
    def can_move_back(self) -> bool:
        """Whether something may still be as this switch left it."""
        return not self.is_running and any(change.state is ChangeState.MADE for change in self.changes)

    def begun_at(self, phase: SwitchPhase) -> str:
        """When a phase was begun, or, if it has no beginning, done; or nothing."""
        return next((at for each, _, at in self.phases if each is phase), "")

    def done_at(self, phase: SwitchPhase) -> str:
        return next((at for each, state, at in self.phases if each is phase and state == "done"), "")


class SwitchStore:
    """The ``switches`` table."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(
        self,
        *,
        dialer_name: str,
        target: DialerTarget,
        from_carrier: str,
        to_carrier: str,
        watch_seconds: float,
        dialer_id: str | None = None,
    ) -> Switch:
        row = {
            "id": new_id(),
            "dialer_id": dialer_id,
            "dialer_name": dialer_name,
            "target": json.dumps(target_json(target)),
            "from_carrier": from_carrier,
            "to_carrier": to_carrier,
            "started_at": now(),
            "ended_at": "",
            "outcome": "",
            "phases": "[]",
            "plan": "{}",
            "checkpoint": None,
            "watch": _watch_text(Watch(WatchState.NOT_WATCHED)),
            "watch_seconds": watch_seconds,
            "error": "{}",
            "back_requested": 0,
        }
        self._table.insert(row)
        return self.get(str(row["id"]))

    def get(self, switch_id: str) -> Switch:
        """:raises NotFoundError: no such switch"""
        for row in self._table.rows_where("id = ?", [switch_id]):
            return _switch(row)
        raise NotFoundError(what="switch", name=switch_id)

    def all(self) -> list[Switch]:
        """Newest first."""
        return [_switch(row) for row in self._table.rows_where(order_by="started_at desc, rowid desc")]

    def of_dialer(self, target: DialerTarget) -> list[Switch]:
        """Newest first."""
        return [switch for switch in self.all() if switch.target.key == target.key]

    def running(self) -> list[Switch]:
        return [_switch(row) for row in self._table.rows_where("outcome = ''")]

    def record(self, switch_id: str, phase: SwitchPhase, state: str) -> None:
        with self._store.changing():
            phases = [list(each) for each in self.get(switch_id).phases]
            self._table.update(switch_id, {"phases": json.dumps([*phases, [phase.value, state, now()]])})

    def remember_plan(self, switch_id: str, plan: Mapping[str, Any]) -> None:
        self._table.update(switch_id, {"plan": json.dumps(dict(plan))})

    def keep_checkpoint(self, switch_id: str, checkpoint: SwitchCheckpoint) -> None:
        self._table.update(switch_id, {"checkpoint": json.dumps(asdict(checkpoint), default=str)})

    def watch(self, switch_id: str, watch: Watch) -> None:
        self._table.update(switch_id, {"watch": _watch_text(watch)})

    def request_back(self, switch_id: str) -> None:
        """:raises NotFoundError: no such switch"""
        self.get(switch_id)
        self._table.update(switch_id, {"back_requested": 1})

    def back_requested(self, switch_id: str) -> bool:
        rows = self._table.rows_where("id = ?", [switch_id], select="back_requested")
        return any(row["back_requested"] for row in rows)

    def resume(self, switch_id: str) -> None:
        """Somebody works on it again: the campaigns are moved back."""
        self._table.update(switch_id, {"outcome": "", "ended_at": "", "error": "{}"})

    def finish(self, switch_id: str, outcome: str, error: Mapping[str, Any] | None = None) -> None:
        error_text = json.dumps(dict(error or {}), default=str)
        self._table.update(switch_id, {"outcome": outcome, "ended_at": now(), "error": error_text})

    @property
    def _table(self) -> Any:
        return self._store.database.table("switches")


def _switch(row: Mapping[str, Any]) -> Switch:
    return Switch(
        id=row["id"],
        dialer_id=row["dialer_id"],
        dialer_name=row["dialer_name"],
        target=target_of(json.loads(row["target"])),
        from_carrier=row["from_carrier"],
        to_carrier=row["to_carrier"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        phases=tuple((SwitchPhase(phase), state, at) for phase, state, at in json.loads(row["phases"])),
        plan=json.loads(row["plan"]),
        checkpoint=_checkpoint_of(row["checkpoint"]),
        watch=_watch_of(row["watch"]),
        watch_seconds=row["watch_seconds"],
        error=json.loads(row["error"]),
        back_requested=bool(row["back_requested"]),
    )


def _checkpoint_of(text: str | None) -> SwitchCheckpoint | None:
    if not text:
        return None
    values = json.loads(text)
    changes = tuple(map(_change_of, values["changes"]))
    return SwitchCheckpoint(**{**values, "changes": changes})


def _change_of(values: Mapping[str, Any]) -> Change:
    return Change(ChangeKind(values["kind"]), values["record"], values["before"], values["after"], ChangeState(values["state"]))


def _watch_text(watch: Watch) -> str:
    return json.dumps(asdict(watch))


def _watch_of(text: str) -> Watch:
    values = json.loads(text)
    return Watch(WatchState(values["state"]), Share(**values["old"]), Share(**values["new"]))
