"""A database that wouldn't take what a run writes: noticed before anything is written, in words of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.conftest import Answered, CommandLine, DialerState

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextlib.contextmanager
def rights_apart_from(lab: Lab, table: str, *lacking: str) -> Iterator[None]:
    """VICIdial's user may do all to every table but this one."""
    tables = [next(iter(row.values())) for row in lab.dialer.query("SHOW TABLES")]
    lab.dialer.query("REVOKE SELECT, INSERT, UPDATE, DELETE ON asterisk.* FROM cron@localhost")
    for each in tables:
        granted = ", ".join(right for right in ALL if each != table or right not in lacking)
        lab.dialer.query(f"GRANT {granted} ON asterisk.{each} TO cron@localhost")
    try:
        yield
    finally:
        for each in tables:
            lab.dialer.query(f"REVOKE SELECT, INSERT, UPDATE, DELETE ON asterisk.{each} FROM cron@localhost")
        lab.dialer.query("GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO cron@localhost")


@pytest.fixture
def nothing_changes(lab: Lab, state: Callable[[], DialerState]) -> Any:
    before = state()
    yield
    assert state() == before
    assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []


def install(lab: Lab, wizard: CommandLine, *options: str, **values: Any) -> Answered:
    return wizard.install(*options, carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, **values)


class TestMissingRights:
    @pytest.mark.parametrize(
        ("table", "lacking"),
        [
            ("vicidial_server_carriers", "INSERT"),
            ("vicidial_server_carriers", "UPDATE"),
            ("vicidial_server_carriers", "DELETE"),
            ("servers", "UPDATE"),
        ],
    )
    @pytest.mark.usefixtures("nothing_changes")
    def test_to_what_every_run_writes(self, lab: Lab, wizard: CommandLine, table: str, lacking: str) -> None:
        with rights_apart_from(lab, table, lacking):
            refused = install(lab, wizard)
            planned = install(lab, wizard, "--dry-run")

        assert (refused.status, refused.document["reason"]) == (3, "database_grants")
        assert f"{lacking} on {table}" in refused.document["message"]
        assert (planned.status, planned.document["reason"]) == (3, "database_grants")

    @pytest.mark.parametrize(
        ("table", "lacking", "values"),
        [
            ("vicidial_conf_templates", "INSERT", {"template_id": "ACMEGEN", "make_template": True}),
            ("vicidial_campaigns", "UPDATE", {"campaigns": ["SALES"], "dial_prefix": "7"}),
            ("vicidial_server_trunks", "INSERT", {"server_trunks": {"SALES": "20"}}),
        ],
        ids=["template", "campaign", "lines"],
    )
    @pytest.mark.usefixtures("nothing_changes")
    def test_to_what_only_this_run_writes(
        self, lab: Lab, wizard: CommandLine, table: str, lacking: str, values: dict[str, Any]
    ) -> None:
        with rights_apart_from(lab, table, lacking):
            refused = install(lab, wizard, **values)

        assert (refused.status, refused.document["reason"]) == (3, "database_grants")
        assert f"{lacking} on {table}" in refused.document["message"]

    def test_to_what_this_run_leaves_alone_are_not_missed(self, lab: Lab, wizard: CommandLine) -> None:
        with rights_apart_from(lab, "vicidial_settings_containers", "INSERT", "UPDATE", "DELETE"):
            assert install(lab, wizard).status == 0

    def test_a_right_to_single_columns_is_told_from_none(self, lab: Lab, wizard: CommandLine) -> None:
        with rights_apart_from(lab, "servers", "UPDATE"):
            lab.dialer.query("GRANT UPDATE (rebuild_conf_files) ON asterisk.servers TO cron@localhost")
            installed = install(lab, wizard)

        assert installed.document["reason"] != "database_grants"

    def test_of_a_switch_of_a_carrier_that_is_there(self, lab: Lab, wizard: CommandLine) -> None:
        with rights_apart_from(lab, "servers", "UPDATE"):
            refused = wizard("deactivate", "SIPEXAMPLE", "--dialer", wizard.address, *wizard.access)

        assert (refused.status, refused.document["reason"]) == (3, "database_grants")


class TestACopy:
    @pytest.mark.usefixtures("nothing_changes")
    def test_that_takes_no_writes(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.query("SET GLOBAL read_only=1")
        try:
            refused = install(lab, wizard)
        finally:
            lab.dialer.query("SET GLOBAL read_only=0")

        assert (refused.status, refused.document["reason"]) == (3, "database_read_only")

    @pytest.mark.usefixtures("nothing_changes")
    def test_that_would_take_writes(self, lab: Lab, wizard: CommandLine) -> None:
        """Set up as a copy, and VICIdial's user may look at that."""
        lab.dialer.query("CHANGE MASTER TO MASTER_HOST='127.0.0.99', MASTER_USER='copy'")
        lab.dialer.query("GRANT REPLICATION CLIENT, SLAVE MONITOR ON *.* TO cron@localhost")
        try:
            refused = install(lab, wizard)
        finally:
            lab.dialer.query("REVOKE REPLICATION CLIENT, SLAVE MONITOR ON *.* FROM cron@localhost")
            lab.dialer.query("RESET SLAVE ALL")

        assert (refused.status, refused.document["reason"]) == (3, "database_replica")
