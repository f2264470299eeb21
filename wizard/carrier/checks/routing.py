"""Who uses the carrier, how much of it, and what happens where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers
from wizard.carrier.capacity import check_limits
from wizard.carrier.findings import Finding, error

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
    yield from check_limits(routing)
    if routing.backup_carrier and not routing.failover_on:
        yield error("failover_never", "failover_on")
