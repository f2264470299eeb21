"""Answers that tests begin with."""

from __future__ import annotations

from typing import Any

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.profile import DialerProfile, Listener, Place
from wizard.carrier.reading import read_answers

REGISTRATION = {
    "carrier_id": "ACME",
    "carrier_name": "Acme Telecom",
    "auth": "registration",
    "host": "sip.example.com",
    "username": "acme",
    "secret": "s3cret.Word",
}
CREDENTIALS = {**REGISTRATION, "auth": "credentials"}
IP = {"carrier_id": "ACME", "carrier_name": "Acme Telecom", "auth": "ip", "host": "203.0.113.7"}

#: where an entry goes whose dialer nobody asked any more of
HERE = Place("10.0.0.1")
#: a dialer with every driver, each at a port of its own
LISTENERS = (
    Listener("chan_sip", Transport.UDP, "0.0.0.0", 5060),
    Listener("chan_pjsip", Transport.UDP, "0.0.0.0", 5061, "transport-udp"),
    Listener("chan_iax2", Transport.UDP, "0.0.0.0", 4569),
)
MODULES = frozenset(
    {
        "chan_sip", "chan_pjsip", "res_pjsip_endpoint_identifier_ip", "res_pjsip_outbound_registration",
        "res_pjsip_config_wizard", "chan_iax2", "res_srtp",
    }
)  # fmt: skip
DIALER = DialerProfile(
    server_ip="10.0.0.1",
    server_id="DIALER1",
    server_ids=frozenset({"DIALER1", "WEB1"}),
    modules=MODULES,
    place=Place("10.0.0.1", LISTENERS),
)
PROTOCOLS = ("SIP", "PJSIP", "PJSIP_WIZ", "IAX2")


def answers(raw: dict[str, Any], **changed: Any) -> Answers:
    """Typed answers; a test's own sample must read without a finding."""
    read, findings = read_answers({**raw, **changed})
    assert findings == []
    return read
