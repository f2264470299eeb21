"""Checks, test calls and looks at a carrier, with what came of them. Nothing of it is secret: messages come masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from wizard.dialer.target import DialerTarget
from wizard.errors import NotFoundError, SentBeforeError

from .database import Store, new_id, now
from .dialers import target_json, target_of

#: how many of one kind are kept for a carrier of a dialer, and for how long
MOST, KEPT_DAYS = 20, 90
#: one that still runs by then has nobody who works on it: a call and its backups take minutes
RUNS_AT_MOST = timedelta(minutes=15)


class ProofKind(StrEnum):
    """``check``: of answers, before anything is written; ``look``: at a carrier that is there."""

    CHECK = "check"
    TEST_CALL = "test_call"
    LOOK = "look"


class ProofOutcome(StrEnum):
    """How it ended; FAILED where it could not be done at all: ``error`` says why."""

    CLEAR = "clear"
    IN_THE_WAY = "in_the_way"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    SEEN = "seen"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Proof:
    """``outcome`` is empty while it runs. ``asked``: what the user typed; ``result``: what was seen, by kind."""

    id: str
    kind: ProofKind
    dialer_id: str | None
    dialer_name: str
    target: DialerTarget
    carrier_id: str
    draft_id: str | None
    asked: Mapping[str, Any]
    at: str
    ended_at: str
    outcome: str
    result: Mapping[str, Any]
    #: code and values, empty where there is none
    error: Mapping[str, Any]

    @property
    def is_running(self) -> bool:
        return not self.outcome


class ProofStore:
    """The ``proofs`` table."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(
        self,
        kind: ProofKind,
        *,
        dialer_name: str,
        target: DialerTarget,
        carrier_id: str,
        dialer_id: str | None = None,
        draft_id: str | None = None,
        asked: Mapping[str, Any] | None = None,
        proof_id: str | None = None,
    ) -> Proof:
        """``proof_id`` makes it the one of a form.

        :raises SentBeforeError: that form was sent before
        :raises StoreError: it can't be written down
        """
        proof_id = proof_id or new_id()
        row = {
            "id": proof_id,
            "kind": kind.value,
            "dialer_id": dialer_id,
            "dialer_name": dialer_name,
            "target": json.dumps(target_json(target)),
            "target_key": target.key,
            "carrier_id": carrier_id,
            "draft_id": draft_id,
            "asked": json.dumps(dict(asked or {})),
            "at": now(),
            "ended_at": "",
            "outcome": "",
            "result": "{}",
            "error": "{}",
        }
        with self._store.writing(), self._store.changing():
            if self.has(proof_id):
                raise SentBeforeError
            self._table.insert(row)
            self._drop_old(target.key, carrier_id, kind)
        return self.get(proof_id)

    def get(self, proof_id: str) -> Proof:
        """:raises NotFoundError: no such one, or it was dropped by now"""
        for row in self._table.rows_where("id = ?", [proof_id]):
            return _proof(row)
        raise NotFoundError(what="test", name=proof_id)

    def has(self, proof_id: str) -> bool:
        return bool(self._table.count_where("id = ?", [proof_id]))

    def of_dialer(self, target: DialerTarget) -> list[Proof]:
        """Newest first."""
        return [_proof(row) for row in self._table.rows_where("target_key = ?", [target.key], order_by="at desc, rowid desc")]

    def last(self, target: DialerTarget, carrier_id: str, kind: ProofKind, outcome: str = "") -> Proof | None:
        """The newest of a kind that has ended, if any; ``outcome``: that ended so."""
        found = (each for each in self.of_dialer(target) if each.kind is kind and not each.is_running)
        own = (each for each in found if each.carrier_id.lower() == carrier_id.lower())
        return next((each for each in own if each.outcome == outcome or not outcome), None)

    def keep(self, proof_id: str, result: Mapping[str, Any]) -> None:
        """What is known so far."""
        with self._store.writing():
            self._table.update(proof_id, {"result": json.dumps(dict(result))})

    def finish(self, proof_id: str, outcome: ProofOutcome, error: Mapping[str, Any] | None = None) -> None:
        values = {"outcome": outcome.value, "ended_at": now(), "error": json.dumps(dict(error or {}), default=str)}
        with self._store.writing():
            self._table.update(proof_id, values)

    def settle(self, older_than: timedelta = RUNS_AT_MOST) -> None:
        """What nobody can be working on any more was interrupted: the wizard died. Whoever still does says so at its end."""
        before = (datetime.now(UTC) - older_than).isoformat(timespec="milliseconds")
        for row in list(self._table.rows_where("outcome = '' AND at < ?", [before])):
            self.finish(row["id"], ProofOutcome.INTERRUPTED)

    def _drop_old(self, target_key: str, carrier_id: str, kind: ProofKind) -> None:
        """Within the transaction of whoever adds one."""
        before = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
        database = self._store.database
        database.execute("DELETE FROM proofs WHERE at < ?", [before])
        database.execute(
            "DELETE FROM proofs WHERE id IN (SELECT id FROM proofs WHERE target_key = ? AND carrier_id = ? COLLATE NOCASE"
            " AND kind = ? AND outcome <> '' ORDER BY at DESC, rowid DESC LIMIT -1 OFFSET ?)",
            [target_key, carrier_id, kind.value, MOST],
        )

    @property
    def _table(self) -> Any:
        return self._store.database.table("proofs")


def _proof(row: Mapping[str, Any]) -> Proof:
    return Proof(
        id=row["id"],
        kind=ProofKind(row["kind"]),
        dialer_id=row["dialer_id"],
        dialer_name=row["dialer_name"],
        target=target_of(json.loads(row["target"])),
        carrier_id=row["carrier_id"],
        draft_id=row["draft_id"],
        asked=json.loads(row["asked"]),
        at=row["at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        result=json.loads(row["result"]),
        error=json.loads(row["error"]),
    )
