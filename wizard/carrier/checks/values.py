"""Checks of single values, whatever question they answer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from wizard.carrier.conf import unfit_for_value
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import COLUMN_LIMITS, saved_again

_HOST_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


def check_column(name: str, value: str) -> Iterator[Finding]:
    """A value that goes into a column of its own name as it is."""
    limit = COLUMN_LIMITS[name]
    if not value.isascii() or unfit_for_value(value) in ("line_break", "unprintable"):
        yield error("not_ascii", name)
    elif len(value) > limit:
        yield error("too_long", name, most=limit)
    elif value != value.strip():
        yield error("outer_blank", name)
    else:
        kept = saved_again(name, value)
        if kept != value:
            lost = "".join(sorted({character for character in value if character not in kept})) or value
            yield error("column_characters", name, characters=named_characters(lost))


def check_host(host: str, field: str) -> Iterator[Finding]:
    """A host name or IPv4 address, without a port."""
    if re.match(r"(sips?:|[a-z]+://)", host, re.IGNORECASE):
        yield error("host_is_uri", field)
    elif host.count(":") > 1 or host.startswith("["):
        yield error("host_ipv6", field)
    elif re.fullmatch(r".+:[0-9]*", host):
        yield error("host_has_port", field)
    elif re.fullmatch(r"[0-9.]+", host):
        yield from _check_address(host, field)
    else:
        yield from _check_host_name(host, field)


def _check_address(address: str, field: str) -> Iterator[Finding]:
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        yield error("host_not_an_address", field)
        return
    # 0.0.0.0 and 255.255.255.255 are reserved and unspecified; 240.0.0.0/4 is nobody's.
    if parsed.is_unspecified or parsed.is_multicast or parsed.is_reserved:
        yield error("host_special", field)


def _check_host_name(host: str, field: str) -> Iterator[Finding]:
    if host.lower() == "dynamic":
        yield error("host_dynamic", field)
    elif len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in host.removesuffix(".").split(".")):
        yield error("host_characters", field)
    elif re.fullmatch(r"[0-9]+|0x[0-9A-Fa-f]*", host.removesuffix(".").split(".")[-1]):
        # A resolver takes 0x7f.1 for an address, and nobody for a name.
        yield error("host_not_an_address", field)
    elif "." not in host:
        yield warning("host_without_dot", field)


def named_characters(characters: str) -> str:
    """Characters for a sentence, each once."""
    return " ".join("blank" if character == " " else character for character in dict.fromkeys(characters))


def is_ipv4(text: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(text)) == text
    except ValueError:
        return False
