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


#: names that stand for a pattern of their own in ``destinations``
DESTINATIONS = ("nanp", "nanp10", "international")
NORTH_AMERICAN = frozenset({"nanp", "nanp10"})


@dataclass(frozen=True)
class CarrierAnswers:
    """What the carrier is called in VICIdial, and where it lives."""

    carrier_id: str = ""
    carrier_name: str = ""
    carrier_description: str = ""
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
    caller_id_format: NumberFormat = NumberFormat.PLUS_E164
    caller_id_header: CallerIdHeader = CallerIdHeader.FROM


@dataclass(frozen=True)
class Answers:
    """All steps."""

    carrier: CarrierAnswers = field(default_factory=CarrierAnswers)
    sign_in: SignInAnswers = field(default_factory=SignInAnswers)
    connection: ConnectionAnswers = field(default_factory=ConnectionAnswers)
    audio: AudioAnswers = field(default_factory=AudioAnswers)
    numbers: NumberAnswers = field(default_factory=NumberAnswers)

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


STEPS: dict[str, type] = {
    "carrier": CarrierAnswers,
    "sign_in": SignInAnswers,
    "connection": ConnectionAnswers,
    "audio": AudioAnswers,
    "numbers": NumberAnswers,
}


def answer_fields() -> Iterator[tuple[str, Field[Any]]]:
    """(step, field) of every answer, in the order they are asked."""
    for step, kind in STEPS.items():
        for answer in fields(kind):
            yield step, answer


#: answer → step
STEP_OF: dict[str, str] = {answer.name: step for step, answer in answer_fields()}

#: Names that users may write (interface.md) and that no version understands yet: said, never ignored.
NOT_YET_SUPPORTED = frozenset(
    {
        "preset", "tech_prefix", "caller_id_name", "extra_headers", "backup_carrier", "failover_on", "stir_shaken",
        "least_cost", "max_channels", "calls_per_second", "active",
    }
)  # fmt: skip
