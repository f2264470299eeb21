"""The dialer itself: what it lacks, so that no carrier could work."""

from __future__ import annotations

from collections.abc import Callable

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Rule, Sighting, seen


def _reason(code: str) -> Callable[[Case], Sighting | None]:
    return lambda case: seen(PROVED, verdict=case.seen.reason) if case.seen.reason == code else None


def _is_waiting(case: Case) -> bool:
    """Whether it matters what a rebuild needs: nobody has looked yet, or the entry hasn't come to Asterisk."""
    return not case.is_fine and case.seen.reason in ("", "not_generated", "not_loaded", "removed", "registration_missing")


def _lacks(name: str) -> Callable[[Case], Sighting | None]:
    """A precondition of the rebuild that isn't met."""

    def sees(case: Case) -> Sighting | None:
        conditions = case.seen.preconditions
        if conditions is None or not _is_waiting(case) or getattr(conditions, name) is not False:
            return None
        return seen(PROVED, **{name: "no", "verdict": case.seen.reason})

    return sees


def _asterisk_silent(case: Case) -> Sighting | None:
    conditions = case.seen.preconditions
    if case.seen.reason == "asterisk_silent" or (conditions is not None and conditions.asterisk_answers is False):
        return None if case.calls_work else seen(PROVED, asterisk="no answer", verdict=case.seen.reason)
    return None


# Calls that were answered some time ago don't prove these to be there now.
def _driver_missing(case: Case) -> Sighting | None:
    conditions = case.seen.preconditions
    if conditions is None or conditions.driver_loaded is not False or case.is_up:
        return None
    return seen(PROVED, driver_loaded="no", protocol=case.seen.carrier.protocol.value)


def _port_taken(case: Case) -> Sighting | None:
    line = case.log_line(r"(failed|unable) to bind|address already in use|could not start transport|bind_addr")
    conditions = case.seen.preconditions
    if case.is_up:
        return None
    if conditions is not None and conditions.port_lost_to:
        return seen(PROVED, port_lost_to=conditions.port_lost_to, listens_on=", ".join(conditions.listens_on), log=line)
    # The log has no end: where the driver listens by now, somebody has mended it since.
    if not line or (conditions is not None and conditions.listens_on):
        return None
    return seen(PROVED if conditions is not None else LIKELY, log=line)


def _listens_nowhere(case: Case) -> Sighting | None:
    conditions = case.seen.preconditions
    if conditions is None or case.is_up or conditions.listens_on or not conditions.driver_loaded:
        return None
    return seen(PROVED, listens_on="nothing", protocol=case.seen.carrier.protocol.value)


def _unusual_port(case: Case) -> Sighting | None:
    """Carriers that know us by address and port take nothing from another (carriers.md, Skyetel)."""
    conditions = case.seen.preconditions
    if conditions is None or case.is_fine or case.is_iax2 or case.signs_in or not conditions.listens_on:
        return None
    ports = {each.rpartition(":")[2] for each in conditions.listens_on}
    is_silent = case.seen.reason in ("peer_unreachable", "registration_unanswered") or any(
        each.code == 403 for each in case.failures
    )
    if (ports & {"5060", "5061"} and "5060" in ports) or not is_silent:
        return None
    return seen(POSSIBLE, listens_on=", ".join(conditions.listens_on))


def _not_rebuilt(case: Case) -> Sighting | None:
    return seen(LIKELY, verdict=case.seen.reason) if case.seen.reason == "not_generated" else None


def _screen(case: Case) -> Sighting | None:
    conditions = case.seen.preconditions
    if conditions is None or conditions.screen_runs is not False or not _is_waiting(case):
        return None
    # Before an install it is only a risk: the wizard reloads Asterisk itself.
    is_stuck = case.seen.reason == "not_loaded"
    return seen(PROVED if is_stuck else LIKELY, screen_runs="no", verdict=case.seen.reason)


def _section_refused(case: Case) -> Sighting | None:
    line = case.log_line(
        r"could not create an object of type|could not find option suitable for category|error parsing .* at line"
    )
    return seen(PROVED, log=line) if line and not case.is_fine else None


def _not_loaded(case: Case) -> Sighting | None:
    return seen(LIKELY, verdict=case.seen.reason) if case.seen.reason in ("not_loaded", "registration_missing") else None


def _held_otherwise(case: Case) -> Sighting | None:
    held = case.seen.understood
    if not held:
        return None
    # Values may be secret; that one differs is enough.
    return seen(PROVED, understood=", ".join(f"[{each.section}] {each.option}" for each in held))


DIALER = (
    Rule("inactive", (1,), _reason("inactive"), 0),
    Rule("other_server", (1,), _reason("other_server"), 0),
    Rule("protocol_not_written", (40,), _reason("protocol_not_supported"), 0),
    Rule("asterisk_silent", (2,), _asterisk_silent, 0),
    Rule("generation_off", (2,), _lacks("generates_conf"), 1),
    Rule("not_an_asterisk_server", (2,), _lacks("is_active_asterisk_server"), 1),
    Rule("keepalive_missing", (2,), _lacks("keepalive_in_cron"), 1),
    Rule("cron_stopped", (2,), _lacks("cron_runs"), 1),
    Rule("driver_missing", (40,), _driver_missing, 1),
    Rule("port_taken", (40,), _port_taken, 1),
    Rule("listens_nowhere", (40,), _listens_nowhere, 2),
    Rule("section_refused", (12,), _section_refused, 1),
    Rule("screen_missing", (2,), _screen, 2),
    Rule("not_rebuilt", (2,), _not_rebuilt),
    Rule("not_loaded", (2, 12), _not_loaded),
    Rule("setting_not_taken", (12,), _held_otherwise, 8),
    Rule("unusual_port", (40, 14), _unusual_port),
)
