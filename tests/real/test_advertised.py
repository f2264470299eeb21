"""Which address of its own Asterisk tells a carrier: what the check reads from its configuration is what a carrier is sent."""

from __future__ import annotations

import re

import pytest

from tests.lab import Lab
from tests.real.sip_codes import CODES, SipCodes
from tests.real.trunks import chan_sip, pjsip
from wizard.carrier.on_dialer.advertising import Told, told_by_pjsip, told_by_sip

OWN, SOUND = "198.51.100.5", "198.51.100.6"
#: networks of the dialer and the carrier, of the dialer alone, and of neither
NEIGHBOURS, NEAR, OTHERS = "127.0.0.0/8", "127.0.0.0/28", "10.0.0.0/8"


def sent_to_the_carrier(lab: Lab, channel: str) -> tuple[str, str]:
    """The addresses in an INVITE's Contact and SDP, "" for the dialer's own."""
    with SipCodes() as carrier:
        lab.dialer.asterisk(f"channel originate {channel} application Wait 0.1")
        for _ in range(100):
            if carrier.calls:
                break
            lab.dialer.run("sleep", "0.1")
        [call] = carrier.calls
    contact = re.search(r"@([\d.]+)", call.headers["contact"])
    sound = re.search(r"^c=IN IP4 ([\d.]+)", call.body, re.MULTILINE)
    assert contact is not None
    assert sound is not None
    shown = (contact[1], sound[1])
    return tuple("" if each == lab.dialer.address else each for each in shown)  # type: ignore[return-value]


def with_lines(lab: Lab, name: str, section: str, lines: str) -> str:
    """The file of Asterisk's with more lines in a section; the lab's next reset takes them away."""
    path = lab.dialer.root / "etc/asterisk" / name
    path.write_text(path.read_text().replace(f"[{section}]\n", f"[{section}]\n{lines}", 1))
    lab.dialer.control("stop-asterisk")
    lab.dialer.control("start-asterisk")
    return path.read_text()


@pytest.mark.parametrize(
    ("lines", "signalling", "sound"),
    [
        (f"externaddr={OWN}\nlocalnet={OTHERS}\n", OWN, OWN),
        (f"externaddr={OWN}\nlocalnet={NEIGHBOURS}\n", "", ""),
        (f"externaddr={OWN}\n", "", ""),
        (f"externaddr={OWN}\nlocalnet={NEIGHBOURS}\nmedia_address={SOUND}\n", "", SOUND),
        (f"externaddr={OWN}\nlocalnet={OTHERS}\nmedia_address={SOUND}\n", OWN, SOUND),
    ],
)
def test_chan_sip(lab: Lab, lines: str, signalling: str, sound: str) -> None:
    conf = with_lines(lab, "sip.conf", "general", lines)
    lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", CODES)})

    assert sent_to_the_carrier(lab, "SIP/12125550200@acme") == (signalling, sound)
    assert_read(told_by_sip(conf, OWN, CODES), signalling, sound)


@pytest.mark.parametrize(
    ("lines", "signalling", "sound"),
    [
        (f"external_signaling_address={OWN}\nexternal_media_address={SOUND}\n", OWN, SOUND),
        (f"external_signaling_address={OWN}\nexternal_media_address={SOUND}\nlocal_net={NEAR}\n", OWN, SOUND),
        (f"external_signaling_address={OWN}\nexternal_media_address={SOUND}\nlocal_net={OTHERS}\n", OWN, ""),
        (f"external_signaling_address={OWN}\nexternal_media_address={SOUND}\nlocal_net={NEIGHBOURS}\n", "", ""),
    ],
)
def test_pjsip(lab: Lab, lines: str, signalling: str, sound: str) -> None:
    conf = with_lines(lab, "pjsip.conf", "transport-udp", lines)
    lab.dialer.load({"pjsip-vicidial.conf": pjsip("acme", f"sip:{CODES}")})

    assert sent_to_the_carrier(lab, "PJSIP/12125550200@acme") == (signalling, sound)
    assert_read(told_by_pjsip(conf, "transport-udp", CODES, lab.dialer.address), signalling, sound)


def assert_read(told: Told, signalling: str, sound: str) -> None:
    assert (told.signalling, told.media) == (signalling, sound)
