"""chan_iax2 (protocol IAX2): a peer for calls out, a user for calls in, and a register line."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Auth, CallerIdHeader, DtmfMode, Transport
from wizard.carrier.conf import Option, Section
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.profile import Place

from .base import Driver, also_calling, codecs, is_network, optional, yes_no
from .chan_sip import REFUSED_IN_ACCOUNT

#: how often an unreachable peer is asked, in ms: its return should be noticed soon
_ASK_AGAIN = 10_000


class Iax2(Driver):
    """``type=peer`` takes no calls; the user of the same name takes them from the carrier's addresses alone, unchallenged.

    A carrier that gives a user name with its calls has to give that one.
    """

    protocol = Protocol.IAX2
    modules = ("chan_iax2",)
    kinds = ("peer", "user")
    answered = {  # noqa: RUF012
        **{
            ("peer", option): answer
            for option, answer in {
                "type": "protocol",
                "host": "host",
                "port": "port",
                "username": "username",
                "secret": "secret",
                "auth": "auth",
                "disallow": "codecs",
                "allow": "codecs",
                "qualify": "qualify",
                "qualifyfreqok": "qualify_frequency",
                "context": "inbound_context",
                "permit": "match",
                "deny": "match",
                "acl": "match",
                "mask": "match",
            }.items()
        },
        **{
            ("user", option): answer
            for option, answer in {
                "type": "protocol",
                "context": "inbound_context",
                "secret": "secret",
                "auth": "auth",
                "deny": "match",
                "permit": "match",
                "acl": "match",
                "disallow": "codecs",
                "allow": "codecs",
            }.items()
        },
    }
    generic = frozenset(
        {"disallow", "allow", "trunk", "transfer", "jitterbuffer", "qualify", "qualifyfreqok", "qualifyfreqnotok"}
    )
    unused = {  # noqa: RUF012
        "did": "",
        "auth_username": "",
        "from_user": "",
        "from_domain": "",
        "realm": "",
        "registration_expiry": 300,
        "registration_retry": 60,
        "outbound_proxy": "",
        "srtp": False,
        "dtmf_mode": DtmfMode.RFC4733,
        "session_timers": True,
        "caller_id_header": CallerIdHeader.FROM,
        "extra_headers": (),
    }
    refused_in_secret = {  # noqa: RUF012
        Auth.REGISTRATION: REFUSED_IN_ACCOUNT + '":@',
        Auth.CREDENTIALS: REFUSED_IN_ACCOUNT,
    }
    refused_in_username = {  # noqa: RUF012
        Auth.REGISTRATION: REFUSED_IN_ACCOUNT + '":@',
        Auth.CREDENTIALS: REFUSED_IN_ACCOUNT,
    }

    def sections(self, answers: Answers, place: Place) -> list[Section]:  # noqa: ARG002
        name = trunk_name(answers.carrier)
        doors = _permitted(answers)
        return [*([_user(name, doors, answers)] if doors else []), _peer(name, answers)]

    def registration_string(self, answers: Answers) -> str:
        """``register => user:secret@host[:port]``."""
        sign_in, connection = answers.sign_in, answers.connection
        if sign_in.auth is not Auth.REGISTRATION:
            return ""
        port = f":{connection.port}" if connection.port is not None else ""
        return f"register => {sign_in.username}:{sign_in.secret.reveal()}@{connection.host}{port}"

    def global_value(self, trunk: str) -> str:
        return f"IAX2/{trunk}"

    def dialled(self, variable: str, number: str) -> str:
        return f"{variable}/{number}"

    def check_sign_in(self, answers: Answers) -> Iterator[Finding]:
        yield from super().check_sign_in(answers)
        sign_in = answers.sign_in
        if sign_in.auth is Auth.REGISTRATION and sign_in.secret.reveal().startswith("["):
            # chan_iax2 would take it for the name of an RSA key.
            yield error("secret_first_bracket", "secret")

    def check_connection(self, answers: Answers) -> Iterator[Finding]:
        yield from super().check_connection(answers)
        if answers.connection.transport is not Transport.UDP:
            yield error("iax2_is_udp", "transport")
        if answers.connection.host and not _permitted(answers):
            yield warning("iax2_needs_addresses", "match", host=answers.connection.host)


def _permitted(answers: Answers) -> list[str]:
    """Whose calls are let in: addresses only, since a name stands in no access list."""
    listed = (answers.connection.host, *also_calling(answers))
    return [str(ipaddress.ip_network(each, strict=False)) for each in listed if is_network(each)]


def _user(name: str, permitted: list[str], answers: Answers) -> Section:
    return Section(
        name,
        (
            Option("type", "user"),
            Option("context", answers.connection.inbound_context),
            Option("deny", "0.0.0.0/0.0.0.0"),
            *(Option("permit", each) for each in permitted),
            *codecs(answers),
            # Old carriers know no call tokens; one that has shown that it does must go on.
            Option("requirecalltoken", "auto"),
            Option("transfer", "no"),
        ),
        kind="user",
    )


def _peer(name: str, answers: Answers) -> Section:
    sign_in, connection = answers.sign_in, answers.connection
    # Said even where there is none: a reload keeps the user name that the peer had before.
    account = [Option("username", "")]
    if sign_in.auth is not Auth.IP:
        account = [
            Option("username", sign_in.username),
            Option("secret", sign_in.secret.reveal()),
            Option("auth", "md5"),
        ]
    watching = [
        Option("qualifyfreqok", str(connection.qualify_frequency * 1000)),
        Option("qualifyfreqnotok", str(_ASK_AGAIN)),
    ]
    return Section(
        name,
        (
            Option("type", "peer"),
            Option("host", connection.host),
            *optional("port", connection.port),
            *account,
            *codecs(answers),
            Option("trunk", "no"),
            # VICIdial records and mixes, so the media has to pass through the dialer.
            Option("transfer", "no"),
            Option("jitterbuffer", "no"),
            Option("qualify", yes_no(connection.qualify)),
            *(watching if connection.qualify else []),
        ),
        kind="peer",
    )
