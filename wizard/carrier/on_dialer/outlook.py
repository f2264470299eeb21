"""What stands in the way of an entry, from what its carrier said before there is one."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.diagnosis.observations import Advertised, SignInAnswer, SipAnswer
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import Protocol

#: networks that no carrier can send anything to
_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8")))


def check_outlook(answers: Answers, door: SipAnswer, sign_in: SignInAnswer, advertised: Advertised) -> Iterator[Finding]:
    """Findings about the carrier as it was seen from the dialer; a name without an address is somebody else's finding."""
    if door.trouble != "unresolved":
        yield from _door(answers, door, sign_in)
    yield from _sign_in(answers, sign_in)
    yield from _advertised(door, sign_in, advertised)


def _door(answers: Answers, door: SipAnswer, sign_in: SignInAnswer) -> Iterator[Finding]:
    values = {"address": str(door.asked.host if door.asked else ""), "port": door.asked.port if door.asked else 0}
    values["transport"] = "UDP" if answers.carrier.protocol is Protocol.IAX2 else answers.connection.transport.value.upper()
    is_heard = bool(sign_in.last.code)
    match door.trouble:
        case "":
            return
        case "refused":
            yield error("carrier_port_closed", "port", **values)
        case "no_route":
            yield error("carrier_no_route", "host", **values)
        case "tls":
            yield error("carrier_tls_failed", "transport", **values)
        case "unsupported":
            yield warning("carrier_not_asked", "transport", **values)
        case _ if is_heard and answers.connection.qualify:
            yield error("carrier_ignores_options", "qualify", **values)
        case _ if is_heard:
            return
        case _ if answers.connection.qualify or answers.sign_in.auth is Auth.REGISTRATION:
            yield error("carrier_silent", "host", **values)
        case _:
            # It may answer nothing but calls, and the entry would not ask it anything else.
            yield warning("carrier_silent", "host", **values)


def _sign_in(answers: Answers, sign_in: SignInAnswer) -> Iterator[Finding]:
    last = sign_in.last
    values = {"status": last.code, "reason": last.reason, "username": answers.sign_in.username}
    match sign_in.outcome:
        case "refused" if sign_in.challenged:
            yield error("sign_in_refused", "secret", **values)
        case "refused":
            yield error("sign_in_refused_unasked", "username", **values)
        case "unknown" if sign_in.why == "other_answer":
            yield warning("sign_in_unclear", "secret", **values)
        case "unknown" if sign_in.why == "unsupported_digest":
            yield warning("sign_in_digest_unknown", "secret", **values)
        case "unknown" if sign_in.why == "not_challenged":
            yield warning("sign_in_not_asked_for", "secret", **values)


def _advertised(door: SipAnswer, sign_in: SignInAnswer, advertised: Advertised) -> Iterator[Finding]:
    """What Asterisk says of its address must be where the carrier sees it."""
    seen = door.seen_as or sign_in.last.seen_as
    if seen is None or advertised.is_sample:
        return  # VICIdial's sample address has a finding of its own
    asked = door.asked
    # Sound goes where SDP says; SIP finds its way back by rport.
    address = advertised.media or advertised.signalling
    if address and address != seen.host:
        values = {"address": address, "source": advertised.source, "seen": seen.host}
        yield warning("advertised_otherwise", "transport", **values)
    elif not address and seen.host not in advertised.own and asked is not None and not _is_private(asked.host):
        yield warning("advertised_private", "transport", seen=seen.host, own=", ".join(advertised.own))


def _is_private(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _PRIVATE)
