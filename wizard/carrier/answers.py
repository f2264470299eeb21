"""What the user told us about the provider: one frozen dataclass per step, and the whole.

The field names are those of an answers file and of the web forms. A field's default is the answer that is right most often.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from wizard.secret import Secret

from .model import ALL_USER_GROUPS, Protocol

#: where SIP over TLS lives unless somebody says otherwise; PJSIP would take 5060
TLS_PORT = 5061
#: "the dialer's own": resolved when a dialer is known
AUTO = "auto"


class Auth(StrEnum):
    """How the carrier knows that a call is ours."""

    REGISTRATION = "registration"
    CREDENTIALS = "credentials"
    IP = "ip"


class DtmfMode(StrEnum):
    """How digits pressed during a call travel."""

    RFC4733 = "rfc4733"
    INBAND = "inband"
    INFO = "info"
    AUTO = "auto"


class NumberFormat(StrEnum):
    """The shape of a number on the wire, shown for 212 555 0100."""

    PLUS_E164 = "plus_e164"  # +12125550100
    E164 = "e164"  # 12125550100
    NANP11 = "nanp11"  # 12125550100, and 011… abroad
    NANP10 = "nanp10"  # 2125550100, and 011… abroad
    AS_DIALLED = "as_dialled"


class FailoverReason(StrEnum):
    """Why a call may go on to the next carrier; a person who was reached is never a reason."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CONGESTED = "congested"


class StirShaken(StrEnum):
    """Who signs the caller ID."""

    CARRIER = "carrier"
    TILTX = "tiltx"
    NONE = "none"


class CallerIdHeader(StrEnum):
    """Where the carrier looks for the caller's number."""

    FROM = "from"
    PAI = "pai"
    RPID = "rpid"


class Transport(StrEnum):
    """What carries the signalling."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Codec(StrEnum):
    """Codecs by Asterisk's own names."""

    ULAW = "ulaw"
    ALAW = "alaw"
    G729 = "g729"
    GSM = "gsm"
    G722 = "g722"
    G726 = "g726"
    ILBC = "ilbc"
    OPUS = "opus"


#: name → value, in the order they were given; an answers file has a table
Pairs = tuple[tuple[str, str], ...]
SecretPairs = tuple[tuple[str, Secret], ...]

#: names that stand for a pattern of their own in ``destinations``
DESTINATIONS = ("nanp", "nanp10", "international")
NORTH_AMERICAN = frozenset({"nanp", "nanp10"})


@dataclass(frozen=True)
class CarrierAnswers:
    """What the carrier is called in VICIdial, and where it lives."""

    carrier_id: str = ""
    carrier_name: str = ""
    carrier_description: str = ""
    #: id of the preset that the other answers began with; empty: none
    preset: str = ""
    protocol: Protocol = Protocol.SIP
    server_ip: str = AUTO
    user_group: str = ALL_USER_GROUPS
    #: empty: made from the carrier id
    trunk_name: str = ""
    global_name: str = ""


@dataclass(frozen=True)
class SignInAnswers:
    """How we prove to the carrier who we are."""

    auth: Auth | None = None
    username: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    did: str = ""
    #: empty: the user name
    auth_username: str = ""
    from_user: str = ""
    from_domain: str = ""
    #: empty: whatever the carrier's challenge names
    realm: str = ""
    #: in seconds; the carrier may shorten it
    registration_expiry: int = 300
    #: in seconds, after an answer that is no refusal
    registration_retry: int = 60


@dataclass(frozen=True)
class ConnectionAnswers:
    """Where the carrier is, and how we watch it."""

    host: str = ""
    port: int | None = None
    transport: Transport = Transport.UDP
    srtp: bool = False
    outbound_proxy: str = ""
    #: addresses and networks that calls come in from, beside the host
    match: tuple[str, ...] = ()
    inbound_context: str = "trunkinbound"
    qualify: bool = True
    qualify_frequency: int = 60

    @property
    def port_in_use(self) -> int | None:
        """The port to write; none where the carrier's DNS, or else Asterisk's default, may decide."""
        return TLS_PORT if self.port is None and self.transport is Transport.TLS else self.port


@dataclass(frozen=True)
class AudioAnswers:
    """What the call sounds like, and what experts add."""

    codecs: tuple[Codec, ...] = (Codec.ULAW, Codec.ALAW)
    dtmf_mode: DtmfMode = DtmfMode.RFC4733
    #: whether the carrier may ask for RFC 4028's refreshes
    session_timers: bool = True
    template_id: str = ""
    #: make the template from the entry's generic lines, rather than use one that is there
    make_template: bool = False
    #: lines in Asterisk's own grammar; ``[aor]`` and the like say where the ones after it go
    extra_options: str = ""


@dataclass(frozen=True)
class NumberAnswers:
    """Which numbers go to this carrier, and in what shape."""

    dial_prefix: str = "9"
    destinations: tuple[str, ...] = ("nanp",)
    number_format: NumberFormat = NumberFormat.PLUS_E164
    #: destination → its own rule, where the format above is not the right one; see :mod:`wizard.carrier.dialing.digits`
    destination_digits: Pairs = ()
    #: what the carrier wants before each number, separators included
    tech_prefix: str = ""
    #: 900 and 976, and the area codes that cost like calls abroad
    allow_premium: bool = False
    allow_caribbean: bool = False
    caller_id_format: NumberFormat = NumberFormat.PLUS_E164
    caller_id_header: CallerIdHeader = CallerIdHeader.FROM
    #: empty: the carrier sees VICIdial's code of the call
    caller_id_name: str = ""
    #: headers by which a few carriers know their customers
    extra_headers: SecretPairs = ()


@dataclass(frozen=True)
class RoutingAnswers:
    """Who uses the carrier, how much of it, and what happens where it fails."""

    #: campaigns whose dial prefix is set to this carrier's
    campaigns: tuple[str, ...] = ()
    #: carriers to try where this one fails, in order
    backup_carrier: tuple[str, ...] = ()
    failover_on: tuple[FailoverReason, ...] = tuple(FailoverReason)
    least_cost: bool = False
    stir_shaken: StirShaken = StirShaken.CARRIER
    tiltx_api_key: Secret = field(default_factory=lambda: Secret(""))
    #: what the carrier allows; None: nobody said
    max_channels: int | None = None
    calls_per_second: int | None = None
    #: campaign → lines of its own on the dialer: ``20`` at most, ``20+`` at least (vicidial.md §1.7)
    server_trunks: Pairs = ()


@dataclass(frozen=True)
class Answers:
    """All steps."""

    carrier: CarrierAnswers = field(default_factory=CarrierAnswers)
    sign_in: SignInAnswers = field(default_factory=SignInAnswers)
    connection: ConnectionAnswers = field(default_factory=ConnectionAnswers)
    audio: AudioAnswers = field(default_factory=AudioAnswers)
    numbers: NumberAnswers = field(default_factory=NumberAnswers)
    routing: RoutingAnswers = field(default_factory=RoutingAnswers)

    def value(self, name: str) -> Any:
        """The answer of that name, whichever step it belongs to."""
        return getattr(getattr(self, STEP_OF[name]), name)

    def with_values(self, **values: Any) -> Self:
        """A copy with some answers changed, by their flat names."""
        by_step: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            by_step.setdefault(STEP_OF[name], {})[name] = value
        return replace(self, **{step: replace(getattr(self, step), **changed) for step, changed in by_step.items()})

    def flat(self) -> dict[str, Any]:
        """Name → typed value, of every answer."""
        return {name: self.value(name) for name in STEP_OF}

    def secret_values(self) -> dict[str, Any]:
        """Name → value of the answers that are secret and were given."""
        return {name: value for name, value in self.flat().items() if is_secret(value) and any_revealed(value)}


STEPS: dict[str, type] = {
    "carrier": CarrierAnswers,
    "sign_in": SignInAnswers,
    "connection": ConnectionAnswers,
    "audio": AudioAnswers,
    "numbers": NumberAnswers,
    "routing": RoutingAnswers,
}


def answer_fields() -> Iterator[tuple[str, Field[Any]]]:
    """(step, field) of every answer, in the order they are asked."""
    for step, kind in STEPS.items():
        for answer in fields(kind):
            yield step, answer


#: answer → step
STEP_OF: dict[str, str] = {answer.name: step for step, answer in answer_fields()}


def is_secret(value: object) -> bool:
    """Whether an answer is a secret, or names with secrets."""
    return isinstance(value, Secret) or (
        isinstance(value, tuple) and any(isinstance(each, tuple) and isinstance(each[-1], Secret) for each in value)
    )


#: names of the answers that :func:`is_secret` is about
SECRET_ANSWERS = frozenset({"secret", "extra_headers", "tiltx_api_key"})


def any_revealed(value: Any) -> bool:
    """Whether a secret answer holds something."""
    return bool(value) if isinstance(value, Secret) else any(bool(text) for _, text in value)


#: Names that users may write (interface.md) and that no version understands yet: said, never ignored.
NOT_YET_SUPPORTED = frozenset(
    {
        "active",
    }
)  # fmt: skip
