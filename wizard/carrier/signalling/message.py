"""A SIP message as it stood on the wire (RFC 3261 §7): its parts, and what of it may be shown."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

MASK = "***"
_METHODS = (
    "ACK|BYE|CANCEL|INFO|INVITE|MESSAGE|NOTIFY|OPTIONS|PRACK|PUBLISH|REFER|REGISTER|SUBSCRIBE|UPDATE"
)  # fmt: skip
#: where a message begins in a stream
START = re.compile(rb"(?:SIP/2\.0 \d{3}[ \r]|(?:" + _METHODS.encode() + rb") [^\r\n]{1,2000} SIP/2\.0\r?\n)")
_REQUEST = re.compile(r"(?P<method>[A-Z]+) +(?P<uri>\S+) +SIP/2\.0")
_ANSWER = re.compile(r"SIP/2\.0 +(?P<code>[1-6]\d\d)(?: +(?P<reason>.*))?")
_COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition", "e": "content-encoding",
    "f": "from", "i": "call-id", "k": "supported", "l": "content-length", "m": "contact", "o": "event", "r": "refer-to",
    "s": "subject", "t": "to", "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
}  # fmt: skip
#: headers that carry what proves an identity
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
#: what a dialer's own messages are made of; any other header of theirs was added by the dialplan, and may be a carrier's key
_USUAL = frozenset({
    "accept", "accept-contact", "accept-encoding", "accept-language", "allow", "allow-events", "call-id", "contact",
    "content-disposition", "content-encoding", "content-language", "content-length", "content-type", "cseq", "date",
    "diversion", "event", "expires", "from", "in-reply-to", "max-forwards", "mime-version", "min-expires", "min-se",
    "p-asserted-identity", "p-charging-vector", "p-early-media", "p-preferred-identity", "privacy", "proxy-require",
    "rack", "reason", "record-route", "refer-to", "referred-by", "remote-party-id", "replaces", "require",
    "retry-after", "route", "rseq", "server", "session-expires", "subject", "supported", "timestamp", "to",
    "unsupported", "user-agent", "via", "warning",
})  # fmt: skip
_KEYS = re.compile(r"(?m)^(a=(?:crypto:\d+ \S+ inline:|ice-pwd:|key-mgmt:))\S.*$")
#: what a terminal would take for a command
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class SipMessage:
    """One message. Requests have a ``method``, answers a ``code``; ``headers`` are name and value as written, unfolded."""

    method: str = ""
    uri: str = ""
    code: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    @classmethod
    def read(cls, data: bytes) -> Self | None:
        """None: this is no SIP message."""
        text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
        head, _, body = text.lstrip("\n").partition("\n\n")
        start, *lines = head.split("\n")
        request, answer = _REQUEST.fullmatch(start.strip()), _ANSWER.fullmatch(start.strip())
        headers = tuple(_headers(lines))
        if request:
            return cls(method=request["method"], uri=request["uri"], headers=headers, body=body)
        if answer:
            return cls(code=int(answer["code"]), reason=(answer["reason"] or "").strip(), headers=headers, body=body)
        return None

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a header, in their order; ``name`` in full, its compact form is found too."""
        return tuple(value for key, value in self.headers if _full(key) == name.lower())

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def call_id(self) -> str:
        return self.first("Call-ID")

    @property
    def sequence(self) -> tuple[int, str]:
        """Number and method of CSeq; (0, "") where there is none."""
        match = re.match(r"(\d{1,10})\s+([A-Z]+)", self.first("CSeq"))
        return (int(match[1]), match[2]) if match else (0, "")

    @property
    def user(self) -> str:
        """The user part of the request's address: the number that is called."""
        match = re.match(r"(?:sips?|tel):([^@;?>]*)", self.uri)
        return match[1] if match else ""

    @property
    def is_end(self) -> bool:
        """Whether it is a final answer to an INVITE."""
        return self.code >= 200 and self.sequence[1] == "INVITE"

    def masked(self, *, is_ours: bool) -> Self:
        """Without credentials, audio keys and, in what the dialer sends itself, the headers that a dialplan adds."""
        headers = tuple((name, _masked(name, value, is_ours=is_ours)) for name, value in self.headers)
        return replace(self, headers=headers, body=_KEYS.sub(rf"\g<1>{MASK}", self.body))

    def added_values(self) -> frozenset[str]:
        """What the unusual headers hold."""
        return frozenset(value for name, value in self.headers if _full(name) not in _USUAL | _CREDENTIALS and value)

    def without(self, values: Collection[str]) -> Self:
        """With each of these values masked, wherever it comes back."""
        headers, body, reason = self.headers, self.body, self.reason
        for value in sorted((each for each in values if len(each) >= _SHORTEST_SECRET), key=len, reverse=True):
            headers = tuple((name, held.replace(value, MASK)) for name, held in headers)
            body, reason = body.replace(value, MASK), reason.replace(value, MASK)
        return replace(self, headers=headers, body=body, reason=reason)

    @property
    def start_line(self) -> str:
        return f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.code} {self.reason}".rstrip()

    @property
    def text(self) -> str:
        """For people: one line each, nothing in it that a terminal would obey."""
        lines = [self.start_line, *(f"{name}: {value}" for name, value in self.headers), "", self.body]
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)).rstrip("\n")


#: shorter values stand in too many places that have nothing to do with them
_SHORTEST_SECRET = 6


def _headers(lines: Collection[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and found:
            name, value = found[-1]
            found[-1] = (name, f"{value} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            found.append((name.strip(), value.strip()))
    return found


def _full(name: str) -> str:
    lowered = name.lower()
    return _COMPACT.get(lowered, lowered)


def _masked(name: str, value: str, *, is_ours: bool) -> str:
    full = _full(name)
    if full in _CREDENTIALS:
        return f"{value.split(maxsplit=1)[0]} {MASK}" if value.strip() else MASK
    return MASK if is_ours and full not in _USUAL else value
