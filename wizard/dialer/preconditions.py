"""What a rebuild and a call need of the dialer itself, put together from what was read of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wizard.carrier.answers import Answers, Codec, Transport
from wizard.carrier.conf import read_conf
from wizard.carrier.diagnosis.observations import Preconditions
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS, driver_of
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.profile import Listener

from .facts import GATES, DialerFacts
from .protocol import Operation, run

_ANYWHERE = ("0.0.0.0", "*", "[::]", "::", "")  # noqa: S104 (compared, not bound)
_ASTERISK = "asterisk"
_CODECS = frozenset(each.value for each in Codec)
#: ``ss``'s columns: netid, state, two queues, own address and port, the peer's, and who holds it, which root alone is told
_SOCKET = re.compile(
    r'(?P<kind>udp|tcp)\s+\S+\s+\d+\s+\d+\s+(?P<address>\S+):(?P<port>\d+)\s+\S+\s+users:\(\("(?P<holder>[^"]+)"'
)


@dataclass(frozen=True)
class Socket:
    """One that somebody listens on; ``kind``: ``udp`` or ``tcp``."""

    kind: str
    address: str
    port: int
    holder: str


def ask_sockets() -> Operation:
    """Who listens where."""
    return run("ss", "-l", "-n", "-t", "-u", "-p")


def parse_sockets(output: str) -> tuple[Socket, ...]:
    """Those whose holder ``ss`` names."""
    found = map(_SOCKET.match, output.splitlines())
    return tuple(Socket(each["kind"], each["address"], int(each["port"]), each["holder"]) for each in found if each)


def preconditions_of_answers(answers: Answers, facts: DialerFacts) -> Preconditions:
    """For an entry that is to come."""
    codecs = [each.value for each in answers.audio.codecs]
    return _preconditions(facts, answers.carrier.protocol, codecs)


def preconditions_of(facts: DialerFacts, carrier: Carrier, sockets: Iterable[Socket] = ()) -> Preconditions:
    """For one that is there, whoever wrote it."""
    lines = [value for section in read_conf(carrier.account_entry) for value in section.values("allow")]
    codecs = [word for line in lines for word in re.findall(r"\w+", line.lower()) if word in _CODECS]
    return _preconditions(facts, carrier.protocol, codecs, sockets)


def _preconditions(
    facts: DialerFacts, protocol: Protocol, codecs: Collection[str], sockets: Iterable[Socket] = ()
) -> Preconditions:
    host, driver = facts.host, driver_of(protocol) if protocol in SUPPORTED_PROTOCOLS else None
    listeners = () if driver is None else facts.place.listeners_of(driver.channel_driver)
    gates = {gate: facts.database.server[gate] == "Y" for gate in GATES}
    answers = bool(host.asterisk_version)
    first, last = host.rtp_range or (0, 0)
    return Preconditions(
        cron_runs=host.cron_running,
        keepalive_in_cron=host.cron_line,
        screen_runs=host.screens > 0,
        generates_conf=gates["generate_vicidial_conf"],
        is_active_asterisk_server=gates["active_asterisk_server"],
        asterisk_answers=answers,
        # A silent Asterisk says nothing of its modules.
        driver_loaded=set(driver.modules) <= host.modules if answers and driver is not None else None,
        listens_on=tuple(f"{each.transport.value}:{each.port}" for each in listeners),
        port_lost_to=next(filter(None, (_lost_to(each, facts.place.listeners, tuple(sockets)) for each in listeners)), ""),
        codecs_missing=tuple(each for each in codecs if host.codecs is not None and each not in host.codecs),
        rtp_from=first,
        rtp_to=last,
    )


def _lost_to(own: Listener, listeners: Iterable[Listener], sockets: Collection[Socket]) -> str:
    """Who holds the port that a driver believes to be its own.

    chan_sip names its port whether it could open it or not, PJSIP only where it could (tests/real/test_diagnosed.py).
    """
    if own.driver != "chan_sip":
        return ""
    others = [each for each in listeners if each.driver != own.driver and _meet(own, each.transport, each.address, each.port)]
    if others:
        return others[0].driver
    kind = "udp" if own.transport is Transport.UDP else "tcp"
    holders = {each.holder for each in sockets if each.kind == kind and _meet(own, own.transport, each.address, each.port)}
    return "" if _ASTERISK in holders else min(holders, default="")


def _meet(own: Listener, transport: Transport, address: str, port: int) -> bool:
    is_same = own.address == address or own.address in _ANYWHERE or address in _ANYWHERE
    return (own.transport, own.port) == (transport, port) and is_same
