"""Answers that tests begin with."""

from __future__ import annotations

from typing import Any

from wizard.carrier.answers import Answers
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


def answers(raw: dict[str, Any], **changed: Any) -> Answers:
    """Typed answers; a test's own sample must read without a finding."""
    read, findings = read_answers({**raw, **changed})
    assert findings == []
    return read
