"""Test calls through the lab's carriers: what each answered, the ladder, and nothing left behind."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.carriers import PERCALL
from tests.real.calls import place_call
from tests.real.conftest import Answered, CommandLine
from tests.real.entries import until
from tests.real.lab_trunks import dialplan, sip_trunk
from tests.real.rows import add_carrier, rebuild
from tests.real.trunks import chan_sip, pjsip
from wizard.dialer.connection import Connection
from wizard.dialer.debug_log import NAME, DebugLog
from wizard.dialer.rows import carrier_of_row
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth


def call(wizard: CommandLine, last_four: str = "0100", *options: str) -> Answered:
    return wizard(
        "test-call",
        "ACME",
        f"212555{last_four}",
        "--dialer",
        wizard.address,
        *wizard.access,
        "--caller-id",
        "5551239999",
        *options,
    )


def channels(lab: Lab) -> str:
    lines = lab.dialer.asterisk("core show channels count").splitlines()
    return next(line for line in lines if "active channel" in line)


def labels(answered: Answered) -> list[str]:
    return [step["label"] for step in answered.document["ladder"]]


def test_an_answered_call_is_heard_and_hung_up(lab: Lab, wizard: CommandLine) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    rebuild(lab)
    before = channels(lab)

    done = call(wizard)

    assert (done.status, done.document["answered"], done.document["sip_code"]) == (0, True, 200), done.output
    assert (done.document["dialstatus"], done.document["hangup_cause"], done.document["left"]) == ("ANSWER", 16, True)
    assert labels(done)[0] == "INVITE"
    assert {"200 OK", "ACK", "BYE"} <= set(labels(done))
    assert done.document["codecs"] == ["PCMU"]
    assert done.document["audio_out"] > 100
    assert done.document["audio_in"] == 0
    assert channels(lab) == before == "0 active channels"
    assert [each.number for each in lab.carriers["ip"].calls()] == ["12125550100"]


@pytest.mark.parametrize(
    ("last_four", "code"),
    [("0001", 404), ("0017", 486), ("0021", 403), ("0028", 484), ("0034", 503), ("0058", 488), ("0016", 603)],
)
def test_a_refusal_has_its_code(lab: Lab, wizard: CommandLine, last_four: str, code: int) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    rebuild(lab)

    done = call(wizard, last_four)

    assert (done.status, done.document["answered"], done.document["sip_code"]) == (1, False, code), done.output
    assert labels(done)[0] == "INVITE"
    assert labels(done)[-1] == "ACK"
    assert channels(lab) == "0 active channels"


def test_a_password_is_not_in_it_over_tcp_and_pjsip(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.control("enable-transports")
    entry = pjsip(
        "acme",
        f"sip:{lab.carriers['credentials'].sip_address};transport=tcp",
        "transport=transport-tcp",
        account=PERCALL,
    )
    add_carrier(lab, "ACME", protocol="PJSIP", account_entry=entry, dialplan_entry=dialplan("PJSIP/${EXTEN:1}@acme"))
    rebuild(lab)
    lab.dialer.asterisk("module reload res_pjsip.so")

    done = call(wizard)

    assert (done.status, done.document["codes"][0]) == (0, 401), done.output
    assert {message["transport"] for message in done.document["messages"]} == {"TCP"}
    signed = [
        line for each in done.document["messages"] for line in each["text"].splitlines() if line.startswith("Authorization")
    ]
    assert signed == ["Authorization: Digest ***"] * len(signed) != []
    assert "response=" not in json.dumps(done.document)


def test_other_calls_to_the_same_carrier_are_not_in_it(lab: Lab, wizard: CommandLine) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    rebuild(lab)
    for _ in range(3):
        place_call(lab, "912125550100", seconds=30)
    assert until(lambda: len(lab.carriers["ip"].calls()) == 3, 60)
    before = channels(lab)

    done = call(wizard)

    ids = {line for each in done.document["messages"] for line in each["text"].splitlines() if line.startswith("Call-ID")}
    assert (done.status, len(ids)) == (0, 1), done.output
    assert channels(lab) == before
    assert len(lab.carriers["ip"].calls()) == 4


def test_over_tls_the_log_tells_and_the_ladder_is_absent(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.control("enable-transports")
    account = chan_sip(
        "acme", "credentials.carrier.test", "transport=tls", f"port={lab.settings.carrier_tls_port}", account=PERCALL
    )
    add_carrier(lab, "ACME", account_entry=account, dialplan_entry=dialplan("SIP/acme/${EXTEN:1}"))
    rebuild(lab)

    done = call(wizard)

    assert (done.status, done.document["dialstatus"], done.document["no_ladder"]) == (0, "ANSWER", "tls"), done.output
    assert done.document["ladder"] == []
    assert done.document["left"] is None


def debug_logs(lab: Lab) -> list[str]:
    return [path.name for path in (lab.dialer.root / "var/log/asterisk").glob(f"{NAME}*")]


def _tls_trunk(lab: Lab, driver: str) -> None:
    lab.dialer.control("enable-transports")
    port = lab.settings.carrier_tls_port
    if driver == "SIP":
        account = chan_sip("acme", "credentials.carrier.test", "transport=tls", f"port={port}", account=PERCALL)
        add_carrier(lab, "ACME", account_entry=account, dialplan_entry=dialplan("SIP/acme/${EXTEN:1}"))
    else:
        contact = f"sip:credentials.carrier.test:{port};transport=tls"
        entry = pjsip("acme", contact, "transport=transport-tls", account=PERCALL)
        add_carrier(lab, "ACME", protocol="PJSIP", account_entry=entry, dialplan_entry=dialplan("PJSIP/${EXTEN:1}@acme"))
    rebuild(lab)
    lab.dialer.asterisk("module reload res_pjsip.so")


@pytest.mark.parametrize("driver", ["SIP", "PJSIP"])
def test_over_tls_a_debug_log_gives_the_ladder_and_is_gone_afterwards(lab: Lab, wizard: CommandLine, driver: str) -> None:
    _tls_trunk(lab, driver)

    done = call(wizard, "0100", "--debug-log")

    assert (done.status, done.document["no_ladder"], done.document["codes"][0]) == (0, None, 401), done.output
    assert labels(done)[:2] == ["INVITE", "401 Unauthorized"]
    assert {"200 OK", "ACK", "BYE"} <= set(labels(done))
    assert {message["transport"] for message in done.document["messages"]} == {"TLS"}
    assert "response=" not in json.dumps(done.document)
    assert done.document["audio_out"] > 100
    assert debug_logs(lab) == []
    assert NAME not in lab.dialer.asterisk("logger show channels")
    # A log of our own sees what the driver still says of a second call.
    lab.dialer.asterisk("logger add channel test-sees verbose")
    assert call(wizard).document["answered"]
    said = lab.dialer.read("/var/log/asterisk/test-sees")
    lab.dialer.asterisk("logger remove channel test-sees")
    assert "Executing [912125550100@default:1]" in said
    assert "INVITE sip:" not in said


def test_a_debug_log_that_nobody_ends_is_ended_by_the_dialer(lab: Lab, wizard: CommandLine) -> None:
    """The wizard, its machine or the connection may die during the call."""
    _tls_trunk(lab, "SIP")
    carrier = carrier_of_row(lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'")[0])
    # The dialer's key comes to be known.
    assert wizard("status", "ACME", "--dialer", wizard.address, *wizard.access).document
    target = DialerTarget(lab.dialer.address, port=lab.settings.ssh_port, auth=SshAuth.KEY, key_path=str(lab.key))
    with Connection(wizard.workspace.host_keys.with_key(target), DialerSecrets()) as connection:
        assert DebugLog(connection).start([carrier], [lab.carriers["credentials"].address], seconds=2)
        assert debug_logs(lab) != []

    assert until(lambda: debug_logs(lab) == [], 15)
    assert NAME not in lab.dialer.asterisk("logger show channels")


def test_a_carrier_that_takes_no_number_is_told_with_the_reason(lab: Lab, wizard: CommandLine) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    lab.dialer.query("UPDATE vicidial_server_carriers SET active='N' WHERE carrier_id='ACME'")

    done = call(wizard)

    assert [each["code"] for each in done.document["findings"]] == ["call_not_taken", "call_because"]
    assert "switched off in VICIdial" in done.document["findings"][1]["message"]
    assert done.status == 2


def test_a_debug_log_is_refused_where_packets_tell_everything(lab: Lab, wizard: CommandLine) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    rebuild(lab)

    done = call(wizard, "0100", "--debug-log")

    assert [each["code"] for each in done.document["findings"]] == ["debug_log_not_needed"]
    assert lab.carriers["ip"].calls() == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("911", "call_number_short"),
        ("9002255100", "call_number_premium"),
        ("1112223333", "call_number_invalid"),
        ("x", "not_a_number"),
    ],
)
def test_no_number_but_a_phones_is_rung(lab: Lab, wizard: CommandLine, number: str, code: str) -> None:
    sip_trunk(lab, host=lab.carriers["ip"].address)
    rebuild(lab)

    done = wizard("test-call", "ACME", number, "--dialer", wizard.address, *wizard.access, "--caller-id", "5551239999")

    findings: list[dict[str, Any]] = done.document["findings"]
    assert (done.status, [each["code"] for each in findings]) == (2, [code])
    time.sleep(1)
    assert lab.carriers["ip"].calls() == []


def test_a_carrier_that_never_answers_is_asked_and_gives_no_code(lab: Lab, wizard: CommandLine) -> None:
    sip_trunk(lab, host="127.0.0.99")
    rebuild(lab)

    done = call(wizard)

    assert (done.status, done.document["answered"], done.document["sip_code"]) == (1, False, 0), done.output
