"""What an entry needs of its dialer's Asterisk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.carrier.samples import DIALER, IP, LISTENERS, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.answers import Transport
from wizard.carrier.model import Protocol
from wizard.carrier.on_dialer.abilities import check_abilities
from wizard.carrier.on_dialer.collisions import check_against_dialer
from wizard.carrier.profile import ConfTemplate, DialerProfile, Listener, Place
from wizard.carrier.render import render_carrier

BY_ADDRESS = {**REGISTRATION, "host": "203.0.113.7"}


def found(dialer: DialerProfile, raw: dict[str, Any] = IP, **changed: Any) -> list[tuple[str, str, str]]:
    own = answers(raw, **changed)
    carrier = render_carrier(own, dialer.place)
    return [(each.severity.value, each.field, each.code) for each in check_abilities(own, carrier, dialer)]


def listening(*listeners: Listener) -> DialerProfile:
    return replace(DIALER, place=Place("10.0.0.1", listeners))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_dialer_with_everything_lacks_nothing(protocol: str) -> None:
    notes = [("note", "transport", "port_to_allow")] if protocol.startswith("PJSIP") else []

    assert found(DIALER, protocol=protocol) == notes
    assert found(DIALER, BY_ADDRESS, protocol=protocol) == notes


@pytest.mark.parametrize(
    ("protocol", "module"),
    [
        ("SIP", "chan_sip"),
        ("PJSIP", "chan_pjsip"),
        ("PJSIP", "res_pjsip_endpoint_identifier_ip"),
        ("PJSIP", "res_pjsip_outbound_registration"),
        ("PJSIP_WIZ", "chan_pjsip"),
        ("PJSIP_WIZ", "res_pjsip_config_wizard"),
        ("IAX2", "chan_iax2"),
    ],
)
def test_a_missing_driver_is_all_that_is_said(protocol: str, module: str) -> None:
    dialer = replace(DIALER, modules=DIALER.modules - {module}, codecs=frozenset())

    assert found(dialer, protocol=protocol) == [("error", "protocol", "driver_missing")]


def test_one_protocol_is_not_held_up_by_anothers_driver() -> None:
    only_iax2 = replace(DIALER, modules=frozenset({"chan_iax2"}))

    assert found(only_iax2, protocol="IAX2") == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_database_of_before_that_protocol(protocol: str) -> None:
    dialer = replace(DIALER, protocols=DIALER.protocols - {protocol})

    assert found(dialer, protocol=protocol) == [("error", "protocol", "protocol_unknown_to_dialer")]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_generated_file_that_asterisk_does_not_read(protocol: str) -> None:
    dialer = replace(DIALER, unread_files={Protocol(protocol): "x-vicidial.conf"})

    assert found(dialer, protocol=protocol) == [("error", "protocol", "include_missing")]
    others = {"SIP": "IAX2"}.get(protocol, "SIP")
    assert found(dialer, protocol=others) == []


@pytest.mark.parametrize(
    ("protocol", "code"),
    [("SIP", "transport_missing_chan_sip"), ("PJSIP", "transport_missing_pjsip"), ("PJSIP_WIZ", "transport_missing_pjsip")],
)
@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_transport_that_nobody_listens_at(protocol: str, code: str, transport: str) -> None:
    assert found(DIALER, protocol=protocol, transport=transport) == [("error", "transport", code)]


def test_one_drivers_transport_is_not_anothers() -> None:
    tcp = Listener("chan_sip", Transport.TCP, "0.0.0.0", 5060)

    assert found(listening(*LISTENERS, tcp), transport="tcp") == []
    assert ("error", "transport", "transport_missing_pjsip") in found(
        listening(*LISTENERS, tcp), transport="tcp", protocol="PJSIP"
    )


@pytest.mark.parametrize(("port", "is_noted"), [(5061, True), (5060, False)])
def test_pjsips_port_is_said_where_it_is_not_the_usual_one(port: int, is_noted: bool) -> None:
    dialer = listening(Listener("chan_pjsip", Transport.UDP, "0.0.0.0", port, "transport-udp"))

    assert (("note", "transport", "port_to_allow") in found(dialer, protocol="PJSIP")) == is_noted


def test_an_address_that_only_samples_carry_is_told_to_the_carrier() -> None:
    sample = Listener("chan_sip", Transport.UDP, "0.0.0.0", 5060, external_address="192.168.1.15")

    assert found(listening(sample)) == [("warning", "transport", "external_address_sample")]
    assert found(listening(replace(sample, external_address="198.51.100.2"))) == []


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ"])
def test_srtp_needs_its_module(protocol: str) -> None:
    tls = [Listener(driver, Transport.TLS, "0.0.0.0", 5061, "t") for driver in ("chan_sip", "chan_pjsip")]
    dialer = listening(*tls)

    assert found(dialer, protocol=protocol, transport="tls", srtp=True) == []
    without = replace(dialer, modules=dialer.modules - {"res_srtp"})
    assert found(without, protocol=protocol, transport="tls", srtp=True) == [("error", "srtp", "srtp_missing")]
    assert found(without, protocol=protocol, transport="tls") == []


@pytest.mark.parametrize(
    ("codecs", "code"),
    [(["ulaw", "g722"], None), (["ulaw", "g729"], "codec_silent"), (["g729", "opus"], "codecs_silent")],
)
def test_a_codec_that_asterisk_can_not_turn_into_others(codecs: list[str], code: str | None) -> None:
    dialer = replace(DIALER, codecs=frozenset({"ulaw", "alaw", "g722", "slin"}))

    assert found(dialer, codecs=codecs) == ([("error", "codecs", code)] if code else [])
    assert found(DIALER, codecs=codecs) == [], "nobody asked it"


def test_a_template_to_make_must_not_be_there_and_one_to_use_must() -> None:
    there = replace(DIALER, templates=(ConfTemplate("Acme_T", "", "rtptimeout=60\n"),))

    assert found(there, template_id="ACME_T", make_template=True) == [("error", "template_id", "template_exists")]
    assert found(there, template_id="OTHER", make_template=True) == []
    assert found(there, template_id="ACME_T") == []
    assert found(there, template_id="OTHER") == [("error", "template_id", "template_missing")]


def test_an_existing_template_is_looked_into() -> None:
    there = replace(DIALER, templates=(ConfTemplate("T1", "", "type=friend\nhost=dynamic\nnat=no\n"),))

    assert found(there, template_id="T1") == [
        ("error", "template_id", "template_takes_over"),
        ("error", "template_id", "template_takes_over"),
        ("warning", "template_id", "template_changes"),
    ]


def test_chan_sip_gives_up_where_its_general_section_says_so() -> None:
    impatient = replace(DIALER, retries_after_403=False, register_attempts=10)

    assert found(impatient, REGISTRATION) == [
        ("warning", "auth", "gives_up_after_403"),
        ("warning", "auth", "gives_up_after_attempts"),
    ]
    assert found(impatient) == [], "what does not register gives nothing up"
    assert found(impatient, BY_ADDRESS, protocol="IAX2") == []


def test_an_option_that_this_asterisk_does_not_have() -> None:
    dialer = replace(DIALER, known_options={"endpoint": frozenset({"rtp_timeout"})})

    assert ("error", "extra_options", "extra_option_unknown_here") in found(
        dialer, protocol="PJSIP", extra_options="send_aoc=yes"
    )


class TestSharedAddresses:
    """Two trunks that claim the calls of one address."""

    def other(self, **changed: Any) -> DialerProfile:
        own = answers({**BY_ADDRESS, "carrier_id": "OTHER", "dial_prefix": "8", **changed})
        return replace(DIALER, carriers=(render_carrier(own, DIALER.place),))

    def codes(self, dialer: DialerProfile, raw: dict[str, Any] = BY_ADDRESS, **changed: Any) -> list[str]:
        return [code for _, _, code in found(dialer, raw, **changed) if code.startswith("address_")]

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_are_noted(self, protocol: str) -> None:
        expected = "address_shared_told_apart" if protocol.startswith("PJSIP") else "address_shared"

        assert self.codes(self.other(protocol=protocol), protocol=protocol) == [expected]

    @pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
    def test_are_told_apart_by_a_registrations_mark_alone(self, protocol: str) -> None:
        assert self.codes(self.other(protocol=protocol), IP, protocol=protocol) == ["address_shared"]
        named = self.other(protocol=protocol, host="sip.example.com")
        assert self.codes(named, REGISTRATION, protocol=protocol) == ["address_shared"]

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_are_trouble_where_the_calls_go_to_different_contexts(self, protocol: str) -> None:
        dialer = self.other(protocol=protocol, inbound_context="elsewhere")

        assert self.codes(dialer, protocol=protocol) == ["address_shared_contexts"]

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ({"match": ["198.51.100.0/24"], "host": "192.0.2.1"}, {"match": ["198.51.100.9"]}),
            ({"match": ["198.51.100.9"], "host": "192.0.2.1"}, {"match": ["198.51.100.0/24"]}),
            ({"host": "198.51.100.9"}, {"match": ["198.51.100.0/24"]}),
        ],
    )
    @pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ", "IAX2"])
    def test_may_be_shared_by_a_network(self, protocol: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
        assert self.codes(self.other(protocol=protocol, **theirs), protocol=protocol, **ours) != []

    def test_names_are_compared_too(self) -> None:
        assert self.codes(self.other(host="SIP.example.com"), REGISTRATION) == ["address_shared"]
        assert self.codes(self.other(host="sip2.example.com"), REGISTRATION) == []

    def test_two_drivers_do_not_meet(self) -> None:
        assert self.codes(self.other(protocol="IAX2")) == []
        assert self.codes(self.other(protocol="PJSIP_WIZ"), protocol="PJSIP") == ["address_shared_told_apart"], (
            "both are PJSIP's"
        )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_abilities_are_part_of_what_is_held_against_a_dialer(protocol: str) -> None:
    own = answers(IP, protocol=protocol)
    dialer = replace(DIALER, modules=frozenset())

    codes = [each.code for each in check_against_dialer(own, render_carrier(own, dialer.place), dialer)]
    assert "driver_missing" in codes
