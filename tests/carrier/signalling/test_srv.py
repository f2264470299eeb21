"""SRV records as they come over the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.signalling.srv import Service, read_srv, srv_query

NAME = "_sip._udp.example.com"


def answer(number: int, records: list[tuple[int, int, int, bytes]], kind: int = 33) -> bytes:
    """What a name server sends back: the question, and records whose name points to it."""
    query = srv_query(NAME, number)
    head = number.to_bytes(2, "big") + b"\x81\x80" + b"\0\1" + len(records).to_bytes(2, "big") + b"\0\0\0\0"
    message = head + query[12:]
    for priority, weight, port, host in records:
        data = b"".join(each.to_bytes(2, "big") for each in (priority, weight, port)) + host
        message += b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\0\1" + b"\0\0\0\x3c" + len(data).to_bytes(2, "big") + data
    return message


def test_the_places_come_in_the_order_of_their_priority() -> None:
    # The first host is written in full, the second points to "example.com" within the question.
    example = 12 + len(b"\x04_sip\x04_udp")
    pointing = b"\x04sip1" + (0xC000 | example).to_bytes(2, "big")
    records = [(20, 0, 5060, b"\x04sip2\x03net\0"), (10, 5, 5080, pointing)]

    assert read_srv(answer(7, records), 7) == [Service(10, 5, 5080, "sip1.example.com"), Service(20, 0, 5060, "sip2.net")]


def test_another_question_s_answer_is_none() -> None:
    assert read_srv(answer(7, []), 8) is None
    assert read_srv(srv_query(NAME, 7), 7) is None


def test_a_lone_dot_and_other_records_are_no_place() -> None:
    assert read_srv(answer(7, [(0, 0, 0, b"\0")]), 7) == []
    assert read_srv(answer(7, [(0, 0, 5060, b"\x01a\0")], kind=5), 7) == []


@given(st.binary(max_size=80))
def test_no_bytes_break_it(noise: bytes) -> None:
    read_srv(noise, 7)
    read_srv(answer(7, [(1, 1, 5060, b"\x03sip\0")])[:-3] + noise, 7)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64])
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        srv_query(name, 1)
