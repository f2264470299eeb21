"""How a carrier's trunk is watched: a module per channel driver, each with what it asks of Asterisk and how it reads that."""

from __future__ import annotations

from wizard.carrier.model import Carrier, Protocol

from .base import Seen, Watch
from .chan_sip import ChanSipWatch
from .iax2 import Iax2Watch
from .pjsip import PjsipWatch

_WATCHES: dict[Protocol, type[Watch]] = {
    Protocol.SIP: ChanSipWatch,
    Protocol.PJSIP: PjsipWatch,
    Protocol.PJSIP_WIZ: PjsipWatch,
    Protocol.IAX2: Iax2Watch,
}
WATCHED_PROTOCOLS = frozenset(_WATCHES)

__all__ = ["WATCHED_PROTOCOLS", "Seen", "Watch", "watch_of"]


def watch_of(carrier: Carrier, lookalikes: int = 0) -> Watch:
    """How to look at a row, whoever wrote it.

    :raises KeyError: for a protocol that VICIdial never writes
    """
    return _WATCHES[carrier.protocol](carrier, lookalikes)
