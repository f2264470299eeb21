"""chan_sip (protocol SIP): peers, and a register line."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Auth, CallerIdHeader, DtmfMode, Transport
from wizard.carrier.conf import Application, Option, Section
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.profile import Place

from .base import Driver, also_calling, codecs, optional, yes_no

_DTMF = {DtmfMode.RFC4733: "rfc2833", DtmfMode.INBAND: "inband", DtmfMode.INFO: "info", DtmfMode.AUTO: "auto"}
_SEND_RPID = {CallerIdHeader.FROM: "no", CallerIdHeader.PAI: "pai", CallerIdHeader.RPID: "yes"}

#: after which an INVITE without any answer has failed, where there is a backup (measured in tests/real/test_failover_facts.py)
SILENCE_MS = 8000
#: VICIdial's screen drops ``;``, breaks its SQL at a quote and eats a backslash (vicidial.md §1.3)
REFUSED_IN_ACCOUNT = ";'\\"
#: The register line has a grammar of its own, without a way to quote, and stands in a one-line box that ends at a double quote.
_REFUSED_IN_REGISTRATION = REFUSED_IN_ACCOUNT + '"/:?'

#: chan_sip writes a user name into a registration's URIs as it is, and these end the URI, or stand for another sign there
#: (tests/real/test_usernames.py)
_UNFIT_FOR_URI = "#%<>[]^`{|}"


class ChanSip(Driver):
    """``type=peer`` with a fixed host: calls come in from that host alone."""

    protocol = Protocol.SIP
    modules = ("chan_sip",)
    kinds = ("peer",)
    answered = {  # noqa: RUF012
        ("peer", option): answer
        for option, answer in {
            "type": "protocol",
            "host": "host",
            "port": "port",
            "transport": "transport",
            "defaultuser": "username",
            "username": "username",
            "secret": "secret",
            "md5secret": "secret",
            "remotesecret": "secret",
            "auth": "secret",
            "insecure": "match",
            "context": "inbound_context",
            "subscribecontext": "inbound_context",
            "outofcall_message_context": "inbound_context",
            "callbackextension": "did",
            "permit": "match",
            "deny": "match",
            "acl": "match",
            "contactpermit": "match",
            "contactdeny": "match",
            "contactacl": "match",
            "fromuser": "from_user",
            "fromdomain": "from_domain",
            "outboundproxy": "outbound_proxy",
            "disallow": "codecs",
            "allow": "codecs",
            "dtmfmode": "dtmf_mode",
            "encryption": "srtp",
            "session-timers": "session_timers",
            "sendrpid": "caller_id_header",
            "qualify": "qualify",
            "qualifyfreq": "qualify_frequency",
            "timerb": "backup_carrier",
        }.items()
    }
    generic = frozenset(
        {
            "disallow", "allow", "dtmfmode", "nat", "directmedia", "encryption", "session-timers",
            "sendrpid", "qualify", "qualifyfreq",
        }
    )  # fmt: skip
    unused = {"realm": "", "registration_retry": 60}  # noqa: RUF012
    refused_in_secret = dict.fromkeys(Auth, REFUSED_IN_ACCOUNT)
    refused_in_username = {  # noqa: RUF012
        Auth.REGISTRATION: _REFUSED_IN_REGISTRATION + "@" + _UNFIT_FOR_URI,
        Auth.CREDENTIALS: REFUSED_IN_ACCOUNT + '"',
    }
    refused_in_auth_username = _REFUSED_IN_REGISTRATION

    def sections(self, answers: Answers, place: Place) -> list[Section]:  # noqa: ARG002
        trunk = trunk_name(answers.carrier)
        more = enumerate(also_calling(answers), 1)
        doors = [_incoming(f"{trunk}_in{number}", address, answers) for number, address in more]
        return [*doors, _trunk(trunk, answers)]

    def registration_string(self, answers: Answers) -> str:
        """``register => trunk?[tcp://]user[@domain][::authuser]@host[:port][/did]~expiry``, where the carrier wants one.

        By the trunk's name Asterisk finds the password in the account entry, where every sign is safe, and the outbound proxy.
        """
        sign_in, connection = answers.sign_in, answers.connection
        if sign_in.auth is not Auth.REGISTRATION:
            return ""
        transport = "" if connection.transport is Transport.UDP else f"{connection.transport.value}://"
        domain = f"@{sign_in.from_domain}" if sign_in.from_domain else ""
        auth_user = f"::{sign_in.auth_username}" if sign_in.auth_username else ""
        port = f":{connection.port_in_use}" if connection.port_in_use is not None else ""
        extension = f"/{sign_in.did}" if sign_in.did else ""
        return (
            f"register => {trunk_name(answers.carrier)}?{transport}{sign_in.username}{domain}{auth_user}"
            f"@{connection.host}{port}{extension}~{sign_in.registration_expiry}"
        )

    def global_value(self, trunk: str) -> str:
        return f"SIP/{trunk}"

    def dialled(self, variable: str, number: str) -> str:
        return f"{variable}/{number}"

    def added_header(self, name: str, value: str) -> list[Application]:
        return [Application("SIPAddHeader", (f"{name}: {value}",))]

    def check_connection(self, answers: Answers) -> Iterator[Finding]:
        yield from super().check_connection(answers)
        for entry in answers.connection.match:
            if "/" in entry and ipaddress.ip_network(entry, strict=False).num_addresses > 1:
                yield error("match_network", "match", network=entry)


def _trunk(name: str, answers: Answers) -> Section:
    sign_in, connection = answers.sign_in, answers.connection
    account: list[Option] = []
    if sign_in.auth is not Auth.IP:
        account = [
            Option("defaultuser", sign_in.auth_username or sign_in.username),
            Option("secret", sign_in.secret.reveal()),
        ]
    qualify = [Option("qualifyfreq", str(connection.qualify_frequency))] if connection.qualify else []
    return Section(
        name,
        (
            Option("type", "peer"),
            Option("host", connection.host),
            *optional("port", connection.port_in_use),
            Option("transport", connection.transport.value),
            *account,
            *optional("fromuser", sign_in.from_user),
            *optional("fromdomain", sign_in.from_domain),
            *optional("outboundproxy", _proxy(answers)),
            *_calls(answers),
            # Said either way: VICIdial's general section turns both qualify and sendrpid on (vicidial.md §3.5, failover.md §5).
            Option("sendrpid", _SEND_RPID[answers.numbers.caller_id_header]),
            Option("qualify", yes_no(connection.qualify)),
            *qualify,
            *_patience(answers),
        ),
        kind="peer",
    )


def _patience(answers: Answers) -> list[Option]:
    """A carrier that says nothing must leave time for its backup: 32 s are longer than most campaigns let a call ring."""
    return [Option("timerb", str(SILENCE_MS))] if answers.routing.backup_carrier else []


def _proxy(answers: Answers) -> str:
    """With its transport: the peer's own doesn't count on the way to a proxy, and all would go out over UDP, unencrypted."""
    proxy, transport = answers.connection.outbound_proxy, answers.connection.transport
    return f"{transport.value}://{proxy}" if proxy and transport is not Transport.UDP else proxy


def _incoming(name: str, address: str, answers: Answers) -> Section:
    """A further address that calls come in from: chan_sip knows a peer by one address (vicidial.md §9)."""
    return Section(
        name,
        (
            Option("type", "peer"),
            Option("host", address),
            Option("transport", answers.connection.transport.value),
            *_calls(answers),
            Option("sendrpid", "no"),
            Option("qualify", "no"),
        ),
        kind="peer",
    )


def _calls(answers: Answers) -> list[Option]:
    """How a call is taken and carried, in either direction."""
    return [
        # A carrier does not answer a challenge, and its calls may leave from another port.
        Option("insecure", "port,invite"),
        Option("context", answers.connection.inbound_context),
        *codecs(answers),
        Option("dtmfmode", _DTMF[answers.audio.dtmf_mode]),
        Option("nat", "force_rport,comedia"),
        # VICIdial records and mixes, so the media has to pass through the dialer.
        Option("directmedia", "no"),
        Option("encryption", yes_no(answers.connection.srtp)),
        Option("session-timers", "accept" if answers.audio.session_timers else "refuse"),
        Option("trustrpid", "no"),
    ]
