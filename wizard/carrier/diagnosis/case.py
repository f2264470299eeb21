"""What was seen of a carrier, with what follows from it for several rules."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from wizard.carrier.conf import ReadSection, read_conf
from wizard.carrier.model import Protocol

from .failures import Failure, failure_of_call, failures_of_recent
from .observations import Advertised, Observations

_SAME_BLOCK = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"),
    )
)
_HOST_OPTIONS = ("host", "contact", "server_uri", "remote_hosts", "aor/contact", "outbound_proxy", "outboundproxy")
_SDP_ADDRESS = re.compile(r"^c=IN IP4 ([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """The observations, read for the rules."""

    seen: Observations
    #: nothing is asked twice: rules share these
    failures: tuple[Failure, ...] = field(init=False)

    def __post_init__(self) -> None:
        of_call = failure_of_call(self.seen.call)
        both = (*([of_call] if of_call else []), *failures_of_recent(self.seen.recent))
        object.__setattr__(self, "failures", both)

    @property
    def is_up(self) -> bool:
        return self.seen.verdict == "up"

    @cached_property
    def calls_work(self) -> bool:
        """Whether calls of this carrier were answered: the best proof that there is."""
        recent = self.seen.recent
        return bool(self.seen.call and self.seen.call.answered) or bool(recent and recent.answered and not self.failures)

    @property
    def is_fine(self) -> bool:
        """Whether a trunk needs no explanation: it is up, or its calls go through."""
        return self.is_up or self.calls_work

    @property
    def call_failed(self) -> bool:
        return bool(self.failures)

    @cached_property
    def sections(self) -> list[ReadSection]:
        return [section for section in read_conf(self.seen.carrier.account_entry) if section.name]

    @cached_property
    def hosts(self) -> list[str]:
        """What the entry names as the carrier's address, as it is written."""
        return [value for section in self.sections for option in _HOST_OPTIONS for value in section.values(option)]

    @property
    def is_iax2(self) -> bool:
        return self.seen.carrier.protocol is Protocol.IAX2

    @cached_property
    def signs_in(self) -> bool:
        """Whether the entry has a password for calls."""
        text = self.seen.carrier.account_entry
        return re.search(r"^\s*(secret|remotesecret|password|outbound_auth\S*)\s*=", text, re.MULTILINE) is not None

    @property
    def registers(self) -> bool:
        return "registration" in self.seen.states or bool(self.seen.carrier.registration_string.strip())

    @cached_property
    def log(self) -> str:
        """What Asterisk wrote of the carrier, a line each."""
        lines = (*self.seen.log_lines, *(self.seen.call.log_lines if self.seen.call else ()))
        return "\n".join(lines)

    def log_line(self, pattern: str) -> str:
        """The last line of the log that matches, or nothing."""
        found = [line for line in self.log.splitlines() if re.search(pattern, line, re.IGNORECASE)]
        return found[-1] if found else ""

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The names under which the entry signs in, and of its sections: two carriers may share a host, and not these."""
        options = ("username", "defaultuser", "fromuser", "client_uri")
        values = {value for section in self.sections for option in options for value in section.values(option)}
        users = {value.removeprefix("sip:").partition("@")[0] for value in values}
        register = re.match(r"(?:register\s*=>\s*)?(?:\w+://)?([^:@/]+)[:@]", self.seen.carrier.registration_string.strip())
        users |= {register[1]} if register else set()
        return frozenset(users | {section.name for section in self.sections})

    def own_log_line(self, pattern: str) -> str:
        """The last such line that names one of the accounts, or nothing."""
        names = "|".join(re.escape(name) for name in self.accounts) or r"(?!)"
        own = [line for line in self.log.splitlines() if re.search(rf"(?<![\w-])(?:{names})(?![\w-])", line, re.IGNORECASE)]
        found = [line for line in own if re.search(pattern, line, re.IGNORECASE)]
        return found[-1] if found else ""

    @cached_property
    def advertised_media(self) -> str:
        """The address that the carrier is told to send sound to: as the call said, else as the dialer is set up."""
        call = self.seen.call
        if call is not None:
            offers = [message.text for message in call.messages if message.is_outgoing and message.text.startswith("INVITE ")]
            told = [match[1] for text in offers for match in _SDP_ADDRESS.finditer(text)]
            if told:
                return told[-1]
        advertised, door = self.seen.advertised, self.seen.door
        if advertised is None or advertised.media:
            return "" if advertised is None else advertised.media
        # Asterisk then takes the address that leads there.
        return door.sent_from.host if door is not None and door.sent_from is not None else _only(advertised)

    @property
    def carrier_addresses(self) -> tuple[str, ...]:
        door = self.seen.door
        asked = (door.asked.host,) if door is not None and door.asked is not None else ()
        return (*(self.seen.host_addresses or ()), *asked)


def _only(advertised: Advertised) -> str:
    return advertised.own[0] if len(advertised.own) == 1 else ""


def can_reach(address: str, others: Iterable[str]) -> bool | None:
    """Whether somebody at these addresses could send to an address: a private one only from within. None: nobody knows."""
    home = _block(address)
    blocks = [_block(other) for other in others]
    known = [block for block in blocks if block is not None]
    if home is None or not known:
        return None
    return home == "" or any(home == block for block in known)


def _block(address: str) -> str | None:
    """The private block that an address is of, "" for a public one, None for what is no address."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return None
    return next((str(block) for block in _SAME_BLOCK if read.version == block.version and read in block), "")
