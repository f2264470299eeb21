"""A carrier that is there: switched off, switched on, or deleted, with the way back recorded first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.findings import Finding, error
from wizard.carrier.on_dialer.leaving import check_leaving
from wizard.errors import NotFoundError, RebuildTimeoutError, StillLoadedError

from . import operations
from .by_row import judge_by_row
from .coming_up import LOAD_PATIENCE, REBUILD_SECONDS, SILENCE_SECONDS
from .connection import Connection
from .facts import DialerFacts
from .journal import Checkpoint, Journal, Observation, Phase
from .live import about_live
from .outcome import WAIT_SECONDS, Outcome
from .pace import Clock, Patience
from .protocol import program_result, read_file
from .rewriting import SETTLE_SECONDS, Rewriting
from .row_change import Row, RowChange, generated_carrier
from .row_writing import read_row
from .rows import carrier_of_row
from .run import DialerRun, refuse
from .verdict import Judgement, Verdict


class Act(StrEnum):
    """What may be done to a carrier that is there."""

    DEACTIVATE = "deactivate"
    ACTIVATE = "activate"
    DELETE = "delete"


@dataclass(frozen=True)
class ActPlan:
    """``even_if_used``: whether campaigns and other entries may be left without it."""

    act: Act
    carrier_id: str
    wait_seconds: float = WAIT_SECONDS
    even_if_used: bool = False


def change_of(plan: ActPlan, row: Row) -> RowChange:
    """What an act makes of a row."""
    if plan.act is Act.DELETE:
        return RowChange(row, None)
    return RowChange(row, {**row, "active": "Y" if plan.act is Act.ACTIVATE else "N"})


class RowEditor(DialerRun):
    """One act on one carrier, by the same steps as an install."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        plan: ActPlan,
        journal: Journal,
        clock: Clock | None = None,
        follow_others: Callable[[Connection, Checkpoint], None] | None = None,
    ) -> None:
        super().__init__(connect, journal, clock, follow_others, wait_seconds=plan.wait_seconds)
        self._plan = plan
        #: whether the row alone says how it ends: this server's Asterisk has nothing of the carrier then, and never will
        self._is_settled = False

    def _prepare(self, connection: Connection) -> DialerFacts:
        """:raises NotFoundError: the dialer has no such carrier"""
        facts, session = self._arrive(connection)
        row = read_row(connection, self._plan.carrier_id)
        if row is None:
            raise NotFoundError(what="carrier", name=self._plan.carrier_id)
        change = change_of(self._plan, row)
        carrier = carrier_of_row(dict(change.after or row))
        refuse(self._findings(facts, change))
        building, digests = connection.ask(
            [read_file(operations.BUILD_FILE, 1), operations.file_digests()], stop_at_error=False
        )
        if building.status == "ok":
            refuse([error("rebuild_pending", "carrier_id")])
        self._journal.found(list(about_live(facts.database.live)))
        self._journal.done(Phase.CHECKED)
        self._keep_first(
            facts,
            Checkpoint(
                carrier=carrier,
                columns=facts.database.carrier_columns,
                server_ip=facts.server_ip,
                ext_context=facts.ext_context,
                client_address=facts.host.client_address,
                digests=operations.parse_digests(program_result(digests, "sha256sum").output),
                routes=(),
                session=session,
                other_servers=facts.others_of(carrier.server_ip),
                row=change,
                neighbours=self._neighbours_up(connection, facts, carrier.carrier_id),
            ),
        )
        return facts

    def _findings(self, facts: DialerFacts, change: RowChange) -> list[Finding]:
        leaving = generated_carrier(change.before, facts.server_ip)
        if leaving is None or generated_carrier(change.after, facts.server_ip) is not None or self._plan.even_if_used:
            return []
        return list(check_leaving(leaving, facts.profile()))

    def _act(self, connection: Connection, facts: DialerFacts) -> None:
        self._stop_if_asked()
        if self._checkpoint.row is not None:
            self._change_row(connection, self._checkpoint.row, facts)

    def _await_verdict(self, connection: Connection) -> Judgement:
        change, server_ip = self._checkpoint.row, self._checkpoint.server_ip
        judgement = _without_asking(change, server_ip) if change is not None else None
        if change is None or judgement is None:
            return super()._await_verdict(connection)
        rewriting = Rewriting(change, server_ip)
        if rewriting.is_seen:
            self._await_files(connection, rewriting)
            self._await_gone(connection, rewriting)
        self._is_settled = True
        self._observation = Observation(judgement)
        self._journal.observe(self._observation)
        return judgement

    def _outcome(self, judgement: Judgement) -> Outcome | None:
        return Outcome.DONE if self._is_settled else super()._outcome(judgement)

    def _await_files(self, connection: Connection, rewriting: Rewriting) -> None:
        """:raises RebuildTimeoutError: the generator had its time"""
        self._journal.begin(Phase.CONF_SEEN)
        began = self._clock.now()
        while not (seen := rewriting.look_at_files(connection)).is_done(self._checkpoint.digests, None):
            self._stop_if_asked()
            if self._clock.now() - began > REBUILD_SECONDS:
                raise RebuildTimeoutError(seconds=round(self._clock.now() - began), picked_up=seen.picked_up)
            self._clock.sleep(0.5)
        self._journal.done(Phase.CONF_SEEN)

    def _await_gone(self, connection: Connection, rewriting: Rewriting) -> None:
        """:raises StillLoadedError: Asterisk goes on with it"""
        self._journal.begin(Phase.LOADED)
        rewriting.reload(connection)
        self._clock.sleep(SETTLE_SECONDS)
        patience, began = Patience(self._clock), self._clock.now()
        while not rewriting.is_old_gone(connection, self._checkpoint.ext_context):
            self._stop_if_asked()
            patience.count(answered=True)
            if patience.spent > LOAD_PATIENCE or self._clock.now() - began > SILENCE_SECONDS:
                raise StillLoadedError
            self._clock.sleep(0.5)
        self._journal.done(Phase.LOADED)


def _without_asking(change: RowChange, server_ip: str) -> Judgement | None:
    """What is so once a change is made, where Asterisk need not be asked about it."""
    if change.after is None:
        return Judgement(Verdict.DOWN, "deleted", final=True)
    return judge_by_row(carrier_of_row(dict(change.after)), server_ip)
