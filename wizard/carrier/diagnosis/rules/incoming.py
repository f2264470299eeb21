"""Calls that come in: what Asterisk logs when it turns one away."""

from __future__ import annotations

from wizard.carrier.diagnosis.case import Case
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Rule, Sighting, seen


def _no_number(case: Case) -> Sighting | None:
    line = case.log_line(r"extension '?s'?\b.*(not found|rejected)|\(s@|rejected because extension 's'")
    return seen(PROVED, log=line) if line else None


def _plus(case: Case) -> Sighting | None:
    line = case.log_line(r"extension '\+\d+'.*(not found|rejected)|'\+\d+' rejected because extension|to extension '\+")
    return seen(PROVED, log=line) if line else None


def _stranger(case: Case) -> Sighting | None:
    line = case.log_line(r"no matching endpoint found|failed to authenticate|sending fake auth|no matching peer")
    return seen(LIKELY, log=line) if line else None


def _shared(case: Case) -> Sighting | None:
    codes = [code for code in case.seen.findings if code in ("address_shared", "address_shared_contexts")]
    # Two accounts at one provider are no fault as long as their calls find their way.
    is_lost = any(turned_away(case) for turned_away in (_no_number, _plus, _stranger))
    return seen(POSSIBLE, finding=", ".join(codes)) if codes and is_lost else None


INCOMING = (
    Rule("incoming_without_number", (31,), _no_number, 8),
    Rule("incoming_with_plus", (33,), _plus, 8),
    Rule("incoming_from_stranger", (32,), _stranger, 8),
    Rule("incoming_on_wrong_trunk", (34,), _shared, 8),
)
