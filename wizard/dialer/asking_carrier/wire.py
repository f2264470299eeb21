"""A socket on the dialer, and one question at a time through it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.diagnosis.observations import Address, SipAnswer
from wizard.carrier.signalling.answer import Reply, read_reply, sip_answer
from wizard.carrier.signalling.poke import is_pong, poke
from wizard.carrier.signalling.request import Dialogue, dialogue_of
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import AgentReply, open_wire, say_on_wire
from wizard.secret import Secret

_TROUBLES = frozenset({"no_answer", "refused", "no_route", "tls", "unsupported"})
#: where something listens that listens everywhere
ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 (Asterisk's words, nothing is bound)


@dataclass(frozen=True)
class Where:
    """Where to ask: an address and port, over what, and from which of our addresses ("" whichever leads there)."""

    transport: Transport
    address: Address
    #: whom TLS asks for
    name: str
    own_address: str = ""


@dataclass(frozen=True)
class Heard:
    """What came back to one question; ``reply`` is None where nothing did."""

    answer: SipAnswer
    reply: Reply | None = None

    @property
    def code(self) -> int:
        return self.answer.code


class Wire:
    """An open socket on the dialer, for SIP. Its requests are one dialogue."""

    def __init__(self, connection: Connection, where: Where, near: Address, answers: Answers) -> None:
        self._connection, self._where, self.near = connection, where, near
        self.dialogue: Dialogue = dialogue_of(answers, near, f"{secrets.token_hex(12)}@{near.host}", secrets.token_hex(6))
        self._cseq = 0

    def next(self) -> tuple[int, str]:
        """CSeq and branch of the next request."""
        self._cseq += 1
        return self._cseq, secrets.token_hex(8)

    def ask(self, request: Secret) -> Heard:
        """Send the last request that :meth:`next` was called for, and wait for its final answer."""
        [said] = self._connection.ask([say_on_wire(request, not_last="SIP/2.0 1")], stop_at_error=False)
        if said.status != "ok":
            return Heard(_silent(self._where, trouble_of(said), self.near))
        best: tuple[float, Reply] | None = None
        for seconds, text in _messages(said):
            reply = read_reply(text)
            if reply is not None and reply.answers(self.dialogue.call_id, self._cseq):
                # The first answer tells how fast it is, the last one what it says.
                best = (best[0] if best else seconds, reply)
        if best is None or not best[1].is_final:
            return Heard(_silent(self._where, "no_answer", self.near))
        return Heard(sip_answer(best[1], best[0], self._where.address, self.near), best[1])


def open_sip(connection: Connection, where: Where, answers: Answers) -> Wire | SipAnswer:
    """A socket to the carrier, or why there is none."""
    near = _open(connection, where)
    return near if isinstance(near, SipAnswer) else Wire(connection, where, near, answers)


def ask_iax2(connection: Connection, where: Where) -> SipAnswer:
    """POKE: is somebody there?"""
    near = _open(connection, where)
    if isinstance(near, SipAnswer):
        return near
    number = 1 + secrets.randbelow(0x7FFE)
    question = Secret(poke(number).decode("utf-8", errors="surrogateescape"))
    [said] = connection.ask([say_on_wire(question)], stop_at_error=False)
    if said.status != "ok":
        return _silent(where, trouble_of(said), near)
    for seconds, text in _messages(said):
        if is_pong(text.encode("utf-8", errors="surrogateescape"), number):
            return SipAnswer(code=0, reason="PONG", seconds=seconds, asked=where.address, sent_from=near)
    return _silent(where, "no_answer", near)


def trouble_of(reply: AgentReply) -> str:
    """The agent's word for what went wrong; whatever else it says, nothing came back."""
    word = (reply.values[0] or "").strip() if reply.values else ""
    return word if word in _TROUBLES else "no_answer"


def _open(connection: Connection, where: Where) -> Address | SipAnswer:
    own = "" if where.own_address in ANYWHERE else where.own_address
    address = where.address
    operation = open_wire(where.transport.value, address.host, address.port, own, where.name)
    [opened] = connection.ask([operation], stop_at_error=False)
    if opened.status != "ok":
        return _silent(where, trouble_of(opened), None)
    host, port, *_ = opened.values
    return Address(host or "", int(port or 0))


def _silent(where: Where, trouble: str, near: Address | None) -> SipAnswer:
    return replace(SipAnswer(trouble=trouble), asked=where.address, sent_from=near)


def _messages(reply: AgentReply) -> Iterator[tuple[float, str]]:
    values = [value or "" for value in reply.values]
    for seconds, text in zip(values[::2], values[1::2], strict=True):
        yield float(seconds), text
