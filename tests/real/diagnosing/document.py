"""docs/diagnosis-table.md: written from what a run of the tests saw."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wizard.carrier.diagnosis.cause import Certainty
from wizard.carrier.diagnosis.symptoms import COUNT
from wizard.words.causes import CAUSES, CERTAINTIES

from .faults import FAULTS, Fault
from .results import Diagnosed

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "diagnosis-table.md"
#: symptoms that no fault above has, and why
NOT_PROVED = {
    9: "An empty registry is no fault where nothing registers: the healthy carrier by address has no cause.",
    27: "A SIP ALG is in a router. The dialer has a hint at most: registrations that come and go.",
    29: "Calls that end after 15 or 30 minutes would take the tests as long; the rule is tried by unit tests alone.",
    34: "Which of two accounts a call was meant for, the provider alone knows. The dialer has a hint: two at one address.",
}
#: symptoms that are proved in part only
IN_PART = {
    11: "A PJSIP registration that is refused for ever is named by its refusal; that it isn't tried again is the second cause.",
    16: "402 is proved. The carriers' words for a balance or a destination are held against the rules by unit tests.",
    17: "The refusal is proved. A call that comes out at a wrong number was answered: nothing here shows whose phone rang.",
    22: "A name in Dial() that no account has is proved, and not every way to CHANUNAVAIL.",
    38: "A hint: the dialer sees that nothing came before the answer, not what the caller heard.",
    39: "The name without an address is proved, not the seconds for which chan_sip stands still.",
    32: "A hint, from the address: Asterisk's line names the stranger, and no carrier.",
    43: "The carrier's own code for an unknown trunk is proved, and not Twilio itself.",
}
_INTRODUCTION = """# What is injected, and what the wizard says

Written from a run of `tests/real/test_diagnosed.py` by `make diagnosed`; don't edit it. Each fault is injected into the lab:
real Asterisk, MariaDB and SSH, the lab's own carriers and one that answers by hand. Then the command is asked, and the test
fails unless the cause in this table comes first, exactly as sure as it says. *Seconds* are from the question to the
diagnosis, the sign-in over SSH included and, for `test-call`, the call itself (in the tests a phone rings for 6 s at most
and is heard for 2 s, where users have 30 and 8). What Asterisk needs to find out by itself, as that a peer is
unreachable, had passed when `status` was asked. The numbers are those of the 45 symptoms in
`wizard/carrier/diagnosis/symptoms.py`.

**{proved} of {all} symptoms** have a fault here that is named first, {part} of them in part; {left} have none: see below.
Healthy carriers (registration, credentials, by address, IAX2, and one that refuses OPTIONS with 405) have no cause,
neither after an answered `test-call` nor by `status`, nor by `check`.
"""
_HEADING = "| symptoms | injected | command | diagnosis | how sure | seconds |"


def proved() -> list[int]:
    return sorted({number for fault in FAULTS for number in fault.symptoms})


def write(results: Iterable[Diagnosed]) -> None:
    """Put the results, all of them, in the place of what is in the document."""
    seconds = {each.fault: each.seconds for each in results}
    left = [number for number in range(1, COUNT + 1) if number not in proved()]
    lines = [_INTRODUCTION.format(proved=len(proved()), all=COUNT, part=len(IN_PART), left=len(left))]
    lines += [_HEADING, "|---" * 6 + "|"]
    lines += [f"{row_of(fault)} {seconds[fault.name]:.1f} |" for fault in FAULTS]
    lines += ["", "## Proved in part", "", *(f"* **{number}**: {why}" for number, why in sorted(IN_PART.items()))]
    lines += ["", "## Not proved in the lab", "", *(f"* **{number}**: {why}" for number, why in sorted(NOT_PROVED.items()))]
    DOCUMENT.write_text("\n".join(lines) + "\n")


def row_of(fault: Fault) -> str:
    """A row, but for its seconds."""
    numbers = ", ".join(map(str, fault.symptoms)) or "none"
    sure = CERTAINTIES[Certainty(fault.certainty)]
    return f"| {numbers} | {fault.injected} | `{fault.command}` | {CAUSES[fault.first].happened} | {sure} |"
