"""Runs that stand on one another, and undos that can't begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.carrier.samples import REGISTRATION, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan, InstallResult
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import LaterRunError, StoreError
from wizard.service.installs import begin_install
from wizard.service.jobs import ending_of
from wizard.service.locks import lock_dialer
from wizard.service.recovery import recoverable
from wizard.service.rollbacks import begin_rollback
from wizard.service.stored_journal import StoredJournal
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.installs import Install, InstallStore

TARGET = DialerTarget("10.0.0.1")
ACME = answers(REGISTRATION, host=ADDRESS)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer()


def installed(workspace: Workspace, dialer: FakeDialer) -> Install:
    connect = dialer.connector(TARGET, DialerSecrets())
    return begin_install(workspace, connect, TARGET, InstallPlan(ACME), dialer_name="main").run()


def later(workspace: Workspace, outcome: str, *, act: str = "delete", target: DialerTarget = TARGET) -> Install:
    """As after an act that wrote the row."""
    installs = workspace.installs
    run = installs.start(answers=ACME, dialer_name="main", target=target, wait_seconds=9, keep=False, act=act)
    installs.record(run.id, Phase.ROW_WRITTEN, "begun")
    installs.finish(run.id, outcome)
    return installs.get(run.id)


def undo(workspace: Workspace, dialer: FakeDialer, install: Install) -> Install:
    return begin_rollback(workspace, dialer.connector(TARGET, DialerSecrets()), install).run()


def test_an_install_under_a_later_run_is_not_undone_and_the_error_names_that_run(
    workspace: Workspace, dialer: FakeDialer
) -> None:
    done, on_top = installed(workspace, dialer), later(workspace, "done")

    with pytest.raises(LaterRunError) as refused:
        undo(workspace, dialer, done)

    assert refused.value.values == {"carrier": "ACME", "act": "delete", "install_id": on_top.id}
    assert set(dialer.rows) == {"ACME"}
    lock_dialer(workspace.folder, TARGET, patience=0).release()


@pytest.mark.parametrize("outcome", ["rolled_back", "refused"])
def test_a_later_run_that_left_nothing_keeps_nobody_from_undoing(
    workspace: Workspace, dialer: FakeDialer, outcome: str
) -> None:
    done = installed(workspace, dialer)
    later(workspace, outcome)

    assert undo(workspace, dialer, done).outcome == "rolled_back"


def test_what_happened_on_another_dialer_stands_on_nothing_here(workspace: Workspace, dialer: FakeDialer) -> None:
    done = installed(workspace, dialer)
    later(workspace, "done", target=DialerTarget("10.0.0.2"))

    assert workspace.installs.later_than(done) is None


def test_what_broke_off_under_a_later_run_that_ended_well_is_not_recovered(workspace: Workspace, dialer: FakeDialer) -> None:
    done = installed(workspace, dialer)
    workspace.installs.finish(done.id, "interrupted")
    assert [each.id for each in recoverable(workspace)] == [done.id]

    later(workspace, "done")

    assert recoverable(workspace) == []


def test_an_undo_that_can_not_be_written_down_lets_go_of_the_dialer(
    workspace: Workspace, dialer: FakeDialer, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = installed(workspace, dialer)

    def full(*_: object) -> None:
        raise StoreError(path="wizard.sqlite", detail="disk full")

    monkeypatch.setattr(InstallStore, "resume", full)
    with pytest.raises(StoreError):
        begin_rollback(workspace, dialer.connector(TARGET, DialerSecrets()), done)

    lock_dialer(workspace.folder, TARGET, patience=0).release()


@pytest.mark.parametrize(
    ("phase", "outcome"),
    [
        (Phase.CHECKED, "refused"),
        (Phase.ROW_WRITTEN, "interrupted"),
        (Phase.SETTINGS_SET, "interrupted"),
        (Phase.CAMPAIGNS_SET, "interrupted"),
    ],
)
def test_a_fault_once_anything_was_written_leaves_an_interrupted_run(workspace: Workspace, phase: Phase, outcome: str) -> None:
    run = workspace.installs.start(answers=ACME, dialer_name="main", target=TARGET, wait_seconds=9, keep=False)
    journal = StoredJournal(workspace.installs, run.id)

    def breaks() -> InstallResult:
        journal.begin(phase)
        raise RuntimeError

    assert ending_of(breaks, journal).outcome == outcome
