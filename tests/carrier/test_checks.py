"""Each bad answer gets a finding that names its field, and the same answers mended pass."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.samples import CREDENTIALS, IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import Severity, errors_of
from wizard.words.findings import sentence

BAD: list[tuple[str, object, str]] = [
    # carrier
    ("carrier_id", "", "required"),
    ("carrier_id", "A", "too_short"),
    ("carrier_id", "ABCDEFGHIJKLMNOP", "too_long"),
    ("carrier_id", "AC ME", "column_characters"),
    ("carrier_id", "AC.ME", "column_characters"),
    ("carrier_id", "ACMÉ", "not_ascii"),
    ("carrier_id", "general", "name_reserved"),
    ("carrier_id", "ASTloop", "name_reserved"),
    ("carrier_id", "LocalTel", "name_looks_internal"),
    ("carrier_id", "my-cxfer", "name_looks_internal"),
    ("carrier_name", "Acme (main)", "column_characters"),
    ("carrier_name", "x" * 51, "too_long"),
    ("carrier_name", "Acme ", "outer_blank"),
    ("carrier_name", "Acme\nexten => _X.,1,Hangup()", "not_ascii"),
    ("carrier_description", "it's ours", "column_characters"),
    ("carrier_description", "a;b", "column_characters"),
    ("carrier_description", 'so-called "main"', "column_characters"),
    ("carrier_description", "one\ntwo", "not_ascii"),
    ("carrier_description", "x" * 256, "too_long"),
    ("carrier_description", "the password is s3cret.Word", "secret_in_comment"),
    ("user_group", "A B", "column_characters"),
    ("server_ip", "dialer.example.com", "server_ip"),
    ("server_ip", "10.0.0.256", "server_ip"),
    ("protocol", "Zap", "not_supported"),
    ("protocol", "EXTERNAL", "not_supported"),
    # sign-in
    ("auth", None, "required"),
    ("username", "", "required"),
    ("username", "acme@sip.example.com", "username_has_domain"),
    ("username", "ac me", "username_characters"),
    ("username", "ac;me", "username_characters"),
    ("username", "ac/me", "username_characters"),
    ("secret", "", "required"),
    ("secret", "pass;word", "secret_characters"),
    ("secret", "pass'word", "secret_characters"),
    ("secret", "pass\\word", "secret_characters"),
    ("secret", " password", "secret_outer_blank"),
    ("secret", "password\n", "secret_line_break"),
    ("secret", "pässword", "secret_unprintable"),
    ("secret", "pass\tword", "secret_unprintable"),
    ("secret", "pass&ltword", "secret_html"),
    ("did", "+12125550100", "did_digits"),
    # connection
    ("host", "", "required"),
    ("host", "sip:sip.example.com", "host_is_uri"),
    ("host", "sip.example.com:5060", "host_has_port"),
    ("host", "2001:db8::1", "host_ipv6"),
    ("host", "203.0.113", "host_not_an_address"),
    ("host", "203.0.113.999", "host_not_an_address"),
    ("host", "sip example.com", "host_characters"),
    ("host", "sip.example.com;", "host_characters"),
    ("host", "-sip.example.com", "host_characters"),
    ("host", "${HOST}", "host_characters"),
    ("host", "sip.example.com\n[evil]", "host_characters"),
    ("port", 0, "port_range"),
    ("port", 65536, "port_range"),
    ("inbound_context", "default", "context_is_a_door"),
    ("inbound_context", "vicidial-auto", "context_is_a_door"),
    ("inbound_context", "trunk inbound", "context_characters"),
    ("qualify_frequency", 1, "qualify_frequency_range"),
    # audio
    ("codecs", [], "required"),
    ("codecs", ["ulaw", "ulaw"], "repeated"),
    # numbers
    ("dial_prefix", "9X", "prefix_means_none"),
    ("dial_prefix", "9*", "prefix_dropped"),
    ("dial_prefix", "+9", "prefix_dropped"),
    ("dial_prefix", "9A", "prefix_letters"),
    ("dial_prefix", "1" * 21, "too_long"),
    ("destinations", [], "required"),
    ("destinations", ["nanp", "nanp"], "repeated"),
    ("destinations", ["everywhere"], "destination_unknown"),
    ("destinations", ["_X.;bad"], "destination_unknown"),
    ("destinations", ["[2-"], "destination_pattern"),
    ("destinations", ["9.9"], "destination_pattern"),
    ("destinations", ["nanp10", "international"], "destinations_overlap"),
]


@pytest.mark.parametrize(("field", "value", "code"), BAD)
def test_a_bad_answer_is_refused_at_its_field(field: str, value: object, code: str) -> None:
    refused = errors_of(check_answers(answers(REGISTRATION, **{field: value})))

    assert [(finding.field, finding.code) for finding in refused] == [(field, code)]
    assert "s3cret.Word" not in sentence(refused[0])
    assert check_answers(answers(REGISTRATION)) == [], "the same answers, mended, pass"


def test_every_sign_in_passes() -> None:
    for sample in (REGISTRATION, CREDENTIALS, IP):
        assert check_answers(answers(sample)) == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_secret_may_have_any_sign_that_a_register_line_does_not_take_apart(protocol: str) -> None:
    own = {"protocol": protocol, "host": "203.0.113.7"}

    assert check_answers(answers(CREDENTIALS, secret='a/b:c?d"e@f', **own)) == []
    in_line = check_answers(answers(REGISTRATION, secret='a/b:c?d"e@f', **own))
    assert [(each.field, each.code) for each in in_line] == ([("secret", "secret_characters")] if protocol == "IAX2" else [])


@pytest.mark.parametrize("destination", ["international", "XXXX", "8600XXX", "1."])
def test_without_a_prefix_open_and_short_patterns_would_swallow_internal_numbers(destination: str) -> None:
    findings = errors_of(check_answers(answers(IP, dial_prefix="", destinations=[destination])))

    assert {(finding.field, finding.code) for finding in findings} == {("dial_prefix", "prefix_swallows_internal")}


@pytest.mark.parametrize("number_format", ["nanp10", "nanp11"])
def test_a_national_format_leaves_a_pattern_of_the_users_own_as_it_is(number_format: str) -> None:
    assert check_answers(answers(IP, destinations=["nanp", "0XXXXXXXXX"], dial_prefix="8", number_format=number_format)) == []


@pytest.mark.parametrize(
    ("destination", "prefix", "number"),
    [("XX.", "9", "9911"), ("911", "", None), ("XX", "9", "911"), ("[1-9]XX", "8", "8911"), ("0XXXXXXXXX", "9", None)],
)
def test_a_pattern_that_takes_emergency_calls_is_said(destination: str, prefix: str, number: str | None) -> None:
    findings = check_answers(answers(IP, dial_prefix=prefix, destinations=[destination]))
    said = [finding.values["number"] for finding in findings if finding.code == "reaches_emergency"]

    assert said == ([number] if number else ["911"] if destination == "911" else [])


def test_numbers_that_vicidial_keeps_are_named() -> None:
    """Ten digits behind a 9: 800 9xx xxxx never leaves VICIdial (vicidial.md §2.9)."""
    [finding] = check_answers(answers(IP, destinations=["nanp10"]))

    assert (finding.code, finding.severity) == ("kept_by_vicidial", Severity.WARNING)
    assert "_98009." in str(finding.values["own"])
    assert check_answers(answers(IP, destinations=["nanp10"], dial_prefix="7")) == []
    assert check_answers(answers(IP)) == []


def test_without_north_america_a_caller_id_needs_its_country_code() -> None:
    findings = check_answers(answers(IP, destinations=["0XXXXXXXXX"], dial_prefix="8", number_format="as_dialled"))

    assert [(finding.field, finding.code) for finding in findings] == [("caller_id_format", "caller_id_with_country_code")]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"qualify": False}, "qualify", "qualify_off"),
        ({"qualify_frequency": 10}, "qualify_frequency", "qualify_frequency_brisk"),
        ({"host": "siphost"}, "host", "host_without_dot"),
        ({"username": "unused"}, "username", "not_used_by_ip"),
        ({"did": "2125550100"}, "did", "did_needs_registration"),
    ],
)
def test_what_is_odd_but_possible_is_a_warning(changed: dict[str, object], field: str, code: str) -> None:
    [finding] = check_answers(answers(IP, **changed))

    assert (finding.field, finding.code, finding.severity) == (field, code, Severity.WARNING)


@pytest.mark.parametrize(
    "host", ["0x7f.1", "1.2.3", "sip.123", "0.0.0.0", "255.255.255.255", "224.0.0.1", "dynamic", "010.0.0.1"]
)
def test_what_a_resolver_would_take_for_an_address_is_no_host(host: str) -> None:
    assert {finding.field for finding in errors_of(check_answers(answers(IP, host=host)))} == {"host"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("trunk_name", "general", "name_reserved"),
        ("trunk_name", "ASTloop", "name_reserved"),
        ("trunk_name", "transport-udp", "name_characters"),
        ("trunk_name", "transport_udp", "name_reserved"),
        ("trunk_name", "my-trunk", "name_characters"),
        ("trunk_name", "3com", "name_characters"),
        ("trunk_name", "a]b", "name_characters"),
        ("trunk_name", "my_local", "name_looks_internal"),
        ("trunk_name", "x" * 41, "longer_name"),
        ("global_name", "TRUNKX", "name_reserved"),
        ("global_name", "SIPtrunk", "name_reserved"),
        ("global_name", "MY-TRUNK", "name_characters"),
        ("global_name", "A=B", "name_characters"),
        ("global_name", "x" * 41, "longer_name"),
    ],
)
def test_names_that_the_user_chooses_are_asterisks_and_nobody_elses(field: str, value: str, code: str) -> None:
    refused = errors_of(check_answers(answers(IP, **{field: value})))

    assert [(finding.field, finding.code) for finding in refused] == [(field, code)]


def test_a_chosen_trunk_name_saves_a_carrier_id_that_would_make_none() -> None:
    assert errors_of(check_answers(answers(IP, carrier_id="LOCALTEL"))) != []
    assert errors_of(check_answers(answers(IP, carrier_id="LOCALTEL", trunk_name="tel"))) == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("auth_username", "ac;me", "username_characters"),
        ("auth_username", "ac me", "username_characters"),
        ("from_user", "a b", "from_user_characters"),
        ("from_user", "a@b", "from_user_characters"),
        ("from_domain", "sip:example.com", "host_is_uri"),
        ("from_domain", "example.com;x", "host_characters"),
        ("realm", "a;b", "realm_characters"),
        ("realm", " a", "realm_characters"),
        ("registration_expiry", 59, "seconds_range"),
        ("registration_expiry", 86_401, "seconds_range"),
        ("registration_retry", 9, "seconds_range"),
        ("registration_retry", 3_601, "seconds_range"),
        ("outbound_proxy", ":5060", "proxy_form"),
        ("outbound_proxy", "proxy.example.com:0", "proxy_form"),
        ("outbound_proxy", "proxy.example.com:", "proxy_form"),
        ("outbound_proxy", "proxy.example.com:5060;lr", "proxy_form"),
        ("outbound_proxy", "sip:proxy.example.com", "proxy_form"),
        ("outbound_proxy", "proxy example.com", "host_characters"),
        ("outbound_proxy", "0.0.0.0:5060", "host_special"),
    ],
)
def test_what_no_protocol_takes(protocol: str, field: str, value: object, code: str) -> None:
    own = answers({**REGISTRATION, "host": "203.0.113.7"}, **{field: value}, protocol=protocol)

    assert [(finding.field, finding.code) for finding in errors_of(check_answers(own))] == [(field, code)]


@pytest.mark.parametrize(
    ("protocol", "username", "passes"),
    [
        ("SIP", "acme@example.com", False),
        ("SIP", "ac:me", False),
        ("SIP", "+1555", True),
        ("PJSIP", "ac:me", True),
        ("PJSIP", 'ac"me', False),
        ("PJSIP_WIZ", "ac/me", True),
        ("IAX2", "acme@example.com", False),
        ("IAX2", "ac/me", True),
        ("IAX2", "ac:me", False),
    ],
)
def test_each_driver_has_its_own_signs_for_user_names(protocol: str, username: str, passes: bool) -> None:
    own = answers({**REGISTRATION, "host": "203.0.113.7"}, username=username, protocol=protocol)

    assert ([finding.field for finding in errors_of(check_answers(own))] == []) == passes


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"srtp": True}, "srtp", "srtp_in_the_clear"),
        ({"from_user": "15551230000"}, "from_user", "from_user_hides_caller"),
        ({"dtmf_mode": "inband", "codecs": ["g729"]}, "dtmf_mode", "inband_needs_clear_audio"),
        ({"server_ip": "0.0.0.0"}, "server_ip", "registers_everywhere"),
    ],
)
def test_what_is_odd_about_a_registering_carrier_is_a_warning(changed: dict[str, object], field: str, code: str) -> None:
    for protocol in ("SIP", "PJSIP", "PJSIP_WIZ"):
        found = check_answers(answers({**REGISTRATION, "host": "203.0.113.7"}, **changed, protocol=protocol))
        assert [(each.field, each.code, each.severity) for each in found] == [(field, code, Severity.WARNING)]


def test_the_caller_is_not_hidden_where_another_header_carries_it() -> None:
    assert check_answers(answers(REGISTRATION, from_user="15551230000", caller_id_header="pai")) == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_plain_samples_pass_without_a_word(protocol: str) -> None:
    for sample in (REGISTRATION, CREDENTIALS, IP):
        assert check_answers(answers({**sample, "host": "203.0.113.7"}, protocol=protocol)) == []


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"global_name": "EXTEN"}, "global_name", "global_ending"),
        ({"global_name": "SIPTRUNK"}, "global_name", "name_reserved"),
        ({"match": ["192.168.7.0/24"]}, "match", "match_private"),
        ({"outbound_proxy": "proxy.example.com"}, "match", "proxy_may_call"),
        ({"template_id": "SHARED"}, "template_id", "template_unseen"),
        ({"host": "dynamic"}, "host", "host_dynamic"),
        ({"extra_options": "[registration]\nsupport_path=yes"}, "extra_options", "extra_option_no_section"),
        ({"auth": "credentials", "username": "a&ltb", "secret": "x"}, "username", "username_html"),
        ({"auth": "credentials", "username": "a" * 80, "secret": "x"}, "username", "longer_than_any"),
    ],
)
def test_what_else_is_said_of_an_answer(changed: dict[str, Any], field: str, code: str) -> None:
    before = codes_of(answers({**IP, "protocol": "PJSIP"}))

    assert (field, code) not in before
    assert (field, code) in codes_of(answers({**IP, "protocol": "PJSIP", **changed}))


def codes_of(own: Answers) -> list[tuple[str, str]]:
    return [(finding.field, finding.code) for finding in check_answers(own)]
