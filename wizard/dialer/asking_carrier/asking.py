"""The carrier as seen from the dialer: its address, whether it answers, and whether it takes the password."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.diagnosis.observations import Address, SignInAnswer, SipAnswer
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import Protocol
from wizard.carrier.on_dialer.abilities import SIP_PORT
from wizard.carrier.profile import Place
from wizard.carrier.signalling.request import options
from wizard.carrier.signalling.srv import Service
from wizard.carrier.traffic import Traffic, traffic_of_answers
from wizard.dialer import operations
from wizard.dialer.connection import Connection
from wizard.dialer.listeners import IAX_PORT
from wizard.dialer.protocol import printed

from .services import find_services
from .sign_in import ask_sign_in
from .wire import ANYWHERE, Where, ask_iax2, open_sip


@dataclass(frozen=True)
class CarrierSeen:
    """What the carrier said. ``host_addresses``: of the host, or of the proxy that everything goes through."""

    host_addresses: tuple[str, ...]
    door: SipAnswer
    sign_in: SignInAnswer
    #: where DNS says that SIP is, of a name that has no address itself
    services: tuple[Service, ...] = ()


def ask_carrier(connection: Connection, answers: Answers, place: Place) -> CarrierSeen:
    """Resolve, knock, and sign in; some seconds where nobody answers, a few round trips otherwise."""
    port = _goal(answers)[1]
    found = carrier_addresses(connection, answers)
    if not found:
        services = tuple(find_services(connection, answers))
        return CarrierSeen((), SipAnswer(trouble="unresolved"), _unasked(answers), services)
    listener = bound_address(traffic_of_answers(answers), place)
    where = Where(answers.connection.transport, Address(found[0], port), answers.connection.host, listener)
    if answers.carrier.protocol is Protocol.IAX2:
        where = Where(Transport.UDP, where.address, "", listener)
        return CarrierSeen(tuple(found), ask_iax2(connection, where), _unasked(answers))
    door, sign_in = _ask_sip(connection, where, answers)
    return CarrierSeen(tuple(found), door, sign_in)


def carrier_addresses(connection: Connection, answers: Answers) -> list[str]:
    """Those of the carrier's host, or of the proxy that everything goes through; none where the name has none."""
    [resolved] = connection.ask([operations.resolve(_goal(answers)[0])], stop_at_error=False)
    # The order is the resolver's: Asterisk takes the first.
    return list(dict.fromkeys(line.split()[0] for line in printed(resolved).splitlines() if line.strip()))


def _ask_sip(connection: Connection, where: Where, answers: Answers) -> tuple[SipAnswer, SignInAnswer]:
    wire = open_sip(connection, where, answers)
    if isinstance(wire, SipAnswer):
        return wire, _unasked(answers)
    door = wire.ask(options(wire.dialogue, *wire.next())).answer
    if door.trouble not in ("", "no_answer"):
        return door, _unasked(answers)
    if door.trouble and where.transport is not Transport.UDP:
        # A stream on which a question went unanswered may be one that the other side has closed.
        again = open_sip(connection, where, answers)
        if isinstance(again, SipAnswer):
            return door, _unasked(answers)
        wire = again
    return door, ask_sign_in(wire, answers)


def _goal(answers: Answers) -> tuple[str, int]:
    """Host and port that the requests go to."""
    connection = answers.connection
    if answers.carrier.protocol is Protocol.IAX2:
        return connection.host, connection.port_in_use or IAX_PORT
    if connection.outbound_proxy:
        host, _, port = connection.outbound_proxy.partition(":")
        usual = SIP_PORT if connection.transport is not Transport.TLS else 5061
        return host, int(port) if port.isdigit() else usual
    return connection.host, connection.port_in_use or SIP_PORT


def bound_address(traffic: Traffic, place: Place) -> str:
    """The address that Asterisk speaks from, where it is bound to one, else "": carriers go by it."""
    listeners = place.listeners_of(driver_of(traffic.protocol).channel_driver)
    found = next((each.address for each in listeners if each.transport is traffic.transport), "")
    return "" if found in ANYWHERE else found


def _unasked(answers: Answers) -> SignInAnswer:
    why = "iax2" if answers.carrier.protocol is Protocol.IAX2 else "not_asked"
    return SignInAnswer("unknown", SipAnswer(), why=why)
