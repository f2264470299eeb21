"""What leaves the wizard on paper: a sheet for those who paste by hand, and what to tell the carrier."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.carrier.answers import Answers, Auth, Transport
from wizard.carrier.conf import section_names
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.on_dialer.campaigns import stored_prefix
from wizard.carrier.profile import ConfTemplate, Listener, Place

from .questions import CHOICES

#: the text boxes of VICIdial's own form, by their columns
BOXES: Mapping[str, str] = {
    "registration_string": "Registration String",
    "account_entry": "Account Entry",
    "globals_string": "Globals String",
    "dialplan_entry": "Dialplan Entry",
}
#: its other fields
LINES: Mapping[str, str] = {
    "carrier_id": "Carrier ID",
    "carrier_name": "Carrier Name",
    "carrier_description": "Description",
    "protocol": "Protocol",
    "server_ip": "Server IP",
    "template_id": "Template ID",
    "user_group": "Admin User Group",
    "active": "Active",
}
_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 (Asterisk's word for "all of mine")


def entry_text(carrier: Carrier, template: ConfTemplate | None = None) -> str:
    """The entry, field by field and box by box."""
    columns = carrier.columns()
    lines = [f"{label + ':':22}{columns[column]}" for column, label in LINES.items() if columns[column]]
    boxes = [f"\n--- {label} ---\n{columns[column].rstrip() or '(leave empty)'}" for column, label in BOXES.items()]
    if template is not None:
        boxes.append(f"\n--- Template {template.template_id} ---\n{template.template_contents.rstrip()}")
    return "\n".join([*lines, *boxes]) + "\n"


def paste_sheet(carrier: Carrier, template: ConfTemplate | None = None, answers: Answers | None = None) -> str:
    """One page for somebody who has VICIdial's screen open; the answers say what else is needed beside the carrier."""
    steps = list(_paste_steps(carrier, template, answers))
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return f"{carrier.carrier_id}: by hand into VICIdial\n\n{numbered}\n\n{entry_text(carrier, template)}"


def _paste_steps(carrier: Carrier, template: ConfTemplate | None, answers: Answers | None) -> Iterator[str]:
    if "\\;" in carrier.account_entry:
        yield (
            "STOP: VICIdial's screen deletes semicolons, and the outbound proxy of this entry needs one. Use the SQL, or let the "
            "wizard install it; don't save this carrier on that screen."
        )
    if answers is not None and answers.routing.backup_carrier:
        backups = ", ".join(answers.routing.backup_carrier)
        yield f"Calls that it can't take go on to a backup, which must be on the dialer too, switched on: {backups}."
    if template is not None:
        yield f"Admin → Templates → Add: Template ID {template.template_id}, and the contents below."
    yield "Admin → Carriers → Add A New Carrier. VICIdial adds it switched off, whatever you choose."
    yield "Copy each field and box below as it is: line by line, nothing added, nothing left out."
    yield "Submit, open the carrier again, compare it with this sheet, set Active to Y, and submit once more."
    yield "Wait a minute: VICIdial rebuilds Asterisk's files and reloads it."
    yield f"On the dialer, `asterisk -rx '{_command(carrier)}'` shows the trunk."
    yield _first_call(answers)


def _first_call(answers: Answers | None) -> str:
    if answers is None:
        return "Set the dial prefix on a campaign, and make a first call."
    prefix = answers.numbers.dial_prefix
    campaigns = ", ".join(answers.routing.campaigns) or "a campaign"
    return f"Set the dial prefix of {campaigns} to {stored_prefix(prefix)} (Admin → Campaigns, Detail), and make a first call."


def _command(carrier: Carrier) -> str:
    name = section_names(carrier.account_entry)[-1]
    commands = {Protocol.SIP: "sip show peer", Protocol.IAX2: "iax2 show peer"}
    return f"{commands.get(carrier.protocol, 'pjsip show endpoint')} {name}"


@dataclass(frozen=True)
class OurSide:
    """The dialer, as far as its carrier has to know it."""

    place: Place
    rtp_range: tuple[int, int] | None = None
    channels: str = ""
    calls_per_second: str = ""


def carrier_letter(answers: Answers, ours: OurSide) -> str:
    """What to send to the carrier; blanks in square brackets are for the reader to fill in."""
    lines = [*_about_us(answers, ours), "", *_about_calls(answers, ours), "", *_about_numbers(answers)]
    return "Our side of the trunk, for your records and your firewall:\n\n" + "\n".join(lines).rstrip() + "\n"


def _about_us(answers: Answers, ours: OurSide) -> Iterator[str]:
    transport = answers.connection.transport
    listeners = [
        each
        for each in ours.place.listeners_of(driver_of(answers.carrier.protocol).channel_driver)
        if each.transport is transport or answers.carrier.protocol is Protocol.IAX2
    ]
    listener = listeners[0] if listeners else None
    address = _address(listener, ours.place)
    port = str(listener.port) if listener else "[port]"
    kind = "IAX2 (UDP)" if answers.carrier.protocol is Protocol.IAX2 else f"SIP over {transport.value.upper()}"
    yield f"Signalling: {kind}, from and to {address} port {port}"
    if transport is not Transport.UDP:
        yield "(our connections to you leave from changing ports; that port is where we listen)"
    if answers.carrier.protocol is Protocol.IAX2:
        yield "Audio: inside the same packets"
        yield f"Calls to us: user name {trunk_name(answers.carrier)}, or none; no password"
    else:
        ports = f"UDP ports {ours.rtp_range[0]} to {ours.rtp_range[1]}" if ours.rtp_range else "UDP ports [from] to [to]"
        yield f"Audio (RTP): {address}, {ports}{', encrypted (SRTP, SDES)' if answers.connection.srtp else ''}"
    yield f"Sign-in: {_sign_in(answers)}"


def _address(listener: Listener | None, place: Place) -> str:
    """What the carrier sees: an address that only our own network knows helps nobody."""
    if listener is not None and listener.external_address:
        return listener.external_address
    known = listener.address if listener is not None and listener.address != _ANY_ADDRESS else place.server_ip or ""
    return known if known and not _is_private(known) else "[our public address]"


def _is_private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return True


def _sign_in(answers: Answers) -> str:
    sign_in = answers.sign_in
    match sign_in.auth:
        case Auth.REGISTRATION:
            return f"we register as {sign_in.username}, every {sign_in.registration_expiry} seconds at most"
        case Auth.CREDENTIALS:
            return f"user name {sign_in.username} and password with each call; we do not register"
        case _:
            return "by our address; please allow it"


def _about_calls(answers: Answers, ours: OurSide) -> Iterator[str]:
    labels = CHOICES["codecs"]
    yield f"Codecs, best first: {', '.join(labels[codec.value] for codec in answers.audio.codecs)}"
    if "dtmf_mode" not in driver_of(answers.carrier.protocol).unused:
        yield f"Key presses (DTMF): {CHOICES['dtmf_mode'][answers.audio.dtmf_mode.value]}"
    routing = answers.routing
    yield f"Channels: up to {_smaller(routing.max_channels, ours.channels) or '[number]'} at once"
    calls = _smaller(routing.calls_per_second, ours.calls_per_second)
    yield f"New calls: up to {calls or '[number]'} a second; calls are placed by a dialer"


def _smaller(theirs: int | None, ours: str) -> str:
    """What the carrier allows, or what the dialer does, whichever is less; empty where neither is known."""
    known = [number for number in (theirs, int(ours) if ours.isdigit() else None) if number is not None]
    return str(min(known)) if known else ""


def _about_numbers(answers: Answers) -> Iterator[str]:
    numbers = answers.numbers
    yield f"We send numbers as: {CHOICES['number_format'][numbers.number_format.value]}"
    for destination, rule in numbers.destination_digits:
        shape = CHOICES["number_format"].get(rule, f"{rule}, from the digits as dialled")
        yield f"  but for {CHOICES['destinations'].get(destination, destination)}: {shape}"
    if numbers.tech_prefix:
        yield f"Tech prefix before each number: {numbers.tech_prefix}"
    caller = CHOICES["caller_id_format"][numbers.caller_id_format.value]
    yield f"We send caller IDs as: {caller}, in {CHOICES['caller_id_header'][numbers.caller_id_header.value]}"
    if numbers.extra_headers:
        yield f"Headers of yours that we send: {', '.join(name for name, _ in numbers.extra_headers)}"
    if answers.sign_in.did:
        yield f"Calls to us: to {answers.sign_in.did}"
