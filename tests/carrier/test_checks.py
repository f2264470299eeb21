"""Each bad answer gets a finding that names its field, and the same answers mended pass."""

from __future__ import annotations

import pytest

from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION, answers
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
    ("protocol", "PJSIP", "not_supported"),
    # sign-in
    ("auth", None, "required"),
    ("username", "", "required"),
    ("username", "acme@sip.example.com", "username_has_domain"),
    ("username", "ac me", "username_characters"),
    ("username", "ac;me", "username_characters"),
    ("username", "${SECRET}", "username_characters"),
    ("secret", "", "required"),
    ("secret", "pass;word", "secret_characters"),
    ("secret", "pass'word", "secret_characters"),
    ("secret", "pass\\word", "secret_characters"),
    ("secret", 'pass"word', "secret_characters"),
    ("secret", "pass:word", "secret_characters"),
    ("secret", "pass/word", "secret_characters"),
    ("secret", "pass?word", "secret_characters"),
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


def test_a_secret_with_register_separators_is_fine_where_nothing_registers() -> None:
    assert check_answers(answers(CREDENTIALS, secret='a/b:c?d"e')) == []


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
    findings = check_answers(answers(IP, destinations=["0XXXXXXXXX"], dial_prefix="8"))

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
