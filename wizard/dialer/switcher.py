"""A switch of carriers: looked at, moved in one step, proved, watched, and moved back where it has to be."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.findings import Finding, error, errors_of
from wizard.carrier.on_dialer.changes import ChangeState
from wizard.carrier.profile import sent_prefix
from wizard.carrier.switching.following import Follower
from wizard.carrier.switching.plan import SwitchPlan, SwitchRequest
from wizard.carrier.switching.share import LEAST_CALLS, Share, is_worse
from wizard.errors import (
    DatabaseError,
    NotProvedError,
    OtherDialerError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    WizardError,
    WorseCarrierError,
)

from .carrier_log import Counter, NewCalls, calls_before, database_time, is_about_the_log
from .changes import make_changes, put_back
from .connection import Connection
from .database_lock import lock_database
from .dialplan import read_loaded_dialplan
from .fitness import require_writable
from .gathering import gather_facts, open_database
from .grants import require_grants
from .pace import Clock
from .records import record_of
from .switch_journal import (
    SwitchCheckpoint,
    SwitchJournal,
    SwitchOutcome,
    SwitchPhase,
    SwitchResult,
    Watch,
    WatchState,
)
from .switch_look import SwitchLook, leads_back, look_for_switch, plan_on

WATCH_SECONDS = 300.0
#: between two looks at the log, and between two looks whether somebody wants the campaigns back
LOOK_SECONDS, STEP_SECONDS = 5.0, 0.5
#: how long moving back goes on trying to reach a dialer that it lost
PERSISTENCE_SECONDS = 180.0
_PAUSES = (1.0, 2.0, 5.0, 10.0)

Connect = Callable[[], Connection]


def plan_on_dialer(connect: Connect, request: SwitchRequest) -> SwitchPlan:
    """What a switch would do; nothing is changed.

    :raises DialerError: it can't be reached, or is no dialer
    """
    with connect() as connection:
        return plan_on(connection, look_for_switch(connection, gather_facts(connection)), request)


class Switcher:
    """One switch; :meth:`run` once."""

    def __init__(
        self,
        connect: Connect,
        request: SwitchRequest,
        journal: SwitchJournal,
        *,
        watch_seconds: float = WATCH_SECONDS,
        clock: Clock | None = None,
        earlier_session: int | None = None,
    ) -> None:
        self._connect, self._request, self._journal = connect, request, journal
        self._seconds = watch_seconds
        #: of a switch that nobody saw the end of: what it may still be waiting for must not happen later
        self._earlier = earlier_session
        self._clock = clock or Clock()
        self._watch = Watch(WatchState.NOT_WATCHED)

    def run(self) -> SwitchResult:
        """Do it, and say what is true then.

        :raises RefusedError: something stands in the way; nothing was changed
        :raises DialerError: the dialer can't be reached or worked with; nothing was changed
        """
        with self._connect() as connection:
            facts = gather_facts(connection)
            require_writable(facts)
            session = lock_database(connection, earlier=self._earlier)
            look = look_for_switch(connection, facts)
            plan = plan_on(connection, look, self._request, is_watched=self._seconds > 0)
            self._journal.planned(plan)
            refuse(plan.findings)
            self._journal.done(SwitchPhase.CHECKED)
            if not plan.moves:
                return SwitchResult(SwitchOutcome.UNCHANGED)
            checkpoint = SwitchCheckpoint(
                from_carrier=plan.from_carrier,
                to_carrier=plan.to_carrier,
                server_ip=facts.server_ip,
                client_address=facts.host.client_address,
                session=session,
                changes=plan.changes,
            )
            require_grants(facts.database.denied, (record_of(each, facts.server_ip).write() for each in plan.changes))
            watching = _Watching.prepare(connection, look, plan) if self._seconds > 0 else None
            self._journal.keep(checkpoint)
            kept = _Kept(self._journal, checkpoint)
            try:
                self._move(connection, kept, look, plan)
                self._watch_over(connection, checkpoint, watching)
            except BaseException as fault:  # noqa: BLE001 (whatever it was, the campaigns go back)
                # The session is let go first: going back takes the lock itself.
                connection.close()
                return self._gone_back(kept.checkpoint, fault)
        return SwitchResult(SwitchOutcome.MOVED)

    def _move(self, connection: Connection, kept: _Kept, look: SwitchLook, plan: SwitchPlan) -> None:
        self._journal.begin(SwitchPhase.MOVED)
        make_changes(connection, kept.checkpoint, plan.changes, kept.keep)
        self._journal.done(SwitchPhase.MOVED)
        _prove(connection, look, plan)
        self._journal.done(SwitchPhase.PROVED)

    def _watch_over(self, connection: Connection, checkpoint: SwitchCheckpoint, watching: _Watching | None) -> None:
        """Until time is up.

        :raises WorseCarrierError: the new carrier refuses more than the old one did
        :raises StoppedError: somebody wants the campaigns back
        """
        if watching is None:
            self._say(WatchState.NOT_WATCHED)
            return
        self._journal.begin(SwitchPhase.WATCHED)
        self._watch = Watch(WatchState.WATCHING, old=watching.old)
        self._journal.watch(self._watch)
        until = self._clock.now() + self._seconds
        while True:
            is_seen = self._look(connection, checkpoint, watching)
            if is_worse(self._watch.old, self._watch.new):
                self._say(WatchState.WORSE)
                raise WorseCarrierError(carrier=checkpoint.to_carrier)
            left = until - self._clock.now()
            if left <= 0:
                break
            self._pause(min(LOOK_SECONDS, left))
        enough = self._watch.new.calls >= LEAST_CALLS
        self._say(WatchState.LOST if not is_seen else WatchState.GOOD if enough else WatchState.TOO_FEW)
        self._journal.done(SwitchPhase.WATCHED)

    def _look(self, connection: Connection, checkpoint: SwitchCheckpoint, watching: _Watching) -> bool:
        """Whether the log could be read; a connection that was lost is made anew."""
        try:
            if not connection.is_open:
                _open(connection, checkpoint, ends_session=True)
            fresh = watching.count(connection)
        except WizardError as failure:
            if not is_about_the_log(failure):
                connection.close()
            return False
        if fresh.calls:
            self._watch = replace(self._watch, new=self._watch.new + fresh)
            self._journal.watch(self._watch)
        return True

    def _pause(self, seconds: float) -> None:
        until = self._clock.now() + seconds
        while (left := until - self._clock.now()) > 0:
            self._clock.sleep(min(STEP_SECONDS, left))
            if self._journal.back_requested():
                self._say(WatchState.STOPPED)
                raise StoppedError

    def _say(self, state: WatchState) -> None:
        self._watch = replace(self._watch, state=state)
        self._journal.watch(self._watch)

    def _gone_back(self, checkpoint: SwitchCheckpoint, fault: BaseException) -> SwitchResult:
        if self._watch.state is WatchState.WATCHING:
            with contextlib.suppress(Exception):
                self._say(WatchState.STOPPED)
        try:
            move_back(self._connect, checkpoint, self._journal, self._clock, must=True)
        except WizardError as failure:
            return SwitchResult(SwitchOutcome.BACK_FAILED, failure)
        return SwitchResult(SwitchOutcome.MOVED_BACK, _of_ours(fault))


def move_back(
    connect: Connect,
    checkpoint: SwitchCheckpoint,
    journal: SwitchJournal,
    clock: Clock,
    *,
    must: bool = False,
    ends_session: bool = False,
) -> SwitchCheckpoint:
    """Put back what is still as the switch left it; harmless to repeat. ``must``: a switch broke off in the middle.

    ``ends_session``: nobody saw the end of the switch, and its database session may still wait for a table.

    :raises RefusedError: the old carrier doesn't take these calls any more; nothing was touched
    :raises DialerError: it could not begin; nothing was touched
    :raises RollbackFailedError: it could not be finished
    """
    if not must:
        _require_way_back(connect, checkpoint)
    began, begun = clock.now(), must
    pauses = iter(_PAUSES)
    while True:
        try:
            with connect() as connection:
                _open(connection, checkpoint, ends_session=must or ends_session)
                journal.begin(SwitchPhase.MOVED_BACK)
                begun = True
                checkpoint = checkpoint.with_changes(put_back(connection, checkpoint, checkpoint.changes))
                journal.keep(checkpoint)
                journal.done(SwitchPhase.MOVED_BACK)
                return checkpoint
        except WizardError as failure:
            if not begun:
                raise
            if clock.now() - began > PERSISTENCE_SECONDS or not _may_pass(failure):
                raise RollbackFailedError(steps=["campaigns"], detail=failure.code) from failure
        clock.sleep(next(pauses, _PAUSES[-1]))


def refuse(findings: Sequence[Finding]) -> None:
    """:raises RefusedError: if any of the findings is an error"""
    if errors_of(findings):
        raise RefusedError(list(findings))


@dataclass
class _Kept:
    """The way back, as it was kept last."""

    journal: SwitchJournal
    checkpoint: SwitchCheckpoint

    def keep(self, checkpoint: SwitchCheckpoint) -> None:
        self.checkpoint = checkpoint
        self.journal.keep(checkpoint)


@dataclass
class _Watching:
    """The log as it is counted, and what the new carrier is held against."""

    old: Share
    counter: Counter
    calls: NewCalls

    @classmethod
    def prepare(cls, connection: Connection, look: SwitchLook, plan: SwitchPlan) -> _Watching | None:
        """Count the old carrier's calls, just before anything moves; None where this log can't be watched."""
        if look.log.unwatchable is not None:
            return None
        follower = look.follower
        now = database_time(connection)
        before = Counter(follower.taker, plan.from_carrier, tuple({move.use.prefix for move in plan.moves}))
        after = Counter(follower.taker, plan.to_carrier, tuple({sent_prefix(move.after) for move in plan.moves}))
        try:
            old = before.count(calls_before(connection, look.log, now))
        except DatabaseError:
            return None
        return cls(old, after, NewCalls(look.log, now))

    def count(self, connection: Connection) -> Share:
        return self.counter.count(self.calls.read(connection))


def _prove(connection: Connection, look: SwitchLook, plan: SwitchPlan) -> None:
    """What Asterisk has loaded by now leads the new digits to the new carrier; the records were read back before.

    :raises NotProvedError: it doesn't
    """
    loaded = read_loaded_dialplan(connection, look.facts.ext_context)
    follower = Follower(look.facts.profile(), loaded.dialplan)
    for move in plan.moves:
        for proof in move.proofs:
            now = follower.taken(proof.sent_after, follower.caller_id(move.use))
            if now.carrier_id != proof.after.carrier_id:
                raise NotProvedError(number=proof.sent_after, campaign=move.use.campaign_id, carrier=plan.to_carrier)


def _open(connection: Connection, checkpoint: SwitchCheckpoint, *, ends_session: bool) -> None:
    """:raises OtherDialerError: the address leads to another dialer now"""
    config = open_database(connection)
    if config["VARserver_ip"] != checkpoint.server_ip:
        raise OtherDialerError(found=config["VARserver_ip"], expected=checkpoint.server_ip)
    # Much later the number may be another session's.
    lock_database(connection, earlier=checkpoint.session if ends_session else None)


def _require_way_back(connect: Connect, checkpoint: SwitchCheckpoint) -> None:
    """:raises RefusedError: the old carrier would not take the calls, and the one that has them now does"""
    with connect() as connection:
        facts = gather_facts(connection)
        follower = look_for_switch(connection, facts).follower
    made = [change for change in checkpoint.changes if change.state is ChangeState.MADE]
    lost = [change.record for change in made if not leads_back(follower, change, checkpoint.from_carrier)]
    if lost:
        raise RefusedError(
            [error("switch_no_way_back", "from_carrier", carrier=checkpoint.from_carrier, records=", ".join(lost))]
        )


def _may_pass(failure: WizardError) -> bool:
    """Whether it was only the way there: the network, a table that somebody holds, another wizard."""
    return failure.temporary or (isinstance(failure, DatabaseError) and (failure.is_busy or not failure.is_certain))


def _of_ours(fault: BaseException) -> WizardError:
    """A fault as one that has words; what it said may hold a secret, so only its kind is kept."""
    if isinstance(fault, WizardError):
        return fault
    return StoppedError() if isinstance(fault, KeyboardInterrupt) else WizardError(detail=type(fault).__name__)
