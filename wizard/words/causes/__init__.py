"""Causes of trouble with a carrier, in words: what happened, why, the one next thing, and what to tell the carrier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wizard.carrier.diagnosis.cause import Cause, Certainty

from .base import CauseWords
from .calls import CALLS
from .dialer import DIALER
from .reaching import REACHING
from .sound import SOUND

__all__ = ["CAUSES", "CERTAINTIES", "CauseWords", "cause_json", "causes_text", "evidence_lines"]

CAUSES: dict[str, CauseWords] = {**DIALER, **REACHING, **CALLS, **SOUND}

CERTAINTIES: dict[Certainty, str] = {
    Certainty.PROVED: "This is it",
    Certainty.LIKELY: "Most likely",
    Certainty.POSSIBLE: "Possibly",
}

#: observation → how it is called on a page
OBSERVATIONS: dict[str, str] = {
    "verdict": "Seen in Asterisk", "asterisk": "Asterisk", "driver_loaded": "Driver loaded", "protocol": "Protocol",
    "log": "Asterisk's log", "listens_on": "Listens on", "port_lost_to": "The port is held by",
    "screen_runs": "Screen “asterisk”", "cron_runs": "Cron runs",
    "keepalive_in_cron": "Keepalive in cron", "generates_conf": "Generate conf files", "understood": "Held otherwise",
    "is_active_asterisk_server": "Active Asterisk server", "finding": "Found in the entry", "host": "Host",
    "dials": "The dialplan dials", "section": "The account is", "door": "OPTIONS", "asked": "Asked", "firewall": "Firewall",
    "rules": "Its rules", "answers": "But", "states": "Asterisk says", "asked_every": "Asked every",
    "registration": "Registration", "sign_in": "Sign-in", "explained": "The carrier wrote", "call": "The call",
    "recent_calls": "Newest calls", "trunk": "It went through", "expected": "It should go through",
    "advertised": "We tell the carrier", "source": "Set in", "media_address": "Sound is asked for at", "carrier": "The carrier is at",
    "sound_in": "Sound received", "sound_out": "Sound sent", "codecs_missing": "Codecs missing", "pattern": "Looks like",
    "answer": "The answer", "answered_after": "Answered after", "peer": "Peer", "campaign": "Campaign", "contact": "Contact",
}  # fmt: skip


def evidence_lines(cause: Cause) -> list[str]:
    return [f"{OBSERVATIONS.get(each.observation, each.observation)}: {each.value}" for each in cause.evidence]


def cause_json(cause: Cause) -> dict[str, Any]:
    words = CAUSES[cause.code]
    return {
        "code": cause.code,
        "certainty": cause.certainty.value,
        "happened": words.happened,
        "why": words.why,
        "next": words.try_next,
        "tell_carrier": words.tell_carrier,
        "evidence": {each.observation: each.value for each in cause.evidence},
        "symptoms": list(cause.symptoms),
    }


def causes_text(causes: Sequence[Cause]) -> list[str]:
    """Lines for the command line, the first cause in full and the others shortly."""
    if not causes:
        return []
    first, *others = causes
    words = CAUSES[first.code]
    lines = [f"{CERTAINTIES[first.certainty]}: {words.happened}", f"  Why: {words.why}"]
    lines += [f"  Seen: {line}" for line in evidence_lines(first)]
    lines.append(f"  Next: {words.try_next}")
    if words.tell_carrier:
        lines.append(f"  Tell the carrier: {words.tell_carrier}")
    lines.append(f"  More: carrier-wizard explain {first.code}")
    if others:
        lines.append("Otherwise:")
    for cause in others:
        told = CAUSES[cause.code]
        lines.append(f"  {CERTAINTIES[cause.certainty]}: {told.happened} {told.try_next}")
    return lines
