"""What the domain needs to know about a dialer; gathered elsewhere, judged in :mod:`wizard.carrier.on_dialer.collisions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.secret import Secret

from .answers import Transport
from .dialing.backups import Backup
from .model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier, Protocol
from .on_dialer.caller_ids import NO_NUMBERS, NumbersInUse


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
    #: where calls start
    ext_context: str = "default"
    #: the carriers that calls can go on to; None where no dialer is known
    backups: tuple[Backup, ...] | None = None
    #: whether Dial() tells if something has rung (from 16.4 on)
    tells_ringing: bool = True

    def backup(self, carrier_id: str) -> Backup | None:
        return next((each for each in self.backups or () if each.carrier_id.lower() == carrier_id.lower()), None)

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
class Server:
    """A row of ``servers``, as far as it decides what its Asterisk gets and how fast it dials (vicidial.md §5.2)."""

    server_ip: str
    server_id: str = ""
    #: active_asterisk_server: web and database servers have N
    runs_asterisk: bool = True
    #: generate_vicidial_conf: without it no carrier reaches its Asterisk
    generates: bool = True
    asterisk_version: str = ""
    #: max_vicidial_trunks, lines of all its calls together; None where this dialer's VICIdial is too old to say
    channels: int | None = None
    #: outbound_calls_per_second
    calls_per_second: int | None = None
    #: external_server_ip: what agents outside reach it by
    external_address: str = ""


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
    #: whether the column holds NULL, which VICIdial takes for empty
    prefix_is_null: bool = False
    #: how long a dialled number rings, in seconds; None where nobody said
    dial_timeout: int | None = None
    campaign_cid: str = ""
    #: signed in now
    agents: int = 0

    @property
    def sent_prefix(self) -> str:
        """What goes before the numbers of its own calls."""
        return sent_prefix(self.dial_prefix)

    @property
    def prefixes(self) -> set[str]:
        """The prefixes its calls may carry."""
        own = self.dial_prefix
        return {sent_prefix(prefix) for prefix in (own, self.manual_dial_prefix or own, self.three_way_dial_prefix or own)}


def sent_prefix(stored: str) -> str:
    """What VICIdial dials for a stored prefix: an X anywhere means none, empty means the default 9 (vicidial.md §3.1)."""
    return "" if "x" in stored.lower() else stored or "9"


@dataclass(frozen=True)
class ListPrefix:
    """A list with a dial prefix of its own, which goes before its campaign's (vicidial.md §3.1)."""

    list_id: str
    list_name: str
    campaign_id: str
    active: bool
    dial_prefix: str


@dataclass(frozen=True)
class ServerTrunks:
    """Lines of this server that a campaign has for itself: a row of ``vicidial_server_trunks`` (vicidial.md §1.7)."""

    campaign_id: str
    lines: int
    #: whether it may use more than these where others leave some: ``OVERFLOW_ALLOWED``, else ``MAXIMUM_LIMIT``
    may_overflow: bool = False

    def __str__(self) -> str:
        """As an answer has it: ``20``, or ``20+``."""
        return f"{self.lines}{'+' if self.may_overflow else ''}"


@dataclass(frozen=True)
class Tiltx:
    """What a dialer has of that which VICIdial's TILTX script can't do without (vicidial.md §4)."""

    has_script: bool = False
    has_wget: bool = False
    missing_tables: tuple[str, ...] = ()
    #: the key in its settings container, empty where that holds none; None: there is no container
    key: Secret | None = None


NO_TILTX = Tiltx()


@dataclass(frozen=True)
class LeastCost:
    """What a dialer has of VICIdial's least-cost look-up: its script, and the table of rates (vicidial.md §4)."""

    has_script: bool = False
    has_table: bool = False


NO_LEAST_COST = LeastCost()


@dataclass(frozen=True)
class DialerProfile:
    """One dialer: what is there, and what is taken."""

    server_ip: str
    server_id: str = ""
    server_ids: frozenset[str] = frozenset()
    ext_context: str = "default"
    protocols: frozenset[str] = frozenset(protocol.value for protocol in Protocol)
    phones: frozenset[str] = frozenset()
    #: every server of the cluster, this one included
    servers: tuple[Server, ...] = ()
    #: what phones are dialled by inside: it wins over every carrier (vicidial.md §2.9)
    phone_numbers: frozenset[str] = frozenset()
    #: system_settings.default_phone_code: the country of leads that don't say
    default_phone_code: str = "1"
    numbers_in_use: NumbersInUse = NO_NUMBERS
    carriers: tuple[Carrier, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    #: lists that have one
    list_prefixes: tuple[ListPrefix, ...] = ()
    #: of this server, and how many lines all campaigns may have together; None where nobody said
    server_trunks: tuple[ServerTrunks, ...] = ()
    max_trunks: int | None = None
    tiltx: Tiltx = NO_TILTX
    least_cost: LeastCost = NO_LEAST_COST
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

    def servers_of(self, server_ip: str) -> list[Server]:
        """The servers whose files get an entry with this server_ip: 0.0.0.0 means all that generate (vicidial.md §1.4)."""
        return [
            each
            for each in self.servers
            if each.runs_asterisk and each.generates and server_ip in (each.server_ip, ALL_SERVERS)
        ]

    def neighbours_of(self, carrier: Carrier) -> list[Carrier]:
        """The other carriers that are written into the same files as this one, on this dialer or any other."""
        return self.neighbours(carrier.carrier_id, carrier.server_ip)

    def neighbours(self, carrier_id: str, server_ip: str) -> list[Carrier]:
        """The same, for a carrier that is not written yet."""
        return [
            other
            for other in self.carriers
            if other.active == "Y"
            and other.protocol in GENERATED_PROTOCOLS
            and other.carrier_id.lower() != carrier_id.lower()
            and (server_ip == ALL_SERVERS or other.server_ip in (self.server_ip, ALL_SERVERS))
        ]
