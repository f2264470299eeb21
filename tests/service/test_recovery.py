"""Runs in which the wizard died, brought to an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.carrier.samples import REGISTRATION, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.dialer.connection import Connection
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import CannotConnectError
from wizard.service.installs import begin_install
from wizard.service.recovery import find_interrupted, recover, recoverable
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.installs import Install
from wizard.web import create_app

TARGET = DialerTarget("10.0.0.1")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer()


def connect_to(dialer: FakeDialer) -> Callable[[], Connection]:
    return dialer.connector(TARGET, DialerSecrets())


def died_at_the_end(workspace: Workspace, dialer: FakeDialer, dialer_id: str | None = None) -> Install:
    """Everything was done; only that it ended nobody wrote down."""
    plan = InstallPlan(answers(REGISTRATION, host=ADDRESS))
    done = begin_install(workspace, connect_to(dialer), TARGET, plan, dialer_name="main", dialer_id=dialer_id).run()
    assert done.outcome == "up"
    workspace.store.database.table("installs").update(done.id, {"outcome": "", "ended_at": ""})
    return done


def test_what_is_whole_and_up_is_left_there_and_said(workspace: Workspace, dialer: FakeDialer) -> None:
    died_at_the_end(workspace, dialer)
    [found] = find_interrupted(workspace)
    assert [each.id for each in recoverable(workspace)] == [found.id]

    ended = recover(workspace, connect_to(dialer), found)

    assert (ended.outcome, ended.verdict, ended.error["also"]["code"]) == ("up", "up", "recovered_up")
    assert set(dialer.rows) == {"ACME"}
    assert ended.can_roll_back
    assert recoverable(workspace) == []


@pytest.mark.parametrize("amiss", ["inactive", "edited", "not_loaded", "down"])
def test_where_anything_is_amiss_the_dialer_is_put_back(workspace: Workspace, dialer: FakeDialer, amiss: str) -> None:
    died_at_the_end(workspace, dialer)
    [found] = find_interrupted(workspace)
    match amiss:
        case "inactive":
            dialer.rows["ACME"]["active"] = "N"
        case "edited":
            dialer.rows["ACME"]["active"] = "N"
            dialer.generated = {}
        case "not_loaded":
            dialer.loaded = {}
        case "down":
            dialer.registration = "No Authentication"

    ended = recover(workspace, connect_to(dialer), found)

    assert (ended.outcome, ended.error["also"]["code"]) == ("rolled_back", "recovered_back")
    assert dialer.rows == {}


def test_a_row_that_somebody_has_edited_since_is_left_alone(workspace: Workspace, dialer: FakeDialer) -> None:
    died_at_the_end(workspace, dialer)
    [found] = find_interrupted(workspace)
    dialer.rows["ACME"]["carrier_name"] = "theirs"

    ended = recover(workspace, connect_to(dialer), found)

    assert (ended.outcome, ended.error["code"]) == ("interrupted", "drift")
    assert dialer.rows["ACME"]["carrier_name"] == "theirs"


def test_a_dialer_that_can_not_be_reached_leaves_the_run_as_it_is(workspace: Workspace, dialer: FakeDialer) -> None:
    died_at_the_end(workspace, dialer)
    [found] = find_interrupted(workspace)

    def no_way() -> Connection:
        raise CannotConnectError(host="10.0.0.1", port=22, reason="timeout")

    with pytest.raises(CannotConnectError):
        recover(workspace, no_way, found)

    assert workspace.installs.get(found.id).outcome == "interrupted"
    assert [each.id for each in recoverable(workspace)] == [found.id]


def test_the_web_wizards_start_does_so_by_itself(tmp_path: Path, workspace: Workspace, dialer: FakeDialer) -> None:
    saved = workspace.dialers.add("main", TARGET, DialerSecrets())
    died = died_at_the_end(workspace, dialer, saved.id)

    app = create_app({"INSTANCE": tmp_path, "CONNECTOR": dialer.connector})

    app.extensions["carrier_wizard"].executor.shutdown(wait=True)
    deadline = time.monotonic() + 20
    while (ended := workspace.installs.get(died.id)).outcome == "interrupted" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended.outcome == "up"


def test_what_somebody_else_made_of_the_row_is_shown_without_its_password(workspace: Workspace, dialer: FakeDialer) -> None:
    died_at_the_end(workspace, dialer)
    [found] = find_interrupted(workspace)
    entry = dialer.rows["ACME"]["account_entry"]
    dialer.rows["ACME"]["account_entry"] = entry.replace("secret=s3cret.Word", "secret=theirs.Word") + "call-limit=9\n"

    ended = recover(workspace, connect_to(dialer), found)

    assert ["account_entry", "+", "call-limit=9"] in ended.error["diff"]
    assert {sign for _, sign, text in ended.error["diff"] if text.startswith("secret=")} == {"+", "-"}
    assert "Word" not in str(ended.error)
