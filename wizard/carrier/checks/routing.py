"""Who uses the carrier, how much of it, and what happens where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers, FailoverReason
from wizard.carrier.dialing.failover import LONGEST_SILENCE, seconds_of_silence
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.on_dialer.capacity import check_limits
from wizard.carrier.on_dialer.least_cost import check_least_cost_answers
from wizard.carrier.on_dialer.server_trunks import check_trunk_answers
from wizard.carrier.on_dialer.tiltx import check_tiltx_answers

#: more than these make no sense in one call
MOST_BACKUPS = 3
_ID = re.compile(r"[-_0-9A-Za-z]{1,15}")


def check_routing(answers: Answers) -> Iterator[Finding]:
    routing = answers.routing
    for name in ("campaigns", "backup_carrier"):
        entries = answers.value(name)
        if len({each.lower() for each in entries}) != len(entries):
            yield error("repeated", name)
        for each in entries:
            if not _ID.fullmatch(each):
                yield error("id_characters", name, entry=each)
    own = answers.carrier.carrier_id.lower()
    if own and any(each.lower() == own for each in routing.backup_carrier):
        yield error("backup_is_itself", "backup_carrier")
    if len(routing.backup_carrier) > MOST_BACKUPS:
        yield error("too_many", "backup_carrier", most=MOST_BACKUPS)
    if routing.backup_carrier:
        yield from _check_failover(answers)
    yield from check_least_cost_answers(answers)
    yield from check_limits(routing)
    yield from check_trunk_answers(answers)
    yield from check_tiltx_answers(answers)


def _check_failover(answers: Answers) -> Iterator[Finding]:
    if not answers.routing.failover_on:
        yield error("failover_never", "failover_on")
    elif seconds_of_silence(answers) >= LONGEST_SILENCE and FailoverReason.UNREACHABLE in answers.routing.failover_on:
        yield warning("backup_comes_late", "backup_carrier", protocol=answers.carrier.protocol.value, seconds=LONGEST_SILENCE)
