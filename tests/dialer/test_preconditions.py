"""Who holds a port, from what Asterisk and the kernel say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.carrier.samples import IP, answers
from tests.fakes import FakeConnection, FakeDialer
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier
from wizard.dialer.facts import DialerFacts
from wizard.dialer.gathering import gather_facts
from wizard.dialer.preconditions import Socket, parse_sockets, preconditions_of
from wizard.dialer.target import DialerSecrets, DialerTarget

SS = """Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
udp   UNCONN 0      0            0.0.0.0:5060       0.0.0.0:*     users:(("kamailio",pid=103,fd=12))
udp   UNCONN 0      0               [::]:42744         [::]:*     users:(("asterisk",pid=99,fd=13))
tcp   LISTEN 0      128        127.0.0.1:3306       0.0.0.0:*     users:(("mariadbd",pid=7,fd=1),("x",pid=8,fd=1))
udp   UNCONN 0      0         127.0.0.11:4569       0.0.0.0:*
"""
CARRIER = render_carrier(answers(IP), Place("10.0.0.1"))


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer()


def facts_of(dialer: FakeDialer) -> DialerFacts:
    return gather_facts(FakeConnection(dialer, DialerTarget("10.0.0.1"), DialerSecrets()))


def test_reads_who_listens_where() -> None:
    assert parse_sockets(SS) == (
        Socket("udp", "0.0.0.0", 5060, "kamailio"),
        Socket("udp", "[::]", 42744, "asterisk"),
        Socket("tcp", "127.0.0.1", 3306, "mariadbd"),
    )
    assert parse_sockets("ss: invalid option") == ()


def test_another_program_on_chan_sips_port_is_named(dialer: FakeDialer) -> None:
    assert preconditions_of(facts_of(dialer), CARRIER, parse_sockets(SS)).port_lost_to == "kamailio"


def test_asterisks_own_socket_is_no_loss(dialer: FakeDialer) -> None:
    own = [Socket("udp", "0.0.0.0", 5060, "asterisk"), Socket("udp", "192.0.2.1", 5060, "kamailio")]

    assert preconditions_of(facts_of(dialer), CARRIER, own).port_lost_to == ""
    assert preconditions_of(facts_of(dialer), CARRIER).port_lost_to == ""


def test_a_codec_that_asterisk_lacks_is_named_whoever_wrote_the_entry(dialer: FakeDialer) -> None:
    carrier = replace(CARRIER, account_entry="[c]\nallow=!all,g729&ulaw\nallow=h264\n")

    assert preconditions_of(facts_of(dialer), carrier).codecs_missing == ("g729",)
