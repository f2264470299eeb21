"""What the domain needs to know about a dialer; gathered elsewhere, judged in :mod:`wizard.carrier.collisions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier, Protocol


@dataclass(frozen=True)
class Reached:
    """What Asterisk would run for some digits: the extension, and the context in which it found it."""

    context: str
    extension: str


@dataclass(frozen=True)
class Campaign:
    """A campaign, as far as it decides which carrier its calls take."""

    campaign_id: str
    campaign_name: str
    active: bool
    dial_prefix: str
    manual_dial_prefix: str = ""
    three_way_dial_prefix: str = ""
    omit_phone_code: bool = False

    @property
    def prefixes(self) -> set[str]:
        """The prefixes its calls may carry. An X anywhere means none; empty means the default 9 (vicidial.md §3.1)."""
        own = self.dial_prefix or "9"
        given = {own, self.manual_dial_prefix or own, self.three_way_dial_prefix or own}
        return {"" if "x" in prefix.lower() else prefix for prefix in given}


@dataclass(frozen=True)
class DialerProfile:
    """One dialer: what is there, and what is taken."""

    server_ip: str
    server_id: str = ""
    server_ids: frozenset[str] = frozenset()
    ext_context: str = "default"
    protocols: frozenset[str] = frozenset(protocol.value for protocol in Protocol)
    drivers: frozenset[str] = frozenset({"chan_sip"})
    phones: frozenset[str] = frozenset()
    carriers: tuple[Carrier, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    carrier_logging: bool = True
    #: digits → what Asterisk runs for them today; digits that reach nothing are not in it
    reached: Mapping[str, Reached] = field(default_factory=dict)

    def neighbours_of(self, carrier: Carrier) -> list[Carrier]:
        """The other carriers that are written into the same files as this one, on this dialer or any other."""
        return [
            other
            for other in self.carriers
            if other.active == "Y"
            and other.protocol in GENERATED_PROTOCOLS
            and other.carrier_id.lower() != carrier.carrier_id.lower()
            and (carrier.server_ip == ALL_SERVERS or other.server_ip in (self.server_ip, ALL_SERVERS))
        ]
