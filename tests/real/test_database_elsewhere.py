"""A dialer whose database is on a host of its own, reached over the network, as a cluster has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.lab import Lab
from tests.real.conftest import CommandLine, DialerState

DATABASE_HOST, NO_DATABASE_HOST = "127.0.0.31", "127.0.0.32"
OVER_THE_NETWORK = f"[mysqld]\nskip-networking=0\nbind-address={DATABASE_HOST}\nport=3306\nskip-name-resolve\n"


def point_dialer_at(lab: Lab, host: str) -> None:
    config = lab.dialer.root / "etc/astguiclient.conf"
    lines = config.read_text().splitlines()
    told = [f"VARDB_server => {host}" if line.startswith("VARDB_server") else line for line in lines]
    config.write_text("\n".join(told) + "\n")


def restart_database(lab: Lab) -> None:
    lab.dialer.control("stop-database")
    lab.dialer.control("start-database")


@pytest.fixture
def database_elsewhere(lab: Lab) -> Iterator[None]:
    config = lab.dialer.root / "etc/mysql/mariadb.conf.d/99-elsewhere.cnf"
    config.write_text(OVER_THE_NETWORK)
    restart_database(lab)
    lab.dialer.query("CREATE USER cron@'127.%%' IDENTIFIED BY '1234'")
    lab.dialer.query("GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO cron@'127.%%'")
    # Nobody may fall back to the socket: what gets in came by the network.
    lab.dialer.query("REVOKE SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* FROM cron@localhost")
    point_dialer_at(lab, DATABASE_HOST)
    try:
        yield
    finally:
        point_dialer_at(lab, "localhost")
        lab.dialer.query("GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO cron@localhost")
        lab.dialer.query("DROP USER cron@'127.%%'")
        config.unlink()
        restart_database(lab)


@pytest.mark.usefixtures("database_elsewhere")
class TestADatabaseOnAnotherHost:
    def test_takes_an_install_its_edits_and_its_undoing(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        before = state()
        carrier = lab.carriers["ip"].address

        installed = wizard.install(carrier_id="ACME", auth="ip", host=carrier)
        assert (installed.status, installed.document["verdict"]) == (0, "up")
        off = wizard("deactivate", "ACME", "--dialer", wizard.address, *wizard.access, "--even-if-used")
        assert off.status == 0, off.output
        gone = wizard("delete", "ACME", "--dialer", wizard.address, *wizard.access, "--even-if-used")
        assert gone.status == 0, gone.output

        assert state() == before

    def test_that_is_not_there_is_named_and_nothing_is_done(self, lab: Lab, wizard: CommandLine) -> None:
        point_dialer_at(lab, NO_DATABASE_HOST)

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "database_login")
        assert NO_DATABASE_HOST in refused.document["message"]

    def test_that_goes_away_while_it_is_written_to_leaves_the_dialer_as_it_was(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        before = state()
        with wizard.installing("none", carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address) as run:
            assert run.stderr is not None
            for line in run.stderr:
                if "Rebuild requested" in line:
                    lab.dialer.control("stop-database")
                    break
            lab.dialer.run("sleep", "3")
            lab.dialer.control("start-database")
            run.communicate()

        assert run.returncode in (0, 4)
        if run.returncode == 4:
            assert state() == before
        else:
            assert lab.dialer.query("SELECT active FROM vicidial_server_carriers WHERE carrier_id='ACME'") == [{"active": "Y"}]
