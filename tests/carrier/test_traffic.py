"""Where an entry's packets go, read from its options whoever wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.carrier.strategies import good_answers
from wizard.carrier.answers import Answers, Transport
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier
from wizard.carrier.traffic import Traffic, traffic_of, traffic_of_answers

ROW = Carrier("C", "", "", "--NONE--", "", Protocol.SIP, "", "", "10.0.0.1", "Y", "", "---ALL---")


@pytest.mark.parametrize(
    ("protocol", "account", "expected"),
    [
        (Protocol.SIP, "[c]\nhost=sip.example.com\nport=5080\n", (Transport.UDP, ("sip.example.com",), 5080)),
        (Protocol.SIP, "[c]\nhost=192.0.2.7\ntransport=tls\n", (Transport.TLS, ("192.0.2.7",), None)),
        (Protocol.SIP, "[c]\nhost=dynamic\n", (Transport.UDP, (), None)),
        (
            Protocol.SIP,
            "[c]\nhost=a.example\noutboundproxy=edge.example:5062\n",
            (Transport.UDP, ("edge.example", "a.example"), 5062),
        ),
        (
            Protocol.PJSIP,
            "[c]\ntype=aor\ncontact=sip:user@192.0.2.7:5070\n[d]\ntype=endpoint\ntransport=transport-tcp\n",
            (Transport.TCP, ("192.0.2.7",), 5070),
        ),
        (Protocol.PJSIP, "[c]\ntype=aor\ncontact=sips:a.example\n", (Transport.TLS, ("a.example",), None)),
        (
            Protocol.PJSIP_WIZ, "[c]\ntype=wizard\nremote_hosts=a.example:5080, b.example\n",
            (Transport.UDP, ("a.example", "b.example"), 5080)),
        (Protocol.IAX2, "[c]\nhost=a.example\ntransport=tcp\n", (Transport.UDP, ("a.example",), None)),
    ],
)  # fmt: skip
def test_reads_any_entry(protocol: Protocol, account: str, expected: tuple[Transport, tuple[str, ...], int | None]) -> None:
    read = traffic_of(replace(ROW, protocol=protocol, account_entry=account))

    assert (read.transport, read.hosts, read.port) == expected


def test_addresses_that_calls_come_in_from_are_told_apart() -> None:
    account = "[c]\ntype=identify\nmatch=192.0.2.0/24, 198.51.100.7\n"

    assert traffic_of(replace(ROW, account_entry=account)).match == ("192.0.2.0/24", "198.51.100.7")


def test_an_empty_entry_goes_nowhere() -> None:
    assert traffic_of(ROW) == Traffic("C", Protocol.SIP, Transport.UDP)


@given(good_answers())
def test_an_entry_of_the_wizards_own_goes_where_its_answers_say(answers: Answers) -> None:
    meant = traffic_of_answers(answers)

    read = traffic_of(render_carrier(answers, Place("10.0.0.1")))

    assert (read.carrier_id, read.protocol, read.transport) == (meant.carrier_id, meant.protocol, meant.transport)
    assert meant.hosts[0] in read.hosts
    if not answers.connection.outbound_proxy:
        assert read.port in (meant.port, answers.connection.port)
