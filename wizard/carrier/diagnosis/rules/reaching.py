"""Reaching the carrier: its name, its port, and whether it answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Certainty, Rule, Sighting, seen

#: codes of a verdict that say that a trunk doesn't answer
_SILENT = ("peer_unreachable", "registered_but_unreachable")
#: seconds; chan_sip's own limit for a peer that is fine
_SLOW = 2.0
#: providers that count OPTIONS want no more than one in so many seconds (symptoms.md 5)
_OFTEN = 15


def _answers_otherwise(case: Case) -> str:
    """What proves that the carrier is there, although Asterisk's own question goes unanswered."""
    seen_of = case.seen
    recent = seen_of.recent
    if seen_of.call is not None and seen_of.call.answered:
        return "a call was answered"
    if recent is not None and recent.answered:
        return f"{recent.answered} of the last {recent.total} calls were answered"
    if seen_of.call is not None and seen_of.call.sip_code:
        return f"it answered a call with {seen_of.call.sip_code}"
    if seen_of.reason == "registered_but_unreachable":
        return "it took the registration"
    sign_in = seen_of.sign_in
    # Unknown is also what wasn't asked.
    if sign_in is not None and (sign_in.outcome in ("accepted", "refused") or sign_in.last.code):
        return f"it answered a sign-in ({sign_in.outcome})"
    return ""


def _asks_options(case: Case) -> bool:
    """Whether the entry has Asterisk ask for the carrier's health, and refuse calls where no answer comes."""
    options = ("qualify", "qualify_frequency", "aor/qualify_frequency")
    values = [value.lower() for section in case.sections for option in options for value in section.values(option)]
    return any(value not in ("no", "0", "false", "off", "") for value in values)


def _unresolved(case: Case) -> Sighting | None:
    door = case.seen.door
    is_lost = case.seen.reason == "host_unresolved" or (door is not None and door.trouble == "unresolved")
    is_lost = is_lost or case.seen.host_addresses == ()
    if not is_lost or case.is_fine:
        return None
    return seen(PROVED, host=", ".join(case.hosts) or "the carrier's host", verdict=case.seen.reason)


def _door(trouble: str, certainty: Certainty = PROVED) -> Callable[[Case], Sighting | None]:
    def sees(case: Case) -> Sighting | None:
        door = case.seen.door
        if door is None or door.trouble != trouble or case.is_fine:
            return None
        asked = f"{door.asked.host}:{door.asked.port}" if door.asked else ""
        return seen(certainty, door=trouble, asked=asked)

    return sees


def _is_unheard(case: Case) -> bool:
    return case.seen.call is not None and case.seen.call.unheard


def _firewall(case: Case) -> Sighting | None:
    firewall, door = case.seen.firewall, case.seen.door
    if firewall is None or not firewall.signalling_blocked or (case.is_fine and not _is_unheard(case)):
        return None
    if door is not None and door.code:
        # It answered, so this rule is in nobody's way.
        return None
    is_silent = case.seen.reason in _SILENT or (door is not None and door.trouble == "no_answer") or _is_unheard(case)
    return seen(
        PROVED if is_silent else LIKELY,
        firewall=firewall.kind,
        rules="; ".join(firewall.blocks),
        door=door.trouble if door else "",
    )


def _answers_lost(case: Case) -> Sighting | None:
    """Rules that nobody could read, or an Asterisk that listens elsewhere."""
    if not _is_unheard(case) or _firewall(case):
        return None
    firewall = case.seen.firewall
    return seen(PROVED, call="answered, and not heard by Asterisk", firewall=firewall.kind if firewall else "")


def _options_ignored(case: Case) -> Sighting | None:
    door = case.seen.door
    # Before there is an entry in Asterisk, its question is the wizard's own.
    is_unheard = not case.seen.reason and door is not None and door.trouble == "no_answer" and _asks_options(case)
    if case.seen.reason not in _SILENT and not is_unheard:
        return None
    proof = _answers_otherwise(case)
    told = door.trouble if is_unheard and door else ""
    return seen(PROVED, verdict=case.seen.reason, door=told, answers=proof) if proof else None


def _only_asterisk_unanswered(case: Case) -> Sighting | None:
    door = case.seen.door
    if case.seen.reason != "peer_unreachable" or door is None or not door.code or _answers_otherwise(case):
        return None
    return seen(LIKELY, verdict=case.seen.reason, door=f"SIP {door.code} {door.reason}".strip())


def _silent(case: Case) -> Sighting | None:
    door = case.seen.door
    if case.is_fine or _answers_otherwise(case):
        return None
    if case.seen.reason == "peer_unreachable":
        return (
            None
            if door is not None and (door.code or door.trouble not in ("", "no_answer"))
            else seen(LIKELY, verdict=case.seen.reason, door=door.trouble if door else "", **dict(case.seen.states))
        )
    is_asked = case.seen.reason in ("", "qualify_off", "peer_unknown")
    return seen(LIKELY, door=door.trouble) if is_asked and door is not None and door.trouble == "no_answer" else None


def _maybe_options(case: Case) -> Sighting | None:
    if case.seen.reason != "peer_unreachable" or _answers_otherwise(case):
        return None
    if case.seen.door is not None and case.seen.door.trouble not in ("", "no_answer"):
        return None
    return seen(POSSIBLE, verdict=case.seen.reason)


def _slow(case: Case) -> Sighting | None:
    said = ", ".join(f"{name}: {state}" for name, state in case.seen.states.items())
    if case.seen.reason == "reachable_slowly" or "LAGGED" in said:
        return seen(PROVED, states=said)
    door = case.seen.door
    return seen(LIKELY, door=f"{door.seconds:.1f} s") if door is not None and door.code and door.seconds > _SLOW else None


def _flaps(case: Case) -> Sighting | None:
    lost = re.findall(r"is now (?:UNREACHABLE|TOO LAGGED|LAGGED|Unreachable|TOO LAGGED)!?", case.log)
    back = re.findall(r"is now (?:Reachable|REACHABLE)", case.log)
    if len(lost) < 2 or len(back) < 2 or _is_asked_often(case):
        return None
    return seen(LIKELY, log=f"lost {len(lost)} times, back {len(back)} times")


def _is_asked_often(case: Case) -> int:
    often = [
        int(value)
        for section in case.sections
        for option in ("qualifyfreq", "qualify_frequency", "aor/qualify_frequency", "qualifyfreqok")
        for value in section.values(option)
        if value.isdigit() and 0 < int(value) < _OFTEN
    ]
    return min(often, default=0)


def _asked_too_often(case: Case) -> Sighting | None:
    """It worked, and then the carrier stopped answering so many questions."""
    often = _is_asked_often(case)
    worked = case.log_line(r"is now reachable")
    lost = case.log_line(r"is now unreachable") or case.seen.reason in _SILENT
    if not often or not worked or not lost:
        return None
    return seen(LIKELY, asked_every=f"{often} s", log=worked)


def _dns_stalls(case: Case) -> Sighting | None:
    """An unresolvable name holds up all of chan_sip (vicidial.md §9)."""
    line = case.log_line(r"(failed|unable) to resolve|no such host|name or service not known|dns.*timed? ?out|unable to lookup")
    return seen(LIKELY, log=line) if line and not case.is_fine else None


REACHING = (
    Rule("host_unresolved", (3, 8, 39), _unresolved, 3),
    Rule("port_closed", (3, 8), _door("refused"), 3),
    Rule("no_route", (3,), _door("no_route"), 3),
    Rule("tls_failed", (42,), _door("tls"), 3),
    Rule("transport_missing", (42,), _door("unsupported"), 3),
    Rule("firewall_signalling", (3, 8), _firewall, 3),
    Rule("answers_lost", (3, 8), _answers_lost, 3),
    Rule("options_ignored", (4,), _options_ignored, 3),
    Rule("only_asterisk_unanswered", (3, 27), _only_asterisk_unanswered),
    Rule("asked_too_often", (5,), _asked_too_often, 3),
    Rule("comes_and_goes", (7,), _flaps, 4),
    Rule("carrier_silent", (3, 14), _silent),
    Rule("dns_stalls", (39,), _dns_stalls, 6),
    Rule("options_may_be_ignored", (4,), _maybe_options),
    Rule("slow_answers", (7,), _slow, 6),
)
