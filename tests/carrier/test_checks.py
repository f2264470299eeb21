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


def test_a_network_of_prefix_less_patterns_would_swallow_internal_numbers() -> None:
    [finding] = check_answers(answers(IP, dial_prefix="", destinations=["international"]))

    assert (finding.field, finding.code) == ("dial_prefix", "prefix_swallows_internal")


def test_a_national_format_says_nothing_about_any_pattern() -> None:
    [finding] = check_answers(answers(IP, destinations=["0XXXXXXXXX"], number_format="nanp10"))

    assert (finding.field, finding.code) == ("number_format", "format_needs_nanp")


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
