"""What the watch saw: stretches of time, what was told of them, and to whom it is still to be told.

Times are seconds since 1970. A look is one transaction: what is remembered, the history, the events and who is to be told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from wizard.carrier.watching.flaps import Flaps
from wizard.carrier.watching.states import Segment, Subject, WatchState

from .database import Store

KEPT_DAYS = 90
#: the carrier id of the dialer itself
THE_DIALER = ""


@dataclass(frozen=True)
class Remembered:
    """One subject as the last look left it."""

    subject: Subject = field(default_factory=Subject)
    #: its newest stretch of time; None before the first look
    segment: Segment | None = None
    segment_id: int | None = None


@dataclass(frozen=True)
class NewEvent:
    """Something worth a notice. ``details`` are an error's safe values, ``cause`` the code of the first cause, where known."""

    carrier_id: str
    at: float
    is_up: bool
    since: float
    reason: str
    details: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""


@dataclass(frozen=True)
class Delivery:
    """One event for one target. ``state``: ``pending``, ``sent`` or ``given_up``; ``problem`` is the last attempt's."""

    event_id: int
    target_id: str
    state: str
    attempts: int
    next_at: float
    problem: str


@dataclass(frozen=True)
class WatchEvent:
    """An event, and how far it was told."""

    id: int
    dialer_id: str
    dialer_name: str
    carrier_id: str
    at: float
    is_up: bool
    since: float
    reason: str
    details: Mapping[str, str]
    cause: str
    deliveries: tuple[Delivery, ...] = ()

    @property
    def is_of_dialer(self) -> bool:
        return self.carrier_id == THE_DIALER


@dataclass(frozen=True)
class Change:
    """What a look leaves of one subject: the last segment as it is now, and those that came."""

    carrier_id: str
    before: Remembered
    subject: Subject
    #: the newest last; the first is the last one of before, where there was one
    segments: tuple[Segment, ...]


class WatchHistory:
    """The tables ``watch_subjects``, ``watch_segments``, ``watch_events`` and ``watch_deliveries``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remembered(self, dialer_id: str) -> dict[str, Remembered]:
        """Carrier id → as the last look left it; the dialer itself has the empty id."""
        rows = self._store.database.query(
            "SELECT s.carrier_id, s.memory, s.segment_id, g.begun, g.until, g.state, g.reason FROM watch_subjects s"
            " LEFT JOIN watch_segments g ON g.id = s.segment_id WHERE s.dialer_id = ?",
            [dialer_id],
        )
        return {row["carrier_id"]: _remembered(row) for row in rows}

    def keep_look(
        self,
        dialer_id: str,
        dialer_name: str,
        changes: Sequence[Change],
        events: Sequence[NewEvent] = (),
        targets: Sequence[str] = (),
        gone: Sequence[str] = (),
    ) -> list[int]:
        """Keep one look; returns the ids of the events. ``gone`` are carriers that are not watched any more.

        :raises StoreError: it can't be written: nothing of it is kept then
        """
        with self._store.writing(), self._store.changing():
            for change in changes:
                self._keep_change(dialer_id, change)
            for carrier_id in gone:
                self._table("watch_subjects").delete_where("dialer_id = ? AND carrier_id = ?", [dialer_id, carrier_id])
            return [self._keep_event(dialer_id, dialer_name, event, targets) for event in events]

    def segments(self, dialer_id: str, since: float) -> dict[str, list[Segment]]:
        """Carrier id → what was seen of it since then, oldest first."""
        rows = self._table("watch_segments").rows_where("dialer_id = ? AND until >= ?", [dialer_id, since], order_by="id")
        found: dict[str, list[Segment]] = {}
        for row in rows:
            found.setdefault(row["carrier_id"], []).append(_segment(row))
        return found

    def events(self, dialer_id: str, most: int = 50) -> list[WatchEvent]:
        """Newest first."""
        rows = self._table("watch_events").rows_where("dialer_id = ?", [dialer_id], order_by="id desc", limit=most)
        return [_event(row, self._deliveries(row["id"])) for row in rows]

    def event(self, event_id: int) -> WatchEvent | None:
        for row in self._table("watch_events").rows_where("id = ?", [event_id]):
            return _event(row, self._deliveries(event_id))
        return None

    def due(self, at: float) -> list[Delivery]:
        """What is to be told now, oldest first."""
        rows = self._table("watch_deliveries").rows_where(
            "state = 'pending' AND next_at <= ?", [at], order_by="event_id, target_id"
        )
        return [_delivery(row) for row in rows]

    def next_due(self) -> float | None:
        """When the next delivery is due."""
        [row] = self._store.database.query("SELECT MIN(next_at) AS next_at FROM watch_deliveries WHERE state = 'pending'")
        return row["next_at"] if row["next_at"] is not None else None

    def keep_delivery(self, delivery: Delivery) -> None:
        """Keep how an attempt went; one that was removed meanwhile stays removed."""
        with self._store.writing(), self._store.changing():
            values = asdict(delivery)
            own = [values.pop("event_id"), values.pop("target_id")]
            self._store.database.execute(
                "UPDATE watch_deliveries SET state = ?, attempts = ?, next_at = ?, problem = ?"
                " WHERE event_id = ? AND target_id = ?",
                [*values.values(), *own],
            )

    def forget_before(self, at: float) -> None:
        """Drop what is older, but for the stretches that are still going on, and for what is still to be told."""
        with self._store.writing(), self._store.changing():
            database = self._store.database
            database.execute(
                "DELETE FROM watch_segments WHERE until < ? AND id NOT IN"
                " (SELECT segment_id FROM watch_subjects WHERE segment_id IS NOT NULL)",
                [at],
            )
            old = (
                "SELECT id FROM watch_events WHERE at < ? AND id NOT IN"
                " (SELECT event_id FROM watch_deliveries WHERE state = 'pending')"
            )
            database.execute(f"DELETE FROM watch_deliveries WHERE event_id IN ({old})", [at])  # noqa: S608 (our own words)
            database.execute(f"DELETE FROM watch_events WHERE id IN ({old})", [at])  # noqa: S608

    def _keep_change(self, dialer_id: str, change: Change) -> None:
        segments, own = change.segments, {"dialer_id": dialer_id, "carrier_id": change.carrier_id}
        segment_id = change.before.segment_id
        if segment_id is not None:
            self._table("watch_segments").update(segment_id, {"until": segments[0].until})
            segments = segments[1:]
        for segment in segments:
            row = {"begun": segment.begun, "until": segment.until, "state": segment.state.value, "reason": segment.reason}
            segment_id = self._table("watch_segments").insert({**own, **row}).last_pk
        memory = json.dumps({"flaps": asdict(change.subject.flaps), "not_up_since": change.subject.not_up_since})
        self._table("watch_subjects").upsert(
            {**own, "memory": memory, "segment_id": segment_id}, pk=("dialer_id", "carrier_id")
        )

    def _keep_event(self, dialer_id: str, dialer_name: str, event: NewEvent, targets: Sequence[str]) -> int:
        row = {
            **asdict(event),
            "dialer_id": dialer_id,
            "dialer_name": dialer_name,
            "is_up": int(event.is_up),
            "details": json.dumps(dict(event.details)),
        }
        event_id: int = self._table("watch_events").insert(row).last_pk
        for target_id in targets:
            delivery = Delivery(event_id, target_id, "pending", 0, event.at, "")
            self._table("watch_deliveries").insert(asdict(delivery))
        return event_id

    def _deliveries(self, event_id: int) -> tuple[Delivery, ...]:
        rows = self._table("watch_deliveries").rows_where("event_id = ?", [event_id], order_by="target_id")
        return tuple(map(_delivery, rows))

    def _table(self, name: str) -> Any:
        return self._store.database.table(name)


def _remembered(row: Mapping[str, Any]) -> Remembered:
    memory = json.loads(row["memory"])
    subject = Subject(Flaps(**memory["flaps"]), memory["not_up_since"])
    if row["begun"] is None:
        return Remembered(subject)
    return Remembered(subject, _segment(row), row["segment_id"])


def _segment(row: Mapping[str, Any]) -> Segment:
    return Segment(row["begun"], row["until"], WatchState(row["state"]), row["reason"])


def _event(row: Mapping[str, Any], deliveries: tuple[Delivery, ...]) -> WatchEvent:
    values = {**row, "is_up": bool(row["is_up"]), "details": json.loads(row["details"])}
    return WatchEvent(**values, deliveries=deliveries)


def _delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(**row)
