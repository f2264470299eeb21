"""From packets to the ladder of one call: nobody else's messages in it, and no secret."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.diagnosis.observations import Address, Message
from wizard.carrier.signalling.ladder import OwnCall, call_messages, ladder_of
from wizard.carrier.signalling.message import SipMessage
from wizard.carrier.signalling.packets import Packet, Said, put_together
from wizard.carrier.signalling.sdp import read_session

DIALER, CARRIER = Address("192.0.2.1", 5060), Address("203.0.113.5", 5060)
CODE = "V1123230000000000000"
OWN = OwnCall(CODE, "12125550100", since=100.0)
OFFER = (
    "v=0\r\no=root 1 1 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 10000 RTP/SAVP 0 3 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEYKEYKEY\r\n"
)
ANSWER = "v=0\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=sendrecv\r\n"


def invite(call_id: str = "one", *, name: str = CODE, number: str = "12125550100", sequence: int = 1, extra: str = "") -> bytes:
    return (
        f"INVITE sip:{number}@203.0.113.5 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z{sequence}\r\n"
        f'From: "{name}" <sip:5551239999@192.0.2.1>;tag=a\r\nTo: <sip:{number}@203.0.113.5>\r\nCall-ID: {call_id}\r\n'
        f"CSeq: {sequence} INVITE\r\n{extra}Content-Type: application/sdp\r\nContent-Length: {len(OFFER)}\r\n\r\n{OFFER}"
    ).encode()


def answer(code: int, reason: str = "X", call_id: str = "one", *, sequence: int = 1, extra: str = "", body: str = "") -> bytes:
    return (
        f"SIP/2.0 {code} {reason}\r\nv: SIP/2.0/UDP 192.0.2.1;branch=z{sequence}\r\ni: {call_id}\r\n"
        f"CSeq: {sequence} INVITE\r\n{extra}l: {len(body)}\r\n\r\n{body}"
    ).encode()


def confirm(call_id: str = "one", *, sequence: int = 1) -> bytes:
    return (
        f"ACK sip:12125550100@203.0.113.5 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=zack{sequence}\r\n"
        f"Call-ID: {call_id}\r\nCSeq: {sequence} ACK\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def out(data: bytes, at: float = 101.0) -> Said:
    return Said(at, DIALER, CARRIER, "UDP", data)


def back(data: bytes, at: float = 102.0) -> Said:
    return Said(at, CARRIER, DIALER, "UDP", data)


def messages(*said: Said) -> list[Message]:
    return call_messages(said, OWN, {CARRIER.host})


def ip(payload: bytes, *, protocol: int = 17, number: int = 7, flags: int = 0, source: str = DIALER.host) -> bytes:
    target = CARRIER.host if source == DIALER.host else DIALER.host
    addresses = b"".join(bytes(map(int, host.split("."))) for host in (source, target))
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number, flags, 64, protocol, 0) + addresses + payload


def udp(payload: bytes) -> bytes:
    return struct.pack("!HHHH", 5060, 5060, 8 + len(payload), 0) + payload


def tcp(payload: bytes, number: int, flags: int = 0x18) -> bytes:
    return struct.pack("!HHIIBBHHH", 40000, 5060, number % 2**32, 0, 0x50, flags, 1000, 0, 0) + payload


def test_an_answered_call_tells_codes_codecs_and_addresses() -> None:
    ladder = ladder_of(
        messages(
            out(invite()),
            back(answer(100, "Trying")),
            back(answer(183, "Progress", body=ANSWER)),
            back(answer(200, "OK", body=ANSWER)),
            out(confirm()),
        )
    )

    assert [step.label for step in ladder.steps] == ["INVITE", "100 Trying", "183 Progress", "200 OK", "ACK"]
    assert (ladder.answered, ladder.code, ladder.codes) == (True, 200, (100, 183, 200))
    assert (ladder.offered, ladder.codecs) == (("PCMU", "GSM"), ("PCMU",))
    assert (ladder.audio_near, ladder.audio_far) == (Address("192.0.2.1", 10000), Address("198.51.100.7", 20000))


def test_a_refusal_comes_with_the_carriers_own_words() -> None:
    why = 'Reason: Q.850;cause=21;text="Call Rejected"\r\nX-Reject: no funds\r\n'
    ladder = ladder_of(messages(out(invite()), back(answer(403, "Forbidden", extra=why))))

    assert (ladder.answered, ladder.code, ladder.causes) == (False, 403, (21,))
    assert ladder.explained == (("Reason", 'Q.850;cause=21;text="Call Rejected"'), ("X-Reject", "no funds"))


def test_a_challenge_is_no_refusal_once_it_was_answered() -> None:
    signed = 'Proxy-Authorization: Digest username="u", response="0123456789abcdef"\r\n'
    ladder = ladder_of(
        messages(
            out(invite()), back(answer(407)), out(invite(sequence=2, extra=signed), 103), back(answer(486, sequence=2), 104)
        )
    )

    assert (ladder.code, ladder.codes, ladder.signed_in) == (486, (407, 486), True)


def test_another_call_to_the_same_number_at_the_same_time_is_not_ours() -> None:
    others = [out(invite("two", name="V999")), back(answer(486, call_id="two"))]

    assert len(messages(*others, out(invite()), back(answer(200)))) == 2
    # Where the carrier never sees the code, the first that is new is ours, and only that.
    found = messages(
        back(answer(100, call_id="old"), 99),
        out(invite("old", name="Acme"), 100.5),
        out(invite("new", name="Acme")),
        out(invite("later", name="Acme")),
    )
    assert [SipMessage.read(each.text.encode()).call_id for each in found] == ["new"]  # type: ignore[union-attr]
    assert messages(out(invite("two", name="Acme", number="12125550199"))) == []


def test_what_is_repeated_is_one_arrow() -> None:
    ladder = ladder_of(messages(out(invite()), out(invite(), 101.5), out(invite(), 102.5)))

    assert [(step.label, step.repeats) for step in ladder.steps] == [("INVITE", 2)]


def test_no_credential_key_or_added_header_is_in_it() -> None:
    secret = 'Authorization: Digest username="u",\r\n response="DIGEST"\r\nX-Account-Key: HUSH-HUSH\r\np-key : ALSO-HUSH\r\n'
    found = messages(out(invite(extra=secret)), back(answer(403, "HUSH-HUSH is bad", extra="X-Echo: HUSH-HUSH\r\n")))

    text = "\n".join(message.text for message in found)
    for each in ("DIGEST", "HUSH", "KEYKEYKEY"):
        assert each not in text
    assert "Authorization: Digest ***" in text
    assert CODE in text


def test_nothing_in_it_commands_a_terminal() -> None:
    [_, found] = messages(out(invite()), back(answer(486, "\x1b[31mBusy\x07\x9b")))

    assert "\x1b" not in found.text
    assert "\x07" not in found.text


def test_fragments_in_any_order_are_one_datagram() -> None:
    whole = udp(invite())
    parts = [Packet(2.0, ip(whole[160:], flags=20)), Packet(1.0, ip(whole[:160], flags=0x2000))]

    [said] = put_together(parts)
    assert (said.data, said.at, said.source, said.target) == (invite(), 2.0, DIALER, CARRIER)
    assert put_together(parts[:1]) == []


def test_a_packet_on_two_interfaces_is_one_and_a_repeat_is_another() -> None:
    packet = ip(udp(invite()))

    assert len(put_together([Packet(1.0, packet), Packet(1.0001, packet), Packet(1.5, packet)])) == 2


@given(st.lists(st.integers(1, 700), max_size=8), st.randoms(), st.integers(0, 2**32 - 1))
def test_segments_of_any_size_and_order_are_the_same_messages(sizes: list[int], random: object, first: int) -> None:
    """Across the end of the sequence numbers too, and with segments that come twice."""
    whole = invite() + b"\r\n\r\n" + invite("two") + answer(200)
    cuts = sorted({0, len(whole), *(min(sum(sizes[: at + 1]), len(whole)) for at in range(len(sizes)))})
    segments = [
        ip(tcp(whole[begin:end], first + 1 + begin), protocol=6, number=begin) for begin, end in itertools.pairwise(cuts)
    ]
    random.shuffle(segments)  # type: ignore[attr-defined]
    start = ip(tcp(b"", first, flags=2), protocol=6, number=9999)
    packets = [Packet(float(at), each) for at, each in enumerate([start, *segments, segments[0]])]

    assert [said.data for said in put_together(packets)] == [invite(), invite("two"), answer(200)]


def test_a_stream_that_began_before_us_is_read_from_its_next_message_on() -> None:
    data = invite()[100:] + answer(200)

    assert [each.data for each in put_together([Packet(1.0, ip(tcp(data, 5), protocol=6))])] == [answer(200)]


@given(st.binary(max_size=600) | st.binary(max_size=60).map(lambda data: b"SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nv:" + data))
def test_any_bytes_are_read_without_a_fault(data: bytes) -> None:
    message = SipMessage.read(data)
    if message is not None:
        assert SipMessage.read(message.masked(is_ours=True).text.encode()) is not None
    read_session(data.decode(errors="replace"))
    read_session("v=0\r\nm=audio " + data.decode(errors="replace"))
    said = put_together(
        [
            Packet(1.0, data),
            Packet(2.0, ip(data, protocol=6)),
            Packet(3.0, ip(udp(data))),
            Packet(4.0, ip(tcp(data, 1), protocol=6)),
        ]
    )
    ladder_of(call_messages(said, OWN, {CARRIER.host}))
    ladder_of(call_messages([out(invite() + data), back(data), back(invite()[:100] + data)], OWN, {CARRIER.host}))


@given(st.integers(0, 70_000), st.text(max_size=20))
def test_a_description_is_read_whatever_stands_in_it(port: int, host: str) -> None:
    session = read_session(f"v=0\r\nc=IN IP4 {host}\r\nm=audio {port} RTP/AVP 0 8 ² {host}\r\n")

    assert session is not None
    assert session.audio is None or 0 < session.audio.port < 65_536


@pytest.mark.parametrize(("port", "direction"), [(0, "sendrecv"), (4000, "sendonly")])
def test_audio_that_is_refused_or_held_is_known_as_such(port: int, direction: str) -> None:
    session = read_session(f"v=0\nc=IN IP4 10.0.0.1\nm=audio {port} RTP/AVP 18\na={direction}\n")

    assert session is not None
    assert (session.audio is None, session.direction, session.codecs) == (port == 0, direction, ("G729",))


def test_an_answer_that_we_never_confirm_has_not_come_to_asterisk() -> None:
    """The packets are seen outside the dialer's firewall."""
    repeated = [out(invite(), at=101.0 + turn) for turn in range(4)]

    ladder = ladder_of(messages(repeated[0], back(answer(200, "OK"), at=101.1), *repeated[1:]))

    assert (ladder.answered, ladder.unheard) == (False, True)


def test_one_repeated_invite_may_have_crossed_the_answer() -> None:
    assert not ladder_of(messages(out(invite()), back(answer(180), at=101.4), out(invite(), at=101.5))).unheard


def test_an_invite_with_a_password_is_no_repetition() -> None:
    again = [out(invite(sequence=2), at=102.0), out(invite(sequence=2), at=103.0)]

    assert not ladder_of(messages(out(invite()), back(answer(401), at=101.1), *again)).unheard
