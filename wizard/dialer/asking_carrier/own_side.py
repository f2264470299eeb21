"""What the dialer tells a carrier of its own address."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.diagnosis.observations import Advertised
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import Protocol
from wizard.carrier.on_dialer.abilities import SAMPLE_ADDRESSES
from wizard.carrier.on_dialer.advertising import told_by_pjsip, told_by_sip
from wizard.dialer import operations
from wizard.dialer.connection import Connection
from wizard.dialer.facts import DialerFacts
from wizard.dialer.protocol import printed, read_file

_CONFS = {"chan_sip": "/etc/asterisk/sip.conf", "chan_pjsip": "/etc/asterisk/pjsip.conf"}


def advertised_by(connection: Connection, answers: Answers, facts: DialerFacts, addresses: Sequence[str] = ()) -> Advertised:
    """What Asterisk tells this carrier of its own address, as far as it stands in its configuration.

    ``addresses``: the carrier's, the one that Asterisk takes first; Asterisk tells neighbours another address than strangers.
    """
    return advertised_over(connection, answers.carrier.protocol, answers.connection.transport, facts, addresses)


def advertised_over(
    connection: Connection, protocol: Protocol, transport: Transport, facts: DialerFacts, addresses: Sequence[str] = ()
) -> Advertised:
    """The same, of any carrier with this protocol and transport."""
    driver = driver_of(protocol).channel_driver
    conf = _CONFS.get(driver)
    interfaces, *files = connection.ask([operations.own_addresses(), *([read_file(conf)] if conf else [])], stop_at_error=False)
    own = tuple(sorted(operations.parse_own_addresses(printed(interfaces)) - {"127.0.0.1"}))
    listeners = facts.place.listeners_of(driver)
    listener = next((each for each in listeners if each.transport is transport), None)
    if listener is None or not files or files[0].status != "ok":
        return Advertised(own=own)
    text, carrier = files[0].values[0] or "", next(iter(addresses), "")
    if driver == "chan_sip":
        told = told_by_sip(text, listener.external_address, carrier)
    else:
        any_address = ("0.0.0.0", "")  # noqa: S104 (compared, not bound)
        bound = listener.address if listener.address not in any_address else own[0] if len(own) == 1 else ""
        told = told_by_pjsip(text, listener.name, carrier, bound)
    is_sample = told.signalling in SAMPLE_ADDRESSES or told.media in SAMPLE_ADDRESSES
    return Advertised(told.signalling, told.media, own, is_sample, told.source)
