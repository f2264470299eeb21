"""What a carrier of protocol SIP looks like: golden texts that read as documentation."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry, option, section, sections
from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of


def test_everything_that_can_be_said_of_a_registering_carrier() -> None:
    carrier = entry(
        REGISTRATION,
        port=5080,
        transport="tcp",
        auth_username="acme-auth",
        from_user="15551230000",
        from_domain="voip.example.com",
        outbound_proxy="proxy.example.com:5070",
        did="2125550100",
        registration_expiry=600,
        caller_id_header="pai",
        codecs=["g729", "ulaw"],
        dtmf_mode="info",
        session_timers=False,
        qualify_frequency=30,
    )

    assert carrier.registration_string == (
        "register => acme?tcp://acme@voip.example.com::acme-auth@sip.example.com:5080/2125550100~600"
    )
    assert (
        carrier.account_entry
        == """\
[acme]
type=peer
host=sip.example.com
port=5080
transport=tcp
defaultuser=acme-auth
secret=s3cret.Word
fromuser=15551230000
fromdomain=voip.example.com
outboundproxy=tcp://proxy.example.com:5070
insecure=port,invite
context=trunkinbound
disallow=all
allow=g729
allow=ulaw
dtmfmode=info
nat=force_rport,comedia
directmedia=no
encryption=no
session-timers=refuse
trustrpid=no
sendrpid=pai
qualify=yes
qualifyfreq=30
"""
    )


def test_a_carrier_that_challenges_each_call_gets_no_registration_string() -> None:
    carrier = entry(CREDENTIALS)

    assert carrier.registration_string == ""
    assert "defaultuser=acme\nsecret=s3cret.Word\n" in carrier.account_entry


def test_a_carrier_that_knows_us_by_address_gets_no_secret_at_all() -> None:
    carrier = entry(IP, username="left", secret="over-from-before")

    assert carrier.registration_string == ""
    assert "host=203.0.113.7\n" in carrier.account_entry
    assert not any("over-from-before" in column for column in carrier.columns().values())


def test_an_account_name_of_its_own_signs_in_and_the_number_registers() -> None:
    carrier = entry(REGISTRATION, username="15551230000", auth_username="acme-auth")

    assert carrier.registration_string == "register => acme?15551230000::acme-auth@sip.example.com~300"
    assert option(carrier, "peer", "defaultuser") == "acme-auth"


@pytest.mark.parametrize(
    ("transport", "line", "port"),
    [
        ("udp", "register => acme?acme@sip.example.com~300", None),
        ("tcp", "register => acme?tcp://acme@sip.example.com~300", None),
        ("tls", "register => acme?tls://acme@sip.example.com:5061~300", "5061"),
    ],
)
def test_the_transport_is_said_in_the_register_line_and_in_the_peer(transport: str, line: str, port: str | None) -> None:
    carrier = entry(REGISTRATION, transport=transport)

    assert carrier.registration_string == line
    assert (option(carrier, "peer", "transport"), option(carrier, "peer", "port")) == (transport, port)


@pytest.mark.parametrize("secret", ["a/b:c?d", 'a"b', "a@b~c", "[ab", ">ab"])
def test_the_register_line_finds_its_secret_in_the_peer_where_every_sign_is_safe(secret: str) -> None:
    carrier = entry(REGISTRATION, secret=secret, trunk_name="east")

    assert carrier.registration_string == "register => east?acme@sip.example.com~300"
    assert option(carrier, "peer", "secret") == secret


def test_srtp() -> None:
    assert option(entry(IP, transport="tls", srtp=True), "peer", "encryption") == "yes"


@pytest.mark.parametrize(("mode", "word"), [("rfc4733", "rfc2833"), ("inband", "inband"), ("info", "info"), ("auto", "auto")])
def test_dtmf_in_chan_sips_words(mode: str, word: str) -> None:
    assert option(entry(IP, dtmf_mode=mode), "peer", "dtmfmode") == word


@pytest.mark.parametrize(("header", "sendrpid"), [("from", "no"), ("pai", "pai"), ("rpid", "yes")])
def test_the_caller_id_header_is_always_said(header: str, sendrpid: str) -> None:
    assert option(entry(IP, caller_id_header=header), "peer", "sendrpid") == sendrpid


def test_qualify_off_is_written_since_vicidials_general_section_turns_it_on() -> None:
    carrier = entry(IP, qualify=False)

    assert option(carrier, "peer", "qualify") == "no"
    assert option(carrier, "peer", "qualifyfreq") is None


def test_each_further_address_is_a_peer_of_its_own_before_the_trunk() -> None:
    carrier = entry(REGISTRATION, match=["203.0.113.8", "203.0.113.9/32"])

    *doors, trunk = sections(carrier)
    assert [(door.name, door.values("host")) for door in doors] == [
        ("acme_in1", ["203.0.113.8"]),
        ("acme_in2", ["203.0.113.9"]),
    ]
    assert trunk.name == "acme"
    for door in doors:
        assert door.values("type") == ["peer"]
        assert door.values("context") == ["trunkinbound"]
        assert door.values("allow") == trunk.values("allow")
        assert door.values("qualify") == ["no"]
        assert door.values("secret") == door.values("defaultuser") == []


def test_the_host_itself_is_not_listed_twice() -> None:
    assert len(sections(entry(IP, match=["203.0.113.7", "203.0.113.8"]))) == 2
    assert len(sections(entry(IP, match=["203.0.113.7/32", "203.0.113.8"]))) == 2


def test_a_network_is_more_than_chan_sip_can_match() -> None:
    [finding] = errors_of(check_answers(answers(IP, match=["203.0.113.0/24"])))

    assert (finding.field, finding.code, finding.values) == ("match", "match_network", {"network": "203.0.113.0/24"})


@pytest.mark.parametrize(("name", "value"), [("realm", "example.com"), ("registration_retry", 30)])
def test_what_chan_sip_has_no_use_for_is_said(name: str, value: object) -> None:
    found = check_answers(answers(REGISTRATION, **{name: value}))

    assert [(finding.field, finding.code) for finding in found] == [(name, "not_used_by_protocol")]
    assert section(entry(REGISTRATION, **{name: value}), "peer").options == section(entry(REGISTRATION), "peer").options


def test_what_a_peer_is_dialled_by() -> None:
    carrier = entry(IP)

    assert carrier.globals_string == "ACME_TRUNK=SIP/acme"
    assert "Dial(${ACME_TRUNK}/+${EXTEN:1},${CAMPDTO},To)" in carrier.dialplan_entry
