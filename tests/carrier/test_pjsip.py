"""What a carrier of protocol PJSIP looks like: sections of one name, and the registration among them."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry, kinds, option, section, sections
from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION
from wizard.carrier.answers import Transport
from wizard.carrier.lint import lint_carrier
from wizard.carrier.profile import NOWHERE, Listener, Place

PJSIP = {"protocol": "PJSIP"}
SIGN_INS = [REGISTRATION | PJSIP, CREDENTIALS | PJSIP, IP | PJSIP]


def test_a_registering_carrier() -> None:
    carrier = entry(REGISTRATION, **PJSIP)

    assert carrier.registration_string == "", "VICIdial ignores it"
    assert carrier.globals_string == "ACME_TRUNK=acme"
    assert "Dial(PJSIP/+${EXTEN:1}@${ACME_TRUNK},${CAMPDTO},To)" in carrier.dialplan_entry
    assert (
        carrier.account_entry
        == """\
[acme]
type=aor
contact=sip:sip.example.com
qualify_frequency=60
[acme]
type=auth
auth_type=userpass
username=acme
password=s3cret.Word
[acme]
type=identify
endpoint=acme
match=sip.example.com
[acme]
type=registration
transport=transport-udp
outbound_auth=acme
server_uri=sip:sip.example.com
client_uri=sip:acme@sip.example.com
expiration=300
retry_interval=60
forbidden_retry_interval=300
fatal_retry_interval=300
max_retries=4294967295
auth_rejection_permanent=yes
[acme]
type=endpoint
transport=transport-udp
aors=acme
outbound_auth=acme
context=trunkinbound
disallow=all
allow=ulaw
allow=alaw
identify_by=ip
dtmf_mode=rfc4733
direct_media=no
rtp_symmetric=yes
force_rport=yes
rewrite_contact=no
send_pai=no
send_rpid=no
trust_id_inbound=no
media_encryption=no
timers=yes
"""
    )


def test_a_carrier_that_knows_us_by_address() -> None:
    carrier = entry(IP, username="left", secret="over-from-before", **PJSIP)

    assert kinds(carrier) == ["aor", "identify", "endpoint"]
    assert "over-from-before" not in carrier.account_entry
    assert option(carrier, "endpoint", "outbound_auth") is None


def test_a_carrier_that_challenges_each_call() -> None:
    carrier = entry(CREDENTIALS, **PJSIP)

    assert kinds(carrier) == ["aor", "auth", "identify", "endpoint"]
    assert option(carrier, "endpoint", "outbound_auth") == "acme"


@pytest.mark.parametrize("sample", SIGN_INS, ids=["registration", "credentials", "ip"])
def test_the_endpoint_is_last_since_a_templates_lines_land_after_it(sample: dict[str, str]) -> None:
    assert kinds(entry(sample))[-1] == "endpoint"
    assert {each.name for each in sections(entry(sample))} == {"acme"}


def test_an_account_name_of_its_own_and_a_realm() -> None:
    carrier = entry(REGISTRATION, username="15551230000", auth_username="acme-auth", realm="voip.example.com", **PJSIP)

    assert option(carrier, "auth", "username") == "acme-auth"
    assert option(carrier, "auth", "realm") == "voip.example.com"
    assert option(carrier, "registration", "client_uri") == "sip:15551230000@sip.example.com"


@pytest.mark.parametrize(
    ("username", "in_uri"),
    [("acme", "acme"), ("+1555", "+1555"), ("a<b", "a%3Cb"), ("a|b", "a%7Cb"), ("a@example.com", "a%40example.com")],
)
def test_a_user_name_is_percent_encoded_in_the_uri_and_nowhere_else(username: str, in_uri: str) -> None:
    """A raw sign that no URI has would void the registration."""
    carrier = entry(REGISTRATION, username=username, **PJSIP)

    assert option(carrier, "registration", "client_uri") == f"sip:{in_uri}@sip.example.com"
    assert option(carrier, "auth", "username") == username


def test_who_calls_and_for_which_number() -> None:
    carrier = entry(REGISTRATION, from_user="15551230000", from_domain="voip.example.com", did="2125550100", **PJSIP)

    assert option(carrier, "endpoint", "from_user") == "15551230000"
    assert option(carrier, "endpoint", "from_domain") == "voip.example.com"
    assert option(carrier, "registration", "contact_user") == "2125550100"


def test_expiry_and_retry_and_a_longer_wait_after_a_refusal_than_after_silence() -> None:
    carrier = entry(REGISTRATION, registration_expiry=600, registration_retry=200, **PJSIP)
    values = {each.key: each.value for each in section(carrier, "registration").options}

    assert (values["expiration"], values["retry_interval"]) == ("600", "200")
    assert values["forbidden_retry_interval"] == values["fatal_retry_interval"] == "400"


def test_an_outbound_proxy_is_a_loose_route_of_calls_and_registrations() -> None:
    carrier = entry(REGISTRATION, outbound_proxy="proxy.example.com:5070", **PJSIP)

    assert carrier.account_entry.count("outbound_proxy=sip:proxy.example.com:5070\\;lr\n") == 2
    assert option(carrier, "endpoint", "outbound_proxy") == "sip:proxy.example.com:5070;lr"
    assert option(carrier, "registration", "outbound_proxy") == "sip:proxy.example.com:5070;lr"


def test_a_loose_route_is_lost_when_vicidials_screen_saves_it() -> None:
    carrier = entry(REGISTRATION, outbound_proxy="proxy.example.com", **PJSIP)

    assert [(each.code, each.field, each.severity) for each in lint_carrier(carrier)] == [
        ("proxy_lost_when_saved", "outbound_proxy", "warning")
    ]
    assert lint_carrier(entry(REGISTRATION, outbound_proxy="proxy.example.com")) == [], "chan_sip needs no semicolon"


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_transport_goes_by_the_dialers_own_name_of_it(transport: str) -> None:
    listeners = tuple(Listener("chan_pjsip", kind, "0.0.0.0", 5060, f"my-{kind.value}") for kind in Transport)
    carrier = entry(REGISTRATION, Place("10.0.0.1", listeners), transport=transport, **PJSIP)

    assert option(carrier, "endpoint", "transport") == option(carrier, "registration", "transport") == f"my-{transport}"


@pytest.mark.parametrize(("transport", "name"), [("udp", None), ("tcp", "transport-tcp"), ("tls", "transport-tls")])
def test_on_an_unknown_dialer_it_goes_by_vicidials_sample(transport: str, name: str | None) -> None:
    assert option(entry(IP, NOWHERE, transport=transport, **PJSIP), "endpoint", "transport") == name


@pytest.mark.parametrize(
    ("changed", "uri"),
    [
        ({}, "sip:203.0.113.7"),
        ({"port": 5080}, "sip:203.0.113.7:5080"),
        ({"transport": "tls"}, "sip:203.0.113.7:5061"),
        ({"transport": "tls", "port": 5080}, "sip:203.0.113.7:5080"),
    ],
)
def test_the_contact_has_a_port_where_one_is_known(changed: dict[str, object], uri: str) -> None:
    carrier = entry(IP, **changed, **PJSIP)

    assert option(carrier, "aor", "contact") == uri
    assert option(carrier, "identify", "match") == "203.0.113.7", "a port there would match that source port alone"


def test_qualify_off_is_a_frequency_of_nothing() -> None:
    assert option(entry(IP, qualify=False, **PJSIP), "aor", "qualify_frequency") == "0"


def test_srtp_and_session_timers() -> None:
    carrier = entry(IP, transport="tls", srtp=True, session_timers=False, **PJSIP)

    assert option(carrier, "endpoint", "media_encryption") == "sdes"
    assert option(carrier, "endpoint", "timers") == "no"


@pytest.mark.parametrize("mode", ["rfc4733", "inband", "info", "auto"])
def test_dtmf_in_pjsips_words(mode: str) -> None:
    assert option(entry(IP, dtmf_mode=mode, **PJSIP), "endpoint", "dtmf_mode") == mode


@pytest.mark.parametrize(("header", "pai", "rpid"), [("from", "no", "no"), ("pai", "yes", "no"), ("rpid", "no", "yes")])
def test_the_caller_id_header(header: str, pai: str, rpid: str) -> None:
    carrier = entry(IP, caller_id_header=header, **PJSIP)

    assert (option(carrier, "endpoint", "send_pai"), option(carrier, "endpoint", "send_rpid")) == (pai, rpid)


def test_a_match_list_takes_addresses_and_networks() -> None:
    carrier = entry(IP, match=["203.0.113.7", "203.0.113.8", "198.51.100.0/24"], **PJSIP)

    listed = ["203.0.113.7", "203.0.113.8", "198.51.100.0/24"]
    assert section(carrier, "identify").values("match") == listed
    assert section(carrier, "endpoint").values("permit") == listed


@pytest.mark.parametrize(("host", "has_line"), [("203.0.113.7", True), ("sip.example.com", False)])
def test_a_registrations_own_mark_goes_only_with_an_access_list(host: str, has_line: bool) -> None:
    """The mark lets in whoever knows it; a host name stands in no access list."""
    carrier = entry(REGISTRATION, host=host, **PJSIP)

    assert (option(carrier, "registration", "line") == "yes") == has_line
    assert option(carrier, "registration", "endpoint") == ("acme" if has_line else None)
    assert (option(carrier, "endpoint", "deny") == "0.0.0.0/0.0.0.0") == has_line
