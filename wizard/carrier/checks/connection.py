"""Where the carrier is, how it is reached and watched, and who may call in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from wizard.carrier import names
from wizard.carrier.answers import Answers, ConnectionAnswers, Transport
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import Finding, Severity, error, note, warning

from .values import check_host

#: below this some carriers stop answering (symptoms.md 5)
_BRISK_QUALIFY = 15
_MOST_MATCHES = 40
_ONE_ADDRESS = 32
_PRIVATE = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
#: a wider network than any carrier's is a typing error, or a door
_WIDEST_NETWORK = 16


def check_connection(answers: Answers) -> Iterator[Finding]:
    """The findings of this step."""
    connection = answers.connection
    if not connection.host:
        yield error("required", "host")
    else:
        yield from check_host(connection.host, "host")
    if connection.port is not None and not 1 <= connection.port <= 65_535:
        yield error("port_range", "port")
    if connection.srtp and connection.transport is not Transport.TLS:
        yield warning("srtp_in_the_clear", "srtp")
    yield from _check_proxy(connection.outbound_proxy)
    refused = list(_check_match(connection))
    yield from refused
    proxy_host = connection.outbound_proxy.partition(":")[0]
    is_used = "outbound_proxy" not in driver_of(answers.carrier.protocol).unused
    if is_used and proxy_host and proxy_host not in (connection.host, *connection.match):
        yield note("proxy_may_call", "match")
    yield from _check_context(connection.inbound_context)
    yield from _check_qualify(connection)
    if not any(finding.severity is Severity.ERROR for finding in refused):
        yield from driver_of(answers.carrier.protocol).check_connection(answers)


def _check_proxy(proxy: str) -> Iterator[Finding]:
    """``host`` or ``host:port``."""
    if not proxy:
        return
    host, colon, port = proxy.partition(":")
    if not host or (colon and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65_535)):
        yield error("proxy_form", "outbound_proxy")
    else:
        yield from check_host(host, "outbound_proxy")


def _check_match(connection: ConnectionAnswers) -> Iterator[Finding]:
    if len(connection.match) > _MOST_MATCHES:
        yield error("too_many", "match", most=_MOST_MATCHES)
        return
    if len({entry.removesuffix("/32") for entry in connection.match}) != len(connection.match):
        yield error("repeated", "match")
    for entry in connection.match:
        try:
            network = ipaddress.IPv4Network(entry, strict=False)
        except ValueError:
            yield error("match_not_an_address", "match", entry=entry)
            continue
        if network.prefixlen < _WIDEST_NETWORK:
            yield error("match_too_wide", "match", entry=entry, widest=_WIDEST_NETWORK)
        elif str(network) != entry and str(network.network_address) != entry:
            yield error("match_host_bits", "match", entry=entry, network=str(network))
        elif network.prefixlen < _ONE_ADDRESS and any(network.subnet_of(each) for each in _PRIVATE):
            yield warning("match_private", "match", entry=entry)
        elif network.is_multicast or network.is_reserved or network.is_unspecified:
            yield error("host_special", "match")


def _check_context(context: str) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,78}", context):
        yield error("context_characters", "inbound_context")
    elif names.is_outbound_context(context):
        yield error("context_is_a_door", "inbound_context", context=context)
    elif names.is_reserved_context(context):
        yield error("context_reserved", "inbound_context", context=context)
    elif context != names.INBOUND_CONTEXT:
        yield warning("context_unusual", "inbound_context", context=context, usual=names.INBOUND_CONTEXT)


def _check_qualify(connection: ConnectionAnswers) -> Iterator[Finding]:
    if not connection.qualify:
        yield warning("qualify_off", "qualify")
    elif not 5 <= connection.qualify_frequency <= 3600:
        yield error("qualify_frequency_range", "qualify_frequency", least=5, most=3600)
    elif connection.qualify_frequency < _BRISK_QUALIFY:
        yield warning("qualify_frequency_brisk", "qualify_frequency", seconds=_BRISK_QUALIFY)
