"""Asterisk's own debug output as messages, in the forms that its two SIP drivers write."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.diagnosis.observations import Address
from wizard.carrier.signalling.debug_log import read_debug_log

NEAR, FAR = Address("192.0.2.1"), Address("203.0.113.5", 5061)
CHAN_SIP = """[2026-11-24 13:38:26.135] VERBOSE[335][C-00000001] chan_sip.c: Reliably Transmitting (NAT) to 203.0.113.5:5061:
INVITE sip:12125550100@203.0.113.5 SIP/2.0
Content-Length: 5

v=0

---
[2026-11-24 13:38:26.135] VERBOSE[335][C-00000001] app_dial.c: Called SIP/acme/12125550100
[2026-11-24 13:38:27.635] VERBOSE[195] chan_sip.c:\x20
<--- SIP read from TLS:203.0.113.5:5061 --->
SIP/2.0 180 Ringing
Content-Length: 0

<------------->
[2026-11-24 13:38:27.635] VERBOSE[195] chan_sip.c: --- (8 headers 0 lines) ---
"""
PJSIP = """[Nov 24 23:59:59] VERBOSE[3] x.c: <--- Transmitting SIP request (77 bytes) to TLS:203.0.113.5:5061 --->
INVITE sip:12125550100@203.0.113.5 SIP/2.0\r
Content-Length: 0\r
\r

[Nov 25 00:00:01] VERBOSE[195] res_pjsip_logger.c: <--- Received SIP response (40 bytes) from tls:203.0.113.5:5061 --->
SIP/2.0 180 Ringing\r
Content-Length: 0\r
\r

"""


def test_chan_sips_messages_with_their_directions_and_times() -> None:
    sent, received = read_debug_log(CHAN_SIP, NEAR, since=100.0)

    assert (sent.at, sent.source, sent.target, sent.transport) == (100.0, NEAR, FAR, "TLS")
    assert sent.data.startswith(b"INVITE sip:12125550100@203.0.113.5 SIP/2.0\r\nContent-Length: 5\r\n\r\nv=0\r\n")
    assert (round(received.at, 3), received.source, received.target) == (101.5, FAR, NEAR)
    assert received.data.startswith(b"SIP/2.0 180 Ringing\r\nContent-Length: 0\r\n\r\n")


def test_pjsips_messages_even_over_midnight() -> None:
    sent, received = read_debug_log(PJSIP, NEAR, since=100.0)

    assert (sent.target, received.source, received.transport) == (FAR, FAR, "TLS")
    assert received.at == 102.0
    assert b"[Nov" not in sent.data + received.data


def test_a_message_that_the_log_breaks_off_in_is_kept_as_far_as_it_goes() -> None:
    [cut] = read_debug_log(CHAN_SIP[:170], NEAR, since=0.0)

    assert cut.data.startswith(b"INVITE")


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert read_debug_log(text, NEAR, since=0.0) == [] or "to " in text or "from " in text
