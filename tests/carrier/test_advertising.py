"""Which address Asterisk tells a carrier as its own, from its configuration."""

from __future__ import annotations

import pytest

from wizard.carrier.on_dialer.advertising import Told, told_by_pjsip, told_by_sip

OUTSIDE, INSIDE, OWN = "198.51.100.7", "10.0.0.7", "203.0.113.5"


@pytest.mark.parametrize(
    ("conf", "carrier", "signalling"),
    [
        ("[general]\nlocalnet=10.0.0.0/8\n", OUTSIDE, OWN),
        ("[general]\nlocalnet=10.0.0.0/255.0.0.0\n", OUTSIDE, OWN),
        ("[general]\nlocalnet=192.168.0.0/16\nlocalnet=10.0.0.0/8\n", INSIDE, ""),
        ("[general]\n", OUTSIDE, ""),
    ],
    ids=["a stranger", "with a mask in dots", "a neighbour, by the second network", "without any network"],
)
def test_chan_sip_tells_its_external_address_to_strangers_only(conf: str, carrier: str, signalling: str) -> None:
    assert told_by_sip(conf, OWN, carrier).signalling == told_by_sip(conf, OWN, carrier).media == signalling


def test_chan_sips_address_for_sound_is_its_own_setting() -> None:
    told = told_by_sip(
        "[general]\nlocalnet=10.0.0.0/8\nmedia_address=203.0.113.9\n[peer]\nmedia_address=1.2.3.4\n", OWN, INSIDE
    )

    assert told == Told("", "203.0.113.9", "sip.conf media_address")


TRANSPORT = "[udp]\ntype=transport\nexternal_signaling_address=203.0.113.5\nexternal_media_address=203.0.113.9\n"


@pytest.mark.parametrize(
    ("networks", "carrier", "told"),
    [
        ("", OUTSIDE, ("203.0.113.5", "203.0.113.9")),
        ("", INSIDE, ("203.0.113.5", "203.0.113.9")),
        ("local_net=10.0.0.0/8\n", OUTSIDE, ("203.0.113.5", "203.0.113.9")),
        ("local_net=10.0.0.0/8\n", INSIDE, ("", "")),
        ("local_net=no network\nlocal_net=10.0.0.0/8\n", INSIDE, ("", "")),
    ],
)
def test_pjsip_tells_its_external_addresses_to_whoever_is_in_no_own_network(
    networks: str, carrier: str, told: tuple[str, str]
) -> None:
    seen = told_by_pjsip(TRANSPORT + networks, "udp", carrier)

    assert (seen.signalling, seen.media) == told


@pytest.mark.parametrize(("own", "media"), [("10.0.0.2", "203.0.113.9"), ("192.168.0.2", ""), ("", "203.0.113.9")])
def test_pjsip_puts_its_address_for_sound_only_in_the_place_of_one_in_an_own_network(own: str, media: str) -> None:
    assert told_by_pjsip(TRANSPORT + "local_net=10.0.0.0/8\n", "udp", OUTSIDE, own).media == media


def test_another_transports_addresses_are_not_this_ones() -> None:
    assert told_by_pjsip(TRANSPORT, "tcp", OUTSIDE) == Told()


def test_a_carrier_without_an_address_yet_is_a_stranger() -> None:
    assert told_by_pjsip(TRANSPORT + "local_net=10.0.0.0/8\n", "udp", "").signalling == OWN
