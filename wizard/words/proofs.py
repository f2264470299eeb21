"""Checks, test calls and looks on the pages: what happens, how it ended, and when that was."""

from __future__ import annotations

from datetime import datetime

HEADINGS: dict[str, str] = {
    "check": "Checked from the dialer",
    "test_call": "Test call",
    "look": "How it is now",
}
RUNNING: dict[str, tuple[str, str]] = {
    "check": (
        "Asking the carrier from the dialer",
        "Its host is resolved there, it is asked whether it answers, and whether it takes user name and password. Nothing is written, registered or called.",
    ),
    "test_call": (
        "Calling",
        "It rings for at most 30 seconds. Answer it: you hear a tone for 8 seconds, then the wizard hangs up.",
    ),
    "look": ("Looking at the carrier", "Its row, VICIdial's files, and what Asterisk says of it. Nothing is changed."),
}
OUTCOMES: dict[str, str] = {
    "clear": "Nothing stands in the way",
    "in_the_way": "Something stands in the way",
    "answered": "The call got through",
    "not_answered": "The call was not answered",
    "seen": "Looked at",
    "failed": "It could not be done",
    "interrupted": "The wizard ended in the middle",
}
INTERRUPTED = "So nobody knows what came of it. A call is hung up by Asterisk itself after less than a minute."
SEEN_AS = "Give this address to your carrier: calls from your dialer come from it."
NOT_FOR_THIS = "A call shows whether the carrier takes your digits, your caller ID and your audio. It may charge for it."
LADDER_ABOUT = (
    "The messages of the call between the dialer, on the left, and the carrier, on the right. The table below says the same."
)
NO_ACTIVE = "This carrier is switched off, so its entry takes no calls."
SWITCH_PROVED = (
    "A test call through {carrier} was answered {ago}, and its entry is still the same. So you need not confirm anything."
)
SWITCH_CALL = "Make a test call through {carrier}: answered, it is the proof, and nothing is to be ticked."
_SHORT = {
    ("test_call", "answered"): "Test call: answered",
    ("test_call", "not_answered"): "Test call: not answered",
    ("test_call", "failed"): "Test call: not made",
    ("test_call", ""): "Test call: under way",
    ("check", "clear"): "Check: nothing in the way",
    ("check", "in_the_way"): "Check: something in the way",
}


def short_sentence(kind: str, outcome: str, at: str, now: datetime, verdict: str = "") -> str:
    """``Test call: answered, 3 min ago``; "" for what isn't worth a line. ``verdict``: of a look, in words."""
    words = _SHORT.get((kind, outcome), verdict if outcome == "seen" else "")
    return f"{words}, {ago(at, now)}" if words else ""


def ago(at: str, now: datetime) -> str:
    """How long ago a timestamp of the store's was, roughly."""
    seconds = max(0, round((now - datetime.fromisoformat(at)).total_seconds()))
    for limit, size, unit in ((90, 1, "s"), (90 * 60, 60, "min"), (36 * 3600, 3600, "h")):
        if seconds < limit:
            return "just now" if seconds < 5 else f"{round(seconds / size)} {unit} ago"
    return f"{round(seconds / 86_400)} days ago"
