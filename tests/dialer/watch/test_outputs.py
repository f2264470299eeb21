"""What Asterisk prints about peers, endpoints and registrations, read."""

from __future__ import annotations

import pytest

from tests.dialer.watch.samples import (
    AVAILABLE,
    BARE_ENDPOINT,
    COMPLAINT,
    ENDPOINT,
    IAX_REGISTRY,
    LONG,
    LONG_ENDPOINT,
    MISSING,
    NO_SUCH_COMMAND,
    NOT_RUNNING,
    SIP_REGISTRY,
    aor,
    iax_peer,
    registration,
    sip_peer,
)
from wizard.dialer.watch.peers import PeerState, RegistryRow, parse_peer, parse_registry
from wizard.dialer.watch.pjsip import Aor, Endpoint, OutboundRegistration, parse_aor, parse_endpoint, parse_registration


@pytest.mark.parametrize(
    ("output", "state"),
    [
        (sip_peer(), PeerState(found=True, status="OK", delay=1, address="203.0.113.7:5060")),
        (sip_peer("LAGGED (2500 ms)"), PeerState(found=True, status="LAGGED", delay=2500, address="203.0.113.7:5060")),
        (sip_peer("UNREACHABLE"), PeerState(found=True, status="UNREACHABLE", address="203.0.113.7:5060")),
        (sip_peer("UNKNOWN", "(null)"), PeerState(found=True, status="UNKNOWN")),
        (sip_peer("Unmonitored"), PeerState(found=True, status="Unmonitored", address="203.0.113.7:5060")),
        (iax_peer(), PeerState(found=True, status="OK", delay=3, address="203.0.113.7:4569")),
        (iax_peer("UNKNOWN"), PeerState(found=True, status="UNKNOWN", address="203.0.113.7:4569")),
        (iax_peer("Unmonitored", "(null) Port (null)"), PeerState(found=True, status="Unmonitored")),
        (COMPLAINT + sip_peer(), PeerState(found=True, status="OK", delay=1, address="203.0.113.7:5060")),
        ("Peer acme not found.\n\n", PeerState(found=False)),
        (COMPLAINT + "Peer acme not found.\n\n", PeerState(found=False)),
        (NO_SUCH_COMMAND, PeerState(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_show_peer(output: str, state: PeerState | None) -> None:
    assert parse_peer(output) == state


def test_sip_show_registry() -> None:
    assert parse_registry(SIP_REGISTRY) == [
        RegistryRow("127.0.0.20:5060", "acme", "Registered"),
        RegistryRow("127.0.2.11:5070", "acme@from.do", "Registered"),
        RegistryRow("sip.a-very-long-host-name.example.com:5", "averylonguse", "Request Sent"),
        RegistryRow("sip.example.com:5060", "acme", "No Authentication"),
    ]
    assert parse_registry(COMPLAINT + SIP_REGISTRY) == parse_registry(SIP_REGISTRY)


def test_iax2_show_registry() -> None:
    assert parse_registry(COMPLAINT + IAX_REGISTRY) == [
        RegistryRow("(null)", "iaxacme", "Unregistered"),
        RegistryRow("127.0.0.20:4569", "justuser", "No Authentication"),
        RegistryRow("127.0.0.30:4569", "averylongu", "Rejected"),
        RegistryRow("127.0.0.78:14569", "iaxacme", "Request Sent"),
        RegistryRow("127.0.0.20:4569", "iaxacme", "Registered"),
    ]


def test_no_answer_is_not_the_answer_that_nothing_is_registered() -> None:
    assert parse_registry(NO_SUCH_COMMAND) == []
    assert parse_registry("") is None
    assert parse_registry(NOT_RUNNING) is None


@pytest.mark.parametrize(
    ("output", "endpoint"),
    [
        (ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (COMPLAINT + ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (LONG_ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (BARE_ENDPOINT, Endpoint(found=True)),
        (MISSING, Endpoint(found=False)),
        (COMPLAINT + MISSING, Endpoint(found=False)),
        (NO_SUCH_COMMAND, Endpoint(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_endpoint(output: str, endpoint: Endpoint | None) -> None:
    assert parse_endpoint(output) == endpoint


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (aor(AVAILABLE), Aor(found=True, contacts=(("Avail", 0),), qualify_frequency=60)),
        (
            aor(AVAILABLE.replace("0.367", "302.533"), extra=" qualify_2xx_only     : false\n"),
            Aor(found=True, contacts=(("Avail", 303),), qualify_frequency=60),
        ),
        (
            aor(AVAILABLE.replace("Avail         0.367", "Unavail         nan")),
            Aor(found=True, contacts=(("Unavail", None),), qualify_frequency=60),
        ),
        (
            aor(AVAILABLE.replace("Avail         0.367", "NonQual        -nan"), 0),
            Aor(found=True, contacts=(("NonQual", None),), qualify_frequency=0),
        ),
        (
            aor(f"    Contact:  {LONG}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767", 3, LONG),
            Aor(found=True, contacts=(("Avail", 1),), qualify_frequency=3),
        ),
        (aor(""), Aor(found=True, qualify_frequency=60)),
        (MISSING, Aor(found=False)),
        (NO_SUCH_COMMAND, Aor(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_aor(output: str, expected: Aor | None) -> None:
    assert parse_aor(output) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (registration("Registered        (exp. 279s)"), OutboundRegistration(True, "Registered", 279, 20)),
        (
            registration("Registered        (exp. 279s)", extra=" contact_header_params    : \n"),
            OutboundRegistration(True, "Registered", 279, 20),
        ),
        (registration("Unregistered      (exp. 3s)"), OutboundRegistration(True, "Unregistered", 3, 20)),
        (registration("Unregistered      (exp. 5s ago)"), OutboundRegistration(True, "Unregistered", -5, 20)),
        (registration("Rejected          (exp. 53s)", refused=60), OutboundRegistration(True, "Rejected", 53, 60)),
        (registration("Rejected          (exp. 6s ago)"), OutboundRegistration(True, "Rejected", -6, 20)),
        (registration("Rejected"), OutboundRegistration(True, "Rejected", None, 20)),
        (registration("Registered        (exp. 280s)", LONG), OutboundRegistration(True, "Registered", 280, 20)),
        (COMPLAINT + registration("Registered  (exp. 9s)"), OutboundRegistration(True, "Registered", 9, 20)),
        (MISSING, OutboundRegistration(False)),
        (NO_SUCH_COMMAND, OutboundRegistration(False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_registration(output: str, expected: OutboundRegistration | None) -> None:
    assert parse_registration(output) == expected
