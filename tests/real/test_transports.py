"""TCP, TLS and encrypted audio: on the wire where the dialer has them, and refused where it has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.carriers import ACME, ACME_SRTP, PERCALL, PERCALL_SRTP
from tests.real.answers import carrier_answers
from tests.real.calls import call_and_log, received
from tests.real.conftest import CommandLine, DialerState
from tests.real.entries import Trunk, entry, load, load_dialplan, until

SIP_PROTOCOLS = ("SIP", "PJSIP", "PJSIP_WIZ")


@pytest.fixture(scope="module")
def with_transports(running_lab: Lab) -> Lab:
    """The dialer with TCP and TLS, which VICIdial's sample has not; it takes Asterisk a restart."""
    running_lab.reset()
    running_lab.dialer.control("enable-transports")
    return running_lab


@pytest.fixture
def transports(with_transports: Lab) -> Lab:
    """The same, with nothing known of the test before; what that loaded is replaced by the next."""
    for carrier in with_transports.carriers.values():
        carrier.forget_calls()
    with_transports.dialer.forget_inbound_calls()
    return with_transports


@pytest.mark.parametrize("transport", ["tcp", "tls"])
@pytest.mark.parametrize("protocol", SIP_PROTOCOLS)
def test_a_registration_the_question_and_a_call_go_over_it(transports: Lab, protocol: str, transport: str) -> None:
    carrier = transports.carriers["registration"]
    sign_in = {"username": ACME.username, "secret": ACME.secret}
    own = entry(protocol=protocol, auth="registration", host=carrier.host_name, transport=transport, **sign_in)
    [trunk] = load(transports.dialer, own)

    assert trunk.is_registered()
    trunk.dial("2125550100")
    assert received(carrier).transport == transport.upper()
    registered_by = carrier.asterisk(f"sip show peer {ACME.username}")
    assert f"Prim.Transp. : {transport.upper()}" in registered_by
    if protocol == "SIP":
        assert trunk.seen().is_reachable
    else:
        transports.dialer.asterisk(f"pjsip qualify {trunk.name}")
        assert until(lambda: trunk.seen().is_reachable, 60)
    assert ";" not in trunk.carrier.account_entry + trunk.carrier.registration_string


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_so_does_a_call_that_signs_in_by_itself(transports: Lab, transport: str) -> None:
    carrier = transports.carriers["credentials"]
    table = [
        entry(carrier_id=protocol, trunk_name=f"t_{number}", protocol=protocol, auth="credentials", host=carrier.host_name,
              username=PERCALL.username, secret=PERCALL.secret, transport=transport)
        for number, protocol in enumerate(SIP_PROTOCOLS)
    ]  # fmt: skip
    trunks = load(transports.dialer, *table)
    assert until(lambda: all(trunk.seen().found for trunk in trunks), 60)
    for trunk in trunks:
        carrier.forget_calls()
        trunk.dial("2125550100")
        call = received(carrier)
        assert (call.account, call.transport) == (PERCALL.username, transport.upper())


def encrypted_or_not(lab: Lab, **answers: Any) -> list[Trunk]:
    """Two trunks that differ in that alone, reached by 7 and 8."""
    table = [
        entry(carrier_id=f"S{prefix}", dial_prefix=prefix, srtp=srtp, **answers) for prefix, srtp in (("7", True), ("8", False))
    ]
    trunks = load(lab.dialer, *table)
    load_dialplan(*trunks)
    assert until(lambda: all(trunk.seen().found for trunk in trunks), 60)
    return trunks


class TestEncryptedAudio:
    @pytest.mark.parametrize("protocol", SIP_PROTOCOLS)
    def test_a_number_that_wants_it_is_reached_with_it_alone(self, transports: Lab, protocol: str) -> None:
        carrier = transports.carriers["ip"]
        encrypted_or_not(transports, protocol=protocol, auth="ip", host=carrier.host_name, transport="tls")

        results = [call_and_log(transports, f"{prefix}12125550058")["dialstatus"] for prefix in "78"]

        assert results == ["ANSWER", "CHANUNAVAIL"]

    @pytest.mark.parametrize("protocol", SIP_PROTOCOLS)
    def test_so_is_an_account(self, transports: Lab, protocol: str) -> None:
        name, account = ("registration", ACME_SRTP) if protocol == "SIP" else ("credentials", PERCALL_SRTP)
        carrier = transports.carriers[name]
        sign_in = {"auth": "credentials", "username": account.username, "secret": account.secret}
        encrypted_or_not(transports, protocol=protocol, host=carrier.host_name, transport="tls", **sign_in)

        results = [call_and_log(transports, f"{prefix}12125550100")["dialstatus"] == "ANSWER" for prefix in "78"]

        assert results == [True, False]

    @pytest.mark.parametrize("protocol", SIP_PROTOCOLS)
    def test_a_call_in_has_it_too_or_is_refused(self, transports: Lab, protocol: str) -> None:
        carrier = transports.carriers["ip"]
        there = transports.dialer.pjsip_tls_address
        if protocol == "SIP":
            there = f"{transports.dialer.address}:{transports.settings.sip_tls_port}"
        own = entry(protocol=protocol, auth="ip", host=carrier.host_name, transport="tls", srtp=True)
        [trunk] = load(transports.dialer, own)
        assert until(lambda: trunk.seen().found, 60)

        assert carrier.call("2125550100", to=there, transport="tls").dialstatus != "ANSWER"
        assert carrier.call("2125550100", to=there, transport="tls", srtp=True).dialstatus == "ANSWER"
        assert [call.peer for call in transports.dialer.inbound_calls()] == ["acme"]


@pytest.mark.parametrize(("protocol", "transport"), [("SIP", "tcp"), ("SIP", "tls"), ("PJSIP", "tls"), ("PJSIP_WIZ", "tcp")])
def test_a_dialer_without_it_is_told_before_anything_is_written(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], protocol: str, transport: str
) -> None:
    before = state()
    values, secret = carrier_answers(lab, "registration", protocol=protocol, transport=transport)

    refused = wizard.install(secret=secret, **values)

    code = "transport_missing_chan_sip" if protocol == "SIP" else "transport_missing_pjsip"
    assert refused.status == 2
    assert [(each["field"], each["code"]) for each in refused.document["findings"] if each["severity"] == "error"] == [
        ("transport", code)
    ]
    assert state() == before
    assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []
