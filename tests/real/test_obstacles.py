"""What stands on a real dialer already, what holds it up, and a wizard that is told to stop."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pymysql
import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import CommandLine, DialerState
from tests.real.faults import cut_connection, later, when_begun
from wizard.dialer.journal import Phase

NEW_TEMPLATE = {"template_id": "ACMEGEN", "make_template": True}


@contextlib.contextmanager
def database_session(lab: Lab, *statements: str) -> Iterator[Any]:
    """Somebody else's session, in which some statements were run."""
    connection = pymysql.connect(unix_socket=f"{lab.dialer.root}/run/mysqld/mysqld.sock", user="root", database="asterisk")
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        yield cursor


def reading(lab: Lab) -> contextlib.AbstractContextManager[Any]:
    """A backup that keeps everybody from writing carriers."""
    return database_session(lab, "LOCK TABLES vicidial_server_carriers READ")


def codes(refused: Any) -> list[str]:
    assert refused.status == 2
    return [each["code"] for each in refused.document["findings"] if each["severity"] == "error"]


class TestWhatIsThereAlready:
    def test_a_trunk_that_somebody_wrote_into_a_file_by_hand(self, lab: Lab, wizard: CommandLine) -> None:
        config = lab.dialer.root / "etc/asterisk/sip.conf"
        before = config.read_text()
        config.write_text(f"{before}\n[acme]\ntype=peer\nhost=127.0.0.22\n")
        try:
            lab.dialer.asterisk("sip reload")
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            config.write_text(before)
            lab.dialer.asterisk("sip reload")

        assert codes(refused) == ["peer_in_asterisk"]

    def test_the_same_registration_a_second_time(self, lab: Lab, wizard: CommandLine) -> None:
        values, secret = carrier_answers(lab, "registration")
        assert wizard.install(secret=secret, **values).status == 0

        refused = wizard.install(secret=secret, **{**values, "carrier_id": "AGAIN", "dial_prefix": "8"})

        assert codes(refused) == ["registration_taken"]

    def test_a_host_that_is_the_dialer_itself(self, lab: Lab, wizard: CommandLine) -> None:
        assert codes(wizard.install(carrier_id="ACME", auth="ip", host=lab.dialer.address)) == ["host_is_dialer"]
        assert codes(wizard.install(carrier_id="ACME", auth="ip", host="localhost")) == ["host_is_dialer"]

    def test_an_entry_for_another_server(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, server_ip="10.9.9.9")

        assert codes(refused) == ["server_ip_elsewhere"]


class TestHeldUp:
    @pytest.fixture
    def backup(self, lab: Lab) -> Iterator[contextlib.ExitStack]:
        """Holds the carriers' table from ``enter_context(reading(lab))`` until it is closed."""
        with contextlib.ExitStack() as stack:
            yield stack

    @pytest.mark.parametrize("template", [{}, NEW_TEMPLATE], ids=["alone", "with-a-template"])
    def test_a_table_that_a_backup_holds(
        self,
        lab: Lab,
        wizard: CommandLine,
        state: Callable[[], DialerState],
        backup: contextlib.ExitStack,
        template: dict[str, Any],
    ) -> None:
        """The statement must not be carried out later, when nobody is there to follow it."""
        before = state()

        with when_begun(Phase.ROW_WRITTEN, lambda: backup.enter_context(reading(lab))):
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, **template)
        backup.close()
        time.sleep(1)

        assert (refused.status, refused.document["reason"]) == (3, "database")
        assert state() == before

    @pytest.mark.parametrize("template", [{}, NEW_TEMPLATE], ids=["alone", "with-a-template"])
    def test_a_lost_connection_whose_statement_still_waits(
        self,
        lab: Lab,
        wizard: CommandLine,
        state: Callable[[], DialerState],
        backup: contextlib.ExitStack,
        template: dict[str, Any],
    ) -> None:
        """The undo ends the session that it left behind, so that the row is not written after all.

        A template has been written by then, since only the carriers' table is held.
        """
        before = state()
        there: list[Any] = []

        def look_and_cut() -> None:
            there.extend(lab.dialer.query("SELECT template_id FROM vicidial_conf_templates WHERE template_id='ACMEGEN'"))
            cut_connection(lab)

        with later(2, look_and_cut) as cut, later(6, backup.close) as release:

            def hold() -> None:
                backup.enter_context(reading(lab))
                cut()
                release()

            with when_begun(Phase.ROW_WRITTEN, hold):
                ended = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, **template)

        assert bool(there) is bool(template)
        assert (ended.status, ended.document["reason"]) == (4, "connection_lost")
        time.sleep(1)
        assert state() == before

    def test_an_asterisk_that_hangs_for_a_while_is_waited_for(self, lab: Lab, wizard: CommandLine) -> None:
        program = lab.dialer.root / "usr/sbin/asterisk"
        away = program.with_name("asterisk.away")
        with later(15, lambda: away.rename(program)) as thaw:

            def hang() -> None:
                program.rename(away)
                program.write_text("#!/bin/sh\nexec sleep 30\n")
                program.chmod(0o755)
                thaw()

            with when_begun(Phase.LOADED, hang):
                installed = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (installed.status, installed.document["verdict"]) == (0, "up")


class TestToldToStop:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
    def test_an_install_that_gets_a_signal_is_undone_first(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], number: signal.Signals
    ) -> None:
        before = state()
        values, secret = carrier_answers(lab, "registration")
        with wizard.installing(secret, **values) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "Carrier switched on" in line:
                    process.send_signal(number)
        assert process.returncode == 4

        assert state() == before
        [found] = wizard("history").document
        assert (found["outcome"], found["reason"]) == ("rolled_back", "stopped")

    def test_a_rollback_that_finds_another_dialer_at_the_address_touches_nothing(self, lab: Lab, wizard: CommandLine) -> None:
        installed = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        config = lab.dialer.root / "etc/astguiclient.conf"
        before = config.read_text()
        config.write_text(before.replace(f"VARserver_ip => {lab.dialer.address}", "VARserver_ip => 10.9.9.9"))
        try:
            refused = wizard("rollback", installed.document["install_id"], *wizard.access)
        finally:
            config.write_text(before)

        assert (refused.status, refused.document["reason"], refused.document["outcome"]) == (3, "other_dialer", "up")
        assert lab.dialer.query("SELECT active FROM vicidial_server_carriers WHERE carrier_id='ACME'") == [{"active": "Y"}]
