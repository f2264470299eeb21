"""The addresses of carriers that are on a dialer: as Asterisk has them, and as the dialer's resolver has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wizard.carrier.conf import section_names
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.traffic import traffic_of

from . import operations
from .connection import Connection
from .protocol import asterisk, printed


def addresses_of(connection: Connection, carriers: Sequence[Carrier]) -> frozenset[str]:
    """IPv4, of all of them together; one round trip. None where no name could be resolved."""
    names = sorted({host for carrier in carriers for host in traffic_of(carrier).hosts})
    peers = sorted({name for each in carriers if each.protocol is Protocol.SIP for name in section_names(each.account_entry)})
    replies = connection.ask(
        [*map(operations.resolve, names), *(asterisk(f"sip show peer {peer}") for peer in peers)], stop_at_error=False
    )
    found: set[str] = set().union(*(operations.parse_addresses(printed(reply)) for reply in replies[: len(names)]))
    for reply in replies[len(names) :]:
        found |= set(re.findall(r"Addr->IP\s*:\s*(\d+\.\d+\.\d+\.\d+)", printed(reply)))
    return frozenset(found)
