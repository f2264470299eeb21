"""Patterns without a first step, as Asterisk takes them: where n goes on from, and who gets which step of a call."""

from __future__ import annotations

import time

import pytest

from tests.lab import Lab
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.on_dialer.number_collisions import claims_of

CONTEXT = "[vicidial-auto-external]\n"
ENTRY = (
    "exten => _7755.,n,Set(GLOBAL(SEEN)=${SEEN}-first)\n"  # nothing stands before it: dropped
    "exten => _7744.,1,Set(GLOBAL(SEEN)=${SEEN}-own)\n"
    "exten => _7766.,n,Set(GLOBAL(SEEN)=${SEEN}-dead)\n"  # goes on from the 1 above: step 2
    "exten => _77X.,1,Set(GLOBAL(SEEN)=${SEEN}-ours)\n"
    "exten => _77X.,n,Set(GLOBAL(SEEN)=${SEEN}-ours)\n"
    "exten => _77X.,n,Hangup()\n"
)


@pytest.mark.parametrize(
    ("digits", "seen"),
    [("77551234", "-ours-ours"), ("77661234", "-ours-dead"), ("77771234", "-ours-ours"), ("77441234", "-own-ours")],
)
def test_a_step_is_looked_for_anew_so_a_more_exact_pattern_breaks_in(lab: Lab, digits: str, seen: str) -> None:
    path = lab.dialer.root / "etc/asterisk/extensions-vicidial.conf"
    text = path.read_text()
    assert CONTEXT in text
    path.write_text(text.replace(CONTEXT, CONTEXT + ENTRY, 1))
    lab.dialer.asterisk("dialplan reload")
    lab.dialer.asterisk("dialplan set global SEEN :")

    lab.dialer.asterisk(f"channel originate Local/{digits}@vicidial-auto-external application Wait 1")

    assert _seen(lab) == f":{seen}"


def _seen(lab: Lab) -> str:
    """What the call left behind, once nothing is added to it any more."""
    before = ""
    while True:
        shown = lab.dialer.asterisk("dialplan show globals")
        now = next(line.strip().removeprefix("SEEN=") for line in shown.splitlines() if "SEEN=" in line)
        if now == before and now.count("-") >= 2:
            return now
        before = now
        time.sleep(0.5)


def test_we_read_the_same() -> None:
    dead = {claim.extension for claim in claims_of(ENTRY) if claim.is_dead}

    assert dead == {"_7755.", "_7766."}
    assert [len(each.steps) for each in read_dialplan(ENTRY) if each.pattern == "_77X."] == [3]
