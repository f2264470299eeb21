"""Placing calls on the lab's dialer, as VICIdial places them."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.lab import Lab
from tests.lab.carriers import Call, LabCarrier

_numbers = itertools.count(1)


def call_code(kind: str = "V", lead_id: int = 0) -> str:
    """The caller name that VICIdial gives a call: kind, nine digits, and the lead in the last ten (vicidial.md §3.7)."""
    return f"{kind}{next(_numbers):09}{lead_id:010}"


def place_call(
    lab: Lab, digits: str, *, caller_id: str = "5551239999", code: str | None = None, seconds: int = 1, wait: int = 20
) -> str:
    """Dial as a campaign does, by a call file; returns the call's code at once.

    It lasts for some seconds after an answer, and is given up when nobody answers within ``wait`` seconds.
    """
    code = code or call_code()
    spool = lab.dialer.root / "var/spool/asterisk"
    file = spool / "tmp" / code
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f'Channel: Local/{digits}@default\nCallerID: "{code}" <{caller_id}>\nMaxRetries: 0\nWaitTime: {wait}\n'
        f"Application: Wait\nData: {seconds}\n"
    )
    file.rename(spool / "outgoing" / code)
    return code


def carrier_log(lab: Lab, code: str, *, within: float = 15) -> dict[str, Any]:
    """VICIdial's own row about a call, once the call has ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        rows = lab.dialer.query("SELECT * FROM vicidial_carrier_log WHERE caller_code=%s", code)
        if rows:
            return rows[0]
        time.sleep(0.1)
    raise AssertionError(f"VICIdial logged no call {code}")


def call_and_log(lab: Lab, digits: str, *, within: float = 15, **options: Any) -> dict[str, Any]:
    return carrier_log(lab, place_call(lab, digits, **options), within=within)


def received(carrier: LabCarrier, *, within: float = 5) -> Call:
    """The one call that a carrier wrote down."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        calls = carrier.calls()
        if calls:
            assert len(calls) == 1, calls
            return calls[0]
        time.sleep(0.05)
    raise AssertionError(f"no call reached {carrier.name}")
