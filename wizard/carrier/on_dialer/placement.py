"""Which servers get the entry, and what that means for the carrier: a registration and an address of each (vicidial.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import ALL_SERVERS, Carrier
from wizard.carrier.profile import DialerProfile, Server


def check_placement(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """The generator writes a carrier on the server that it names, and nowhere else (vicidial.md §2.3)."""
    others = [each for each in dialer.servers_of(ALL_SERVERS) if each.server_ip != dialer.server_ip]
    if carrier.server_ip == ALL_SERVERS:
        yield from _everywhere(answers, dialer, others)
    elif carrier.server_ip != dialer.server_ip:
        yield error("server_ip_elsewhere", "server_ip", server_ip=carrier.server_ip, own=dialer.server_ip)
    elif others:
        yield note("other_servers_lack_it", "server_ip", servers=_named(others))


def _everywhere(answers: Answers, dialer: DialerProfile, others: list[Server]) -> Iterator[Finding]:
    closed = [each for each in dialer.servers if each.runs_asterisk and not each.generates]
    if closed:
        yield warning("servers_not_generating", "server_ip", servers=_named(closed))
    without = [each for each in dialer.servers if not each.runs_asterisk]
    if without:
        yield note("servers_without_asterisk", "server_ip", servers=_named(without))
    if not others:
        return
    yield note("goes_to_servers", "server_ip", servers=_named(others))
    everybody = dialer.servers_of(ALL_SERVERS)
    if answers.sign_in.auth is Auth.REGISTRATION:
        yield warning("registers_on_each", "server_ip", count=len(everybody), servers=_named(everybody))
    else:
        yield warning("addresses_to_allow", "server_ip", addresses=", ".join(map(_address, everybody)))


def _named(servers: Iterable[Server]) -> str:
    return ", ".join(f"{each.server_id} ({each.server_ip})" if each.server_id else each.server_ip for each in servers)


def _address(server: Server) -> str:
    """Where its calls may come from, as far as VICIdial knows: its own address, and the one outside where there is one."""
    outside = server.external_address
    return f"{server.server_ip} or {outside}" if outside and outside != server.server_ip else server.server_ip
