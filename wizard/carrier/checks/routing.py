"""Who uses the carrier, how much of it, and what happens where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import NORTH_AMERICAN, Answers, FailoverReason
from wizard.carrier.capacity import check_limits
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import Protocol
from wizard.carrier.server_trunks import check_trunk_answers
from wizard.carrier.tiltx import check_tiltx_answers

#: how long Asterisk waits for a first answer where nothing shortens it (failover.md §2)
SILENCE_SECONDS = 32
#: PJSIP has no timer of a trunk's own; chan_sip's is set
_WITHOUT_TIMER = (Protocol.PJSIP, Protocol.PJSIP_WIZ)
_BEFORE_NUMBER = (Protocol.SIP, Protocol.IAX2)
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
    if routing.backup_carrier:
        yield from _check_failover(answers)
    if routing.least_cost:
        yield from _check_least_cost(answers)
    yield from check_limits(routing)
    yield from check_trunk_answers(answers)
    yield from check_tiltx_answers(answers)


def _check_failover(answers: Answers) -> Iterator[Finding]:
    if not answers.routing.failover_on:
        yield error("failover_never", "failover_on")
    elif (
        answers.carrier.protocol in _WITHOUT_TIMER
        and not answers.connection.qualify
        and FailoverReason.UNREACHABLE in answers.routing.failover_on
    ):
        yield warning("backup_comes_late", "backup_carrier", protocol=answers.carrier.protocol.value, seconds=SILENCE_SECONDS)


def _check_least_cost(answers: Answers) -> Iterator[Finding]:
    """VICIdial's look-up knows North American numbers, and trunks that stand before the number (vicidial.md §4)."""
    if answers.carrier.protocol not in _BEFORE_NUMBER:
        yield error("least_cost_protocol", "least_cost", protocol=answers.carrier.protocol.value)
    elif NORTH_AMERICAN.isdisjoint(answers.numbers.destinations):
        yield error("least_cost_abroad", "least_cost")
    else:
        yield note("least_cost_one_shape", "least_cost")
