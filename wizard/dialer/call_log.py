"""What Asterisk's log has of one call: the lines that bear its call identifier, which Asterisk gives to each call since 11."""

from __future__ import annotations

import re

from .connection import Connection
from .observing import tail_logs
from .protocol import asterisk, printed

_IDENTIFIER = re.compile(r"Call Ident\w+:\s*\[(C-[0-9a-f]+)\]")
_IN_LINE = re.compile(r"\[(C-[0-9a-f]+)\]")
_MOST_LINES = 20


def call_identifier(connection: Connection, channel: str) -> str:
    """``C-0000002a``; "" where the channel is gone, or Asterisk has no such thing."""
    [reply] = connection.ask([asterisk(f"core show channel {channel}")], stop_at_error=False)
    found = _IDENTIFIER.search(printed(reply))
    return found[1] if found else ""


def lines_of_call(connection: Connection, identifier: str, number: str) -> tuple[str, ...]:
    """The newest ones; Asterisk writes no password into them.

    A call that was over before anybody could ask for its identifier is found by the called ``number``.
    """
    lines = "\n".join(map(printed, connection.ask(tail_logs(), stop_at_error=False))).splitlines()
    named = [found[1] for line in lines if number in line and (found := _IN_LINE.search(line))]
    wanted = identifier or next(reversed(named), "")
    return tuple(line for line in lines if wanted and f"[{wanted}]" in line)[-_MOST_LINES:]
