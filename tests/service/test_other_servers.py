"""The other servers of an install: which saved dialers lead to them, and what the store keeps of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.carrier.samples import IP, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth
from wizard.secret import Secret
from wizard.service.dialers import Connect
from wizard.service.installs import begin_install
from wizard.service.other_servers import Reach, reach_as_saved
from wizard.service.rollbacks import begin_rollback
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.dialers import SavedDialer
from wizard.store.installs import Install
from wizard.words.servers import server_json, server_sentence, server_verdict

MAIN, SECOND = DialerTarget("10.0.0.1"), DialerTarget("10.0.0.2", auth=SshAuth.PASSWORD)
EVERYWHERE = InstallPlan(answers(IP, host=ADDRESS, server_ip="0.0.0.0"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


@pytest.fixture
def main() -> FakeDialer:
    return FakeDialer()


def save_second(workspace: Workspace, kept: str = "") -> SavedDialer:
    saved = workspace.dialers.add("second", SECOND, DialerSecrets(ssh_password=Secret(kept)))
    workspace.dialers.remember_look(saved.id, {"server_ip": "10.0.0.2"})
    return saved


def install(workspace: Workspace, main: FakeDialer, reach: Reach | None = None) -> Install:
    connect = main.connector(MAIN, DialerSecrets())
    return begin_install(workspace, connect, MAIN, EVERYWHERE, dialer_name="main", reach=reach).run()


def test_a_saved_dialer_is_looked_at_by_its_server_ip(workspace: Workspace, main: FakeDialer) -> None:
    second = main.add_server("10.0.0.2")
    save_second(workspace)

    def reach(saved: SavedDialer) -> Connect:
        return second.connector(saved.target, DialerSecrets())

    done = install(workspace, main, reach)

    assert done.outcome == "up"
    [server] = done.servers
    assert (server["server_ip"], server["rebuilt"], server["verdict"], server_verdict(server)) == ("10.0.0.2", True, "up", "Up")

    undone = begin_rollback(workspace, main.connector(MAIN, DialerSecrets()), done, reach=reach).run()
    [server] = undone.servers
    assert (server["reason"], server_verdict(server)) == ("removed", "Gone")


def test_a_server_whose_password_is_not_kept_is_not_verified_and_says_why(workspace: Workspace, main: FakeDialer) -> None:
    main.add_server("10.0.0.2")
    save_second(workspace)

    [server] = install(workspace, main).servers

    assert (server["reason"], server_verdict(server)) == ("server_not_reached", "Not verified")
    assert "has to be typed again" in server_sentence(server)


def test_a_kept_password_is_a_way_in(workspace: Workspace) -> None:
    connection = reach_as_saved(workspace)(save_second(workspace, kept="s3cret"))()

    assert connection is not None


def test_a_server_that_is_not_saved_is_not_verified(workspace: Workspace, main: FakeDialer) -> None:
    main.add_server("10.0.0.2")

    [server] = install(workspace, main).servers

    assert server_json(server)["verdict"] == "cannot_tell"
    assert (server["reason"], server_verdict(server)) == ("not_looked_at", "Not verified")


def test_an_install_that_is_undone_follows_the_others_too(workspace: Workspace, main: FakeDialer) -> None:
    main.add_server("10.0.0.2")
    main.peer_status = "UNREACHABLE"
    connect = main.connector(MAIN, DialerSecrets())
    plan = InstallPlan(EVERYWHERE.answers, wait_seconds=1)

    done = begin_install(workspace, connect, MAIN, plan, dialer_name="main").run()

    assert done.outcome == "rolled_back"
    assert [(each["rebuilt"], each["reason"]) for each in done.servers] == [(True, "not_looked_at")]


def test_a_stop_while_the_others_are_followed_undoes_it_and_the_others_are_still_followed(
    workspace: Workspace, main: FakeDialer
) -> None:
    second = main.add_server("10.0.0.2")
    second.generator_runs = False
    connect = main.connector(MAIN, DialerSecrets())
    told: list[tuple[str, Phase]] = []

    def tell(state: str, phase: Phase) -> None:
        told.append((state, phase))
        if (state, phase) == ("begun", Phase.OTHER_SERVERS):
            workspace.installs.request_stop(job.install_id)
            second.generator_runs = True

    job = begin_install(workspace, connect, MAIN, EVERYWHERE, dialer_name="main", tell=tell)
    done = job.run()

    assert (done.outcome, done.error["code"]) == ("rolled_back", "stopped")
    assert ("done", Phase.OTHER_SERVERS) not in told
    assert [(each["rebuilt"], each["reason"]) for each in done.servers] == [(True, "not_looked_at")]
    assert main.rows == {}


def test_an_install_on_one_server_knows_of_no_others(workspace: Workspace, main: FakeDialer) -> None:
    main.add_server("10.0.0.2")
    connect = main.connector(MAIN, DialerSecrets())

    done = begin_install(workspace, connect, MAIN, InstallPlan(answers(IP, host=ADDRESS)), dialer_name="main").run()

    assert (done.outcome, done.servers) == ("up", ())
