"""A mark of an entry by which one sees that it has changed since."""

from __future__ import annotations

import hashlib

from .masking import masked_line
from .model import Carrier

_TEXTS = ("registration_string", "account_entry", "globals_string", "dialplan_entry")


def entry_mark(carrier: Carrier) -> str:
    """Sixteen hexadecimal digits of what Asterisk is told of a carrier.

    Passwords are masked before, so the mark tells nobody whether he has guessed one; nor does a new password change it.
    """
    columns = carrier.columns()
    lines = [f"{carrier.protocol.value} {carrier.template_id}"]
    for name in _TEXTS:
        lines += [name, *(masked_line(name, line.rstrip()) for line in columns[name].splitlines() if line.strip())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
