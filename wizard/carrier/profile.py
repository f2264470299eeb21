"""What the domain needs to know about a dialer; gathered elsewhere, judged in :mod:`wizard.carrier.collisions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .answers import Transport
from .model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier, Protocol


@dataclass(frozen=True)
class Listener:
    """An address and port at which one of Asterisk's drivers speaks and listens."""

    #: ``chan_sip``, ``chan_pjsip`` or ``chan_iax2``
    driver: str
    transport: Transport
    address: str
    port: int
    #: PJSIP's name of it
    name: str = ""
    #: the address that it tells others, where that is another one
    external_address: str = ""


@dataclass(frozen=True)
class Place:
    """What an entry takes over from its dialer; empty where no dialer is known."""

    server_ip: str | None = None
    listeners: tuple[Listener, ...] = ()

    def pjsip_transport(self, transport: Transport) -> str:
        """What to name for a transport: the dialer's first of the kind, or what VICIdial's sample calls it.

        Empty for UDP on an unknown dialer: Asterisk finds it by itself.
        """
        names = [each.name for each in self.listeners if each.driver == "chan_pjsip" and each.transport is transport]
        if names:
            return names[0]
        return "" if transport is Transport.UDP else f"transport-{transport.value}"

    def listeners_of(self, driver: str) -> list[Listener]:
        return [each for each in self.listeners if each.driver == driver]


NOWHERE = Place()


@dataclass(frozen=True)
class ConfTemplate:
    """A row of ``vicidial_conf_templates``: lines that VICIdial writes after an account entry (vicidial.md §1.7)."""

    template_id: str
    template_name: str
    template_contents: str
    user_group: str = ""


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
    #: the caller ID of its calls, unless a list or a group of caller IDs has another
    campaign_cid: str = ""

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
    phones: frozenset[str] = frozenset()
    carriers: tuple[Carrier, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    carrier_logging: bool = True
    place: Place = NOWHERE
    #: protocol → the generated file that Asterisk does not read
    unread_files: Mapping[Protocol, str] = field(default_factory=dict)
    #: running modules of Asterisk
    modules: frozenset[str] = frozenset()
    #: codecs that this Asterisk can turn into others; None where it was not asked
    codecs: frozenset[str] | None = None
    templates: tuple[ConfTemplate, ...] = ()
    #: kind of section → the options that this Asterisk's driver knows; a kind that is missing was not asked about
    known_options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: whether chan_sip goes on registering after a 403, and how many attempts it makes (0: no end)
    retries_after_403: bool = True
    register_attempts: int = 0
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
