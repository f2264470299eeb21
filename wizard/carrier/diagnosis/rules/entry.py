"""The entry itself, and what shares the dialer with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Certainty, Rule, Sighting, seen
from wizard.carrier.diagnosis.observations import CampaignCalls
from wizard.carrier.dialing.dialplan_reading import read_dialplan

_GLUED = re.compile(
    r"(?<![;\s,&?=])(?:transport|lr|maddr|user)=(?:tls|tcp|udp|ws|wss|on|phone)\b|[A-Za-z0-9]transport=(?:tls|tcp|udp)",
    re.IGNORECASE,
)

_TRUNK = re.compile(r"(?:SIP|IAX2)/([A-Za-z0-9_.-]+)/|PJSIP/[^@,]*@([A-Za-z0-9_.-]+)", re.IGNORECASE)


def _finding(certainty: Certainty, *codes: str) -> Callable[[Case], Sighting | None]:
    def sees(case: Case) -> Sighting | None:
        there = [code for code in codes if code in case.seen.findings]
        return seen(certainty, finding=", ".join(there)) if there else None

    return sees


def _semicolon_lost(case: Case) -> Sighting | None:
    glued = [host for host in case.hosts if _GLUED.search(host)]
    return seen(PROVED, host=glued[0]) if glued and not case.is_fine else None


def _wrong_domain(case: Case) -> Sighting | None:
    """Twilio finds a trunk by the host of the request, and by nothing else (carriers.md)."""
    hosts = [host for host in case.hosts if re.search(r"\btwilio\.com\b", host, re.IGNORECASE)]
    wrong = [host for host in hosts if not re.search(r"[a-z0-9-]+\.pstn(\.[a-z0-9-]+)?\.twilio\.com\b", host, re.IGNORECASE)]
    return seen(LIKELY, host=wrong[0]) if wrong and not case.calls_work else None


def _dials_another(case: Case) -> Sighting | None:
    """Dial() names a trunk that the account entry doesn't have."""
    names = {section.name.lower() for section in case.sections}
    if not names or case.calls_work:
        return None
    steps = [step for extension in read_dialplan(case.seen.carrier.dialplan_entry) for step in extension.steps]
    matches = [_TRUNK.match(step.argument(0)) for step in steps if step.application.lower() == "dial"]
    dialled = [match[1] or match[2] for match in matches if match]
    unknown = [name for name in dialled if name.lower() not in names and "." not in name]
    # A second trunk may be another carrier's on purpose: only an entry that never dials its own is wrong.
    if not dialled or len(unknown) != len(dialled):
        return None
    return seen(PROVED if case.call_failed else LIKELY, dials=unknown[0], section=", ".join(sorted(names)))


def _undialled(case: Case) -> tuple[CampaignCalls, ...]:
    """The active campaigns, where none of them dials this carrier, not even as a backup: a spare one is no fault."""
    campaigns, own = case.seen.campaigns or (), case.seen.carrier.carrier_id
    if case.calls_work or not case.seen.carrier.dialplan_entry.strip() or any(own in each.carriers for each in campaigns):
        return ()
    return campaigns


def _goes_elsewhere(case: Case) -> Sighting | None:
    """A pattern of ours matches what a campaign dials, and another carrier has it."""
    for each in _undialled(case):
        if each.is_ours and each.carriers:
            return seen(LIKELY, campaign=f"{each.campaign_id} dials {each.digits}", trunk=each.carriers[0])
    return None


def _goes_nowhere(case: Case) -> Sighting | None:
    nowhere = [each for each in _undialled(case) if not each.carriers]
    if not nowhere:
        return None
    return seen(LIKELY, campaign=f"{nowhere[0].campaign_id} dials {nowhere[0].digits}, which no carrier takes")


ENTRY = (
    Rule("semicolon_lost", (42,), _semicolon_lost, 2),
    Rule("global_missing", (45,), _finding(PROVED, "global_undefined"), 2),
    Rule("dials_another_trunk", (22,), _dials_another, 3),
    Rule(
        "taken_by_another",
        (44,),
        _finding(PROVED, "pattern_taken", "pattern_takes_numbers", "trunk_taken", "global_taken", "pattern_never_reached"),
        3,
    ),
    Rule("numbers_shared", (44,), _finding(POSSIBLE, "pattern_shares_numbers", "pattern_breaks_in")),
    Rule("wrong_domain", (43,), _wrong_domain, 3),
    Rule("prefix_taken", (44, 19), _goes_elsewhere, 4),
    Rule("prefix_unused", (19,), _goes_nowhere, 6),
)
