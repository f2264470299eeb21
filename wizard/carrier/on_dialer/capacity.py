"""What the carrier allows, against what the dialer may do: calls at once, and new calls per second.

VICIdial knows no limit of a carrier's, only each server's own: max_vicidial_trunks for all its calls together, those that
come in included, and outbound_calls_per_second (vicidial.md §1.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.carrier.answers import RoutingAnswers
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.profile import DialerProfile, Server

#: answer → the most that anybody could mean
MOST: dict[str, int] = {"max_channels": 32_767, "calls_per_second": 1_000}


def check_limits(routing: RoutingAnswers) -> Iterator[Finding]:
    """The numbers themselves."""
    for name, most in MOST.items():
        limit: int | None = getattr(routing, name)
        if limit is not None and not 1 <= limit <= most:
            yield error("limit_range", name, least=1, most=most)
    channels, per_second = routing.max_channels, routing.calls_per_second
    if channels is not None and per_second is not None and per_second > channels:
        yield warning("limits_swapped", "calls_per_second", channels=channels, per_second=per_second)


def check_capacity(routing: RoutingAnswers, server_ip: str, dialer: DialerProfile) -> Iterator[Finding]:
    """Where the dialer may do more than the carrier allows: all servers that get the entry count together."""
    servers = dialer.servers_of(server_ip)
    if not servers:
        return
    channels = _sum([each.channels for each in servers])
    per_second = _sum([each.calls_per_second for each in servers])
    unknown = [name for name in MOST if getattr(routing, name) is None]
    if unknown:
        yield note("limits_unknown", unknown[0], channels=_shown(channels), per_second=_shown(per_second))
    for name, own in (("max_channels", channels), ("calls_per_second", per_second)):
        limit: int | None = getattr(routing, name)
        if limit is not None and own is not None and own > limit:
            yield _exceeds(name, servers, own=own, limit=limit)


def _exceeds(name: str, servers: Sequence[Server], *, own: int, limit: int) -> Finding:
    values = {"own": own, "limit": limit, "servers": ", ".join(each.server_id or each.server_ip for each in servers)}
    if name == "max_channels":
        if len(servers) > 1:
            return warning("channels_exceeded_together", name, **values)
        return warning("channels_exceeded", name, **values)
    if len(servers) > 1:
        return warning("calls_per_second_exceeded_together", name, **values)
    return warning("calls_per_second_exceeded", name, **values)


def _sum(limits: Sequence[int | None]) -> int | None:
    """None where one of them is not known."""
    known = [limit for limit in limits if limit is not None]
    return sum(known) if len(known) == len(limits) else None


def _shown(limit: int | None) -> object:
    return "?" if limit is None else limit
