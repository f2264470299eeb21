"""What was seen of one carrier, at one moment, from whatever was asked. Nothing here says what it means.

Whatever was not looked at is None, which is something else than "looked, and found nothing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.carrier.model import Carrier


@dataclass(frozen=True)
class Address:
    """``port`` 0: unknown."""

    host: str
    port: int = 0


@dataclass(frozen=True)
class SipAnswer:
    """What came back to one SIP request that the wizard sent from the dialer.

    ``trouble``: "" where something came back, else ``no_answer``, ``refused`` (nobody listens on that port), ``unresolved``,
    ``no_route``, ``tls`` (the handshake failed) or ``unsupported`` (the dialer can't speak that transport).
    ``code`` 0: nothing came back. ``seen_as``: where the carrier saw us come from (``received`` and ``rport``).
    """

    trouble: str = ""
    code: int = 0
    reason: str = ""
    #: seconds until the first answer
    seconds: float = 0.0
    #: the address that was asked, resolved
    asked: Address | None = None
    #: our end of the socket; Asterisk's own signalling leaves from the port that it listens on
    sent_from: Address | None = None
    seen_as: Address | None = None
    #: what the other side says it is (``Server``, ``User-Agent``)
    server: str = ""
    #: Warning, Reason and X- headers that explain a refusal, as the carrier wrote them
    explained: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignInAnswer:
    """How the carrier took user name and password, in a REGISTER that only asks which contacts it has.

    ``outcome``: ``accepted``, ``refused``, ``unanswered``, ``unknown`` (it answered something that proves neither)
    """

    outcome: str
    last: SipAnswer
    #: whether it asked for the password before it decided
    challenged: bool = False
    realm: str = ""
    #: what was asked: ``REGISTER`` (its bindings only) or ``OPTIONS``, with the password; "" where nothing could be asked
    method: str = ""
    #: why the outcome is ``unknown``: ``not_challenged``, ``unsupported_digest``, ``other_answer``, ``by_address`` (there is no
    #: password), ``iax2`` (every way to ask would register), ``not_asked``
    why: str = ""


@dataclass(frozen=True)
class FirewallWay:
    """What becomes of one kind of traffic from one address of the carrier on its way in.

    ``what``: ``answers`` (to SIP that we sent), ``calls`` (SIP unasked), ``sound_answers`` (to sound that we sent), ``sound``.
    ``fate``: ``accepted``, ``dropped`` or ``cannot_tell``; ``rule``: the one that decides, as the firewall prints it.
    """

    what: str
    source: str
    protocol: str
    ports: str
    fate: str
    rule: str = ""
    #: those of the ports that are shut, where it is not all of them
    closed_ports: str = ""


@dataclass(frozen=True)
class Firewall:
    """``blocks``: the rules that would drop something of this carrier's, as the firewall prints them.

    ``kind``: ``nftables``, ``iptables``, ``firewalld``, ``vicibox``, ``none``, or ``unknown`` where nobody may look.
    ``signalling_blocked``: not even answers to our own SIP come in; ``audio_blocked``: not even answers to our own sound.
    """

    kind: str
    signalling_blocked: bool = False
    audio_blocked: bool = False
    blocks: tuple[str, ...] = ()
    #: the addresses of the carrier that are meant
    sources: tuple[str, ...] = ()
    ways: tuple[FirewallWay, ...] = ()
    #: commands that let in what is not let in, and those that take that back; None where no narrow rule would
    opens: tuple[str, ...] | None = ()
    closes: tuple[str, ...] = ()
    #: whether answers to the check's own questions, which leave from a port of their own, don't come in
    questions_blocked: bool = False
    #: why the kind is ``unknown``: ``not_root``, ``unreadable``, ``no_address``
    why: str = ""


@dataclass(frozen=True)
class Advertised:
    """What the dialer says of itself to the carrier.

    ``signalling`` and ``media``: the address that goes into Contact and into SDP, "" where Asterisk takes its own.
    ``own``: this dialer's interface addresses. ``is_sample``: VICIdial's sample address was never changed.
    """

    signalling: str = ""
    media: str = ""
    own: tuple[str, ...] = ()
    is_sample: bool = False
    #: where it is said: ``sip.conf externaddr``, ``pjsip.conf [transport-udp] external_media_address``, ...
    source: str = ""


@dataclass(frozen=True)
class Preconditions:
    """What a rebuild and a call need of the dialer itself. True where it is as it has to be, None where nobody could tell."""

    cron_runs: bool | None = None
    keepalive_in_cron: bool | None = None
    screen_runs: bool | None = None
    generates_conf: bool | None = None
    is_active_asterisk_server: bool | None = None
    asterisk_answers: bool | None = None
    driver_loaded: bool | None = None
    #: ports that the stack of this carrier's protocol listens on, as ``udp:5060``
    listens_on: tuple[str, ...] = ()
    #: what holds a port of that stack's in its place: Asterisk's other SIP driver, or a program; "" where nobody does
    port_lost_to: str = ""
    #: codecs of the entry that Asterisk can't handle, or can only pass through
    codecs_missing: tuple[str, ...] = ()
    rtp_from: int = 0
    rtp_to: int = 0


@dataclass(frozen=True)
class Understood:
    """One setting that Asterisk holds otherwise than the entry says."""

    section: str
    option: str
    meant: str
    held: str


@dataclass(frozen=True)
class Message:
    """One SIP message of a call, credentials masked. ``at``: seconds since the first one."""

    at: float
    is_outgoing: bool
    near: Address
    far: Address
    transport: str
    text: str


@dataclass(frozen=True)
class CallSeen:
    """One call through the carrier's own dialplan entry.

    ``dialstatus`` and ``hangup_cause`` as VICIdial's carrier log has them ("" and None where it has none of this call).
    ``left``: whether anything of it left the dialer towards the carrier, None where nobody could look.
    """

    number: str
    caller_id: str
    answered: bool
    seconds: float
    dialstatus: str = ""
    hangup_cause: int | None = None
    sip_code: int = 0
    sip_reason: str = ""
    left: bool | None = None
    #: the carrier's answers came to the dialer, and Asterisk went on as if there were none
    unheard: bool = False
    messages: tuple[Message, ...] = ()
    #: packets of sound in each direction, as they are on the wire: outside the dialer's own firewall; None where nobody counted
    audio_in: int | None = None
    audio_out: int | None = None
    log_lines: tuple[str, ...] = ()
    #: the trunk that the call went out through, where it went by a leg of a backup chain
    trunk: str = ""


@dataclass(frozen=True)
class RecentCalls:
    """The newest calls of this carrier that VICIdial's carrier log has, none older than an hour.

    ``ends``: (DIALSTATUS, hangup cause, SIP code) → how many ended so; the SIP code is 0 where there is none.
    """

    ends: Mapping[tuple[str, int, int], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.ends.values())

    @property
    def answered(self) -> int:
        return sum(count for (dialstatus, _, _), count in self.ends.items() if dialstatus == "ANSWER")


@dataclass(frozen=True)
class CampaignCalls:
    """Where one active campaign's calls go, by the dialplan that Asterisk has loaded.

    ``prefix``: as it is dialled, "" for none. ``digits``: an example of what is dialled. ``carriers``: those that may get the
    call, the first one first, none where nobody takes it. ``is_ours``: whether a pattern of this carrier matches too.
    """

    campaign_id: str
    prefix: str
    digits: str
    carriers: tuple[str, ...] = ()
    is_ours: bool = False


@dataclass(frozen=True)
class Observations:
    """All that is known. ``verdict`` and ``reason`` are the codes of a look at Asterisk, "" where nobody looked."""

    carrier: Carrier
    verdict: str = ""
    reason: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    host_addresses: tuple[str, ...] | None = None
    door: SipAnswer | None = None
    sign_in: SignInAnswer | None = None
    advertised: Advertised | None = None
    firewall: Firewall | None = None
    preconditions: Preconditions | None = None
    understood: tuple[Understood, ...] | None = None
    call: CallSeen | None = None
    #: lines of Asterisk's log that name this carrier
    log_lines: tuple[str, ...] = ()
    #: codes of findings about the entry on this dialer (collisions and the like)
    findings: tuple[str, ...] = ()
    #: None where nobody read the log, or it is off
    recent: RecentCalls | None = None
    #: None where nobody followed them
    campaigns: tuple[CampaignCalls, ...] | None = None
