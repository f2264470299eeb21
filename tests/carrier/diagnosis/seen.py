"""Carriers, and what is seen of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.carrier.samples import HERE, IP, REGISTRATION, answers
from wizard.carrier.diagnosis.observations import (
    Address,
    CallSeen,
    Message,
    Observations,
    Preconditions,
    SignInAnswer,
    SipAnswer,
)
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier

BY_IP = render_carrier(answers(IP), HERE)
REGISTERED = render_carrier(answers(REGISTRATION), HERE)
IAX2 = render_carrier(answers(REGISTRATION, protocol="IAX2"), HERE)
NEAR, FAR = Address("198.51.100.9", 5060), Address("203.0.113.7", 5060)


def of(carrier: Carrier = BY_IP, **seen: Any) -> Observations:
    return Observations(carrier, **seen)


def row(carrier: Carrier = BY_IP, **columns: Any) -> Carrier:
    return replace(carrier, **columns)


def ready(**lacking: Any) -> Preconditions:
    fine: dict[str, Any] = {
        "cron_runs": True, "keepalive_in_cron": True, "screen_runs": True, "generates_conf": True,
        "is_active_asterisk_server": True, "asterisk_answers": True, "driver_loaded": True, "listens_on": ("udp:5060",),
    }  # fmt: skip
    return Preconditions(**{**fine, **lacking})


def door(**answer: Any) -> SipAnswer:
    return SipAnswer(**{"asked": FAR, **answer})


def sign_in(outcome: str, code: int = 0, *, challenged: bool = False, **answer: Any) -> SignInAnswer:
    return SignInAnswer(outcome, SipAnswer(code=code, **answer), challenged)


def call(code: int = 0, **other: Any) -> CallSeen:
    """A call that failed, unless told otherwise."""
    return CallSeen(
        **{
            "number": "12125550100",
            "caller_id": "5551230001",
            "answered": False,
            "seconds": 1,
            "sip_code": code,
            "left": True,
            **other,
        }
    )


def answered(**other: Any) -> CallSeen:
    return call(
        200,
        **{
            "answered": True,
            "seconds": 12,
            "dialstatus": "ANSWER",
            "hangup_cause": 16,
            "audio_in": 500,
            "audio_out": 500,
            **other,
        },
    )


def message(text: str, *, at: float = 0, outgoing: bool = False) -> Message:
    return Message(at, outgoing, NEAR, FAR, "udp", text)


def reply(status: str, *headers: str, at: float = 0, sdp: str = "") -> Message:
    return message("\r\n".join([f"SIP/2.0 {status}", "CSeq: 102 INVITE", *headers, "", sdp]), at=at)


def invite(sdp: str = "") -> Message:
    return message(f"INVITE sip:12125550100@203.0.113.7 SIP/2.0\r\nCall-ID: 1\r\nCSeq: 102 INVITE\r\n\r\n{sdp}", outgoing=True)
