"""What Asterisk says of its own address to somebody at some address: its settings for dialers behind NAT, as it uses them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from wizard.carrier.conf import ReadSection, read_conf


@dataclass(frozen=True)
class Told:
    """``signalling`` and ``media``: addresses, "" where Asterisk takes its own; ``source``: where that is said."""

    signalling: str = ""
    media: str = ""
    source: str = ""


def told_by_sip(conf: str, external_address: str, carrier: str) -> Told:
    """chan_sip's; ``external_address`` as it has resolved externaddr or externhost itself.

    Without a localnet it takes externaddr for nobody, and with one for whoever is in none of them.
    """
    general = [section for section in read_conf(conf) if section.name.lower() == "general"]
    media = _last(general, "media_address")
    networks = _all(general, "localnet")
    is_used = bool(external_address and networks) and not _is_within(carrier, networks)
    signalling = external_address if is_used else ""
    source = "sip.conf externaddr" if signalling else "sip.conf media_address" if media else ""
    return Told(signalling, media or signalling, source)


def told_by_pjsip(conf: str, transport: str, carrier: str, own: str = "") -> Told:
    """PJSIP's, of one transport: its external addresses go to whoever is in no local_net, to all where there is none.

    The one for sound takes the place of our ``own`` address only if that is in a local_net itself, where there are any
    (tests/real/test_advertised.py); "" for an address that nobody knows.
    """
    sections = [section for section in read_conf(conf) if section.name == transport and "transport" in section.values("type")]
    networks = _all(sections, "local_net")
    if networks and _is_within(carrier, networks):
        return Told()
    signalling, media = _last(sections, "external_signaling_address"), _last(sections, "external_media_address")
    if networks and own and not _is_within(own, networks):
        media = ""
    return Told(signalling, media, f"pjsip.conf [{transport}] external_*_address" if signalling or media else "")


def _last(sections: Iterable[ReadSection], key: str) -> str:
    return ([value for section in sections for value in section.values(key)] or [""])[-1]


def _all(sections: Iterable[ReadSection], key: str) -> list[str]:
    return [value for section in sections for value in section.values(key)]


def _is_within(address: str, networks: Iterable[str]) -> bool:
    try:
        own = ipaddress.ip_address(address)
    except ValueError:
        return False
    for each in networks:
        try:
            if own in ipaddress.ip_network(each.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False
