"""Calls from the lab's carriers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.asterisk import InboundCall
from tests.lab.carriers import ACME, Account, Outcome
from tests.real.trunks import chan_sip, pjsip

#: a call in → (generated file, its text, carrier, where it calls and how, whom the dialer takes it for, the driver)
CALLS_IN: dict[str, tuple[str, str, str, dict[str, Any], str, str]] = {
    "chan_sip, where it registered": (
        "sip-vicidial.conf",
        f"register => {ACME.username}:{ACME.secret}@{{registration}}/2125550100\n" + chan_sip("acme", "{registration}"),
        "registration", {"account": ACME}, "acme", "SIP",
    ),
    "chan_sip, to the address": (
        "sip-vicidial.conf", chan_sip("acme", "{registration}"), "registration", {"to": "sip_address"}, "acme", "SIP",
    ),
    "PJSIP to chan_sip": (
        "sip-vicidial.conf", chan_sip("acme", "{ip}"), "ip", {"to": "sip_address"}, "acme", "SIP",
    ),
    "PJSIP": (
        "pjsip-vicidial.conf", pjsip("acme", "sip:{ip}", match="{ip}"), "ip", {"to": "pjsip_address"}, "acme", "PJSIP",
    ),
    "IAX2, with a user name": (
        "iax-vicidial.conf", "[acme]\ntype=user\nsecret=theirs\nauth=md5\nrequirecalltoken=no\ncontext=trunkinbound\n",
        "registration", {"to": "iax_address", "account": Account("acme", "theirs"), "iax": True}, "acme", "IAX2",
    ),
    "IAX2, by address": (
        "iax-vicidial.conf",
        "[acme]\ntype=user\ncontext=trunkinbound\nrequirecalltoken=no\n"
        "deny=0.0.0.0/0.0.0.0\npermit={ip}/255.255.255.255\n",
        "ip", {"to": "iax_address", "iax": True}, "acme", "IAX2",
    ),
}  # fmt: skip


def call_in(lab: Lab, case: str, *, carrier: str = "") -> Outcome:
    """Load a case's entry and call the dialer as it says, or so from another carrier, which signs in nowhere."""
    file, text, its_carrier, call, _, _ = CALLS_IN[case]
    lab.dialer.load({file: text.format(**{name: lab.carriers[name].address for name in lab.carriers})})
    deadline = time.monotonic() + 5
    while "register" in text and "Registered" not in lab.dialer.asterisk("sip show registry"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    options = {**call, "to": getattr(lab.dialer, call["to"]) if "to" in call else ""}
    if carrier:
        options["account"] = None
    return lab.carriers[carrier or its_carrier].call("2125550100", **options)


class TestCallsIn:
    @pytest.mark.parametrize("case", CALLS_IN)
    def test_a_call_is_taken_and_told_of(self, lab: Lab, case: str) -> None:
        peer, driver = CALLS_IN[case][-2:]

        assert call_in(lab, case).dialstatus == "ANSWER"
        assert lab.dialer.inbound_calls() == [InboundCall("2125550100", "2125559999", peer, driver)]

    @pytest.mark.parametrize("case", [case for case in CALLS_IN if "where it registered" not in case])
    def test_a_stranger_is_turned_away(self, lab: Lab, case: str) -> None:
        assert call_in(lab, case, carrier="backup").dialstatus != "ANSWER"
        assert lab.dialer.inbound_calls() == []

    def test_the_newer_asterisk_takes_calls_too(self, lab: Lab) -> None:
        carrier = lab.carriers["ip"]
        lab.asterisk22.load({"pjsip-vicidial.conf": pjsip("acme", f"sip:{carrier.address}", match=carrier.address)})

        assert carrier.call("2125550100", to=lab.asterisk22.pjsip_address).dialstatus == "ANSWER"
        assert lab.asterisk22.inbound_calls() == [InboundCall("2125550100", "2125559999", "acme", "PJSIP")]

    def test_numbers_with_a_plus_are_unknown_until_an_administrator_says_otherwise(self, lab: Lab) -> None:
        def call() -> str:
            carrier = lab.carriers["registration"]
            lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", carrier.address)})
            return carrier.call("+12125550100", to=lab.dialer.sip_address).answer

        assert call() == "SIP 404 Not Found"
        lab.dialer.control("take-plus-numbers")
        assert call() == "SIP 200 OK"
        assert lab.dialer.inbound_calls()[0].number == "+12125550100"
        lab.reset()
        assert call() == "SIP 404 Not Found"

    def test_a_call_over_tls_with_encrypted_audio(self, lab: Lab) -> None:
        lab.dialer.control("enable-transports")
        carrier, there = lab.carriers["ip"], lab.dialer.pjsip_tls_address
        entry = pjsip("acme", f"sip:{carrier.address}", "media_encryption=sdes", match=carrier.address)
        lab.dialer.load({"pjsip-vicidial.conf": entry})

        assert carrier.call("2125550100", to=there, transport="tls").answer == "SIP 488 Not Acceptable Here"
        assert carrier.call("2125550100", to=there, transport="tls", srtp=True).dialstatus == "ANSWER"
