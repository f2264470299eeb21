"""Carriers that are there: changed, switched off and on, deleted; and everything put back."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import PROTOCOLS, carrier_answers
from tests.real.calls import call_and_log, received
from tests.real.conftest import Answered, CommandLine, DialerState
from tests.real.faults import cut_connection, when_begun
from tests.real.rows import add_carrier, rebuild
from wizard.dialer.journal import Phase


def up(wizard: CommandLine, lab: Lab, protocol: str = "SIP", **changed: Any) -> Answered:
    values, secret = carrier_answers(lab, "registration", protocol=protocol, **changed)
    installed = wizard.install(secret=secret, **values)
    assert installed.status == 0, installed.output
    return installed


def act(wizard: CommandLine, name: str, *options: str) -> Answered:
    """The lab's own campaign dials through it, which is not what most of this is about."""
    return wizard(name, "ACME", "--dialer", wizard.address, *wizard.access, *(options or ("--even-if-used",)))


def assert_back(state: Callable[[], DialerState], before: DialerState) -> None:
    """After a reload Asterisk asks its peers anew, which takes it a moment."""
    deadline = time.monotonic() + 15
    while (now := state()) != before and time.monotonic() < deadline:
        time.sleep(0.3)
    for command, said in before.asterisk.items():
        assert now.asterisk[command].splitlines() == said.splitlines(), command
    assert now == before


def called(lab: Lab, digits: str, carrier: str = "registration") -> str:
    for each in lab.carriers.values():
        each.forget_calls()
    call_and_log(lab, digits)
    return received(lab.carriers[carrier]).number


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_changed_with_other_digits_and_put_back(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], protocol: str
) -> None:
    up(wizard, lab, protocol, number_format="e164")
    before = state()
    values, secret = carrier_answers(lab, "registration", protocol=protocol, number_format="nanp10")

    refused = wizard.install(secret=secret, **values)
    changed = wizard.install("--replace", secret=secret, **values)

    assert refused.status == 2
    assert "carrier_exists" in refused.output
    assert (changed.status, changed.document["outcome"]) == (0, "up"), changed.output
    assert called(lab, "912125550100") == "2125550100"
    undone = wizard("rollback", changed.document["install_id"], *wizard.access)
    assert undone.status == 0, undone.output
    assert_back(state, before)
    assert called(lab, "912125550100") == "12125550100"


def test_changed_to_another_protocol_and_carrier_and_put_back(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    up(wizard, lab)
    before = state()
    values, _ = carrier_answers(lab, "ip", protocol="PJSIP", carrier_id="ACME")

    changed = wizard.install("--replace", **values)

    assert changed.status == 0, changed.output
    assert "acme" not in lab.dialer.asterisk("sip show peers")
    assert called(lab, "912125550100", "ip")
    assert wizard("rollback", changed.document["install_id"], *wizard.access).status == 0
    assert_back(state, before)


def test_a_wrong_password_in_a_change_ends_with_the_carrier_of_before(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    up(wizard, lab)
    before = state()
    values, _ = carrier_answers(lab, "registration")

    changed = wizard.install("--replace", secret="wrong.Word", **values)

    assert (changed.status, changed.document["reason"]) == (4, "registration_refused"), changed.output
    assert_back(state, before)
    assert wizard("status", "ACME", "--dialer", wizard.address, *wizard.access).status == 0


def test_the_same_answers_again_are_nothing_to_do(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
    up(wizard, lab)
    before, log = state(), lab.dialer.query("SELECT count(*) AS n FROM vicidial_admin_log")
    values, secret = carrier_answers(lab, "registration")

    again = wizard.install(secret=secret, **values)

    assert again.status == 0, again.output
    assert "Nothing to do" in again.document["message"] or "nothing was written" in again.document["message"]
    assert_back(state, before)
    assert lab.dialer.query("SELECT count(*) AS n FROM vicidial_admin_log") == log
    assert wizard("rollback", again.document["install_id"], *wizard.access).status == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ["deactivate", "delete"])
def test_off_and_back(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], name: str, protocol: str) -> None:
    clean = state()
    up(wizard, lab, protocol)
    before = state()

    gone = act(wizard, name)

    assert (gone.status, gone.document["outcome"]) == (0, "done"), gone.output
    assert state().asterisk == clean.asterisk
    assert wizard("rollback", gone.document["install_id"], *wizard.access).status == 0
    assert_back(state, before)
    assert called(lab, "912125550100")


def test_switched_off_and_on_again(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
    up(wizard, lab)
    before = state()
    assert act(wizard, "deactivate").status == 0
    assert act(wizard, "deactivate").document["outcome"] == "done"

    on = act(wizard, "activate")

    assert (on.status, on.document["outcome"], on.document["verdict"]) == (0, "up", "up"), on.output
    assert_back(state, before)


def test_a_carrier_in_use_stays(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
    up(wizard, lab)
    before = state()

    refused = act(wizard, "delete", "--wait", "60")

    assert refused.status == 2, refused.output
    assert [finding["code"] for finding in refused.document["findings"]] == ["carrier_in_use"]
    assert_back(state, before)


def test_a_row_of_somebody_elses_with_cells_that_hold_nothing_comes_back_to_the_byte(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    add_carrier(
        lab,
        "ACME",
        carrier_name="Übrig",
        registration_string=None,
        account_entry="[theirs]\r\ntype=peer\r\nhost=127.0.0.22\r\n",
        globals_string=None,
        dialplan_entry="exten => _7X.,1,Dial(SIP/theirs/${EXTEN:1})\r\n",
    )
    rebuild(lab)
    before = state()

    gone = act(wizard, "delete")

    assert gone.status == 0, gone.output
    assert wizard("rollback", gone.document["install_id"], *wizard.access).status == 0
    assert_back(state, before)


def test_somebody_elses_edit_in_between_is_left_alone(lab: Lab, wizard: CommandLine) -> None:
    up(wizard, lab)
    values, secret = carrier_answers(lab, "registration", number_format="nanp10")
    edit = "UPDATE vicidial_server_carriers SET carrier_description='theirs' WHERE carrier_id='ACME'"

    with when_begun(Phase.ROW_WRITTEN, lambda: lab.dialer.query(edit)):
        changed = wizard.install("--replace", secret=secret, **values)

    assert changed.document["reason"] == "record_changed", changed.output
    [row] = lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'")
    assert row["carrier_description"] == "theirs"
    assert "nanp10" not in row["dialplan_entry"]


@pytest.mark.parametrize("phase", [Phase.ROW_WRITTEN, Phase.REBUILD_REQUESTED, Phase.CONF_SEEN, Phase.LOADED])
@pytest.mark.parametrize("name", ["replace", "delete"])
def test_a_connection_that_is_cut_ends_with_the_carrier_of_before(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], name: str, phase: Phase
) -> None:
    up(wizard, lab)
    before = state()
    values, secret = carrier_answers(lab, "registration", number_format="nanp10")

    with when_begun(phase, lambda: cut_connection(lab)):
        ended = act(wizard, "delete") if name == "delete" else wizard.install("--replace", secret=secret, **values)

    assert ended.status == 4, ended.output
    assert_back(state, before)


@pytest.mark.parametrize("told", ["Way back recorded", "Rebuild requested", "Files generated", "Loaded by Asterisk"])
def test_after_a_kill_recovery_ends_it_as_it_was_or_as_it_was_meant(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], told: str
) -> None:
    before = state()
    values, secret = carrier_answers(lab, "registration")
    with wizard.installing(secret, **values) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if told in line:
                process.send_signal(signal.SIGKILL)
                break

    recovered = wizard("recover", *wizard.access)

    assert recovered.status == 0, recovered.output
    ended = [each["outcome"] for each in recovered.document]
    if told == "Way back recorded":
        assert set(ended) <= {"rolled_back"}
    else:
        assert len(ended) == 1
    is_there = bool(lab.dialer.query("SELECT 1 AS n FROM vicidial_server_carriers WHERE carrier_id='ACME'"))
    assert is_there == ("up" in ended)
    if not is_there:
        assert_back(state, before)


def test_another_carrier_that_breaks_sends_everything_back(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    values, secret = carrier_answers(lab, "ip", carrier_id="OTHER", dial_prefix="8")
    assert wizard.install(secret=secret, **values).status == 0
    before = state()
    new, new_secret = carrier_answers(lab, "registration")

    peers = lab.dialer.root / "etc/asterisk/sip-vicidial.conf"

    def break_other() -> None:
        peers.write_text(peers.read_text().replace("[other]", "[somebody]"))
        lab.dialer.asterisk("sip reload")

    with when_begun(Phase.LOADED, break_other):
        installed = wizard.install(secret=new_secret, **new)

    assert (installed.status, installed.document["reason"]) == (4, "neighbour_down"), installed.output
    assert "OTHER" in installed.document["message"]
    assert_back(state, before)
