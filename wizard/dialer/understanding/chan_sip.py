"""``sip show peer NAME``: it prints each value whole, in Asterisk 13 to 20 alike (21 has no chan_sip)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wizard.carrier.conf import ReadSection
from wizard.carrier.diagnosis.observations import Understood

from .peers import Value, differ, is_absent, is_peer, is_said, is_watching, set_or_not, watched
from .values import Ask, codecs, dtmf, fields, last, listed, truth


def compare(sections: Sequence[ReadSection], ask: Ask) -> Iterator[Understood]:
    for section in filter(is_peer, sections):
        output = ask(f"sip show peer {section.name}")
        if is_absent(output):
            yield Understood(section.name, "type", "peer", "")
        elif is_said(output):
            yield from _peer(section, fields(output))


def _peer(section: ReadSection, said: dict[str, str]) -> Iterator[Understood]:
    def own(*keys: str) -> str | None:
        return last(section, *keys)

    host, nat, dtmfmode = own("host"), own("nat"), own("dtmfmode")
    bound = re.fullmatch(r"([0-9.]+):(\d+)", said.get("Addr->IP", ""))
    transport = own("transport")
    pairs: dict[str, tuple[Value, Value]] = {
        "host": (host.lower() if host and host.lower() != "dynamic" else None, said.get("ToHost", "").lower() or None),
        "port": (own("port"), bound[2] if bound and bound[1] != "0.0.0.0" else None),  # noqa: S104
        "transport": (re.split(r"[, ]", transport)[0].upper() if transport else None, said.get("Prim.Transp.")),
        "defaultuser": (own("defaultuser", "username"), said.get("Def. Username")),
        "secret": (_has(own("secret")), set_or_not(said.get("Secret"))),
        # These two lines are there only where something is set.
        "fromuser": (own("fromuser"), said.get("FromUser", "")),
        "fromdomain": (_lower(own("fromdomain")), re.sub(r" Port \d+$", "", said.get("FromDomain", "")).lower()),
        "insecure": (_insecure(own("insecure")), _insecure(said.get("Insecure"))),
        "context": (own("context"), said.get("Context")),
        "allow": (codecs(section.options), listed(said["Codecs"]) if "Codecs" in said else None),
        "dtmfmode": (dtmf(dtmfmode) if dtmfmode else None, dtmf(said["DTMFmode"]) if "DTMFmode" in said else None),
        "qualify": (is_watching(own("qualify")), watched(said)),
        "qualifyfreq": (own("qualifyfreq"), _seconds(said.get("Qualify Freq"))),
        "nat": (_nat(nat), (_yes(said, "Force rport"), _yes(said, "Symmetric RTP"))),
        "directmedia": (_plain_truth(own("directmedia", "canreinvite")), _plain_truth(said.get("DirectMedia"))),
        "encryption": (_plain_truth(own("encryption")), _plain_truth(said.get("Encryption"))),
        "trustrpid": (_plain_truth(own("trustrpid")), _plain_truth(said.get("Trust RPID"))),
        "session-timers": (_lower(own("session-timers")), _lower(said.get("Sess-Timers"))),
    }
    for option, (meant, held) in pairs.items():
        yield from differ(section.name, option, meant, held)


def _lower(value: str | None) -> str | None:
    return value.lower() if value is not None else None


def _has(secret: str | None) -> bool | None:
    return True if secret else None


def _plain_truth(value: str | None) -> bool | None:
    return truth(value) if value is not None else None


def _yes(said: dict[str, str], key: str) -> str:
    return "yes" if said.get(key, "").lower() == "yes" else "no"


def _nat(value: str | None) -> tuple[str, str] | None:
    """Where the entry decides both; ``auto_…`` lets Asterisk decide."""
    if value is None or "auto" in value.lower():
        return None
    parts = set(re.split(r"[,\s]+", value.lower()))
    is_all = "yes" in parts
    return ("yes" if is_all or "force_rport" in parts else "no", "yes" if is_all or "comedia" in parts else "no")


def _insecure(value: str | None) -> tuple[str, ...] | None:
    parts = {part.strip() for part in (value or "").lower().split(",")}
    if value is None or not parts <= {"port", "invite", "no", ""}:
        return None
    return tuple(sorted(parts & {"port", "invite"})) or ("no",)


def _seconds(value: str | None) -> str | None:
    match = re.fullmatch(r"(\d+) ms", value or "")
    return str(int(match[1]) // 1000) if match else None
