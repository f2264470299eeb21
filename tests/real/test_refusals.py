"""What is refused before anything is written, and leaves no trace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.conftest import CommandLine, DialerState


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, lab: Lab, state: Callable[[], DialerState]) -> Any:
        before = state()
        yield
        assert state().carriers == before.carriers
        assert state().files == before.files
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_a_carrier_id_that_exists_in_other_letters(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="sipexample", auth="ip", host=lab.carriers["ip"].address)

        assert refused.status == 2
        assert [each["code"] for each in refused.document["findings"]] == ["carrier_exists"]

    def test_a_trunk_named_like_a_phone(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="FRONTDESK", auth="ip", host=lab.carriers["ip"].address)

        assert ("trunk_name", "trunk_is_phone") in [(each["field"], each["code"]) for each in refused.document["findings"]]

    def test_numbers_that_vicidial_keeps_for_itself(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, destinations=["118XXXXXXXX"])

        assert ("dial_prefix", "pattern_never_reached") in [
            (each["field"], each["code"]) for each in refused.document["findings"]
        ]

    @pytest.mark.parametrize("gate", ["active_asterisk_server", "generate_vicidial_conf"])
    def test_generation_that_is_switched_off(self, lab: Lab, wizard: CommandLine, gate: str) -> None:
        lab.dialer.query(f"UPDATE servers SET {gate}='N'")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "conf_generation_off")
        assert gate in refused.document["message"]

    def test_a_missing_cron_line(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.run("sh", "-c", "echo '# * * * * * ADMIN_keepalive_ALL.pl' | crontab -")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "cron_line_missing")

    def test_an_asterisk_that_is_not_running(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.control("stop-asterisk")
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            lab.dialer.control("start-asterisk")

        assert (refused.status, refused.document["reason"]) == (3, "asterisk_silent")

    def test_a_database_that_refuses(self, lab: Lab, wizard: CommandLine) -> None:
        config = lab.dialer.root / "etc/astguiclient.conf"
        before = config.read_text()
        config.write_text(before.replace("VARDB_pass => 1234", "VARDB_pass => 4321"))
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            config.write_text(before)

        assert (refused.status, refused.document["reason"]) == (3, "database_login")
        assert "Access denied" in refused.document["message"]
        assert "4321" not in refused.output

    def test_a_host_that_is_no_dialer(self, lab: Lab, wizard: CommandLine) -> None:
        config = lab.dialer.root / "etc/astguiclient.conf"
        config.rename(config.with_suffix(".away"))
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            config.with_suffix(".away").rename(config)

        assert (refused.status, refused.document["reason"]) == (3, "not_a_dialer")

    def test_a_dialer_that_does_not_find_itself(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.query("UPDATE servers SET server_ip='10.9.9.9'")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "server_row")

    def test_another_wizard_at_work_on_the_same_dialer(self, lab: Lab, wizard: CommandLine) -> None:
        holder = threading.Event()
        let_go = threading.Event()

        def hold() -> None:
            import pymysql

            connection = pymysql.connect(unix_socket=f"{lab.dialer.root}/run/mysqld/mysqld.sock", user="root")
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT GET_LOCK('carrier-wizard', 0)")
                holder.set()
                let_go.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        assert holder.wait(5)
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            let_go.set()
            thread.join()

        assert (refused.status, refused.document["reason"]) == (3, "already_in_progress")
