"""Installs and their journal: each phase durable before its act, and the way back kept encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wizard.carrier.answers import Answers
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.on_dialer.changes import SECRET_CHANGES, Change, ChangeKind, ChangeState
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.reading import plain_answers
from wizard.dialer.journal import WRITING_PHASES, Checkpoint, Observation, Phase
from wizard.dialer.row_change import RowChange
from wizard.dialer.target import DialerTarget
from wizard.errors import NotFoundError
from wizard.secret import Secret

from .database import Store, new_id, now
from .dialers import target_json, target_of
from .vault import Vault


@dataclass(frozen=True)
class Event:
    """A line of an install's journal; ``state`` is ``begun`` or ``done``, or ``asked`` where an undo was wanted."""

    at: str
    phase: Phase
    state: str
    detail: str


@dataclass(frozen=True)
class Install:
    """One attempt. ``outcome`` is empty while it runs."""

    id: str
    draft_id: str | None
    #: the install that this one was made for: of the carrier whose backup this is
    part_of: str | None
    #: ``install``, ``replace``, ``deactivate``, ``activate`` or ``delete``
    act: str
    dialer_id: str | None
    dialer_name: str
    target: DialerTarget
    carrier_id: str
    answers: Mapping[str, Any]
    started_at: str
    ended_at: str
    outcome: str
    verdict: str
    reason: str
    states: Mapping[str, str]
    #: code and values of an error, empty where there is none
    error: Mapping[str, Any]
    rebuild_at: str
    stop_requested: bool
    wait_seconds: float
    keep: bool
    #: a later install wrote the same carrier, so what this one wrote was gone by then
    superseded: bool
    #: what was, or is to be, changed beside the carrier's row: kind, record, before, after, state; no secret
    changes: tuple[Mapping[str, Any], ...]
    #: of each other server, where it went to all: ``server_ip``, ``rebuilt``, ``verdict``, ``reason``, ``states``, ``error``
    servers: tuple[Mapping[str, Any], ...]
    #: what Asterisk held otherwise than was meant: ``section``, ``option``, ``meant``, ``held``; None where nobody compared
    understood: tuple[Mapping[str, str], ...] | None
    #: why it didn't come up, surest first, as :mod:`wizard.service.kept` writes them
    causes: tuple[Mapping[str, Any], ...]
    events: tuple[Event, ...]

    @property
    def is_running(self) -> bool:
        return not self.outcome

    def done_at(self, phase: Phase) -> str:
        """When a phase was done, or nothing."""
        return next((event.at for event in self.events if event.phase is phase and event.state == "done"), "")

    def begun_at(self, phase: Phase) -> str:
        return next((event.at for event in self.events if event.phase is phase), "")

    @property
    def is_standing(self) -> bool:
        """Whether it ended well, and is on the dialer."""
        return self.can_roll_back and self.outcome in ("up", "not_up", "done")

    @property
    def is_left_over(self) -> bool:
        """Whether it, or its undo, ended in the middle."""
        return self.can_roll_back and not self.is_standing

    @property
    def can_roll_back(self) -> bool:
        """Whether there is something on the dialer that this install put there."""
        written = any(map(self.begun_at, WRITING_PHASES))
        return written and not self.superseded and self.outcome in ("up", "not_up", "done", "interrupted", "rollback_failed")


class InstallStore:
    """The ``installs`` and ``events`` tables."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def start(
        self,
        *,
        answers: Answers,
        dialer_name: str,
        target: DialerTarget,
        wait_seconds: float,
        keep: bool,
        dialer_id: str | None = None,
        draft_id: str | None = None,
        part_of: str | None = None,
        act: str = "install",
    ) -> Install:
        """:raises StoreError: it can't be written down"""
        install_id = new_id()
        self._insert(
            "installs",
            {
                "id": install_id,
                "draft_id": draft_id,
                "part_of": part_of,
                "act": act,
                "dialer_id": dialer_id,
                "dialer_name": dialer_name,
                "target": json.dumps(target_json(target)),
                "carrier_id": answers.carrier.carrier_id,
                "answers": json.dumps(plain_answers(answers, with_secret=False)),
                "started_at": now(),
                "ended_at": "",
                "outcome": "",
                "verdict": "",
                "reason": "",
                "states": "{}",
                "error": "{}",
                "rebuild_at": "",
                "stop_requested": 0,
                "checkpoint": None,
                "wait_seconds": wait_seconds,
                "keep": int(keep),
                "superseded": 0,
                "changes": "[]",
            },
        )
        return self.get(install_id)

    def get(self, install_id: str) -> Install:
        """:raises NotFoundError: no such install"""
        for row in self._table.rows_where("id = ?", [install_id]):
            return self._install(row)
        raise NotFoundError(what="install", name=install_id)

    def all(self, *, dialer: str | None = None) -> list[Install]:
        """Newest first; ``dialer`` is a name or an address."""
        installs = [self._install(row) for row in self._table.rows_where(order_by="started_at desc")]
        return [
            each
            for each in installs
            if dialer is None or dialer.lower() in (each.dialer_name.lower(), each.target.address.lower())
        ]

    def parts_of(self, install_id: str) -> list[Install]:
        """The installs that were made for another one, in their order."""
        rows = self._table.rows_where("part_of = ?", [install_id], order_by="started_at")
        return [self._install(row) for row in rows]

    def running(self) -> list[Install]:
        return [self._install(row) for row in self._table.rows_where("outcome = ''")]

    def of_draft(self, draft_id: str) -> Install | None:
        """A draft's latest install."""
        for row in self._table.rows_where("draft_id = ?", [draft_id], order_by="started_at desc", limit=1):
            return self._install(row)
        return None

    def standing_of_draft(self, draft_id: str) -> Install | None:
        """A draft's latest install of which something is on its dialer, whole or left over, and under no later run."""
        rows = self._table.rows_where("draft_id = ?", [draft_id], order_by="started_at desc")
        installs = (self._install(row) for row in rows)
        return next((each for each in installs if each.can_roll_back and self.later_than(each) is None), None)

    def later_than(self, install: Install) -> Install | None:
        """The latest run after this one, of the same carrier on the same dialer, of which something is there.

        It stands on this one: its way back leads to what this one wrote.
        """
        wanted = [install.carrier_id, install.started_at]
        rows = self._table.rows_where("carrier_id = ? COLLATE NOCASE AND started_at > ?", wanted, order_by="started_at desc")
        later = (self._install(row) for row in rows if target_of(json.loads(row["target"])).key == install.target.key)
        return next((each for each in later if each.can_roll_back), None)

    def record(self, install_id: str, phase: Phase, state: str, detail: str = "") -> None:
        """:raises StoreError: it can't be written down"""
        event = {"install_id": install_id, "at": now(), "phase": phase.value, "state": state, "detail": detail}
        self._insert("events", event)

    def keep_checkpoint(self, install_id: str, checkpoint: Checkpoint) -> None:
        locked = self._vault.lock(Secret(_checkpoint_text(checkpoint)))
        shown = json.dumps([_change_json(change, str(change.after)) for change in checkpoint.changes])
        self._update(install_id, {"checkpoint": locked, "changes": shown})

    def checkpoint(self, install_id: str) -> Checkpoint | None:
        for row in self._table.rows_where("id = ?", [install_id], select="checkpoint"):
            text = self._vault.unlock(row["checkpoint"])
            return _checkpoint_of(text.reveal()) if text else None
        return None

    def forget_checkpoint(self, install_id: str) -> None:
        """There is nothing left to undo, so nothing left that holds the secret."""
        self._update(install_id, {"checkpoint": None})

    def supersede_earlier(self, install: Install) -> None:
        """The carrier was just written anew: nothing of an earlier install of it can be on that dialer any more.

        Where it was changed or taken off the earlier one is not: whoever undoes that has it again.
        """
        checkpoint = self.checkpoint(install.id)
        if checkpoint is not None and checkpoint.row is not None:
            return
        for row in list(self._table.rows_where("id <> ? AND carrier_id = ? COLLATE NOCASE", [install.id, install.carrier_id])):
            if target_of(json.loads(row["target"])).key == install.target.key:
                self._update(row["id"], {"superseded": 1, "checkpoint": None})

    def observe(self, install_id: str, observation: Observation) -> None:
        judgement = observation.judgement
        values = {
            "verdict": judgement.verdict.value,
            "reason": judgement.reason,
            "states": json.dumps(dict(observation.states)),
        }
        if observation.understood is not None:
            values["understood"] = json.dumps([asdict(each) for each in observation.understood])
        self._update(install_id, values)

    def remember_causes(self, install_id: str, causes: Sequence[Mapping[str, Any]]) -> None:
        self._update(install_id, {"causes": json.dumps(list(causes))})

    def expect_rebuild(self, install_id: str, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self._update(install_id, {"rebuild_at": at.isoformat(timespec="milliseconds")})

    def remember_servers(self, install_id: str, servers: Sequence[Mapping[str, Any]]) -> None:
        self._update(install_id, {"servers": json.dumps(list(servers))})

    def request_stop(self, install_id: str) -> None:
        """:raises NotFoundError: no such install"""
        self.get(install_id)
        self._update(install_id, {"stop_requested": 1})

    def stop_requested(self, install_id: str) -> bool:
        rows = self._table.rows_where("id = ?", [install_id], select="stop_requested")
        return any(row["stop_requested"] for row in rows)

    def resume(self, install_id: str) -> None:
        """Somebody works on it again: an undo."""
        self.record(install_id, Phase.ROLLING_BACK, "asked")
        self._update(install_id, {"outcome": "", "ended_at": "", "error": "{}", "stop_requested": 0})

    def finish(self, install_id: str, outcome: str, error: Mapping[str, Any] | None = None) -> None:
        """:raises StoreError: it can't be written down"""
        self._update(install_id, {"outcome": outcome, "ended_at": now(), "error": json.dumps(dict(error or {}), default=str)})

    def add_also(self, install_id: str, code: str, values: Mapping[str, str]) -> None:
        """What is true beside how it ended."""
        with self._store.changing():
            error = {**self.get(install_id).error, "also": {"code": code, "values": dict(values)}}
            self._update(install_id, {"error": json.dumps(error, default=str)})

    @property
    def _table(self) -> Any:
        return self._store.database.table("installs")

    def _update(self, install_id: str, values: Mapping[str, Any]) -> None:
        with self._store.writing():
            self._table.update(install_id, values)

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        with self._store.writing():
            self._store.database.table(table).insert(row)

    def _install(self, row: Mapping[str, Any]) -> Install:
        events = self._store.database.table("events").rows_where("install_id = ?", [row["id"]], order_by="id")
        return Install(
            id=row["id"],
            draft_id=row["draft_id"],
            part_of=row["part_of"],
            act=row["act"] or "install",
            dialer_id=row["dialer_id"],
            dialer_name=row["dialer_name"],
            target=target_of(json.loads(row["target"])),
            carrier_id=row["carrier_id"],
            answers=json.loads(row["answers"]),
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            outcome=row["outcome"],
            verdict=row["verdict"],
            reason=row["reason"],
            states=json.loads(row["states"]),
            error=json.loads(row["error"]),
            rebuild_at=row["rebuild_at"],
            stop_requested=bool(row["stop_requested"]),
            wait_seconds=row["wait_seconds"],
            keep=bool(row["keep"]),
            superseded=bool(row["superseded"]),
            changes=tuple(json.loads(row["changes"])),
            servers=tuple(json.loads(row["servers"] or "[]")),
            understood=tuple(json.loads(row["understood"])) if row["understood"] else None,
            causes=tuple(json.loads(row["causes"] or "[]")),
            events=tuple(Event(event["at"], Phase(event["phase"]), event["state"], event["detail"] or "") for event in events),
        )


def _checkpoint_text(checkpoint: Checkpoint) -> str:
    values = asdict(replace(checkpoint, changes=()))
    values |= {"carrier": checkpoint.carrier.columns(), "digests": dict(checkpoint.digests)}
    changes = [_change_json(change, change.revealed) for change in checkpoint.changes]
    return json.dumps({**values, "changes": changes})


def _change_json(change: Change, after: str) -> dict[str, Any]:
    values = {"kind": change.kind.value, "record": change.record, "before": change.before, "after": after}
    return {**values, "state": change.state.value}


def _change_of(values: Mapping[str, Any]) -> Change:
    kind, after = ChangeKind(values["kind"]), values["after"]
    return Change(
        kind,
        values["record"],
        values["before"],
        Secret(after) if kind in SECRET_CHANGES else after,
        ChangeState(values["state"]),
    )


def _template_of(values: Mapping[str, str] | None) -> ConfTemplate | None:
    return ConfTemplate(**values) if values else None


def _checkpoint_of(text: str) -> Checkpoint:
    values = json.loads(text)
    columns = values["carrier"]
    carrier = Carrier(**{**columns, "protocol": Protocol(columns["protocol"])})
    return Checkpoint(
        carrier=carrier,
        columns=tuple(values["columns"]),
        server_ip=values["server_ip"],
        ext_context=values["ext_context"],
        client_address=values["client_address"],
        digests=values["digests"],
        routes=tuple((digits, pattern) for digits, pattern in values["routes"]),
        session=values["session"],
        # Checkpoints of earlier versions have none.
        template=_template_of(values.get("template")),
        only_template=values.get("only_template", False),
        changes=tuple(map(_change_of, values.get("changes", ()))),
        other_servers=tuple(values.get("other_servers", ())),
        row=RowChange(**values["row"]) if values.get("row") else None,
        neighbours=tuple(values.get("neighbours", ())),
    )
