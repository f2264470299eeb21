"""What a carrier answered, as far as it says why, who it is, and from where it sees us."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.carrier.diagnosis.observations import Address, SipAnswer

from .digest import Challenge, read_challenges

#: a status → the header that the challenge is in, and the one that the answer goes into
CHALLENGES = {401: ("www-authenticate", "Authorization"), 407: ("proxy-authenticate", "Proxy-Authorization")}
#: headers in one letter (RFC 3261 §7.3.3)
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}
_EXPLAIN = ("warning", "reason", "error-info", "retry-after")
#: characters of one explanation that are kept
_MOST = 300


@dataclass(frozen=True)
class Reply:
    """A status line and its headers, in small letters, in their order."""

    code: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]

    def value(self, name: str) -> str:
        return next(iter(self.values(name)), "")

    @property
    def is_final(self) -> bool:
        return self.code >= 200

    @property
    def challenges(self) -> list[Challenge]:
        return read_challenges(self.values(CHALLENGES[self.code][0])) if self.code in CHALLENGES else []

    def answers(self, call_id: str, cseq: int) -> bool:
        """Whether it belongs to that request; others may be late answers to an earlier one."""
        return self.value("call-id") == call_id and self.value("cseq").split()[:1] == [str(cseq)]


def read_reply(text: str) -> Reply | None:
    """None: this is no SIP answer."""
    head = re.split(r"\r?\n\r?\n", text.lstrip("\r\n"), maxsplit=1)[0]
    # A line that begins with a blank goes on with the one before.
    line, *rest = re.sub(r"\r?\n[ \t]+", " ", head).splitlines() or [""]
    status = re.match(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?$", line)
    if status is None:
        return None
    pairs = (each.partition(":") for each in rest if ":" in each)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    return Reply(int(status[1]), (status[2] or "").strip(), tuple((_SHORT.get(name, name), value) for name, value in headers))


def sip_answer(reply: Reply, seconds: float, asked: Address, sent_from: Address) -> SipAnswer:
    """What is worth knowing of a reply."""
    explained = [
        f"{name.title()}: {value}"[:_MOST] for name, value in reply.headers if name in _EXPLAIN or name.startswith("x-")
    ]
    return SipAnswer(
        code=reply.code,
        reason=reply.reason,
        seconds=seconds,
        asked=asked,
        sent_from=sent_from,
        seen_as=seen_as(reply),
        server=(reply.value("server") or reply.value("user-agent"))[:_MOST],
        explained=tuple(explained),
    )


def seen_as(reply: Reply) -> Address | None:
    """Where the carrier saw the request come from. No ``received``: from what Via says (RFC 3261 §18.2.1)."""
    via = reply.value("via").split(",")[0]
    received = re.search(r";\s*received\s*=\s*\[?([0-9A-Fa-f.:]+)", via)
    port = re.search(r";\s*rport\s*=\s*(\d+)", via)
    if received is None and port is None:
        return None
    said = re.match(r"SIP/2\.0/\w+\s+\[?([^\s;\]:]+)", via)
    host = received[1] if received else said[1] if said else ""
    return Address(host, int(port[1]) if port else 0) if host else None
