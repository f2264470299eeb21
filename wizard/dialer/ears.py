"""What is heard of a call to a carrier: packets off the wire, or the driver's own log where these are encrypted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from wizard.carrier.answers import Transport
from wizard.carrier.diagnosis.observations import Address, Message
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.signalling.debug_log import read_debug_log
from wizard.carrier.signalling.ladder import OwnCall, call_messages
from wizard.carrier.signalling.packets import put_together
from wizard.carrier.traffic import traffic_of

from .capture import Capture
from .connection import Connection
from .debug_log import DebugLog
from .pace import Clock


class Ears:
    """Open them, listen as often as needed, close them whatever happened."""

    def __init__(self, connection: Connection, own: OwnCall, hosts: frozenset[str], pace: Clock) -> None:
        self._connection, self._own, self._hosts, self._pace = connection, own, hosts, pace
        self._capture, self._debug = Capture(), DebugLog(connection)
        self._sees_packets = False
        #: whether what is heard has the call's messages in it
        self.hear_messages = False

    def open(self, carriers: Sequence[Carrier], debug_seconds: int = 0) -> str:
        """Why no messages are heard, "" where they are; ``debug_seconds``: how long a debug log may last, 0 for none."""
        if all(carrier.protocol is Protocol.IAX2 for carrier in carriers):
            return "iax2"
        if not self._hosts:
            return "no_address"
        encrypted = [carrier for carrier in carriers if is_encrypted(carrier)]
        if encrypted and not debug_seconds:
            return "tls"
        self._sees_packets = not self._capture.start(self._connection, self._hosts)
        if encrypted:
            self.hear_messages = self._debug.start(carriers, self._hosts, debug_seconds)
            return "" if self.hear_messages else "no_debug_log"
        self.hear_messages = self._sees_packets
        return "" if self._sees_packets else "no_root"

    def listen(self, seconds: float) -> list[Message]:
        """Everything of this call that was heard by then, masked."""
        if self._sees_packets:
            self._capture.hear(self._connection, seconds)
        else:
            self._pace.sleep(seconds)
        if not self.hear_messages:
            return []
        if self._debug.is_on:
            # chan_sip doesn't tell our end.
            near = Address(self._connection.target.host)
            said = read_debug_log(self._debug.read(), near, self._own.since)
        else:
            said = put_together(self._capture.packets)
        return call_messages(said, self._own, self._hosts)

    def follow_sound(self, media: Address | None) -> None:
        """Many carriers have their sound come from elsewhere than their signalling."""
        is_new = media is not None and media.host not in self._capture.hosts
        if media is not None and is_new and self._sees_packets and re.fullmatch(r"\d+(\.\d+){3}", media.host):
            self._capture.start(self._connection, [media.host])

    def audio_to(self, end: Address | None) -> int | None:
        """Packets of sound that went to an address and port; None where nobody could count them."""
        if not self._sees_packets:
            return None
        return self._capture.audio_to(end) if end else 0

    def close(self) -> None:
        self._debug.stop()


def is_encrypted(carrier: Carrier) -> bool:
    """Whether the packets of its signalling tell nothing."""
    return carrier.protocol is not Protocol.IAX2 and traffic_of(carrier).transport is Transport.TLS


def encrypted_among(carriers: Collection[Carrier]) -> bool:
    return any(map(is_encrypted, carriers))
