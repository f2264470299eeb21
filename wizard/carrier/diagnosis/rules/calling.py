"""Calling: what the carrier said to a call, or to most of the newest ones.

What its own text says goes before its code: carriers refuse with the same 403 for a dozen reasons (symptoms.md 14-16). Codes of
Asterisk's own, by SIP answer and driver, are those of failover.md §4.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Certainty, Rule, Sighting, seen
from wizard.carrier.diagnosis.failures import Failure
from wizard.carrier.diagnosis.texts import is_said_by_code, text_cause
from wizard.carrier.dialing.dialplan_reading import read_dialplan

_CALL_ID = re.compile(r"^(?:Call-ID|i)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_DIGITS, _BUSY = frozenset({404, 484, 604}), frozenset({486, 600})

Judge = Callable[[Case, Failure], Certainty | None]


def _rule(code: str, symptoms: tuple[int, ...], judge: Judge, rank: int = 5) -> Rule:
    """A rule about how calls failed. What is known from the log alone is likely at most: it has no texts, and no digits."""

    def sees(case: Case) -> Sighting | None:
        found: list[Sighting] = []
        for failure in case.failures:
            certainty = _certainty(case, failure, code, judge)
            if certainty is not None:
                capped = LIKELY if failure.source != "call" and certainty is PROVED else certainty
                found.append(seen(capped, **{"call" if failure.source == "call" else "recent_calls": _words(failure)}))
        order = list(Certainty)
        return min(found, key=lambda each: order.index(each.certainty), default=None)

    return Rule(code, symptoms, sees, rank)


def _certainty(case: Case, failure: Failure, code: str, judge: Judge) -> Certainty | None:
    told = text_cause(failure)
    if not told:
        return judge(case, failure)
    if told != code:
        return None
    return PROVED if is_said_by_code(failure) else LIKELY


def _words(failure: Failure) -> str:
    return failure.words if failure.source == "call" else f"{failure.source}: {failure.words}"


def _by_text(_case: Case, _failure: Failure) -> Certainty | None:
    return None


def _codes(certainty: Certainty, *codes: int) -> Judge:
    return lambda _, failure: certainty if failure.code in codes else None


def _ip_not_allowed(case: Case, failure: Failure) -> Certainty | None:
    return LIKELY if failure.code == 403 and not case.signs_in else None


def _caller_id(case: Case, failure: Failure) -> Certainty | None:
    """Who signs in is known, so a bare 403 is most often about the caller ID."""
    if failure.code != 403:
        return None
    return LIKELY if case.signs_in else POSSIBLE


def _money(_case: Case, failure: Failure) -> Certainty | None:
    return PROVED if failure.code == 402 else POSSIBLE if failure.code == 403 else None


def _digits(case: Case, failure: Failure) -> Certainty | None:
    if failure.code == 484 or (case.is_iax2 and failure.cause == 28):
        return PROVED
    if failure.code in _DIGITS or (case.is_iax2 and failure.cause == 1 and not failure.code):
        return LIKELY
    return POSSIBLE if failure.code in (400, 403) else None


def _number_dead(_case: Case, failure: Failure) -> Certainty | None:
    return POSSIBLE if failure.code in (404, 604, 410) else None


def _busy(_case: Case, failure: Failure) -> Certainty | None:
    if failure.source != "call":
        return None
    return LIKELY if failure.code in _BUSY or (not failure.code and failure.cause == 17) else None


def _unavailable(_case: Case, failure: Failure) -> Certainty | None:
    return (
        LIKELY
        if failure.source == "call" and failure.code in (480, 408, 487) and (failure.had_progress or failure.code == 480)
        else None
    )


def _codec(_case: Case, failure: Failure) -> Certainty | None:
    return PROVED if failure.code in (488, 415, 606) or (not failure.code and failure.cause == 58) else None


def _full(case: Case, failure: Failure) -> Certainty | None:
    is_full = failure.code == 503 or (case.is_iax2 and not failure.code and failure.cause in (34, 42))
    return LIKELY if is_full and not failure.had_progress else POSSIBLE if is_full else None


def _fast(_case: Case, failure: Failure) -> Certainty | None:
    if failure.code == 429:
        return PROVED
    # One call alone is never too fast.
    return POSSIBLE if failure.code in (503, 603) and failure.source != "call" else None


def _trouble(_case: Case, failure: Failure) -> Certainty | None:
    return LIKELY if failure.code in (500, 502, 504) else None


def _declined(_case: Case, failure: Failure) -> Certainty | None:
    return LIKELY if failure.source == "call" and failure.code == 603 and failure.had_progress else None


def _blocked(_case: Case, failure: Failure) -> Certainty | None:
    if failure.code in (607, 608):
        return PROVED
    return LIKELY if failure.code == 603 and not failure.had_progress else None


def _sign_in(case: Case, failure: Failure) -> Certainty | None:
    if failure.code in (401, 407):
        return PROVED
    return POSSIBLE if failure.code == 403 and case.signs_in else None


def _iax2_barred(case: Case, failure: Failure) -> Certainty | None:
    return LIKELY if case.is_iax2 and not failure.code and failure.cause in (21, 29) else None


def _trunk_dead(case: Case, failure: Failure) -> Certainty | None:
    if failure.code or (case.is_up and failure.source == "call" and failure.cause not in (3, 20)):
        return None
    return PROVED if failure.dialstatus == "CHANUNAVAIL" and failure.cause in (3, 20) else None


def _unanswered(case: Case, failure: Failure) -> Certainty | None:
    """It left, and nobody answered before the time was over."""
    call = case.seen.call
    if (
        failure.code
        or failure.source != "call"
        or call is None
        or call.left is not True
        or call.unheard
        or failure.had_progress
    ):
        return None
    return LIKELY if failure.cause in (None, 0, 18, 127) else None


def _no_carrier(case: Case) -> Sighting | None:
    call = case.seen.call
    if call is None or call.answered or call.left is not False or call.dialstatus or call.trunk:
        return None
    return seen(PROVED, call=f"{call.number} reached no carrier")


def _another_carrier(case: Case) -> Sighting | None:
    call, own = case.seen.call, {section.name.lower() for section in case.sections}
    if call is None or not call.trunk or not own or call.trunk.lower() in own:
        return None
    dialled = case.seen.carrier.dialplan_entry.lower()
    return None if call.trunk.lower() in dialled else seen(PROVED, trunk=call.trunk, expected=", ".join(sorted(own)))


def _invalid_uri(case: Case) -> Sighting | None:
    line = case.log_line(
        r"could not create dialog to invalid uri|no such (host|peer|extension)|unable to create channel of type"
    )
    return seen(PROVED, log=line) if line and case.call_failed else None


def _no_backup(case: Case) -> Sighting | None:
    """The first Dial() ended in a way after which the entry doesn't go on."""
    call = case.seen.call
    failed = next((each for each in case.failures if each.source == "call"), None)
    own = [section.name.lower() for section in case.sections]
    if call is None or failed is None or not _has_backups(case) or not call.trunk or call.trunk.lower() not in own:
        return None
    invites = [each.text for each in call.messages if each.is_outgoing and each.text.startswith("INVITE ")]
    if len({match[1] for text in invites for match in _CALL_ID.finditer(text)}) > 1:
        return None  # it did go on
    is_fault = failed.code in (402, 403, 408, 500, 502, 503, 504, 603) or failed.dialstatus in ("CHANUNAVAIL", "CONGESTION")
    # The packets would show a second leg, unless it speaks something that they don't tell.
    is_sure = bool(invites) and not re.search(r"\bIAX2/|tls", case.seen.carrier.dialplan_entry, re.IGNORECASE)
    if not is_fault or failed.code in _DIGITS:
        return None
    return seen(PROVED if is_sure else LIKELY, call=failed.words, trunk=call.trunk)


def _has_backups(case: Case) -> bool:
    """Whether whatever pattern was dialled has a second Dial()."""
    steps = [[step.application.lower() for step in each.steps] for each in read_dialplan(case.seen.carrier.dialplan_entry)]
    dials = [names.count("dial") for names in steps if "dial" in names]
    return bool(dials) and min(dials) > 1


CALLING = (
    Rule("no_carrier_for_digits", (19,), _no_carrier, 4),
    Rule("another_carrier_takes_it", (44, 19), _another_carrier, 4),
    Rule("dial_string_wrong", (22,), _invalid_uri, 4),
    _rule("trunk_unknown", (43,), _by_text),
    _rule("call_sign_in_refused", (13,), _sign_in),
    _rule("not_registered", (13, 22), _by_text),
    _rule("ip_not_allowed", (14, 6), _ip_not_allowed),
    _rule("caller_id_refused", (15, 6), _caller_id),
    _rule("destination_off", (16,), _by_text),
    _rule("account_limited", (16,), _money),
    _rule("digits_refused", (17, 18, 6), _digits),
    _rule("codec_refused", (23,), _codec),
    _rule("calls_too_fast", (21,), _fast),
    _rule("carrier_full", (20, 21), _full),
    _rule("carrier_trouble", (20,), _trouble),
    _rule("calls_blocked", (35,), _blocked),
    _rule("iax2_barred", (41,), _iax2_barred),
    _rule("trunk_not_usable", (22,), _trunk_dead, 6),
    _rule("call_unanswered", (3, 37), _unanswered),
    _rule("number_busy", (), _busy),
    _rule("person_declined", (), _declined),
    _rule("nobody_there", (), _unavailable),
    _rule("number_dead", (17,), _number_dead),
    Rule("backup_not_tried", (37,), _no_backup, 7),
)
