"""What an entry needs of its dialer's Asterisk: drivers, transports, codecs, modules, templates, options."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Auth, Transport
from wizard.carrier.conf import read_conf
from wizard.carrier.drivers import driver_of
from wizard.carrier.drivers.base import is_network
from wizard.carrier.drivers.pjsip import has_line
from wizard.carrier.extra_options import unknown_to_dialer
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.profile import DialerProfile
from wizard.carrier.templates import check_template

SIP_PORT = 5060
#: addresses that samples carry, and nobody means (vicidial.md §2.10)
SAMPLE_ADDRESSES = frozenset({"192.168.1.15", "192.168.1.1", "10.10.10.15"})


def check_abilities(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """Everything that the entry would need and this dialer has not."""
    lacking = list(_drivers(carrier, dialer))
    yield from lacking
    if lacking:
        return
    yield from _transports(answers, carrier, dialer)
    yield from _codecs(answers, dialer)
    yield from _templates(answers, carrier, dialer)
    yield from unknown_to_dialer(answers.audio.extra_options, driver_of(carrier.protocol), dialer.known_options)
    yield from _registrations(answers, carrier, dialer)
    yield from _shared_addresses(answers, carrier, dialer)


def _drivers(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    protocol = carrier.protocol
    if protocol.value not in dialer.protocols:
        yield error("protocol_unknown_to_dialer", "protocol", protocol=protocol.value)
    missing = [module for module in driver_of(protocol).modules if module not in dialer.modules]
    if missing:
        yield error("driver_missing", "protocol", driver=missing[0], protocol=protocol.value)
    elif protocol in dialer.unread_files:
        yield error("include_missing", "protocol", file=dialer.unread_files[protocol])


def _transports(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """The entry's transport, and what the dialer says of itself over it."""
    if carrier.protocol is Protocol.IAX2:
        return  # it has one transport only, which is there where the driver is
    driver = driver_of(carrier.protocol).channel_driver
    listeners = dialer.place.listeners_of(driver)
    own = [each for each in listeners if each.transport is answers.connection.transport]
    if not own:
        code = "transport_missing_chan_sip" if driver == "chan_sip" else "transport_missing_pjsip"
        values = {"transport": answers.connection.transport.value, "shown": answers.connection.transport.value.upper()}
        yield error(code, "transport", **values)
        return
    if answers.connection.srtp and "res_srtp" not in dialer.modules:
        yield error("srtp_missing", "srtp")
    if own[0].transport is Transport.UDP and own[0].port != SIP_PORT:
        yield note("port_to_allow", "transport", port=own[0].port, usual=SIP_PORT)
    if own[0].external_address in SAMPLE_ADDRESSES:
        yield warning("external_address_sample", "transport", address=own[0].external_address)


def _codecs(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """VICIdial mixes and records every call, so each codec has to be one that Asterisk can turn into others."""
    if dialer.codecs is None:
        return
    chosen = answers.audio.codecs
    silent = [codec.value for codec in chosen if codec.value not in dialer.codecs]
    if silent and len(silent) == len(chosen):
        yield error("codecs_silent", "codecs", codecs=", ".join(silent))
    elif silent:
        yield error("codec_silent", "codecs", codecs=", ".join(silent))


def _templates(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    audio = answers.audio
    if not audio.template_id:
        return
    existing = [each for each in dialer.templates if each.template_id.lower() == audio.template_id.lower()]
    if audio.make_template:
        if existing:
            yield error("template_exists", "template_id", template=existing[0].template_id)
    elif not existing:
        yield error("template_missing", "template_id", template=audio.template_id)
    else:
        yield from check_template(carrier, existing[0])


def _registrations(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """chan_sip's patience is a general setting, so nothing in an entry can lengthen it (symptoms.md 11)."""
    if carrier.protocol is not Protocol.SIP or answers.sign_in.auth is not Auth.REGISTRATION:
        return
    if not dialer.retries_after_403:
        yield warning("gives_up_after_403", "auth")
    if dialer.register_attempts:
        yield warning("gives_up_after_attempts", "auth", attempts=dialer.register_attempts)


def _shared_addresses(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """Calls in from an address that two trunks claim: only a registration's own mark, or the context, tells them apart."""
    ours = {answers.connection.host.lower(), *answers.connection.match}
    for other in dialer.neighbours_of(carrier):
        if driver_of(other.protocol).channel_driver != driver_of(carrier.protocol).channel_driver:
            continue
        shared = sorted(address for address in _addresses(other) if _is_among(address, ours))
        if shared and _contexts(other) - {answers.connection.inbound_context}:
            yield warning("address_shared_contexts", "inbound_context", carrier=other.carrier_id, address=shared[0])
        elif shared:
            code = "address_shared_told_apart" if _tells_apart(answers, carrier) else "address_shared"
            yield note(code, "host", carrier=other.carrier_id, address=shared[0])


def _tells_apart(answers: Answers, carrier: Carrier) -> bool:
    """PJSIP marks each registration's calls, where an access list guards the mark."""
    is_pjsip = carrier.protocol in (Protocol.PJSIP, Protocol.PJSIP_WIZ)
    return is_pjsip and answers.sign_in.auth is Auth.REGISTRATION and has_line(answers)


def _addresses(carrier: Carrier) -> set[str]:
    """Where a carrier's calls come in from, as far as its row says."""
    keys = ("host", "match", "identify/match", "remote_hosts", "permit")
    options = [option for section in read_conf(carrier.account_entry) for option in section.options if option.key in keys]
    return {each.strip().split(":")[0].lower() for option in options for each in option.value.split(",")}


def _contexts(carrier: Carrier) -> set[str]:
    options = [option for section in read_conf(carrier.account_entry) for option in section.options]
    return {option.value for option in options if option.key in ("context", "endpoint/context")}


def _is_among(address: str, ours: set[str]) -> bool:
    if address in ours:
        return True
    try:
        theirs = ipaddress.ip_network(address, strict=False)
        return any(theirs.overlaps(ipaddress.ip_network(each, strict=False)) for each in ours if is_network(each))
    except (ValueError, TypeError):
        return False
