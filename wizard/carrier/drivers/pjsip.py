"""PJSIP in sections (protocol PJSIP): endpoint, AOR, auth, identify and registration, all under the trunk's name.

VICIdial ignores the registration string of PJSIP carriers (vicidial.md §2.3), so the registration is a section too.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from wizard.carrier.answers import Answers, Auth, CallerIdHeader, DtmfMode
from wizard.carrier.conf import Application, Option, Section
from wizard.carrier.model import Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.profile import Place

from .base import Driver, also_calling, codecs, is_network, optional, yes_no
from .chan_sip import REFUSED_IN_ACCOUNT

_DTMF = {DtmfMode.RFC4733: "rfc4733", DtmfMode.INBAND: "inband", DtmfMode.INFO: "info", DtmfMode.AUTO: "auto"}

#: Waiting after a refusal is longer than after silence: carriers lock accounts that knock too often. Both are said, since
#: Asterisk would otherwise give up for good at the first 403 (symptoms.md 11).
REFUSED_RETRY_SECONDS = 300
#: the largest that Asterisk takes; 0 would mean not even once more
MAX_RETRIES = 4_294_967_295

_ANSWERED: Mapping[str, str] = {
    "endpoint/type": "protocol",
    "endpoint/transport": "transport",
    "endpoint/context": "inbound_context",
    "endpoint/disallow": "codecs",
    "endpoint/allow": "codecs",
    "endpoint/aors": "host",
    "endpoint/auth": "auth",
    "endpoint/outbound_auth": "auth",
    "endpoint/identify_by": "match",
    "endpoint/dtmf_mode": "dtmf_mode",
    "endpoint/from_user": "from_user",
    "endpoint/from_domain": "from_domain",
    "endpoint/outbound_proxy": "outbound_proxy",
    "endpoint/media_encryption": "srtp",
    "endpoint/timers": "session_timers",
    "endpoint/send_pai": "caller_id_header",
    "endpoint/send_rpid": "caller_id_header",
    "aor/type": "protocol",
    "aor/contact": "host",
    "aor/outbound_proxy": "outbound_proxy",
    "aor/qualify_frequency": "qualify_frequency",
    "auth/type": "protocol",
    "auth/auth_type": "auth",
    "auth/username": "username",
    "auth/password": "secret",
    "auth/md5_cred": "secret",
    "auth/realm": "realm",
    "identify/type": "protocol",
    "identify/endpoint": "match",
    "identify/match": "match",
    "registration/type": "protocol",
    "registration/transport": "transport",
    "registration/server_uri": "host",
    "registration/client_uri": "username",
    "registration/contact_user": "did",
    "registration/outbound_auth": "auth",
    "registration/outbound_proxy": "outbound_proxy",
    "registration/endpoint": "match",
    "registration/line": "match",
    "endpoint/deny": "match",
    "endpoint/permit": "match",
    "endpoint/acl": "match",
    "endpoint/contact_acl": "match",
    "endpoint/contact_deny": "match",
    "endpoint/contact_permit": "match",
    "endpoint/message_context": "inbound_context",
    "endpoint/subscribe_context": "inbound_context",
    "endpoint/overlap_context": "inbound_context",
    "identify/match_header": "match",
    "identify/match_request_uri": "match",
    "registration/expiration": "registration_expiry",
    "registration/retry_interval": "registration_retry",
}


class Pjsip(Driver):
    """Identified by address only: whatever an INVITE from elsewhere calls itself, it is no call of this trunk's."""

    protocol = Protocol.PJSIP
    modules = ("chan_pjsip", "res_pjsip_endpoint_identifier_ip", "res_pjsip_outbound_registration")
    kinds = ("endpoint", "aor", "auth", "identify", "registration")
    answered = {  # noqa: RUF012
        (kind, option): answer for (kind, option), answer in ((key.split("/"), answer) for key, answer in _ANSWERED.items())
    }
    documentation = {  # noqa: RUF012
        "endpoint": ("res_pjsip", "endpoint"),
        "aor": ("res_pjsip", "aor"),
        "auth": ("res_pjsip", "auth"),
        "identify": ("res_pjsip_endpoint_identifier_ip", "identify"),
        "registration": ("res_pjsip_outbound_registration", "registration"),
    }
    generic = frozenset(
        {
            "disallow", "allow", "dtmf_mode", "direct_media", "rtp_symmetric", "force_rport", "rewrite_contact",
            "send_pai", "send_rpid", "media_encryption", "timers",
        }
    )  # fmt: skip
    refused_in_secret = {Auth.REGISTRATION: REFUSED_IN_ACCOUNT, Auth.CREDENTIALS: REFUSED_IN_ACCOUNT}  # noqa: RUF012
    #: pjsip writes a percent sign into a URI as it is, where it stands for another sign (tests/real/test_usernames.py)
    refused_in_username = {  # noqa: RUF012
        Auth.REGISTRATION: REFUSED_IN_ACCOUNT + '"%',
        Auth.CREDENTIALS: REFUSED_IN_ACCOUNT + '"',
    }
    refused_in_auth_username = REFUSED_IN_ACCOUNT + '"'

    def sections(self, answers: Answers, place: Place) -> list[Section]:
        name = trunk_name(answers.carrier)
        auth = answers.sign_in.auth
        return [
            Section(name, (Option("type", "aor"), *aor(answers)), kind="aor"),
            *([Section(name, (Option("type", "auth"), *credentials(answers)), kind="auth")] if auth is not Auth.IP else []),
            Section(
                name,
                (Option("type", "identify"), Option("endpoint", name), *(Option("match", each) for each in matches(answers))),
                kind="identify",
            ),
            *([_registration(name, answers, place)] if auth is Auth.REGISTRATION else []),
            Section(name, _endpoint(name, answers, place), kind="endpoint"),
        ]

    def global_value(self, trunk: str) -> str:
        return trunk

    @property
    def technology(self) -> str:
        return "PJSIP"

    def added_header(self, name: str, value: str) -> list[Application]:
        return added_header(name, value)

    def dialled(self, variable: str, number: str) -> str:
        return f"PJSIP/{number}@{variable}"


def _endpoint(name: str, answers: Answers, place: Place) -> tuple[Option, ...]:
    outbound_auth = [Option("outbound_auth", name)] if answers.sign_in.auth is not Auth.IP else []
    return (
        Option("type", "endpoint"),
        *transport(answers, place),
        Option("aors", name),
        *outbound_auth,
        *endpoint(answers),
    )


def _registration(name: str, answers: Answers, place: Place) -> Section:
    return Section(
        name,
        (
            Option("type", "registration"),
            *transport(answers, place),
            Option("outbound_auth", name),
            Option("server_uri", server_uri(answers)),
            Option("client_uri", f"sip:{uri_user(answers)}@{answers.sign_in.from_domain or host_port(answers)}"),
            *registration(answers),
            *line(name, answers),
        ),
        kind="registration",
    )


def transport(answers: Answers, place: Place) -> list[Option]:
    """The dialer's own name of the transport; without it Asterisk takes the first that fits, which is right for UDP."""
    return optional("transport", place.pjsip_transport(answers.connection.transport))


def endpoint(answers: Answers) -> list[Option]:
    """What a call is like, in either direction."""
    sign_in, connection, header = answers.sign_in, answers.connection, answers.numbers.caller_id_header
    return [
        *optional("from_user", sign_in.from_user),
        *optional("from_domain", sign_in.from_domain),
        *outbound_proxy(answers),
        Option("context", connection.inbound_context),
        *codecs(answers),
        Option("identify_by", "ip"),
        *allowed(answers),
        Option("dtmf_mode", _DTMF[answers.audio.dtmf_mode]),
        # VICIdial records and mixes, so the media has to pass through the dialer.
        Option("direct_media", "no"),
        Option("rtp_symmetric", "yes"),
        Option("force_rport", "yes"),
        # A carrier is not behind NAT; what it says of itself may be another of its hosts.
        Option("rewrite_contact", "no"),
        Option("send_pai", yes_no(header is CallerIdHeader.PAI)),
        Option("send_rpid", yes_no(header is CallerIdHeader.RPID)),
        Option("trust_id_inbound", "no"),
        Option("media_encryption", "sdes" if connection.srtp else "no"),
        Option("timers", yes_no(answers.audio.session_timers)),
    ]


def added_header(name: str, value: str) -> list[Application]:
    return [Application("Set", (f"PJSIP_HEADER(add,{name})={value}",))]


def aor(answers: Answers) -> list[Option]:
    return [
        Option("contact", server_uri(answers)),
        *qualify(answers),
    ]


def qualify(answers: Answers) -> list[Option]:
    connection = answers.connection
    return [Option("qualify_frequency", str(connection.qualify_frequency if connection.qualify else 0))]


def credentials(answers: Answers) -> list[Option]:
    sign_in = answers.sign_in
    return [
        Option("auth_type", "userpass"),
        Option("username", sign_in.auth_username or sign_in.username),
        Option("password", sign_in.secret.reveal()),
        *optional("realm", sign_in.realm),
    ]


def registration(answers: Answers) -> list[Option]:
    """How often, and what after a refusal: never give up for good (symptoms.md 11; tests/real/test_retries.py)."""
    sign_in = answers.sign_in
    refused = str(max(REFUSED_RETRY_SECONDS, 2 * sign_in.registration_retry))
    return [
        *optional("contact_user", sign_in.did),
        *outbound_proxy(answers),
        Option("expiration", str(sign_in.registration_expiry)),
        Option("retry_interval", str(sign_in.registration_retry)),
        Option("forbidden_retry_interval", refused),
        Option("fatal_retry_interval", refused),
        Option("max_retries", str(MAX_RETRIES)),
        # "Permanent" only until the fatal interval is over, and told apart from silence, whose interval is shorter.
        Option("auth_rejection_permanent", "yes"),
    ]


def allowed(answers: Answers) -> list[Option]:
    """An access list of the endpoint's own, where all that may call in is known by address."""
    permitted = matches(answers)
    if not all(map(is_network, permitted)):
        return []
    return [Option("deny", "0.0.0.0/0.0.0.0"), *(Option("permit", each) for each in permitted)]


def line(name: str, answers: Answers) -> list[Option]:
    return [Option("line", "yes"), Option("endpoint", name)] if has_line(answers) else []


def uri_user(answers: Answers) -> str:
    """The user name inside a URI: pjsip takes everything there in its percent form, and only these signs as they are."""
    return quote(answers.sign_in.username, safe="-_.!~*()&=+$,")


def has_line(answers: Answers) -> bool:
    """Whether calls to a registration are known by its own mark, so that two accounts can share the carrier's address.

    The mark opens the trunk to whoever knows it, from anywhere, so it goes only with an access list.
    """
    return bool(allowed(answers))


def matches(answers: Answers) -> list[str]:
    """Whose calls are this trunk's: the host, and the list."""
    return [answers.connection.host, *also_calling(answers)]


def host_port(answers: Answers) -> str:
    connection = answers.connection
    return connection.host if connection.port_in_use is None else f"{connection.host}:{connection.port_in_use}"


def server_uri(answers: Answers) -> str:
    """Without ``;transport=``, since VICIdial's screen drops every semicolon; the option ``transport`` is enough.

    Found by listening on the wire (tests/real/test_transports.py).
    """
    return f"sip:{host_port(answers)}"


def outbound_proxy(answers: Answers) -> list[Option]:
    """Loose routing: without ``;lr`` the number would leave the Request-URI, which no carrier of today takes.

    There is no way to say it without a semicolon, so VICIdial's screen would break it: :mod:`wizard.carrier.lint` warns.
    """
    proxy = answers.connection.outbound_proxy
    return [Option("outbound_proxy", f"sip:{proxy};lr", escapes=True)] if proxy else []
