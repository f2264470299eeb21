"""Headers by which a few carriers know their customers. Their values are secret, so no finding quotes one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import SecretPairs
from wizard.carrier.findings import Finding, error

MOST_HEADERS = 8
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
#: in a dialplan step a comma, bracket, dollar or quote would mean something else; VICIdial's screen drops the rest
_VALUE = re.compile(r"[A-Za-z0-9 ._~+/=:@!?*%-]{1,200}")
#: headers that Asterisk writes itself, by their long and short names
_ASTERISKS_OWN = frozenset(
    [
        "accept", "allow", "authorization", "call-id", "contact", "content-disposition", "content-encoding", "content-length",
        "content-type", "cseq", "date", "diversion", "expires", "from", "max-forwards", "min-se", "p-asserted-identity",
        "p-preferred-identity", "privacy", "proxy-authorization", "record-route", "remote-party-id", "require", "route",
        "session-expires", "supported", "to", "unsupported", "user-agent", "via",
        "b", "c", "e", "f", "i", "k", "l", "m", "s", "t", "u", "v", "x",
    ]
)  # fmt: skip


def check_headers(headers: SecretPairs) -> Iterator[Finding]:
    names = [name.lower() for name, _ in headers]
    if len(headers) > MOST_HEADERS:
        yield error("too_many", "extra_headers", most=MOST_HEADERS)
    if len(set(names)) != len(names):
        yield error("repeated", "extra_headers")
    for name, value in headers:
        if not _NAME.fullmatch(name):
            yield error("header_name", "extra_headers")
        elif name.lower() in _ASTERISKS_OWN:
            yield error("header_is_asterisks", "extra_headers", name=name)
        elif not value:
            yield error("header_without_value", "extra_headers", name=name)
        elif not _VALUE.fullmatch(value.reveal()) or value.reveal() != value.reveal().strip():
            yield error("header_value", "extra_headers", name=name)
