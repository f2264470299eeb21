"""Peer and registration, judged together."""

from __future__ import annotations

import pytest

from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION, answers
from wizard.carrier.render import render_carrier
from wizard.dialer.asterisk_output import PeerState, RegistryRow
from wizard.dialer.verdict import Expectation, Verdict, expectation_of, judge, registration_of

REGISTERING = Expectation("acme", ("sip.example.com:5060", "acme"))
BY_CALL = Expectation("acme", None)


def peer(status: str, address: str = "203.0.113.7:5060") -> PeerState:
    return PeerState(found=True, status=status, address=address)


def registry(state: str) -> list[RegistryRow]:
    return [RegistryRow("other.example.com:5060", "acme", "Registered"), RegistryRow("sip.example.com:5060", "acme", state)]


@pytest.mark.parametrize(
    ("status", "state", "verdict", "reason", "final"),
    [
        ("OK", "Registered", Verdict.UP, "registered", False),
        ("LAGGED", "Registered", Verdict.UP, "registered", False),
        ("Unmonitored", "Registered", Verdict.UP, "registered", False),
        ("OK", "Request Sent", Verdict.NOT_YET, "registration_pending", False),
        ("OK", "Auth. Sent", Verdict.NOT_YET, "registration_pending", False),
        ("OK", "Unregistered", Verdict.NOT_YET, "registration_pending", False),
        ("OK", "No Authentication", Verdict.DOWN, "registration_refused", True),
        ("OK", "Rejected", Verdict.DOWN, "registration_refused", True),
        ("UNREACHABLE", "No Authentication", Verdict.DOWN, "registration_refused", True),
        ("OK", "Timeout", Verdict.DOWN, "registration_unanswered", False),
        ("UNREACHABLE", "Request Sent", Verdict.DOWN, "peer_unreachable", False),
        ("UNREACHABLE", "Registered", Verdict.DOWN, "registered_but_unreachable", False),
        ("UNKNOWN", "Request Sent", Verdict.NOT_YET, "peer_unknown", False),
    ],
)
def test_a_registering_carrier(status: str, state: str, verdict: Verdict, reason: str, final: bool) -> None:
    judgement = judge(REGISTERING, peer(status), registry(state))

    assert (judgement.verdict, judgement.reason, judgement.final) == (verdict, reason, final)


@pytest.mark.parametrize(
    ("state", "verdict", "reason"),
    [
        (peer("OK"), Verdict.UP, "reachable"),
        (peer("LAGGED"), Verdict.UP, "reachable_slowly"),
        (peer("UNREACHABLE"), Verdict.DOWN, "peer_unreachable"),
        (peer("Unmonitored"), Verdict.CANNOT_TELL, "qualify_off"),
        (peer("UNKNOWN", ""), Verdict.DOWN, "host_unresolved"),
        (PeerState(found=False), Verdict.NOT_YET, "not_loaded"),
    ],
)
def test_a_carrier_that_does_not_register(state: PeerState, verdict: Verdict, reason: str) -> None:
    judgement = judge(BY_CALL, state, [])

    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_a_registration_that_is_not_listed_is_not_up() -> None:
    assert judge(REGISTERING, peer("OK"), []).reason == "registration_missing"


def test_two_registrations_that_the_table_cuts_alike_cannot_be_told_apart() -> None:
    long = Expectation("acme", ("sip.a-very-long-host-name.example.com:5060", "acme"))
    rows = [RegistryRow("sip.a-very-long-host-name.example.com:5", "acme", state) for state in ("Registered", "Rejected")]

    assert judge(long, peer("OK"), rows).verdict is Verdict.CANNOT_TELL
    assert judge(long, peer("OK"), rows[:1]).verdict is Verdict.UP


def test_the_expectation_is_read_off_the_row() -> None:
    assert expectation_of(render_carrier(answers(REGISTRATION, port=5080, did="2125550100"))) == Expectation(
        "acme", ("sip.example.com:5080", "acme")
    )
    for sample in (CREDENTIALS, IP):
        assert expectation_of(render_carrier(answers(sample))) == Expectation("acme", None)


@pytest.mark.parametrize(
    ("line", "registration"),
    [
        ("register => acme:pass@sip.example.com", ("sip.example.com:5060", "acme")),
        ("register => acme:p@ss@sip.example.com:5080/100~300", ("sip.example.com:5080", "acme")),
        ("register => peer?tls://acme:pass:auth@sip.example.com", ("sip.example.com:5060", "acme")),
        ("register => acme@example.com:pass@sip.example.com", ("sip.example.com:5060", "acme")),
        ("; register => acme:pass@sip.example.com", None),
        ("", None),
    ],
)
def test_register_lines_as_people_write_them(line: str, registration: tuple[str, str] | None) -> None:
    assert registration_of(line) == registration
