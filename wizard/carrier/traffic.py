"""What of an entry goes over the network: whom the dialer speaks to, how, and who calls in. From answers, or from any row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .answers import Answers, Transport
from .conf import ReadSection, read_conf
from .model import Carrier, Protocol

#: options that name the other side, of all drivers
_HOSTS = ("host", "contact", "aor/contact", "server_uri", "remote_hosts")
_PROXIES = ("outboundproxy", "outbound_proxy", "endpoint/outbound_proxy")
_MATCHES = ("match", "identify/match")
_PLACE = re.compile(r"(?:sips?:)?(?:[^@;,]*@)?(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE)
_TRANSPORT = re.compile(r"transport\s*=\s*(?:transport-)?(tcp|tls)\b|(sips):", re.IGNORECASE)


@dataclass(frozen=True)
class Traffic:
    """``hosts``: names or addresses that the dialer sends to, a proxy's first; ``port`` None: the protocol's own.

    ``match``: addresses and networks that calls come in from besides.
    """

    carrier_id: str
    protocol: Protocol
    transport: Transport
    hosts: tuple[str, ...] = ()
    port: int | None = None
    match: tuple[str, ...] = ()


def traffic_of_answers(answers: Answers) -> Traffic:
    """Of a carrier that the wizard was told of."""
    carrier, connection = answers.carrier, answers.connection
    return Traffic(
        carrier.carrier_id,
        carrier.protocol,
        connection.transport,
        (connection.host,),
        connection.port_in_use,
        tuple(connection.match),
    )


def traffic_of(carrier: Carrier) -> Traffic:
    """Of any entry, whoever wrote it, as far as its options tell."""
    sections = [section for section in read_conf(carrier.account_entry) if section.name]
    places = [match for value in _values(sections, (*_PROXIES, *_HOSTS)) if (match := _PLACE.match(value))]
    ports = [*_values(sections, ("port",)), *(place["port"] for place in places if place["port"])]
    hosts = [place["host"] for place in places if place["host"].lower() != "dynamic"]
    told = _TRANSPORT.search(carrier.account_entry)
    word = (told[1] or "tls").lower() if told else "udp"
    return Traffic(
        carrier.carrier_id,
        carrier.protocol,
        Transport(word) if carrier.protocol is not Protocol.IAX2 else Transport.UDP,
        tuple(dict.fromkeys(hosts)),
        next((int(port) for port in ports if port.isdigit()), None),
        tuple(dict.fromkeys(_values(sections, _MATCHES))),
    )


def _values(sections: list[ReadSection], options: tuple[str, ...]) -> Iterator[str]:
    """Of these options in their order, lists taken apart."""
    for option in options:
        for section in sections:
            for value in section.values(option):
                yield from filter(None, (part.strip() for part in value.split(",")))
