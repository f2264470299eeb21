"""The whole main job on a real dialer: install, verdict, a call, and back to exactly what was there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import PROTOCOLS, SIGN_INS, carrier_answers, phases, sign_in_of
from tests.real.calls import call_and_log, call_code, place_call, received
from tests.real.conftest import CommandLine, DialerState
from wizard.dialer.connection import Connection


@pytest.mark.parametrize("auth", SIGN_INS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_up_a_call_with_the_right_digits_and_back_to_exactly_before(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], auth: str, protocol: str
) -> None:
    before = state()
    shapes = {"number_format": "plus_e164", "caller_id_format": "plus_e164"}
    values, secret = carrier_answers(lab, auth, protocol=protocol, **shapes)

    installed = wizard.install(secret=secret, **values)

    assert installed.status == 0, installed.output
    assert (installed.document["outcome"], installed.document["verdict"]) == ("up", "up")
    assert phases(installed)[:8] == [
        "connected", "checked", "snapshot", "row_written", "activated", "rebuild_requested", "conf_seen", "loaded",
    ]  # fmt: skip
    assert wizard("status", "acme", "--dialer", wizard.address, *wizard.access).status == 0

    code = call_code()
    row = call_and_log(lab, "912125550100", caller_id="5551239999", code=code)
    carrier, username, _ = sign_in_of(protocol, auth)
    call = received(lab.carriers[carrier])
    assert (row["dialstatus"], row["sip_hangup_cause"]) == ("ANSWER", 0 if protocol == "IAX2" else 200)
    assert (call.number, call.caller_number) == ("+12125550100", "+15551239999")
    assert call.caller_name == code, "the caller's name stays VICIdial's code"
    if protocol != "IAX2":
        assert call.from_header.startswith(f'"{code}" <sip:+15551239999@')
        assert (call.pai_header, call.rpid_header) == ("", "")
    assert call.transport == ("IAX2" if protocol == "IAX2" else "UDP")
    if username:
        assert call.account == username

    rolled_back = wizard("rollback", installed.document["install_id"], *wizard.access)

    assert rolled_back.status == 0, rolled_back.output
    assert rolled_back.document["outcome"] == "rolled_back"
    assert state() == before
    assert wizard("status", "acme", "--dialer", wizard.address, *wizard.access).status == 2


@pytest.mark.parametrize(
    ("changed", "digits", "number", "caller"),
    [
        ({"number_format": "e164", "caller_id_format": "e164"}, "912125550100", "12125550100", "15551239999"),
        ({"number_format": "nanp10", "caller_id_format": "nanp10"}, "912125550100", "2125550100", "5551239999"),
        ({"number_format": "as_dialled", "caller_id_format": "as_dialled"}, "912125550100", "12125550100", "5551239999"),
        ({"destinations": ["nanp10"], "dial_prefix": "778"}, "7782125550100", "+12125550100", "+15551239999"),
        ({"destinations": ["international"]}, "9442079460100", "+442079460100", "+5551239999"),
        ({"destinations": ["international"], "number_format": "nanp11"}, "9011442079460100", "011442079460100", "+5551239999"),
        ({"destinations": ["0XXXXXXXXX"], "number_format": "as_dialled"}, "9020794601", "", ""),
        ({"destinations": ["0XXXXXXXXX"], "number_format": "as_dialled"}, "90207946100", "0207946100", "+5551239999"),
    ],
    ids=["e164", "nanp10", "as-dialled", "ten-digits", "abroad", "abroad-011", "too-short", "own-pattern"],
)
def test_digits_and_caller_id_arrive_as_asked(
    lab: Lab, wizard: CommandLine, changed: dict[str, Any], digits: str, number: str, caller: str
) -> None:
    values, secret = carrier_answers(lab, "ip", **changed)
    assert wizard.install(secret=secret, **values).status == 0

    place_call(lab, digits, caller_id="5551239999")

    if not number:
        time.sleep(1)
        assert lab.carriers["ip"].calls() == [], "one digit short of the pattern"
        return
    call = received(lab.carriers["ip"])
    assert (call.number, call.caller_number) == (number, caller)


def test_what_is_dialled_into_an_open_pattern_cannot_reach_another_trunk(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(lab, "ip", destinations=["international"])
    assert wizard.install(**values).status == 0

    place_call(lab, "944207946010*012&SIP")

    # Without FILTER the & would start a second leg.
    assert received(lab.carriers["ip"]).number == "+44207946010*012"


@pytest.mark.parametrize("header", ["pai", "rpid"])
def test_the_caller_id_travels_in_the_header_that_was_asked_for(lab: Lab, wizard: CommandLine, header: str) -> None:
    values, _ = carrier_answers(lab, "ip", caller_id_header=header)
    assert wizard.install(**values).status == 0
    place_call(lab, "912125550100", caller_id="5551239999")

    call = received(lab.carriers["ip"])

    shown = {"pai": call.pai_header, "rpid": call.rpid_header}
    assert "sip:+15551239999@" in shown.pop(header)
    assert list(shown.values()) == [""]


def test_audio_and_connection_are_read_by_asterisk_as_they_were_meant(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(
        lab, "ip", codecs=["alaw", "gsm", "ulaw"], dtmf_mode="info", qualify_frequency=30, inbound_context="trunkinbound"
    )
    assert wizard.install(**values).status == 0

    shown = lab.dialer.asterisk("sip show peer acme")

    assert "Codecs       : (alaw|gsm|ulaw)" in shown
    assert "DTMFmode     : info" in shown
    assert "Qualify Freq : 30000 ms" in shown
    assert "Context      : trunkinbound" in shown
    assert "Dynamic      : No" in shown
    assert "Insecure     : port,invite" in shown
    assert "DirectMedia  : No" in shown
    assert "Send RPID    : No" in shown


def test_no_warning_in_asterisks_log_comes_of_the_entry(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration", did="2125550100", port=lab.settings.carrier_sip_port)
    assert wizard.install(secret=secret, **values).status == 0

    noise = ("chan_iax2.c", "iax2/provision.c", "sorcery.c", "res_pjsip", "Reachable")
    lines = lab.dialer.read("var/log/asterisk/messages").splitlines()
    assert [line for line in lines if not any(word in line for word in noise)] == []


def test_a_registration_asks_for_calls_to_its_number(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration", did="2125550100")
    assert wizard.install(secret=secret, **values).status == 0

    shown = lab.carriers["registration"].asterisk("sip show peer acme")

    assert "sip:2125550100@" in shown


def test_at_most_ten_round_trips_and_one_for_each_poll(lab: Lab, wizard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    ask = Connection.ask

    def counting(self: Connection, operations: Any, *, stop_at_error: bool = True) -> Any:
        asked.append([f"{each.name} {each.values[:4]}" for each in operations])
        return ask(self, operations, stop_at_error=stop_at_error)

    monkeypatch.setattr(Connection, "ask", counting)
    values, secret = carrier_answers(lab, "registration")

    assert wizard.install(secret=secret, **values).status == 0

    polls = [each for each in asked if each[0].startswith("find")]
    assert 1 + len(asked) - len(polls) <= 10, "one more for the agent's start"


class TestTrueVerdicts:
    def test_a_wrong_carrier_password(self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
        before = state()
        values, _ = carrier_answers(lab, "registration")

        refused = wizard.install(secret="not-the-one", **values)

        assert refused.status == 4
        assert (refused.document["outcome"], refused.document["verdict"]) == ("rolled_back", "down")
        assert refused.document["reason"] == "registration_refused"
        assert refused.document["states"]["registration"] == "No Authentication"
        assert [each["certainty"] for each in refused.document["causes"]][:1] in (["proved"], ["likely"])
        assert "not-the-one" not in refused.output
        assert state() == before

    def test_a_dead_carrier_host(self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
        before = state()

        dead = wizard.install("--wait", "10", carrier_id="ACME", auth="ip", host="127.0.0.99")

        assert dead.status == 4
        assert (dead.document["verdict"], dead.document["reason"]) == ("down", "peer_unreachable")
        assert state() == before

    def test_a_host_that_does_not_resolve_is_refused_before_anything_is_written(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        before = state()

        refused = wizard.install(carrier_id="ACME", auth="ip", host="nowhere.invalid")

        assert refused.status == 2
        errors = [each for each in refused.document["findings"] if each["severity"] == "error"]
        assert [(each["field"], each["code"]) for each in errors] == [("host", "host_unresolved")]
        assert state() == before
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_without_qualify_nobody_can_tell_and_it_is_kept(self, lab: Lab, wizard: CommandLine) -> None:
        values, _ = carrier_answers(lab, "ip", qualify=False)

        kept = wizard.install(**values)

        assert kept.status == 1
        assert (kept.document["outcome"], kept.document["verdict"]) == ("not_up", "cannot_tell")
        assert "Unmonitored" in lab.dialer.asterisk("sip show peer acme")

    def test_a_registration_is_proof_even_without_qualify(self, lab: Lab, wizard: CommandLine) -> None:
        values, secret = carrier_answers(lab, "registration", qualify=False)

        assert wizard.install(secret=secret, **values).document["reason"] == "registered"

    def test_an_expert_may_keep_what_is_down(self, lab: Lab, wizard: CommandLine) -> None:
        values, _ = carrier_answers(lab, "registration")

        kept = wizard.install("--keep", secret="not-the-one", **values)

        assert (kept.status, kept.document["outcome"]) == (1, "not_up")
        assert lab.dialer.query("SELECT active FROM vicidial_server_carriers WHERE carrier_id='ACME'") == [{"active": "Y"}]
        state = wizard("status", "ACME", "--dialer", wizard.address, *wizard.access)
        assert (state.status, state.document["reason"]) == (1, "registration_refused")


class TestStatus:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [("UPDATE vicidial_server_carriers SET active='N'", "inactive"), ("", "not_generated")],
    )
    def test_a_carrier_that_the_wizard_did_not_install(self, lab: Lab, wizard: CommandLine, change: str, reason: str) -> None:
        lab.dialer.query(
            "INSERT INTO vicidial_server_carriers SET carrier_id='OTHER', carrier_name='x', template_id='--NONE--',"
            " server_ip=%s, account_entry='[other]\\ntype=peer\\nhost=127.0.0.22\\n', protocol='SIP', active='Y'",
            lab.dialer.address,
        )
        if change:
            lab.dialer.query(change)

        answered = wizard("status", "OTHER", "--dialer", wizard.address, *wizard.access)

        assert (answered.status, answered.document["reason"]) == (1, reason)
