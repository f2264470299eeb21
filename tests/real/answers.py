"""Answers for the lab's carriers."""

from __future__ import annotations

from typing import Any

from tests.lab import Lab
from tests.lab.accounts import ACME, IAX_ACME, IAX_PERCALL, PERCALL
from tests.real.conftest import Answered

SIGN_INS = {
    "registration": ("registration", ACME.username, ACME.secret),
    "credentials": ("credentials", PERCALL.username, PERCALL.secret),
    "ip": ("ip", "", ""),
}


#: (protocol, sign-in) → the lab's carrier, user name and secret, where they are others
IAX2_SIGN_INS = {
    "registration": ("registration", IAX_ACME.username, IAX_ACME.secret),
    "credentials": ("registration", IAX_PERCALL.username, IAX_PERCALL.secret),
    "ip": ("ip", "", ""),
}
PROTOCOLS = ("SIP", "PJSIP", "PJSIP_WIZ", "IAX2")


def sign_in_of(protocol: str, auth: str) -> tuple[str, str, str]:
    """The lab's carrier, user name and secret."""
    return (IAX2_SIGN_INS if protocol == "IAX2" else SIGN_INS)[auth]


def carrier_answers(lab: Lab, auth: str, **changed: Any) -> tuple[dict[str, Any], str]:
    """Answers for one of the lab's carriers, and the secret that goes with them."""
    name, username, secret = sign_in_of(changed.get("protocol", "SIP"), auth)
    values = {"carrier_id": "ACME", "carrier_name": "Acme Telecom", "auth": auth, "host": lab.carriers[name].host_name}
    if username:
        values["username"] = username
    return {**values, **changed}, secret


def phases(answered: Answered) -> list[str]:
    return [each["phase"] for each in answered.document["phases"]]
