"""SIP requests that ask a carrier something and change nothing there: OPTIONS, and REGISTER without a Contact."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.diagnosis.observations import Address
from wizard.secret import Secret

#: what a carrier sees of who asks
USER_AGENT = "Carrier Wizard"
#: what a user part may hold as it is (RFC 3261 §25.1)
_IN_USER = "-_.!~*'()&=+$,;?/"


@dataclass(frozen=True)
class Dialogue:
    """Requests that belong together: same socket, same Call-ID. ``near`` is our end of the socket."""

    near: Address
    transport: Transport
    #: the carrier, as a URI has it: host, or host:port
    carrier: str
    #: the user that From, and a registration's To, name
    user: str
    #: the domain beside that user
    domain: str
    call_id: str
    tag: str

    @property
    def uri(self) -> str:
        """What is asked: the carrier itself."""
        return f"sip:{self.carrier}" + ("" if self.transport is Transport.UDP else f";transport={self.transport.value}")


def dialogue_of(answers: Answers, near: Address, call_id: str, tag: str) -> Dialogue:
    """As the entry made from these answers will speak to the carrier."""
    sign_in, connection = answers.sign_in, answers.connection
    port = f":{connection.port_in_use}" if connection.port_in_use is not None else ""
    carrier = f"{connection.host}{port}"
    user = sign_in.username or sign_in.from_user or "carrier-wizard"
    return Dialogue(near, connection.transport, carrier, user, sign_in.from_domain or carrier, call_id, tag)


def options(dialogue: Dialogue, cseq: int, branch: str, authorization: tuple[str, Secret] | None = None) -> Secret:
    """Are you there?"""
    return _request("OPTIONS", dialogue, dialogue.uri, cseq, branch, authorization)


def register_query(dialogue: Dialogue, cseq: int, branch: str, authorization: tuple[str, Secret] | None = None) -> Secret:
    """Which contacts do you have of this user? Without a Contact nothing is registered or unregistered (RFC 3261 §10.2.3)."""
    return _request("REGISTER", dialogue, f"sip:{_user(dialogue.user)}@{dialogue.domain}", cseq, branch, authorization)


def _request(
    method: str, dialogue: Dialogue, to: str, cseq: int, branch: str, authorization: tuple[str, Secret] | None
) -> Secret:
    """``authorization`` is the name and the value of its header."""
    near = dialogue.near
    lines = [
        f"{method} {dialogue.uri} SIP/2.0",
        f"Via: SIP/2.0/{dialogue.transport.value.upper()} {near.host}:{near.port};branch=z9hG4bK{branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:{_user(dialogue.user)}@{dialogue.domain}>;tag={dialogue.tag}",
        f"To: <{to}>",
        f"Call-ID: {dialogue.call_id}",
        f"CSeq: {cseq} {method}",
        f"User-Agent: {USER_AGENT}",
        *(["Accept: application/sdp"] if method == "OPTIONS" else []),
        *([f"{authorization[0]}: {authorization[1].reveal()}"] if authorization else []),
        "Content-Length: 0",
    ]
    return Secret("".join(f"{line}\r\n" for line in [*lines, ""]))


def _user(text: str) -> str:
    return quote(text, safe=_IN_USER)
