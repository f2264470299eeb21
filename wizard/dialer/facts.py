"""What is known of a dialer before anything is asked or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.dialing.backups import backups_of
from wizard.carrier.model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier, Protocol
from wizard.carrier.on_dialer.caller_ids import NumbersInUse
from wizard.carrier.profile import Campaign, ConfTemplate, DialerProfile, Listener, Place, Server

from .asterisk_output import (
    tells_ringing,
)
from .grants import Grant
from .live import Live
from .routing_facts import RoutingFacts

#: columns of a server's row that must be Y for its generator to write (vicidial.md §2.1)
GATES = ("active_asterisk_server", "generate_vicidial_conf")


@dataclass(frozen=True)
class HostFacts:
    """The machine, apart from its database."""

    clock: float
    user_id: int
    client_address: str
    config: dict[str, str]
    asterisk_version: str
    #: running modules of Asterisk, channel drivers among them
    modules: frozenset[str]
    listeners: tuple[Listener, ...]
    sip_settings: Mapping[str, str]
    #: first and last port of the audio
    rtp_range: tuple[int, int] | None
    #: None where Asterisk didn't say
    codecs: frozenset[str] | None
    cron_line: bool
    cron_running: bool
    screens: int
    has_cmp: bool
    #: room on the disk of Asterisk's files; None where nobody can tell
    free_kilobytes: int | None
    #: (generated file, the protocol that needs it; None: every one)
    missing_includes: tuple[tuple[str, Protocol | None], ...]

    @property
    def is_root(self) -> bool:
        return self.user_id == 0

    @property
    def seconds_to_rebuild(self) -> float:
        """Until cron's next minute, when the generator looks at the flag."""
        return 60 - self.clock % 60


@dataclass(frozen=True)
class DatabaseFacts:
    """What VICIdial knows about this dialer."""

    version: str
    read_only: bool
    #: whether it copies another database, as far as its user may see that
    is_replica: bool
    #: what its user may not write
    denied: frozenset[Grant]
    #: who is at work there; None where nobody can tell
    live: Live | None
    server: dict[str, str]
    servers: tuple[Server, ...]
    schema: str
    svn_revision: str
    default_phone_code: str
    numbers_in_use: NumbersInUse
    carrier_columns: tuple[str, ...]
    protocols: frozenset[str]
    carriers: tuple[Carrier, ...]
    phones: frozenset[str]
    phone_numbers: frozenset[str]
    campaigns: tuple[Campaign, ...]
    templates: tuple[ConfTemplate, ...]
    template_columns: tuple[str, ...]
    routing: RoutingFacts


@dataclass(frozen=True)
class DialerFacts:
    """Everything that was read. The other carriers' rows hold their secrets: never stored, never shown."""

    host: HostFacts
    database: DatabaseFacts

    @property
    def server_ip(self) -> str:
        return self.database.server["server_ip"]

    @property
    def ext_context(self) -> str:
        return self.database.server["ext_context"] or "default"

    @property
    def place(self) -> Place:
        return Place(
            server_ip=self.server_ip,
            listeners=self.host.listeners,
            ext_context=self.ext_context,
            backups=backups_of(self.database.carriers),
            tells_ringing=tells_ringing(self.host.asterisk_version),
        )

    def others_of(self, server_ip: str) -> tuple[str, ...]:
        """The other servers with an Asterisk, where an entry of this server_ip is for all of them."""
        others = {each.server_ip for each in self.database.servers if each.runs_asterisk} - {self.server_ip}
        return tuple(sorted(others)) if server_ip == ALL_SERVERS else ()

    def with_carriers(self, planned: Sequence[Carrier]) -> DialerFacts:
        """The dialer as it will be once these are on it."""
        return replace(self, database=replace(self.database, carriers=(*self.database.carriers, *planned)))

    def generated_neighbours(self, carrier_id: str) -> tuple[Carrier, ...]:
        """The other carriers that this server's generator writes (vicidial.md §2.3)."""
        servers = (self.server_ip, ALL_SERVERS)
        written = (each for each in self.database.carriers if each.active == "Y" and each.server_ip in servers)
        return tuple(each for each in written if each.protocol in GENERATED_PROTOCOLS and each.carrier_id != carrier_id)

    def without_carrier(self, carrier: Carrier) -> DialerFacts:
        """The dialer as it would be without one."""
        others = tuple(each for each in self.database.carriers if each != carrier)
        return replace(self, database=replace(self.database, carriers=others))

    def profile(self) -> DialerProfile:
        """What the domain judges an entry against."""
        facts = self.database
        return DialerProfile(
            server_ip=self.server_ip,
            server_id=facts.server["server_id"],
            server_ids=frozenset(each.server_id for each in facts.servers),
            servers=facts.servers,
            phone_numbers=facts.phone_numbers,
            default_phone_code=facts.default_phone_code,
            numbers_in_use=facts.numbers_in_use,
            ext_context=self.ext_context,
            protocols=facts.protocols,
            modules=self.host.modules,
            phones=facts.phones,
            carriers=facts.carriers,
            campaigns=facts.campaigns,
            list_prefixes=facts.routing.list_prefixes,
            server_trunks=facts.routing.server_trunks,
            max_trunks=number_in(facts.server["max_vicidial_trunks"]) if facts.server["max_vicidial_trunks"] else None,
            tiltx=facts.routing.tiltx,
            least_cost=facts.routing.least_cost,
            carrier_logging=facts.server["carrier_logging_active"] in ("Y", ""),
            place=self.place,
            unread_files={protocol: name for name, protocol in self.host.missing_includes if protocol is not None},
            codecs=self.host.codecs,
            templates=facts.templates,
            retries_after_403=self.host.sip_settings.get("Outbound reg. retry 403", "Yes") != "No",
            register_attempts=number_in(self.host.sip_settings.get("Outbound reg. attempts", "")),
        )


def number_in(text: str) -> int:
    return int(text) if text.isdigit() else 0
