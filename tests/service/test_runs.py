"""A carrier and its backups in one run: the backups first, and none of them alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.carrier.samples import IP, REGISTRATION, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.carrier.answers import Answers
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import BackupInUseError
from wizard.service.backups import BackupPlan
from wizard.service.installs import begin_install
from wizard.service.recovery import find_interrupted
from wizard.service.rollbacks import begin_rollback
from wizard.service.stored_journal import StoredJournal
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.installs import Install

TARGET = DialerTarget("10.0.0.1")
BACKUP = answers(IP, carrier_id="BKUP", host=ADDRESS, dial_prefix="8")
THIRD = answers(IP, carrier_id="THIRD", host=ADDRESS, dial_prefix="7")


def main_answers(**changed: Any) -> Answers:
    return answers(REGISTRATION, **{"host": ADDRESS, "backup_carrier": ["BKUP"], **changed})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer()


def run(workspace: Workspace, dialer: FakeDialer, own: Answers, *first: Answers) -> Install:
    backups = [BackupPlan(InstallPlan(each)) for each in first]
    connect = dialer.connector(TARGET, DialerSecrets())
    return begin_install(workspace, connect, TARGET, InstallPlan(own), dialer_name="main", first=backups).run()


def test_the_backup_is_there_before_its_carrier_dials_it(workspace: Workspace, dialer: FakeDialer) -> None:
    done = run(workspace, dialer, main_answers(), BACKUP)

    assert (done.outcome, set(dialer.rows)) == ("up", {"ACME", "BKUP"})
    assert "Dial(${BKUP_TRUNK}/" in dialer.rows["ACME"]["dialplan_entry"]
    [part] = workspace.installs.parts_of(done.id)
    assert (part.carrier_id, part.outcome, part.part_of) == ("BKUP", "up", done.id)


def test_several_come_in_their_order(workspace: Workspace, dialer: FakeDialer) -> None:
    done = run(workspace, dialer, main_answers(backup_carrier=["BKUP", "THIRD"]), BACKUP, THIRD)

    assert [part.carrier_id for part in workspace.installs.parts_of(done.id)] == ["BKUP", "THIRD"]


def test_where_anything_stands_in_the_way_of_either_nothing_is_written(workspace: Workspace, dialer: FakeDialer) -> None:
    before = dialer.state
    done = run(workspace, dialer, main_answers(dial_prefix="8"), BACKUP)

    assert (done.outcome, done.error["code"]) == ("refused", "refused")
    assert "pattern_taken" in [each["code"] for each in done.error["findings"]]
    assert (dialer.state, workspace.installs.parts_of(done.id)) == (before, [])


def test_a_carrier_that_does_not_stay_takes_its_backup_along(workspace: Workspace, dialer: FakeDialer) -> None:
    before = dialer.state
    dialer.registration = "No Authentication"
    done = run(workspace, dialer, main_answers(), BACKUP)

    assert done.outcome == "rolled_back"
    assert done.error["also"] == {"code": "backup_taken_off", "values": {"backups": "BKUP"}}
    assert [part.outcome for part in workspace.installs.parts_of(done.id)] == ["rolled_back"]
    assert dialer.state == before


def test_a_backup_that_does_not_come_up_keeps_its_carrier_off(workspace: Workspace, dialer: FakeDialer) -> None:
    before = dialer.state
    dialer.registration = "No Authentication"
    registering = answers(REGISTRATION, carrier_id="BKUP", host=ADDRESS, dial_prefix="8")
    done = run(workspace, dialer, answers(IP, host=ADDRESS, backup_carrier=["BKUP"]), registering)

    assert (done.outcome, done.error["code"], done.error["values"]) == ("refused", "backup_not_up", {"backup": "BKUP"})
    assert dialer.state == before


def test_stop_stops_the_backup_too(workspace: Workspace, dialer: FakeDialer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dialer.state
    begin = StoredJournal.begin

    def stop_at(journal: StoredJournal, phase: Phase) -> None:
        begin(journal, phase)
        if phase is Phase.ACTIVATED:
            [running] = [each for each in workspace.installs.running() if each.part_of is None]
            workspace.installs.request_stop(running.id)

    monkeypatch.setattr(StoredJournal, "begin", stop_at)
    done = run(workspace, dialer, main_answers(), BACKUP)

    assert done.outcome in ("refused", "rolled_back")
    assert dialer.state == before


def test_undoing_the_carrier_takes_its_backup_along(workspace: Workspace, dialer: FakeDialer) -> None:
    connect = dialer.connector(TARGET, DialerSecrets())
    done = run(workspace, dialer, main_answers(), BACKUP)

    undone = begin_rollback(workspace, connect, done).run()

    assert (undone.outcome, undone.error["also"]["code"], dialer.rows) == ("rolled_back", "backup_taken_off", {})


def test_a_backup_alone_is_not_undone_while_its_carrier_stands(workspace: Workspace, dialer: FakeDialer) -> None:
    done = run(workspace, dialer, main_answers(), BACKUP)
    [part] = workspace.installs.parts_of(done.id)

    with pytest.raises(BackupInUseError):
        begin_rollback(workspace, dialer.connector(TARGET, DialerSecrets()), part)


def test_a_backup_that_nobody_asked_for_is_refused(workspace: Workspace, dialer: FakeDialer) -> None:
    done = run(workspace, dialer, main_answers(backup_carrier=[]), BACKUP)

    assert [each["code"] for each in done.error["findings"]] == ["backup_not_asked"]
    assert dialer.rows == {}


def test_a_wizard_that_died_between_the_two_says_what_is_there_and_undoes_it(
    workspace: Workspace, dialer: FakeDialer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill: nobody marks the carrier's install as ended."""
    connect = dialer.connector(TARGET, DialerSecrets())
    done = run(workspace, dialer, main_answers(), BACKUP)
    begin_rollback(workspace, connect, done).run()
    again = run(workspace, dialer, answers(IP, carrier_id="BKUP", host=ADDRESS, dial_prefix="8"))
    main = workspace.installs.start(answers=main_answers(), dialer_name="main", target=TARGET, wait_seconds=9, keep=False)
    workspace.store.database.table("installs").update(again.id, {"part_of": main.id})

    [found] = find_interrupted(workspace)
    assert found.error["also"] == {"code": "backup_left", "values": {"backups": "BKUP"}}
    undone = begin_rollback(workspace, connect, found).run()

    assert (undone.outcome, dialer.rows) == ("rolled_back", {})
