"""How an install ends where something breaks, and how stubborn its undo is; against a dialer in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.carrier.samples import REGISTRATION, answers
from tests.dialer.test_installer import FastClock, MemoryJournal, install
from tests.fakes import FakeDialer
from wizard.dialer.database_lock import lock_database
from wizard.dialer.installer import Installer
from wizard.dialer.journal import Checkpoint, Phase
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.protocol import AgentReply
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.dialer.undo import undo
from wizard.dialer.verdict import Verdict
from wizard.errors import (
    ConnectionLostError,
    DatabaseError,
    DriftError,
    InstallInProgressError,
    OtherDialerError,
    RefusedError,
    RollbackFailedError,
)

Handler = Callable[[str, Sequence[str]], AgentReply]


def plan_and_wait(dialer: FakeDialer, *, wait: float = 180, keep: bool = False) -> InstallResult:
    connect = dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())
    plan = InstallPlan(answers(REGISTRATION), wait_seconds=wait, keep=keep)
    return Installer(connect, plan, MemoryJournal(), FastClock()()).run()


def installed(dialer: FakeDialer) -> Checkpoint:
    """The checkpoint of an install that is up."""
    journal = MemoryJournal()
    assert install(dialer, journal=journal).outcome is Outcome.UP
    assert journal.checkpoint is not None
    return journal.checkpoint


def roll_back(dialer: FakeDialer, checkpoint: Checkpoint, clock: FastClock | None = None) -> Any:
    connect = dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())
    return undo(connect, checkpoint, MemoryJournal(), (clock or FastClock())())


def refuse_insert(dialer: FakeDialer, *said: str) -> None:
    dialer._insert = lambda *_: AgentReply("error", said)  # type: ignore[method-assign]


class TestAnInsertThatFails:
    def test_somebody_was_faster_with_the_same_carrier_id(self) -> None:
        dialer = FakeDialer()
        refuse_insert(dialer, "Duplicate entry 'ACME'", "1062")

        with pytest.raises(RefusedError) as caught:
            install(dialer)

        assert [finding.code for finding in caught.value.findings] == ["carrier_exists"]
        assert not any(str(each.values[0]).startswith("DELETE") for each in dialer.asked if each.values), (
            "theirs is not ours to delete"
        )

    def test_a_database_that_says_no_wrote_nothing_so_nothing_is_undone(self) -> None:
        dialer = FakeDialer()
        refuse_insert(dialer, "The table is full", "1114")

        with pytest.raises(DatabaseError):
            install(dialer)

        assert not any(str(each.values[0]).startswith("DELETE") for each in dialer.asked if each.values)

    def test_a_database_that_went_away_may_have_written_so_it_is_undone(self) -> None:
        dialer = FakeDialer()
        insert = dialer._insert

        def lost(statement: str, values: Sequence[str]) -> AgentReply:
            insert(statement, values)
            return AgentReply("error", ("Lost connection to server during query", "2013"))

        dialer._insert = lost  # type: ignore[method-assign]

        assert install(dialer).outcome is Outcome.ROLLED_BACK
        assert dialer.rows == {}


class TestHowLongItWaits:
    def test_a_short_wait_ends_as_not_yet_and_blames_nobody(self) -> None:
        dialer = FakeDialer(generator_runs=False)

        result = plan_and_wait(dialer, wait=30)

        assert (result.outcome, result.cause) == (Outcome.ROLLED_BACK, None)
        assert result.observation.judgement.verdict is Verdict.NOT_YET
        assert dialer.rows == {}

    def test_who_keeps_keeps_even_what_was_never_generated(self) -> None:
        result = plan_and_wait(dialer := FakeDialer(generator_runs=False), keep=True)

        assert (result.outcome, result.cause and result.cause.code) == (Outcome.NOT_UP, "rebuild_timeout")
        assert dialer.rows["ACME"]["active"] == "Y"

    def test_an_asterisk_that_falls_silent_after_the_write_is_not_left_with_the_carrier(self) -> None:
        dialer = FakeDialer()
        activate = dialer._activate

        def silencing(statement: str, values: Sequence[str]) -> AgentReply:
            dialer.silent = True
            return activate(statement, values)

        dialer._activate = silencing  # type: ignore[method-assign]

        result = install(dialer)

        assert result.cause is None or result.cause.code != "not_loaded"
        assert result.outcome is Outcome.ROLLBACK_FAILED, "nobody can see whether Asterisk let go of it"
        assert isinstance(result.cause, RollbackFailedError)
        assert result.cause.steps == ["reload"]
        assert dialer.rows == {}

    def test_silence_is_not_taken_for_an_answer(self) -> None:
        """A busy Asterisk that answers after a while has refused nothing."""
        dialer = FakeDialer()
        asked = 0
        say = dialer.say

        def slow(command: str, loaded: Any) -> str:
            nonlocal asked
            asked += command.startswith("sip show peer")
            return "" if command.startswith("sip show peer") and 1 < asked < 50 else say(command, loaded)

        dialer.say = slow  # type: ignore[method-assign]

        assert install(dialer).outcome is Outcome.UP


class TestTheUndoOfAnInstall:
    def test_goes_on_until_the_dialer_is_back(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.requests, fails = 0, iter([True] * 5)
        answer = dialer.answer

        def flaky(operation: Any) -> AgentReply:
            if "DELETE" in str(operation.values[:1]) and next(fails, False):
                raise ConnectionLostError
            return answer(operation)

        dialer.answer = flaky  # type: ignore[method-assign]
        clock = FastClock()

        assert roll_back(dialer, checkpoint, clock).same_files is not None
        assert dialer.rows == {}
        assert clock.time > 10

    def test_gives_up_in_the_end_and_says_what_is_left(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)

        def gone(statement: str, values: Sequence[str]) -> AgentReply:
            raise ConnectionLostError

        dialer._delete = gone  # type: ignore[method-assign]

        with pytest.raises(RollbackFailedError) as caught:
            roll_back(dialer, checkpoint)
        assert caught.value.steps == ["row", "rebuild", "reload"]
        assert caught.value.values["detail"] == "connection_lost"

    def test_does_not_begin_where_the_dialer_is_not_there(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.break_at = dialer.requests + 1

        with pytest.raises(ConnectionLostError):
            roll_back(dialer, checkpoint)
        assert "ACME" in dialer.rows

    def test_refuses_another_dialer_at_the_same_address(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.config = (dialer.config or "").replace("10.0.0.1", "10.0.0.2")

        with pytest.raises(OtherDialerError):
            roll_back(dialer, checkpoint)
        assert "ACME" in dialer.rows

    def test_waits_its_turn(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.locked_by_other = True

        with pytest.raises(InstallInProgressError):
            roll_back(dialer, checkpoint)
        assert "ACME" in dialer.rows

    def test_happens_even_where_nothing_can_be_written_down(self) -> None:
        dialer = FakeDialer(registration="No Authentication")
        journal = MemoryJournal()
        begin = journal.begin

        def full_disk(phase: Phase) -> None:
            if phase in (Phase.LOADED, Phase.ROLLING_BACK):
                raise OSError("no space left on device")
            begin(phase)

        journal.begin = full_disk  # type: ignore[method-assign]

        assert install(dialer, journal=journal).outcome is Outcome.ROLLED_BACK
        assert dialer.rows == {}

    def test_logs_a_deletion_only_where_it_deleted(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.rows.clear()

        roll_back(dialer, checkpoint)

        assert [line[2] for line in dialer.admin_log] == ["ADD"]

    def test_leaves_a_row_alone_that_comes_back_while_it_waits(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        row = dict(dialer.rows["ACME"])
        flag = dialer._flag

        def restored(statement: str, values: Sequence[str]) -> AgentReply:
            dialer.rows["ACME"] = row
            return flag(statement, values)

        dialer._flag = restored  # type: ignore[method-assign]

        with pytest.raises(RollbackFailedError) as caught:
            roll_back(dialer, checkpoint)
        assert caught.value.values["detail"] == "drift"
        assert "ACME" in dialer.rows

    def test_is_not_held_up_by_a_broken_log(self) -> None:
        dialer = FakeDialer(registration="No Authentication")
        dialer._log = lambda *_: AgentReply("error", ("Table is marked as crashed", "145"))  # type: ignore[method-assign]

        assert install(dialer).outcome is Outcome.ROLLED_BACK
        dialer.registration = "Registered"
        assert install(dialer).outcome is Outcome.UP, "nor is an install"

    def test_waits_for_a_table_that_a_backup_holds(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        delete, held = dialer._delete, iter([True] * 4)

        def locked(statement: str, values: Sequence[str]) -> AgentReply:
            if next(held, False):
                return AgentReply("error", ("Lock wait timeout exceeded", "1205"))
            return delete(statement, values)

        dialer._delete = locked  # type: ignore[method-assign]

        roll_back(dialer, checkpoint)

        assert dialer.rows == {}

    def test_goes_on_after_a_break_however_long_it_was_at_it(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.generator_runs = False
        clock, broken = FastClock(), iter([True])
        answer = dialer.answer

        def late(operation: Any) -> AgentReply:
            if clock.time > 145 and next(broken, False):
                clock.time += 100
                dialer.generator_runs = True
                raise ConnectionLostError
            return answer(operation)

        dialer.answer = late  # type: ignore[method-assign]

        roll_back(dialer, checkpoint, clock)

        assert dialer.rows == dialer.loaded == {}

    def test_does_not_touch_what_somebody_else_changed(self) -> None:
        dialer = FakeDialer()
        checkpoint = installed(dialer)
        dialer.rows["ACME"]["carrier_name"] = "Theirs"

        with pytest.raises(DriftError):
            roll_back(dialer, checkpoint)


@dataclass
class Sessions:
    """A database whose lock some session holds until it is killed."""

    holder: int | None
    killed: list[int]

    def answer(self, statement: str, values: Sequence[str]) -> AgentReply:
        if statement.startswith("KILL"):
            self.killed.append(int(statement.split()[1]))
            self.holder = None
            return AgentReply("ok", ("0", "0"))
        if statement.startswith("SELECT IS_USED_LOCK"):
            return AgentReply("ok", ("1", "1", "holder", None if self.holder is None else str(self.holder)))
        taken = "1" if self.holder is None else "0"
        return AgentReply("ok", ("1", "2", "taken", "session", taken, "99"))


class TestTheLockInTheDatabase:
    def connection(self, sessions: Sessions) -> Any:
        dialer = FakeDialer()
        dialer._sql = sessions.answer  # type: ignore[method-assign,assignment]
        return _opened(dialer, lambda statement, *values: sessions.answer(statement, values))

    def test_is_taken_where_it_is_free(self) -> None:
        assert lock_database(self.connection(Sessions(None, []))) == 99

    def test_ends_our_own_earlier_session(self) -> None:
        sessions = Sessions(41, [])

        assert lock_database(self.connection(sessions), earlier=41) == 99
        assert sessions.killed == [41]

    def test_never_ends_anybody_elses(self) -> None:
        sessions = Sessions(7, [])

        with pytest.raises(InstallInProgressError):
            lock_database(self.connection(sessions), earlier=41)
        assert sessions.killed == []


def _opened(dialer: FakeDialer, sql: Callable[..., AgentReply]) -> Any:
    dialer._sql = sql  # type: ignore[method-assign]
    return dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())()
