"""``switch`` on the lab's dialer: real calls before and after, whatever dies on the way, and a carrier log that says no."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pymysql
import pytest

from tests.lab import Lab
from tests.real.conftest import CommandLine, DialerState
from tests.real.faults import cut_connection
from tests.real.switching import OLD, STEPS, dial_as, dialer_of, log_calls, prefixes, switch, two_carriers, undo, when_watched
from wizard.dialer.changes import make_changes
from wizard.dialer.switch_journal import SwitchPhase
from wizard.service.switches import StoredSwitchJournal

BEFORE = {"SALES": ("9", "", ""), "SURVEY": ("8", "", "")}
AFTER = {"SALES": ("7", "", ""), "SURVEY": ("8", "", "")}


@pytest.fixture
def carriers(lab: Lab) -> None:
    two_carriers(lab)


pytestmark = pytest.mark.usefixtures("carriers")


def test_calls_reach_the_old_carrier_then_the_new_one_then_the_old_one_again(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    before = state()
    assert dial_as(lab, "SALES") == ("AAA", "12125550100")

    moved = switch(wizard)

    assert (moved.status, moved.document["outcome"]) == (0, "moved"), moved.output
    assert prefixes(lab) == AFTER
    assert dial_as(lab, "SALES") == ("BBB", "+12125550100")
    [move] = moved.document["moves"]
    tried = {each["number"]: (each["before"], each["after"]) for each in move["numbers"]}
    assert tried["12125550100"] == (
        {"sent": "912125550100", "carrier_id": "AAA", "receives": "12125550100"},
        {"sent": "712125550100", "carrier_id": "BBB", "receives": "+12125550100"},
    )
    assert tried["011442079460000"][1] == {"sent": "7011442079460000", "carrier_id": "BBB", "receives": "+442079460000"}
    assert {each["why"] for each in moved.document["not_moved"]} == {"no_carrier"}
    logged = lab.dialer.query("SELECT event_section, event_type, record_id, event_code, event_sql FROM vicidial_admin_log")
    assert [tuple(row.values())[:4] for row in logged] == [("CAMPAIGNS", "MODIFY", "SALES", "ADMIN MODIFY CAMPAIGN DETAIL")]

    again = switch(wizard)
    assert (again.status, again.document["outcome"], again.document["changes"]) == (0, "unchanged", [])

    back = undo(wizard)
    assert (back.status, back.document["outcome"]) == (0, "moved_back"), back.output
    assert dial_as(lab, "SALES") == ("AAA", "12125550100")
    assert state() == before
    assert (undo(wizard).status, state()) == (0, before)


def test_nothing_moves_before_a_call_got_through(lab: Lab, wizard: CommandLine) -> None:
    refused = switch(wizard, confirmed=False)

    assert (refused.status, refused.document["reason"]) == (2, "refused")
    [said] = [each for each in refused.document["findings"] if each["code"] == "switch_call_unconfirmed"]
    assert "712125550100" in said["message"]
    assert prefixes(lab) == BEFORE
    assert switch(wizard, "--dry-run", confirmed=False).status == 0
    assert prefixes(lab) == BEFORE
    assert switch(wizard).status == 0


def test_an_answered_test_call_is_the_proof_until_the_entry_changes(lab: Lab, wizard: CommandLine) -> None:
    call = wizard("test-call", "BBB", "2125550100", *dialer_of(wizard), "--caller-id", "5551239999")
    assert (call.status, call.document["answered"]) == (0, True), call.output
    lab.dialer.query("UPDATE vicidial_server_carriers SET carrier_description='other' WHERE carrier_id='BBB'")

    moved = switch(wizard, confirmed=False)

    assert (moved.status, moved.document["outcome"]) == (0, "moved"), moved.output
    assert "switch_call_answered" in {each["code"] for each in moved.document["findings"]}
    assert undo(wizard).status == 0
    longer = "CONCAT(dialplan_entry, 'exten => 7999,1,Hangup()')"
    lab.dialer.query(f"UPDATE vicidial_server_carriers SET dialplan_entry={longer} WHERE carrier_id='BBB'")
    refused = switch(wizard, confirmed=False)
    assert (refused.status, refused.document["reason"]) == (2, "refused")
    assert prefixes(lab) == BEFORE


def test_every_prefix_that_leads_to_the_old_carrier_moves_and_what_is_switched_off_stays(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query(
        "UPDATE vicidial_campaigns SET manual_dial_prefix='91', three_way_dial_prefix='9', omit_phone_code='Y',"
        " dial_prefix='91' WHERE campaign_id='SALES'"
    )
    lab.dialer.query("UPDATE vicidial_campaigns SET active='N', dial_prefix='9' WHERE campaign_id='SURVEY'")
    lab.dialer.query(
        "INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active, dial_prefix) VALUES"
        " (102, 'Own', 'SALES', 'Y', '91'), (103, 'Off', 'SALES', 'N', '91'), (104, 'Nobody', 'SALES', 'Y', '55')"
    )
    # What dials 9 and leaves the phone code out reaches AAA with numbers abroad alone.
    kept = {"103": "91", "104": "55", "SURVEY": ("9", "", "")}

    done = switch(wizard)

    assert done.status == 0, done.output
    assert prefixes(lab) == {"SALES": ("71", "71", "7"), "102": "71", **kept}
    why = {(each["kind"], each["record"]): each["why"] for each in done.document["not_moved"]}
    assert why == {
        ("list_prefix", "103"): "inactive_list",
        ("list_prefix", "104"): "no_carrier",
        ("campaign_prefix", "SURVEY"): "inactive_campaign",
    }
    assert undo(wizard).status == 0
    assert prefixes(lab) == {"SALES": ("91", "91", "9"), "102": "91", **kept}
    named = switch(wizard, "--campaign", "survey")
    assert (named.status, prefixes(lab)["SURVEY"], prefixes(lab)["SALES"][0]) == (0, ("7", "", ""), "91"), named.output


def test_agents_and_calls_under_way_are_said(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query("INSERT INTO vicidial_live_agents SET user='6666', server_ip='x', lead_id=0, campaign_id='SALES'")
    for number in range(3):
        lab.dialer.query(
            "INSERT INTO vicidial_auto_calls SET server_ip='x', campaign_id='SALES', status='LIVE', lead_id=%s", number
        )

    done = switch(wizard, "--dry-run")

    assert done.document["campaigns"] == [{"campaign_id": "SALES", "agents": 1, "live_calls": 3}]
    assert {"switch_has_agents", "switch_has_calls"} <= {each["code"] for each in done.document["findings"]}


@contextlib.contextmanager
def locked(lab: Lab, table: str) -> Iterator[Callable[[], None]]:
    """Somebody holds a table for reading, as a backup does, until the function is called."""
    holder = pymysql.connect(unix_socket=f"{lab.dialer.root}/run/mysqld/mysqld.sock", user="root", database="asterisk")
    with holder, holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLES {table} READ")
        yield lambda: (cursor.execute("UNLOCK TABLES"), None)[1]


@contextlib.contextmanager
def switching(wizard: CommandLine, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A switch in a process of its own, whose standard error tells each phase."""
    arguments = ["switch", "AAA", "BBB", *dialer_of(wizard), "--call-got-through", *options]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-m", "wizard", *arguments],
        env={**os.environ, "CARRIER_WIZARD_INSTANCE": str(wizard.folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def wait_for(process: subprocess.Popen[str], sign: str) -> None:
    assert process.stderr is not None
    assert any(sign in line for line in process.stderr), f"never said {sign}"


@pytest.mark.parametrize("ending", ["undone", "finished"])
@pytest.mark.parametrize("moment", ["before the write", "in the write", "while it watches"])
def test_a_wizard_that_is_killed_is_found_and_undone_or_finished(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], moment: str, ending: str
) -> None:
    before = state()
    with locked(lab, "vicidial_campaigns") as unlock, switching(wizard, "--watch", "60") as process:
        if moment == "while it watches":
            unlock()
        wait_for(process, "Proved" if moment == "while it watches" else "Checked")
        while moment == "in the write" and not lab.dialer.query(
            "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'UPDATE vicidial_campaigns%%'"
        ):
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # What it was waiting for may be carried out by its session all the same.
        unlock()
    [left] = wizard.workspace.switches.all()
    assert left.is_running

    if ending == "undone":
        back = undo(wizard)
        # Killed before anything was noted down as made, there is nothing to take back.
        assert back.status in ((0, 2) if moment == "before the write" else (0,)), back.output
        assert state() == before
    else:
        done = switch(wizard)
        assert (done.status, prefixes(lab)) == (0, AFTER), done.output
        assert undo(wizard).status == 0
        assert state() == before


@pytest.mark.parametrize("phase", [SwitchPhase.MOVED, SwitchPhase.WATCHED])
def test_a_connection_that_is_cut(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], phase: SwitchPhase, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    begin = StoredSwitchJournal.begin

    def begin_and_cut(journal: StoredSwitchJournal, at: SwitchPhase) -> None:
        begin(journal, at)
        if at is phase:
            cut_connection(lab)

    monkeypatch.setattr(StoredSwitchJournal, "begin", begin_and_cut)

    ended = switch(wizard, watch=8)

    if phase is SwitchPhase.MOVED:
        assert (ended.status, ended.document["reason"]) == (4, "connection_lost"), ended.output
        assert state() == before
    else:
        # It signs in again and goes on watching.
        assert (ended.status, ended.document["watch"]["state"]) == (0, "too_few"), ended.output
        assert prefixes(lab) == AFTER


def test_a_connection_that_is_cut_after_the_write(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()

    def cut_after(connection: Any, *arguments: Any) -> None:
        make_changes(connection, *arguments)
        cut_connection(lab)

    monkeypatch.setattr("wizard.dialer.switcher.make_changes", cut_after)

    ended = switch(wizard)

    assert (ended.status, ended.document["outcome"], ended.document["reason"]) == (4, "moved_back", "connection_lost")
    assert state() == before


def test_somebody_elses_edit_just_before_the_write_takes_all_of_it_back_and_stays(
    lab: Lab, wizard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.dialer.query("UPDATE vicidial_campaigns SET dial_prefix='91' WHERE campaign_id='SURVEY'")

    def edited_before(*arguments: Any) -> None:
        lab.dialer.query("UPDATE vicidial_campaigns SET dial_prefix='5' WHERE campaign_id='SURVEY'")
        make_changes(*arguments)

    monkeypatch.setattr("wizard.dialer.switcher.make_changes", edited_before)

    ended = switch(wizard)

    assert (ended.status, ended.document["reason"]) == (4, "record_changed"), ended.output
    assert "SURVEY" in ended.document["message"]
    assert prefixes(lab) == {"SALES": ("9", "", ""), "SURVEY": ("5", "", "")}


def test_somebody_elses_edit_since_is_left_alone_and_said(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query("UPDATE vicidial_campaigns SET dial_prefix='91' WHERE campaign_id='SURVEY'")
    assert switch(wizard).status == 0
    lab.dialer.query("UPDATE vicidial_campaigns SET dial_prefix='5' WHERE campaign_id='SURVEY'")

    back = undo(wizard)

    assert back.status == 1, back.output
    assert {each["record"]: each["state"] for each in back.document["changes"]} == {"SALES": "put_back", "SURVEY": "left"}
    assert prefixes(lab) == {"SALES": ("9", "", ""), "SURVEY": ("5", "", "")}


def test_it_goes_back_also_after_the_new_carrier_was_taken_off(lab: Lab, wizard: CommandLine) -> None:
    assert switch(wizard).status == 0
    lab.dialer.query("DELETE FROM vicidial_server_carriers WHERE carrier_id='BBB'")

    assert undo(wizard).status == 0
    assert prefixes(lab) == BEFORE


def test_a_destination_that_only_the_old_carrier_has_blocks_unless_it_is_left_out(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query(
        "UPDATE vicidial_server_carriers SET dialplan_entry=%s WHERE carrier_id='AAA'",
        OLD + STEPS.format("_9911", "SIP/aaa/${EXTEN:1}"),
    )
    lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
    while "_9911" not in lab.dialer.asterisk("dialplan show vicidial-auto-external").replace("'9911'", "_9911"):
        time.sleep(0.1)

    refused = switch(wizard)

    lost = [each for each in refused.document["findings"] if each["code"] == "switch_number_lost"]
    assert (refused.status, len(lost)) == (2, 1), refused.output
    assert "911" in lost[0]["message"]
    assert prefixes(lab) == BEFORE
    assert switch(wizard, "--leave-out", "911").status == 0


BAD = [(404, 60, 60), (484, 40, 25), (403, 60, 30)]
#: (code, calls, of them refused): busy people, chance, and too few to tell
FINE = [(486, 60, 60), (404, 60, 6), (404, 9, 9)]


@pytest.mark.parametrize(("code", "calls", "refused"), BAD)
def test_campaigns_go_back_by_themselves_where_the_new_carrier_refuses_more(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], code: int, calls: int, refused: int
) -> None:
    log_calls(lab, "9", 100, 5, minutes_ago=10)
    before = state()

    with when_watched(lambda: log_calls(lab, "7", calls, refused, code=code)):
        ended = switch(wizard, watch=60)

    assert (ended.status, ended.document["outcome"], ended.document["reason"]) == (4, "moved_back", "switch_worse")
    watch = ended.document["watch"]
    assert (watch["state"], watch["old"]) == ("worse", {"calls": 100, "refused": 5})
    assert watch["new"]["refused"] >= 10 or watch["new"]["calls"] == calls
    assert state() == before


@pytest.mark.parametrize(("code", "calls", "refused"), FINE)
def test_and_stay_where_it_does_not(lab: Lab, wizard: CommandLine, code: int, calls: int, refused: int) -> None:
    log_calls(lab, "9", 100, 5, minutes_ago=10)
    # Of other carriers, and of before.
    log_calls(lab, "8", 50, 50)
    log_calls(lab, "7", 50, 50, minutes_ago=30)

    def calls_end() -> None:
        log_calls(lab, "7", calls, refused, code=code)
        log_calls(lab, "9", 30, 30)

    with when_watched(calls_end):
        ended = switch(wizard, watch=1)

    assert (ended.status, ended.document["outcome"]) == (0, "moved"), ended.output
    assert ended.document["watch"]["new"] == {"calls": calls, "refused": refused if code == 404 else 0}
    assert ended.document["watch"]["state"] == ("good" if calls > 9 else "too_few")
    assert prefixes(lab) == AFTER


def test_move_back_is_asked_of_the_process_that_watches(lab: Lab, wizard: CommandLine) -> None:
    with switching(wizard, "--watch", "600") as process:
        wait_for(process, "Proved")

        back = undo(wizard)

        assert (back.status, back.document["outcome"]) == (0, "moved_back"), back.output
        assert process.wait() == 4
    assert prefixes(lab) == BEFORE


def test_calls_by_hand_count_by_the_dial_log_and_a_log_without_its_index_is_not_read(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query("ALTER TABLE vicidial_carrier_log DROP INDEX call_date")
    try:
        done = switch(wizard, watch=30)
    finally:
        lab.dialer.query("ALTER TABLE vicidial_carrier_log ADD INDEX (call_date)")

    assert (done.status, done.document["watch"]["state"]) == (0, "not_watched")
    assert "switch_log_unindexed" in {each["code"] for each in done.document["findings"]}
    assert undo(wizard).status == 0

    def by_hand() -> None:
        log_calls(lab, "7", 20, 20)
        lab.dialer.query(
            "INSERT INTO vicidial_dial_log (caller_code, extension, lead_id, server_ip, call_date)"
            " SELECT caller_code, '712125550100', 0, server_ip, call_date FROM vicidial_carrier_log"
        )
        lab.dialer.query("UPDATE vicidial_carrier_log SET channel='Local/8600051@default-0000001;2'")

    with when_watched(by_hand):
        ended = switch(wizard, watch=60)
    assert (ended.status, ended.document["reason"]) == (4, "switch_worse"), ended.output
