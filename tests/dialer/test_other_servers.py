"""An entry for all servers: which of the others picked it up, which were looked at, and nothing said beyond that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from tests.carrier.samples import IP, REGISTRATION, answers
from tests.dialer.test_installer import FastClock, MemoryJournal
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.carrier.answers import Answers
from wizard.dialer.connection import Connection
from wizard.dialer.installer import Installer
from wizard.dialer.journal import Checkpoint
from wizard.dialer.other_servers import ServerReport, Task, follow
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.dialer.undo import undo
from wizard.errors import NeedsSecretError, StoppedError

EVERYWHERE = answers(IP, host=ADDRESS, server_ip="0.0.0.0")


class Cluster:
    """A dialer, the others, and those of them that we can sign in to."""

    def __init__(self, *server_ips: str) -> None:
        self.main = FakeDialer()
        self.others = {server_ip: self.main.add_server(server_ip) for server_ip in server_ips}
        self.saved: dict[str, FakeDialer] = {}
        self.told: list[list[ServerReport]] = []
        self.journal = MemoryJournal()
        self.clock = FastClock()()
        self.stops_after = 1_000

    def ways_in(self, server_ip: str) -> Iterable[Connection]:
        if server_ip in self.saved:
            yield self.saved[server_ip].connector(DialerTarget(server_ip), DialerSecrets())()

    def connect(self) -> Connection:
        return self.main.connector(DialerTarget("10.0.0.1"), DialerSecrets())()

    def install(self, own: Answers = EVERYWHERE) -> InstallResult:
        return Installer(self.connect, InstallPlan(own), self.journal, self.clock, follow_others=self._follow).run()

    def undo(self) -> None:
        assert self.journal.checkpoint is not None
        undo(self.connect, self.journal.checkpoint, self.journal, self.clock)
        with self.connect() as connection:
            self._follow(connection, self.journal.checkpoint, gone=True)

    def _follow(self, connection: Connection, checkpoint: Checkpoint, *, gone: bool = False) -> None:
        follow(connection, Task(checkpoint, self.ways_in, self._hear, self._stop, gone=gone, clock=self.clock))

    def _hear(self, reports: Sequence[ServerReport]) -> None:
        self.told.append(list(reports))

    def _stop(self) -> None:
        self.stops_after -= 1
        if self.stops_after < 0:
            raise StoppedError

    @property
    def known(self) -> dict[str, tuple[bool | None, str, str]]:
        """server_ip → rebuilt, verdict and reason, as they were told last."""
        return {each.server_ip: (each.rebuilt, each.judgement.verdict.value, each.judgement.reason) for each in self.told[-1]}


def test_a_server_that_we_can_sign_in_to_is_judged_by_its_own_asterisk() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.saved = cluster.others

    assert cluster.install().outcome is Outcome.UP
    assert cluster.known == {"10.0.0.2": (True, "up", "reachable")}


def test_a_server_that_nobody_looked_at_is_not_called_up_though_its_request_was_picked_up() -> None:
    cluster = Cluster("10.0.0.2")

    assert cluster.install().outcome is Outcome.UP
    assert cluster.known == {"10.0.0.2": (True, "cannot_tell", "not_looked_at")}


def test_before_anything_was_seen_nothing_is_said() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.install()

    assert [(each.rebuilt, each.judgement.reason) for each in cluster.told[0]] == [(None, "not_looked_at")]


def test_a_server_whose_generator_is_down_has_not_rebuilt() -> None:
    cluster = Cluster("10.0.0.2", "10.0.0.3")
    cluster.saved = cluster.others
    cluster.others["10.0.0.3"].generator_runs = False

    assert cluster.install().outcome is Outcome.UP
    assert cluster.known == {
        "10.0.0.2": (True, "up", "reachable"),
        "10.0.0.3": (False, "not_yet", "not_rebuilt"),
    }


def test_a_server_that_generates_nothing_is_named_and_not_waited_for() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.main.servers[1]["generate_vicidial_conf"] = "N"
    began = cluster.clock.now()
    cluster.install()

    assert cluster.known == {"10.0.0.2": (False, "down", "not_generating")}
    assert cluster.clock.now() - began < 5


def test_a_web_server_is_no_place_for_a_carrier() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.main.servers[1]["active_asterisk_server"] = "N"
    cluster.install()

    assert cluster.journal.checkpoint is not None
    assert cluster.journal.checkpoint.other_servers == ()


def test_a_server_whose_asterisk_does_not_hear_the_reload_is_reloaded_once() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.saved = cluster.others
    cluster.others["10.0.0.2"].reloads = False
    cluster.install()

    assert cluster.known == {"10.0.0.2": (True, "up", "reachable")}


def test_a_server_that_does_not_let_us_in_is_named_with_the_reason() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.saved = cluster.others
    cluster.others["10.0.0.2"].break_at = 1
    cluster.install()

    assert cluster.known == {"10.0.0.2": (True, "cannot_tell", "server_not_reached")}
    [report] = cluster.told[-1]
    assert report.problem is not None
    assert report.problem.code == "connection_lost"


def test_a_password_that_is_not_kept_is_a_reason_too() -> None:
    class Forgetful(Cluster):
        def ways_in(self, server_ip: str) -> Iterable[Connection]:
            raise NeedsSecretError(which="ssh_password")

    cluster = Forgetful("10.0.0.2")
    cluster.install()

    assert cluster.known == {"10.0.0.2": (True, "cannot_tell", "server_not_reached")}


def test_an_address_that_leads_to_another_dialer_proves_nothing() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.saved = {"10.0.0.2": cluster.main}
    cluster.install()

    [report] = cluster.told[-1]
    assert (report.judgement.reason, report.problem.code if report.problem else "") == ("server_not_reached", "other_dialer")


def test_a_dialer_of_another_cluster_proves_nothing() -> None:
    cluster = Cluster("10.0.0.2")
    stranger = FakeDialer().add_server("10.0.0.2")
    stranger.rows = {}
    cluster.saved = {"10.0.0.2": stranger}
    cluster.install()

    assert cluster.known == {"10.0.0.2": (True, "cannot_tell", "other_database")}


def test_a_database_that_goes_away_meanwhile_does_not_undo_the_install() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.install()
    needed = cluster.main.requests

    again = Cluster("10.0.0.2")
    again.main.break_at = needed  # the question about the flags is the last

    assert again.install().outcome is Outcome.UP
    assert again.known == {"10.0.0.2": (None, "cannot_tell", "server_not_reached")}


def test_a_stop_while_the_others_are_followed_undoes_the_install() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.others["10.0.0.2"].generator_runs = False
    before = cluster.main.state
    cluster.stops_after = 3

    assert cluster.install().outcome is Outcome.ROLLED_BACK
    assert cluster.main.state == before


@pytest.mark.parametrize("server_ip", ["auto", "10.0.0.1"])
def test_an_entry_for_one_server_asks_nothing_of_the_others(server_ip: str) -> None:
    cluster = Cluster("10.0.0.2")
    cluster.install(answers(REGISTRATION, host=ADDRESS, server_ip=server_ip))

    assert cluster.main.servers[1]["rebuild_conf_files"] == "N"
    assert cluster.journal.checkpoint is not None
    assert cluster.journal.checkpoint.other_servers == ()


def test_an_undo_is_followed_on_each_server_too() -> None:
    cluster = Cluster("10.0.0.2", "10.0.0.3")
    cluster.saved = {"10.0.0.2": cluster.others["10.0.0.2"]}
    cluster.install()
    cluster.undo()

    assert cluster.known == {
        "10.0.0.2": (True, "down", "removed"),
        "10.0.0.3": (True, "cannot_tell", "not_looked_at"),
    }
    assert cluster.others["10.0.0.2"].generated == {}


def test_an_undo_that_a_server_does_not_follow_is_said() -> None:
    cluster = Cluster("10.0.0.2")
    cluster.saved = cluster.others
    cluster.install()
    cluster.others["10.0.0.2"].generator_runs = False
    cluster.undo()

    assert cluster.known == {"10.0.0.2": (False, "not_yet", "not_rebuilt")}
