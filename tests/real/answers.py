"""Answers for the lab's carriers."""

from __future__ import annotations

from typing import Any

from tests.lab import Lab
from tests.lab.carriers import ACME, PERCALL
from tests.real.conftest import Answered

SIGN_INS = {
    "registration": ("registration", ACME.username, ACME.secret),
    "credentials": ("credentials", PERCALL.username, PERCALL.secret),
    "ip": ("ip", "", ""),
}


def carrier_answers(lab: Lab, auth: str, **changed: Any) -> tuple[dict[str, Any], str]:
    """Answers for one of the lab's carriers, and the secret that goes with them."""
    name, username, secret = SIGN_INS[auth]
    values = {"carrier_id": "ACME", "carrier_name": "Acme Telecom", "auth": auth, "host": lab.carriers[name].host_name}
    if username:
        values["username"] = username
    return {**values, **changed}, secret


def phases(answered: Answered) -> list[str]:
    return [each["phase"] for each in answered.document["phases"]]
