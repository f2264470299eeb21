"""Several servers of one database, numbers and limits, read from a real one; the second server's generator is a stand-in."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers, phases
from tests.real.conftest import Answered, CommandLine

SECOND = "10.99.9.9"
OTHERS = (
    "INSERT INTO servers SET server_id=%s, server_ip=%s, active_asterisk_server=%s, generate_vicidial_conf=%s,"
    " rebuild_conf_files='N'"
)


@pytest.fixture
def second(lab: Lab) -> str:
    """Another server in the same database, and a third that generates nothing."""
    lab.dialer.query(OTHERS, "DIALER2", SECOND, "Y", "Y")
    lab.dialer.query(OTHERS, "DIALER3", "10.99.9.10", "Y", "N")
    lab.dialer.query(OTHERS, "WEB1", "10.99.9.11", "N", "N")
    return SECOND


@contextlib.contextmanager
def keepalive(lab: Lab, server_ip: str) -> Iterator[None]:
    """What cron does on another server, as far as the database shows it."""
    over = threading.Event()

    def clear() -> None:
        while not over.wait(0.5):
            lab.dialer.query("UPDATE servers SET rebuild_conf_files='N' WHERE server_ip=%s", server_ip)

    thread = threading.Thread(target=clear)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def known(answered: Answered) -> dict[str, tuple[bool | None, str, str]]:
    """server_ip → rebuilt, verdict and reason."""
    servers: list[dict[str, Any]] = answered.document["servers"]
    return {each["server_ip"]: (each["rebuilt"], each["verdict"], each["reason"]) for each in servers}


def flag(lab: Lab, server_ip: str) -> str:
    [row] = lab.dialer.query("SELECT rebuild_conf_files FROM servers WHERE server_ip=%s", server_ip)
    return str(row["rebuild_conf_files"])


def test_each_server_is_flagged_and_what_nobody_looked_at_is_not_called_up(lab: Lab, wizard: CommandLine, second: str) -> None:
    values, secret = carrier_answers(lab, "ip", server_ip="0.0.0.0")
    with keepalive(lab, second):
        installed = wizard.install(secret=secret, **values)

        assert (installed.status, installed.document["outcome"]) == (0, "up"), installed.output
        assert "other_servers" in phases(installed)
        assert known(installed) == {
            second: (True, "cannot_tell", "not_looked_at"),
            "10.99.9.10": (False, "down", "not_generating"),
        }
        rolled_back = wizard("rollback", installed.document["install_id"], *wizard.access)

    assert rolled_back.document["outcome"] == "rolled_back"
    assert known(rolled_back)[second] == (True, "cannot_tell", "not_looked_at")


def test_a_server_that_does_not_rebuild_is_named_and_stays_flagged(lab: Lab, wizard: CommandLine, second: str) -> None:
    values, secret = carrier_answers(lab, "ip", server_ip="0.0.0.0")

    installed = wizard.install("--wait", "20", secret=secret, **values)

    assert (installed.status, installed.document["outcome"]) == (0, "up"), installed.output
    assert known(installed)[second] == (False, "not_yet", "not_rebuilt")
    assert flag(lab, second) == "Y"


def test_a_saved_dialer_that_leads_elsewhere_verifies_nothing(lab: Lab, wizard: CommandLine, second: str) -> None:
    assert wizard("dialer", "add", "second", wizard.address, *wizard.access).status == 0
    workspace = wizard.workspace
    [saved] = workspace.dialers.all()
    workspace.dialers.remember_look(saved.id, {**saved.summary, "server_ip": second})
    values, secret = carrier_answers(lab, "ip", server_ip="0.0.0.0")

    with keepalive(lab, second):
        installed = wizard.install(secret=secret, **values)

    assert known(installed)[second] == (True, "cannot_tell", "server_not_reached")
    [report] = [each for each in installed.document["servers"] if each["server_ip"] == second]
    assert f"the install was on {second}" in report["message"]


def test_numbers_servers_and_free_prefixes_of_a_dialer_that_lacks_some_tables(
    lab: Lab, wizard: CommandLine, second: str
) -> None:
    lab.dialer.query("UPDATE vicidial_lists SET campaign_cid_override='0000000000' WHERE list_id=101")
    lab.dialer.query("UPDATE vicidial_campaigns SET campaign_cid='5551239999' WHERE campaign_id='SALES'")
    shown = wizard("dialer", "add", "main", wizard.address, *wizard.access).document

    numbers = {each["number"]: each for each in shown["caller_ids"]}
    assert numbers["5551239999"]["used_by"] == [{"source": "campaign", "name": "SALES", "active": True}]
    assert [each["code"] for each in numbers["5551239999"]["findings"]] == ["caller_id_no_such_number"]
    assert [each["code"] for each in numbers["0000000000"]["findings"]] == ["caller_id_default"]
    assert [each["server_ip"] for each in shown["servers"]] == sorted([lab.dialer.address, second, "10.99.9.10", "10.99.9.11"])
    assert shown["default_phone_code"] == "1"
    assert shown["free_prefixes"]["nanp"][:2] == ["9", "8"]
    assert json.dumps(shown["caller_ids"]).count("3125551238") == 1


def test_numbers_are_known_by_the_dids_of_a_dialer_that_has_them(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query("UPDATE vicidial_campaigns SET campaign_cid='2125551234' WHERE campaign_id='SALES'")
    lab.dialer.query("UPDATE vicidial_campaigns SET campaign_cid='3125551234' WHERE campaign_id='SURVEY'")
    with extra_tables(lab):
        shown = wizard("dialer", "add", "main", wizard.address, *wizard.access).document

    found = {each["number"]: [finding["code"] for finding in each["findings"]] for each in shown["caller_ids"]}
    assert found == {
        "2125551234": [],
        "3125551234": ["caller_id_unknown"],
        "1111111111": ["caller_id_made_up"],
    }


@contextlib.contextmanager
def extra_tables(lab: Lab) -> Iterator[None]:
    """Tables of VICIdial's that the lab's dialer has not, with their columns that are read."""
    lab.dialer.query(
        "CREATE TABLE vicidial_inbound_dids (did_pattern VARCHAR(50) NOT NULL, UNIQUE INDEX (did_pattern)) ENGINE=MyISAM"
    )
    lab.dialer.query(
        "CREATE TABLE vicidial_campaign_cid_areacodes (campaign_id VARCHAR(20), areacode VARCHAR(5), outbound_cid VARCHAR(20),"
        " active ENUM('Y','N',''), INDEX (campaign_id, areacode)) ENGINE=MyISAM"
    )
    try:
        lab.dialer.query("INSERT INTO vicidial_inbound_dids VALUES ('12125551234'), ('default')")
        lab.dialer.query("INSERT INTO vicidial_campaign_cid_areacodes VALUES ('EAST', '212', '1111111111', 'Y')")
        yield
    finally:
        lab.dialer.query("DROP TABLE vicidial_inbound_dids, vicidial_campaign_cid_areacodes")


def test_no_table_that_grows_with_calls_or_leads_is_asked(lab: Lab, wizard: CommandLine, second: str) -> None:
    values, secret = carrier_answers(lab, "ip", server_ip="0.0.0.0")
    lab.dialer.query("SET GLOBAL log_output='TABLE'")
    lab.dialer.query("TRUNCATE mysql.general_log")
    lab.dialer.query("SET GLOBAL general_log=1")
    try:
        with keepalive(lab, second):
            wizard.install(secret=secret, **values)
    finally:
        lab.dialer.query("SET GLOBAL general_log=0")
    rows = lab.dialer.query("SELECT CONVERT(argument USING utf8) AS said FROM mysql.general_log")

    tables = {table for row in rows for table in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", str(row["said"]))}
    assert {"vicidial_campaigns", "vicidial_lists", "vicidial_inbound_dids", "vicidial_server_carriers"} <= tables
    # vicidial_auto_calls has a row for each call under way, and no more.
    growing = {table for table in tables if table.endswith("_log") or table == "vicidial_list"}
    assert growing - {"general_log"} == set()
