"""A SIP driver's own debug output about one carrier, into a log of its own, for the time of one call.

It is for calls over TLS alone, whose packets tell nothing. While it is on, it covers every call to that address, and Asterisk
prints it on its console too, which VICIdial keeps in its screen log: digests of passwords are in it, passwords never.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from wizard.carrier.model import Carrier, Protocol

from .connection import Connection
from .protocol import asterisk, printed, run

#: the log's name; one test call at a time is made on a dialer
NAME = "carrier-wizard"
_MOST_BYTES = 400_000
#: the dialer itself ends it, should nobody else: by then the log has to be gone if all went well
_END = (
    'sleep "$1"; [ -e "$2" ] || exit 0; asterisk -rx "sip set debug off"; asterisk -rx "pjsip set logger off"; '
    'asterisk -rx "logger remove channel $3"; rm -f "$2"'
)
_IN_BACKGROUND = f'(setsid /bin/sh -c \'{_END}\' sh "$1" "$2" "$3" >/dev/null 2>&1 </dev/null &)'


class DebugLog:
    """Start it, read it as often as needed, and stop it whatever happened."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._path = ""

    @property
    def is_on(self) -> bool:
        return bool(self._path)

    def start(self, carriers: Collection[Carrier], addresses: Collection[str], seconds: int) -> bool:
        """Whether this Asterisk can do it; ``seconds``: after which the dialer ends it by itself."""
        self._clear()
        [_, settings] = self._ask(f"logger add channel {NAME} verbose", "core show settings")
        folder = re.search(r"^\s*Log directory:\s+(\S+)", settings, re.MULTILINE)
        path = f"{folder[1] if folder else '/var/log/asterisk'}/{NAME}"
        # The list of Asterisk's logs cuts their paths.
        [reply] = self._connection.ask([run("ls", path)], stop_at_error=False)
        if path not in printed(reply):
            return False
        self._path = path
        timer = run("/bin/sh", "-c", _IN_BACKGROUND, "sh", str(seconds), self._path, NAME)
        self._connection.ask([timer, run("chmod", "600", self._path)], stop_at_error=False)
        self._ask(*(f"{_switch(carrier)} {address}" for carrier in carriers for address in sorted(addresses)))
        return True

    def read(self) -> str:
        """All of it, or its end."""
        [reply] = self._connection.ask([run("tail", "-c", str(_MOST_BYTES), self._path)], stop_at_error=False)
        return printed(reply)

    def stop(self) -> None:
        """Harmless where it never began."""
        if self.is_on:
            self._ask("sip set debug off", "pjsip set logger off")
            self._clear()
            self._connection.ask([run("rm", "-f", self._path)], stop_at_error=False)

    def _clear(self) -> None:
        self._ask(f"logger remove channel {NAME}")

    def _ask(self, *commands: str) -> list[str]:
        return [printed(reply) for reply in self._connection.ask(list(map(asterisk, commands)), stop_at_error=False)]


def _switch(carrier: Carrier) -> str:
    return "sip set debug ip" if carrier.protocol is Protocol.SIP else "pjsip set logger host"
