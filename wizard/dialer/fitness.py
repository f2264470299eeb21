"""Whether a dialer can do its part of an install, from what was read of it."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.findings import Finding, error, errors_of, warning
from wizard.errors import UnfitError

from .facts import GATES, DialerFacts
from .grants import ALWAYS, shown_grants
from .room import is_full

#: findings about the dialer itself are about this "field"
FIELD = "dialer"


def check_fitness(facts: DialerFacts) -> list[Finding]:
    """What keeps, or may keep, an entry from reaching Asterisk on this dialer (vicidial.md §2.7, symptoms.md 2)."""
    return [*_access(facts), *_generation(facts), *_activation(facts)]


def _access(facts: DialerFacts) -> Iterator[Finding]:
    if not facts.host.is_root:
        yield error("not_root", FIELD)
    if facts.database.read_only:
        yield error("database_read_only", FIELD)
    elif facts.database.is_replica:
        yield error("database_replica", FIELD)
    if denied := facts.database.denied & ALWAYS:
        yield error("database_grants", FIELD, grants=shown_grants(denied))


def _generation(facts: DialerFacts) -> Iterator[Finding]:
    """Whether VICIdial will write its files."""
    closed = [gate for gate in GATES if facts.database.server[gate] != "Y"]
    if closed:
        yield error("conf_generation_off", FIELD, columns=" and ".join(closed), server_ip=facts.server_ip)
    if is_full(facts.host.free_kilobytes):
        yield error("disk_full", FIELD, free=facts.host.free_kilobytes)
    if not facts.host.has_cmp:
        yield error("cmp_missing", FIELD)
    if not facts.host.cron_line:
        yield error("cron_line_missing", FIELD)
    if not facts.host.cron_running:
        yield warning("cron_not_running", FIELD)


def _activation(facts: DialerFacts) -> Iterator[Finding]:
    """Whether Asterisk will hear of them."""
    if not facts.host.asterisk_version:
        yield error("asterisk_silent", FIELD)
    for included, protocol in facts.host.missing_includes:
        if protocol is None:
            yield error("include_missing", FIELD, file=included)
    if facts.host.screens == 0:
        yield warning("no_screen", FIELD)
    elif facts.host.screens > 1:
        yield warning("many_screens", FIELD, count=facts.host.screens)


def require_writable(facts: DialerFacts) -> None:
    """:raises UnfitError: nothing that is written into this database would count"""
    if facts.database.read_only:
        raise UnfitError("database_read_only")
    if facts.database.is_replica:
        raise UnfitError("database_replica")


def require_fit(facts: DialerFacts) -> None:
    """Refuse to go on where an install could not work.

    :raises UnfitError: the first thing that stands in the way
    """
    for finding in errors_of(check_fitness(facts)):
        raise UnfitError(finding.code, **finding.values)
