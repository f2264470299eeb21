"""How calls failed, from a test call or from VICIdial's carrier log, in one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .observations import CallSeen, Message, RecentCalls

#: fewer calls, or a smaller share, are chance
FEWEST_CALLS, LEAST_SHARE = 5, 0.5
#: how people end calls: no carrier's fault
_PEOPLE = frozenset({"ANSWER", "BUSY", "NOANSWER", "CANCEL"})
_HEADER = re.compile(r"^(Warning|Reason|X-[A-Za-z0-9-]+)\s*:\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"SIP/2\.0 (\d{3}) ?([^\r\n]*)")


@dataclass(frozen=True)
class Failure:
    """How a call ended without an answer. ``code`` 0: no SIP answer; ``text``: what the carrier wrote about it."""

    dialstatus: str
    cause: int | None
    code: int
    text: str
    #: what it was seen in
    source: str
    #: whether the phone was ringing, or something was heard, before the end
    had_progress: bool = False

    @property
    def words(self) -> str:
        parts = [
            self.dialstatus,
            f"SIP {self.code}" if self.code else "",
            f"cause {self.cause}" if self.cause else "",
            self.text,
        ]
        return ", ".join(filter(None, parts))


def status_of(message: Message) -> int:
    """A response's code; 0 for a request."""
    match = _STATUS.match(message.text)
    return int(match[1]) if match else 0


def explained(text: str) -> tuple[str, ...]:
    """The headers of a SIP message in which carriers explain a refusal."""
    return tuple(f"{name}: {value}" for name, value in _HEADER.findall(text.split("\r\n\r\n")[0]))


def failure_of_call(call: CallSeen | None) -> Failure | None:
    if call is None or call.answered:
        return None
    answers = [message for message in call.messages if not message.is_outgoing and status_of(message)]
    finals = [message for message in answers if status_of(message) >= 300]
    # A challenge that was met is no refusal.
    last = finals[-1] if finals else None
    code = call.sip_code or (status_of(last) if last else 0)
    status_line = _STATUS.match(last.text) if last else None
    reason = call.sip_reason or (status_line[2] if status_line else "")
    texts = [reason, *(explained(last.text) if last else ())]
    rang = any(status_of(message) in (180, 183) for message in answers)
    final = code if code >= 300 else 0
    return Failure(
        call.dialstatus, call.hangup_cause, final, "; ".join(filter(None, texts)), "call", rang or code in (180, 183)
    )


def failures_of_recent(recent: RecentCalls | None) -> Iterator[Failure]:
    """The way in which most of the newest calls failed, if there is one."""
    if recent is None or recent.total < FEWEST_CALLS:
        return
    for (dialstatus, cause, code), count in recent.ends.items():
        is_people = dialstatus in _PEOPLE and code not in (403, 603, 607, 608)
        if not is_people and count >= LEAST_SHARE * recent.total:
            yield Failure(dialstatus, cause, code if code >= 300 else 0, "", f"{count} of the last {recent.total} calls")
