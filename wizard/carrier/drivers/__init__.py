"""What differs between the channel drivers that VICIdial writes files for: a module each."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.carrier.model import Protocol

from .base import Driver
from .chan_sip import ChanSip
from .iax2 import Iax2
from .pjsip import Pjsip
from .pjsip_wizard import PjsipWizard

_DRIVERS: Mapping[Protocol, Driver] = {
    Protocol.SIP: ChanSip(),
    Protocol.PJSIP: Pjsip(),
    Protocol.PJSIP_WIZ: PjsipWizard(),
    Protocol.IAX2: Iax2(),
}
SUPPORTED_PROTOCOLS = tuple(_DRIVERS)


def driver_of(protocol: Protocol) -> Driver:
    """The driver that runs a protocol's entries.

    :raises KeyError: for Zap and EXTERNAL, which VICIdial never writes (vicidial.md §2.3)
    """
    return _DRIVERS[protocol]
