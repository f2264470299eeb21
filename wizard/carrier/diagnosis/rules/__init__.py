"""The rules, a table for each moment, in the order in which a carrier comes up."""

from __future__ import annotations

from .calling import CALLING
from .dialer import DIALER
from .entry import ENTRY
from .incoming import INCOMING
from .reaching import REACHING
from .signing_in import SIGNING_IN
from .sound import SOUND

RULES = (*DIALER, *ENTRY, *REACHING, *SIGNING_IN, *CALLING, *SOUND, *INCOMING)

__all__ = ["RULES"]
