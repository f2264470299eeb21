"""What the carrier said before there is an entry, in words."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.diagnosis.observations import Address, Advertised, Observations, Preconditions, SignInAnswer, SipAnswer

from .firewall import firewall_told

OUTLOOK: dict[str, str] = {
    "host_has_services": (
        "“{host}” has no address of its own, but DNS names places of it for SIP (SRV records): {places}. Write one of them as host and "
        "port, the first before all; ask the carrier for the others as backups."
    ),
    "carrier_port_closed": (
        "Nobody listens at {address}, {transport} port {port}: the carrier's machine, or a firewall, refused at once. Check host, port and "
        "transport in the carrier's instructions."
    ),
    "carrier_no_route": "The dialer has no way to {address}. Check the host, and the dialer's network and firewall.",
    "carrier_tls_failed": (
        "{address} port {port} took the connection, but no TLS handshake came about. Check the port (TLS usually has 5061) and the transport."
    ),
    "carrier_not_asked": (
        "The carrier could not be asked over {transport}: the dialer has neither perl's IO::Socket::SSL nor the program openssl. Install one "
        "of them on the dialer to have it asked; Asterisk needs neither."
    ),
    "carrier_ignores_options": (
        "The carrier answers the sign-in, but not OPTIONS. With qualify on, Asterisk would hold it for unreachable and send it no calls. "
        "Switch qualify off."
    ),
    "carrier_silent": (
        "No answer from {address}, {transport} port {port}. Wrong host or port, a firewall in between, or the carrier answers only "
        "addresses that it knows: have it allow your dialer's. If it ignores OPTIONS, switch qualify off."
    ),
    "sign_in_refused": (
        "The carrier refused the sign-in: {status} {reason}. It asked for the password and didn't take it, so user name “{username}” or "
        "password is wrong, or the account is not active. Type both again as the carrier's portal has them."
    ),
    "sign_in_refused_unasked": (
        "The carrier refused “{username}” with {status} {reason}, without asking for the password. It doesn't know the user name, the account "
        "is blocked, or your dialer's address is not allowed. Ask the carrier which."
    ),
    "sign_in_unclear": (
        "Whether the password is right can't be told: the carrier answered {status} {reason} to a question that registers nothing, and some do "
        "so though all is right. The install itself will show it."
    ),
    "sign_in_digest_unknown": (
        "The carrier asks for the password in a way that the wizard doesn't know, so nobody can tell if it is right. Asterisk may not know "
        "it either: ask the carrier for digest authentication with MD5."
    ),
    "sign_in_not_asked_for": (
        "The carrier answered {status} {reason} without asking for the password, so nobody can tell if it is right. It may know your dialer by "
        "its address."
    ),
    "advertised_otherwise": (
        "Asterisk tells carriers that its address is {address} ({source}), but this carrier sees you at {seen}. Calls may have no sound. "
        "Write {seen} there; where the carrier is inside your own network, its network belongs into localnet (sip.conf) or local_net "
        "(pjsip.conf)."
    ),
    "advertised_private": (
        "The carrier sees you at {seen}, which is none of the dialer's own addresses ({own}), and Asterisk isn't told of it. Calls may have "
        "no sound, or end after half a minute: set externaddr and localnet (sip.conf), or the transport's external_media_address, "
        "external_signaling_address and local_net (pjsip.conf)."
    ),
}

_TROUBLES = {
    "no_answer": "No answer",
    "refused": "Nobody listens there",
    "unresolved": "Its name has no address",
    "no_route": "There is no way there",
    "tls": "No TLS handshake came about",
    "unsupported": "The dialer can't ask over this transport",
}
_OUTCOMES = {
    "accepted": "The carrier took user name and password. Nothing was registered.",
    "refused": "The carrier refused the sign-in.",
    "unanswered": "The carrier doesn't answer a sign-in.",
}
_WHY = {
    "not_challenged": "The carrier didn't ask for the password, so whether it is right can't be told.",
    "unsupported_digest": "The carrier asks for the password in a way that the wizard doesn't know.",
    "other_answer": "The carrier's answer proves neither that the password is right nor that it is wrong.",
    "by_address": "This carrier knows you by your address: there is no password to try. Only a call shows if it lets you in.",
    "iax2": "IAX2 has no way to try a password without registering, so it was not tried.",
    "not_asked": "The sign-in was not tried.",
}
#: what the check leaves out, said each time
NOT_LOOKED_AT = (
    "Not looked at: firewalls between the dialer and the carrier, NAPTR records in DNS, the certificate of a carrier over TLS, and whether sound gets "
    "through. Only a call shows the last."
)


def told(seen: Observations) -> Iterator[tuple[str, str]]:
    """(subject, sentence) of everything that was seen, good or bad."""
    if seen.host_addresses:
        yield "Address", ", ".join(seen.host_addresses)
    if seen.door is not None:
        yield "Answers", _door(seen.door)
    if seen.sign_in is not None:
        yield "Sign-in", sign_in_sentence(seen.sign_in)
    yield from _own(seen)
    if seen.firewall is not None:
        yield from (("Firewall", sentence) for sentence in firewall_told(seen.firewall))
    yield "Limits", NOT_LOOKED_AT


def sign_in_sentence(sign_in: SignInAnswer) -> str:
    said = f" It said {sign_in.last.code} {sign_in.last.reason}." if sign_in.last.code and sign_in.outcome != "accepted" else ""
    return (_OUTCOMES.get(sign_in.outcome) or _WHY.get(sign_in.why, _WHY["not_asked"])) + said


def _door(door: SipAnswer) -> str:
    where = f" ({_shown(door.asked)})" if door.asked is not None else ""
    if door.trouble:
        return f"{_TROUBLES[door.trouble]}{where}."
    code = f"{door.code} " if door.code else ""
    server = f", from {door.server}" if door.server else ""
    return f"{code}{door.reason} after {max(1, round(door.seconds * 1000))} ms{where}{server}."


def _own(seen: Observations) -> Iterator[tuple[str, str]]:
    first = next((each for each in (seen.door, seen.sign_in.last if seen.sign_in else None) if each and each.seen_as), None)
    ports = ", ".join(seen.preconditions.listens_on) if seen.preconditions is not None else ""
    if first is not None and first.seen_as is not None:
        yield "Seen as", _seen_as(first.seen_as, first.sent_from, ports)
    if seen.advertised is not None:
        yield "Tells others", _told_others(seen.advertised)
    if seen.preconditions is not None:
        yield from _preconditions(seen.preconditions)


def _told_others(advertised: Advertised) -> str:
    interface = "the address of its own interface"
    if advertised.signalling == advertised.media:
        return f"{advertised.signalling} ({advertised.source})" if advertised.signalling else interface
    return f"{advertised.signalling or interface} for SIP, {advertised.media or interface} for sound ({advertised.source})"


def _seen_as(seen: Address, sent_from: Address | None, ports: str) -> str:
    kept = ""
    if sent_from is not None and seen.port and sent_from.port:
        kept = " The port stays the same on the way." if seen.port == sent_from.port else " The port is another one there: NAT."
    asterisk = f" Asterisk itself speaks from {ports}." if ports else ""
    return f"{seen.host}: the address that the carrier has to allow.{kept}{asterisk}"


def _preconditions(own: Preconditions) -> Iterator[tuple[str, str]]:
    if own.rtp_to:
        yield "Audio", f"UDP ports {own.rtp_from} to {own.rtp_to} have to be open for it."
    if own.codecs_missing:
        yield "Codecs", f"Asterisk can't turn these into others: {', '.join(own.codecs_missing)}."


def _shown(address: Address) -> str:
    return f"{address.host}:{address.port}" if address.port else address.host
