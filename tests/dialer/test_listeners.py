"""Where Asterisk speaks, and what it tells others of itself; the samples are VICIdial's own (vicidial.md §2.10)."""

from __future__ import annotations

from wizard.carrier.answers import Transport
from wizard.carrier.profile import Listener
from wizard.dialer.listeners import all_listeners

TRANSPORTS = "Transport:  transport-udp             udp      0      0  0.0.0.0:5061\n"
CONF = """[transport-udp]
type=transport
bind=0.0.0.0:5061
external_media_address=192.168.1.15
external_signaling_address=192.168.1.15
"""


def test_what_pjsip_tells_others_stands_in_its_file_alone() -> None:
    assert list(all_listeners({}, TRANSPORTS, CONF, None)) == [
        Listener("chan_pjsip", Transport.UDP, "0.0.0.0", 5061, "transport-udp", "192.168.1.15")
    ]


def test_without_the_file_it_tells_nothing() -> None:
    [listener] = all_listeners({}, TRANSPORTS, None, None)

    assert listener.external_address == ""


def test_chan_iax2_is_where_its_file_puts_it() -> None:
    [listener] = all_listeners({}, "", None, "[general]\nbindport=4570 ; ours\nbindaddr = 10.0.0.1\n")
    [default] = all_listeners({}, "", None, "[general]\n;bindport=4570\n")

    assert (listener.address, listener.port) == ("10.0.0.1", 4570)
    assert (default.address, default.port) == ("0.0.0.0", 4569)
