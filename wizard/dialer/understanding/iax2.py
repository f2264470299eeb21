"""``iax2 show peer NAME`` prints each value whole; ``iax2 show users`` cuts at 15 signs, and there is no other way to ask."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence

from wizard.carrier.conf import ReadSection
from wizard.carrier.diagnosis.observations import Understood

from .peers import Value, differ, is_absent, is_peer, is_said, is_watching, set_or_not, watched
from .values import Ask, codecs, fields, last, listed, truth

#: how wide the narrowest version prints a user's name and context
_CUT = 15


def compare(sections: Sequence[ReadSection], ask: Ask) -> Iterator[Understood]:
    for section in sections:
        if is_peer(section):
            output = ask(f"iax2 show peer {section.name}")
            if is_absent(output):
                yield Understood(section.name, "type", "peer", "")
            elif is_said(output):
                yield from _peer(section, fields(output))
        if any(value.lower() in ("user", "friend") for value in section.values("type")):
            yield from _user(section, ask("iax2 show users"))


def _peer(section: ReadSection, said: dict[str, str]) -> Iterator[Understood]:
    def own(*keys: str) -> str | None:
        return last(section, *keys)

    bound = re.fullmatch(r"([0-9.]+) Port (\d+)", said.get("Addr->IP", ""))
    is_resolved = bound is not None and bound[1] != "0.0.0.0"  # noqa: S104
    every = re.match(r"every (\d+)ms when OK", said.get("Qualify", ""))
    trunk, encryption = own("trunk"), own("encryption")
    pairs: dict[str, tuple[Value, Value]] = {
        # It tells the address alone: a name can't be held against that.
        "host": (_address(own("host")), bound[1] if bound and is_resolved else None),
        "port": (own("port"), bound[2] if bound and is_resolved else None),
        "username": (own("username", "defaultuser"), said.get("Username")),
        "secret": (True if own("secret") else None, set_or_not(said.get("Secret"))),
        "allow": (codecs(section.options), listed(said["Codec Order"]) if "Codec Order" in said else None),
        "trunk": (truth(trunk) if trunk else None, truth(said.get("Trunk", ""))),
        "encryption": (truth(encryption) if encryption else None, truth(said.get("Encryption", ""))),
        "qualify": (is_watching(own("qualify")), watched(said)),
        "qualifyfreqok": (own("qualifyfreqok") if is_watching(own("qualify")) else None, every[1] if every else None),
    }
    for option, (meant, held) in pairs.items():
        yield from differ(section.name, option, meant, held)


def _address(host: str | None) -> str | None:
    try:
        return str(ipaddress.IPv4Address(host or ""))
    except ValueError:
        return None


def _user(section: ReadSection, output: str) -> Iterator[Understood]:
    """Where its context is plain to see: a name that is cut may be somebody else's."""
    context = last(section, "context")
    if context is None or len(section.name) > _CUT:
        return
    row = re.search(rf"^{re.escape(section.name)}\s+(?:-no secret-|\S+)?\s+\d+\s+(\S+)\s+(?:Yes|No)\s", output, re.MULTILINE)
    if row is None or (len(row[1]) >= _CUT and context.startswith(row[1])):
        return
    yield from differ(section.name, "context", context, row[1])
