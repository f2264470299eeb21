"""Where a dialer's Asterisk speaks and listens, from what it says and from its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from wizard.carrier.answers import Transport
from wizard.carrier.conf import read_conf
from wizard.carrier.profile import Listener

from .asterisk_output import pjsip_listeners, sip_listeners

IAX_PORT = 4569


def all_listeners(
    sip_settings: Mapping[str, str], pjsip_transports: str, pjsip_conf: str | None, iax_conf: str | None
) -> Iterator[Listener]:
    """Those of all drivers; a file that is not there is None."""
    yield from sip_listeners(sip_settings)
    yield from _pjsip(pjsip_transports, pjsip_conf or "")
    if iax_conf is not None:
        yield _iax(iax_conf)


def _pjsip(transports: str, conf: str) -> Iterator[Listener]:
    """With the address that each tells others, which stands in the file only."""
    told = {
        section.name: (section.values("external_signaling_address") or section.values("external_media_address") or [""])[-1]
        for section in read_conf(conf)
    }
    for listener in pjsip_listeners(transports):
        yield replace(listener, external_address=told.get(listener.name, ""))


def _iax(conf: str) -> Listener:
    """chan_iax2 doesn't say where it listens, so its file is read."""
    port = re.search(r"^\s*bindport\s*=>?\s*(\d+)", conf, re.MULTILINE)
    address = re.search(r"^\s*bindaddr\s*=>?\s*([0-9.]+)", conf, re.MULTILINE)
    everywhere = "0.0.0.0"  # noqa: S104 (Asterisk's word, nothing is bound)
    return Listener("chan_iax2", Transport.UDP, address[1] if address else everywhere, int(port[1]) if port else IAX_PORT)
