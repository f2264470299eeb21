"""Signing in: the registration, and the password that goes with it."""

from __future__ import annotations

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Rule, Sighting, seen

_REFUSED = ("registration_refused", "registration_challenged")
_UNKNOWN = r"\b404\b.*regist|regist.*\b404\b|unknown (user|account|subscriber)|not found on register"


def _is_refused(case: Case) -> bool:
    sign_in = case.seen.sign_in
    if case.is_up or case.calls_work:
        return False
    return case.seen.reason in _REFUSED or (sign_in is not None and sign_in.outcome == "refused")


def _unknown_account(case: Case) -> Sighting | None:
    sign_in = case.seen.sign_in
    line = case.own_log_line(_UNKNOWN)
    is_unknown = sign_in is not None and sign_in.last.code in (404, 410, 604)
    if case.is_iax2 or not _is_refused(case) or not (is_unknown or line):
        return None
    return seen(PROVED, sign_in=sign_in.last.code if is_unknown and sign_in else "", log=line)


def _not_asked(case: Case) -> Sighting | None:
    """Refused before a password was asked for: it isn't the password."""
    sign_in = case.seen.sign_in
    if sign_in is None or sign_in.outcome != "refused" or sign_in.challenged or not _is_refused(case):
        return None
    if sign_in.last.code in (404, 410, 604):
        return None
    return seen(
        PROVED, sign_in=f"SIP {sign_in.last.code} {sign_in.last.reason}".strip(), explained="; ".join(sign_in.last.explained)
    )


def _refused(case: Case) -> Sighting | None:
    if case.is_iax2 or not _is_refused(case) or _not_asked(case) or _unknown_account(case):
        return None
    sign_in, states = case.seen.sign_in, dict(case.seen.states)
    is_sure = case.seen.reason == "registration_refused" or (sign_in is not None and sign_in.challenged)
    line = case.own_log_line(r"wrong password|failed to authenticate|fatal response '4")
    return seen(
        PROVED if is_sure else LIKELY,
        verdict=case.seen.reason,
        registration=states.get("registration", ""),
        sign_in=sign_in.outcome if sign_in else "",
        log=line,
    )


def _iax2_refused(case: Case) -> Sighting | None:
    if not case.is_iax2 or not _is_refused(case):
        return None
    return seen(PROVED, verdict=case.seen.reason, registration=case.seen.states.get("registration", ""))


def _iax2_token(case: Case) -> Sighting | None:
    line = case.log_line(r"call ?-?token")
    return seen(PROVED, log=line) if case.is_iax2 and line and not case.is_fine else None


def _gave_up(case: Case) -> Sighting | None:
    state = case.seen.states.get("registration", "")
    line = case.own_log_line(r"stopping (outbound )?registration|maximum retries|giving up forever")
    if case.is_up or not (state in ("Stopped", "Rejected", "No Authentication") or line) or not (state == "Stopped" or line):
        return None
    return seen(PROVED, registration=state, log=line)


def _unanswered(case: Case) -> Sighting | None:
    sign_in = case.seen.sign_in
    is_silent = case.seen.reason == "registration_unanswered" or (sign_in is not None and sign_in.outcome == "unanswered")
    # "Request Sent" for ever is the same, where the trunk itself answers.
    is_silent = is_silent or (
        case.seen.reason == "registration_pending" and "Request Sent" in case.seen.states.get("registration", "")
    )
    if not is_silent or case.is_up:
        return None
    return seen(
        LIKELY,
        verdict=case.seen.reason,
        registration=case.seen.states.get("registration", ""),
        sign_in=sign_in.outcome if sign_in else "",
    )


def _failed(case: Case) -> Sighting | None:
    sign_in = case.seen.sign_in
    if case.seen.reason != "registration_failed" or (sign_in is not None and sign_in.outcome in ("refused", "unanswered")):
        return None
    return seen(POSSIBLE, verdict=case.seen.reason, registration=case.seen.states.get("registration", ""))


def _comes_and_goes(case: Case) -> Sighting | None:
    lines = [line for line in case.log.splitlines() if "registration for" in line.lower() and "timed out" in line.lower()]
    return seen(POSSIBLE, log=f"{len(lines)} times: {lines[-1]}") if len(lines) >= 3 and case.is_up else None


SIGNING_IN = (
    Rule("account_unknown", (10,), _unknown_account, 3),
    Rule("account_barred", (10, 14, 16), _not_asked, 4),
    Rule("sign_in_refused", (10, 11, 13), _refused, 4),
    Rule("iax2_refused", (41,), _iax2_refused, 4),
    Rule("iax2_call_token", (41,), _iax2_token, 3),
    Rule("registration_gave_up", (11,), _gave_up, 7),
    Rule("registration_unanswered", (8, 9), _unanswered, 4),
    Rule("registration_failed", (8, 10), _failed),
    Rule("registration_comes_and_goes", (27,), _comes_and_goes),
)
