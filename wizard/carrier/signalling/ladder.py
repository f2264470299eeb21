"""The ladder of one call: its messages among all that went to and from a carrier, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from wizard.carrier.diagnosis.observations import Address, Message

from .message import SipMessage
from .packets import Said
from .sdp import Session, read_session

#: so many last digits of a number make it that number, whatever a carrier wants before them
_TAIL = 7
#: a carrier's own words for why
_EXPLAINING = ("reason", "warning", "error-info", "p-asterisk-hangupcause", "p-asterisk-hangupcausecode")
_Q850 = re.compile(r"(?i)Q\.850\s*;(?:.*;)?\s*cause\s*=\s*(\d{1,3})")
#: INVITEs after the answer
_REPEATS_THAT_PROVE = 2
_EARLY = (183, 180)


@dataclass(frozen=True)
class OwnCall:
    """How a call is told from others that go to the same carrier at the same time."""

    #: the caller's name: VICIdial's code, which no other call has
    code: str
    #: digits behind which nothing is added: the number's end
    number: str
    #: seconds since 1970 before which it didn't exist
    since: float


@dataclass(frozen=True)
class Step:
    """One arrow of the ladder. ``repeats``: how often the very same message came once more."""

    at: float
    is_outgoing: bool
    near: Address
    far: Address
    transport: str
    #: ``INVITE``, or ``486 Busy Here``
    label: str
    #: the request that an answer is to, "" for requests
    about: str = ""
    session: Session | None = None
    repeats: int = 0
    #: which of the messages it is
    index: int = 0


@dataclass(frozen=True)
class Ladder:
    """What the messages of a call come to. Addresses, codes and texts are the carrier's own."""

    steps: tuple[Step, ...] = ()
    #: with a 2xx that we confirmed: one on the wire alone may never have come to Asterisk
    answered: bool = False
    #: whether an INVITE went out again and again after it was answered: what comes in is thrown away on its way to Asterisk
    unheard: bool = False
    #: of the last final answer to an INVITE, 0 for none
    code: int = 0
    reason: str = ""
    #: codes of answers to the INVITE, in their order, without repeats
    codes: tuple[int, ...] = ()
    #: (header, value) by which the other side explains itself
    explained: tuple[tuple[str, str], ...] = ()
    #: Q.850 causes that it gave
    causes: tuple[int, ...] = ()
    #: what both sides have: the answer's codecs
    codecs: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    #: where each side wants to get its audio
    audio_near: Address | None = None
    audio_far: Address | None = None
    #: whether an INVITE was sent again with a password
    signed_in: bool = False


def call_messages(said: Sequence[Said], own: OwnCall, carrier: Collection[str]) -> list[Message]:
    """Those of one call: all with a Call-ID that is its own. ``carrier``: the addresses of the other side."""
    read = [(each, message) for each in said if (message := SipMessage.read(each.data)) is not None]
    wanted = _call_ids(read, own, carrier)
    kept = [(each, message) for each, message in read if message.call_id in wanted]
    added = frozenset(value for each, message in kept if each.target.host in carrier for value in message.added_values())
    first = kept[0][0].at if kept else 0.0
    messages = []
    for each, message in kept:
        is_outgoing = each.target.host in carrier
        near, far = (each.source, each.target) if is_outgoing else (each.target, each.source)
        shown = message.masked(is_ours=is_outgoing).without(added)
        messages.append(Message(each.at - first, is_outgoing, near, far, each.transport, shown.text))
    return messages


def _call_ids(read: Sequence[tuple[Said, SipMessage]], own: OwnCall, carrier: Collection[str]) -> frozenset[str]:
    """By the call's code where the carrier gets it as the caller's name; else the first new call to that number."""
    asked = [
        (each, message)
        for each, message in read
        if message.method == "INVITE" and each.target.host in carrier and each.at >= own.since and message.call_id
    ]
    named = frozenset(
        message.call_id
        for _, message in asked
        if any(own.code in message.first(name) for name in ("From", "Remote-Party-ID", "P-Asserted-Identity"))
    )
    if named:
        return named
    tail = re.sub(r"\D", "", own.number)[-_TAIL:]
    alike = [message.call_id for _, message in asked if tail and re.sub(r"\D", "", message.user).endswith(tail)]
    foreign = {message.call_id for each, message in read if each.at < own.since}
    return frozenset([each for each in alike if each not in foreign][:1])


@dataclass
class _Seen:
    steps: list[Step] = field(default_factory=list)
    keys: dict[tuple[object, ...], int] = field(default_factory=dict)


def ladder_of(messages: Sequence[Message]) -> Ladder:
    """The arrows, and what they come to."""
    seen, read = _Seen(), []
    for index, message in enumerate(messages):
        parsed = SipMessage.read(message.text.encode())
        if parsed is not None:
            read.append((message, parsed))
            _add(seen, index, message, parsed)
    answers = [parsed for message, parsed in read if not message.is_outgoing and parsed.code and parsed.sequence[1] == "INVITE"]
    ends = [parsed for parsed in answers if parsed.is_end and parsed.code not in (401, 407)] or [
        parsed for parsed in answers if parsed.is_end
    ]
    end = ends[-1] if ends else None
    explained = _explained([parsed for message, parsed in read if not message.is_outgoing])
    offer, answer = _sessions(read)
    return Ladder(
        steps=tuple(seen.steps),
        answered=any(200 <= parsed.code < 300 for parsed in ends if _is_confirmed(parsed, read)),
        unheard=_is_unheard(read),
        code=end.code if end else 0,
        reason=end.reason if end else "",
        codes=tuple(dict.fromkeys(parsed.code for parsed in answers)),
        explained=explained,
        causes=tuple(dict.fromkeys(int(match[1]) for _, text in explained for match in [_Q850.search(text)] if match)),
        codecs=tuple(name for name in answer.codecs if name in offer.codecs) if offer and answer else (),
        offered=offer.codecs if offer else (),
        audio_near=offer.audio if offer else None,
        audio_far=answer.audio if answer else None,
        signed_in=any(
            message.is_outgoing
            and parsed.method == "INVITE"
            and (parsed.all("Authorization") or parsed.all("Proxy-Authorization"))
            for message, parsed in read
        ),
    )


def _is_confirmed(answer: SipMessage, read: Sequence[tuple[Message, SipMessage]]) -> bool:
    """RFC 3261 §13.2.2.4: the ACK to a 2xx has the number of its INVITE."""
    return any(
        message.is_outgoing
        and each.method == "ACK"
        and (each.call_id, each.sequence[0]) == (answer.call_id, answer.sequence[0])
        for message, each in read
    )


def _is_unheard(read: Sequence[tuple[Message, SipMessage]]) -> bool:
    """RFC 3261 §17.1.1.2: any answer ends the repeating. One may have crossed the answer on its way."""
    first = next(((turn, each) for turn, (message, each) in enumerate(read) if not message.is_outgoing and each.code), None)
    if first is None:
        return False
    turn, answer = first
    again = [
        each
        for message, each in read[turn + 1 :]
        if message.is_outgoing and each.method == "INVITE" and each.sequence[0] == answer.sequence[0]
    ]
    return len(again) >= _REPEATS_THAT_PROVE


def _add(seen: _Seen, index: int, message: Message, parsed: SipMessage) -> None:
    number, method = parsed.sequence
    via = parsed.first("Via")
    key = (message.is_outgoing, parsed.call_id, parsed.method, parsed.code, number, method, via, parsed.first("To"))
    if key in seen.keys:
        place = seen.keys[key]
        seen.steps[place] = replace(seen.steps[place], repeats=seen.steps[place].repeats + 1)
        return
    seen.keys[key] = len(seen.steps)
    seen.steps.append(
        Step(
            at=message.at,
            is_outgoing=message.is_outgoing,
            near=message.near,
            far=message.far,
            transport=message.transport,
            label=parsed.method or f"{parsed.code} {parsed.reason}".rstrip(),
            about="" if parsed.method else method,
            session=read_session(parsed.body),
            index=index,
        )
    )


def _explained(read: Sequence[SipMessage]) -> tuple[tuple[str, str], ...]:
    pairs = (
        (name, value)
        for message in read
        for name, value in message.headers
        if name.lower() in _EXPLAINING or (name.lower().startswith("x-") and message.code >= 300)
    )
    return tuple(dict.fromkeys(pairs))


def _sessions(read: Sequence[tuple[Message, SipMessage]]) -> tuple[Session | None, Session | None]:
    """The last offer and its answer: an INVITE's description, and the last one of a 200, else of a 183 or 180, after it."""
    offers = [
        session
        for message, each in read
        if message.is_outgoing and each.method == "INVITE" and (session := read_session(each.body))
    ]
    answers = [
        (each.code, session)
        for message, each in read
        if not message.is_outgoing and each.sequence[1] == "INVITE" and (session := read_session(each.body))
    ]
    final = [session for code, session in answers if 200 <= code < 300]
    early = [session for code, session in answers if code in _EARLY]
    return (offers[-1] if offers else None), next(iter([*final[-1:], *early[-1:]]), None)
