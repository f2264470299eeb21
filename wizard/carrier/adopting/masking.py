"""Lines of an entry for showing: passwords, and whatever else nobody but the carrier should know, are masked."""

from __future__ import annotations

import re
from collections.abc import Collection

from wizard.carrier.dialing.outgoing import without_headers
from wizard.carrier.option_names import holds_secret
from wizard.secret import MASK

_LONGEST = 300
#: shorter ones would mask half of every text
_SHORTEST_SECRET = 4
_TELLING = re.compile(r"secret|passw|pwd|token|key|register|auth", re.IGNORECASE)
#: ``peer?``, the transport, and the user name
_BEFORE_PASSWORD = re.compile(r"(?:[^:?]*\?)?(?:(?:udp|tcp|tls)://)?[^:]*", re.IGNORECASE)
#: an account in a dial string, or in a URI
_ACCOUNT = re.compile(r"(?<=[/:])([^\s/:@,(){}$]+):([^\s/@,()]+)@")


def masked_line(column: str, line: str, secrets: Collection[str]) -> str:
    """A line of a column, without what is secret; ``secrets`` are the texts that are known to be."""
    text = line.strip()
    if text.startswith(";"):
        return f"; {MASK}" if _TELLING.search(text) else _without(text, secrets)[:_LONGEST]
    key, equals, value = text.partition("=")
    if equals and column == "registration_string":
        return f"{key.strip()} => {_masked_register(value.removeprefix('>').strip())}"
    if equals and holds_secret(key.strip()):
        return f"{key.strip()}={MASK}"
    if column == "dialplan_entry":
        text = without_headers(text, MASK)
    return _without(_ACCOUNT.sub(rf"\1:{MASK}@", text), secrets)[:_LONGEST]


def _masked_register(value: str) -> str:
    """The password is what follows the first colon but a transport's, up to the last @; nobody knows where it ends before."""
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
