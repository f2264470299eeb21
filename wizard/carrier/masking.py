"""Lines of an entry for showing: passwords, and whatever else nobody but the carrier should know, are masked."""

from __future__ import annotations

import re
from collections.abc import Collection

from wizard.secret import MASK

from .option_names import holds_secret
from .simulation.destinations import mask_passwords, mask_step

#: shorter ones would mask half of every text
_SHORTEST_SECRET = 4
_TELLING = re.compile(r"secret|passw|pwd|token|key|register|auth", re.IGNORECASE)
_REGISTER = re.compile(r"\s*(?:register\s*=>?\s*)?", re.IGNORECASE)
#: ``peer?``, the transport, and the user name
_BEFORE_PASSWORD = re.compile(r"(?:[^:?]*\?)?(?:(?:udp|tcp|tls)://)?[^:]*", re.IGNORECASE)
#: an account in a dial string, or in a URI
_ACCOUNT = re.compile(r"(?<=[/:])([^\s/:@,(){}$]+):([^\s/@,()]+)@")


def masked_line(column: str, line: str, secrets: Collection[str] = ()) -> str:
    """A line of a column as it is written, without what is secret; ``secrets`` are the texts that are known to be."""
    if line.lstrip().startswith(";"):
        return f"; {MASK}" if _TELLING.search(line) else _without(line, secrets)
    if column == "registration_string":
        start = _REGISTER.match(line)
        before = start[0] if start else ""
        return before + _masked_register(line[len(before) :])
    key, equals, _ = line.partition("=")
    if equals and holds_secret(key.strip()):
        return f"{key}={MASK}"
    if column == "dialplan_entry":
        line = mask_step(line)
    elif column != "account_entry":  # its addresses have a colon behind "sip"
        line = mask_passwords(line)
    return _without(_ACCOUNT.sub(rf"\1:{MASK}@", line), secrets)


def _masked_register(value: str) -> str:
    """The password is what follows the first colon but a transport's, up to the last @; nobody knows where it ends before."""
    if not value.strip():
        return value
    account, at, where = value.rpartition("@")
    start = _BEFORE_PASSWORD.match(account)
    if not at or start is None:
        return MASK
    rest = account[start.end() :]
    # Without a password a second colon is followed by the name to sign in with.
    shown = rest if not rest or rest.startswith("::") else f":{MASK}"
    return f"{start[0]}{shown}@{where}"


def _without(text: str, secrets: Collection[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return text
