"""Lines that experts add: which section they go to, what they replace, and what they may not touch."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry, section, sections
from tests.carrier.samples import DIALER, HERE, IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import Option
from wizard.carrier.drivers import driver_of
from wizard.carrier.extra_options import unknown_to_dialer
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Protocol
from wizard.carrier.render import render_carrier

BY_ADDRESS = {**REGISTRATION, "host": "203.0.113.7"}


def refused(text: str, protocol: str = "SIP", **changed: object) -> list[tuple[str, object]]:
    found = errors_of(check_answers(answers(BY_ADDRESS, extra_options=text, protocol=protocol, **changed)))
    assert {finding.field for finding in found} <= {"extra_options"}
    return [(finding.code, finding.values.get("line")) for finding in found]


@pytest.mark.parametrize(
    ("protocol", "trunk", "line"),
    [
        ("SIP", "peer", "rtptimeout=60"),
        ("PJSIP", "endpoint", "rtp_timeout=60"),
        ("IAX2", "peer", "maxcallnumbers=60"),
    ],
)
def test_a_line_without_a_header_goes_to_the_trunk(protocol: str, trunk: str, line: str) -> None:
    key, _, value = line.partition("=")
    carrier = entry(BY_ADDRESS, extra_options=line, protocol=protocol)

    assert section(carrier, trunk).values(key) == [value]
    assert sum(len(each.values(key)) for each in sections(carrier)) == 1


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("aor", "qualify_timeout=5"),
        ("auth", "nonce_lifetime=60"),
        ("identify", "srv_lookups=no"),
        ("registration", "max_retries=100"),
        ("endpoint", "rtp_timeout=60"),
    ],
)
def test_a_header_says_where_the_lines_after_it_go(kind: str, line: str) -> None:
    key, _, value = line.partition("=")
    text = f"rtp_keepalive=10\n[{kind}]\n{line}\n"
    carrier = entry(BY_ADDRESS, extra_options=text, protocol="PJSIP")

    assert section(carrier, kind).values(key) == [value]
    assert section(carrier, "endpoint").values("rtp_keepalive") == ["10"]
    assert sum(len(each.values(key)) for each in sections(carrier)) == 1


@pytest.mark.parametrize(
    ("header", "key", "written"),
    [
        ("", "rtp_timeout", "endpoint/rtp_timeout"),
        ("[endpoint]", "rtp_timeout", "endpoint/rtp_timeout"),
        ("[aor]", "qualify_timeout", "aor/qualify_timeout"),
        ("[outbound_auth]", "nonce_lifetime", "outbound_auth/nonce_lifetime"),
        ("[registration]", "max_retries", "registration/max_retries"),
        ("[identify]", "srv_lookups", "identify/srv_lookups"),
        ("[wizard]", "has_hint", "has_hint"),
    ],
)
def test_the_wizard_keeps_them_all_in_its_one_section(header: str, key: str, written: str) -> None:
    carrier = entry(BY_ADDRESS, extra_options=f"{header}\n{key}=5", protocol="PJSIP_WIZ")

    assert section(carrier, "wizard").values(written) == ["5"]


def test_lines_may_be_written_as_asterisk_takes_them() -> None:
    text = "; mine\n\n  rtptimeout = 60\nrtpholdtimeout=>300\n\t[ peer ]\nkeepalive  =>  30\r\n"

    carrier = entry(BY_ADDRESS, extra_options=text)

    added = section(carrier, "peer").options[-3:]
    assert added == [Option("rtptimeout", "60"), Option("rtpholdtimeout", "300"), Option("keepalive", "30")]


@pytest.mark.parametrize(
    ("protocol", "kind", "line"),
    [
        ("SIP", "peer", "nat=no"),
        ("SIP", "peer", "directmedia=yes"),
        ("PJSIP", "endpoint", "rtp_symmetric=no"),
        ("IAX2", "peer", "trunk=yes"),
    ],
)
def test_an_experts_line_takes_the_place_of_the_entrys_own(protocol: str, kind: str, line: str) -> None:
    key, _, value = line.partition("=")

    assert section(entry(IP, protocol=protocol), kind).values(key) not in ([], [value])
    assert section(entry(IP, extra_options=line, protocol=protocol), kind).values(key) == [value]


def test_a_line_may_stand_more_than_once() -> None:
    carrier = entry(BY_ADDRESS, extra_options="setvar=A=1\nsetvar=B=2")

    assert section(carrier, "peer").values("setvar") == ["A=1", "B=2"]


def test_calls_from_further_addresses_are_treated_alike() -> None:
    door, trunk = sections(entry(IP, match=["203.0.113.8"], extra_options="rtptimeout=60"))

    assert (door.values("rtptimeout"), trunk.values("rtptimeout")) == (["60"], ["60"])


@pytest.mark.parametrize(
    ("protocol", "text", "answer"),
    [
        ("SIP", "host=198.51.100.1", "host"),
        ("SIP", "secret=other", "secret"),
        ("SIP", "remotesecret=other", "secret"),
        ("SIP", "type=friend", "protocol"),
        ("SIP", "context=default", "inbound_context"),
        ("SIP", "insecure=very", "match"),
        ("SIP", "allow=gsm", "codecs"),
        ("PJSIP", "identify_by=username", "match"),
        ("PJSIP", "[identify]\nmatch=0.0.0.0/0", "match"),
        ("PJSIP", "[registration]\nline=yes", "match"),
        ("PJSIP", "[auth]\npassword=other", "secret"),
        ("PJSIP", "[registration]\nretry_interval=1", "registration_retry"),
        ("PJSIP_WIZ", "[outbound_auth]\npassword=other", "secret"),
        ("PJSIP_WIZ", "[wizard]\nremote_hosts=198.51.100.1", "host"),
        ("PJSIP_WIZ", "[wizard]\naccepts_registrations=yes", "auth"),
        ("PJSIP_WIZ", "[wizard]\nsends_line_with_registrations=yes", "match"),
        ("IAX2", "qualify=no", "qualify"),
        ("IAX2", "[user]\npermit=0.0.0.0/0", "match"),
        ("IAX2", "[user]\nsecret=other", "secret"),
    ],
)
def test_what_an_answer_decides_is_refused_and_the_answer_named(protocol: str, text: str, answer: str) -> None:
    [finding] = errors_of(check_answers(answers(BY_ADDRESS, extra_options=text, protocol=protocol)))

    assert (finding.field, finding.code, finding.values["answer"]) == ("extra_options", "extra_option_answered", answer)
    assert finding.values["line"] == len(text.splitlines())


@pytest.mark.parametrize(
    ("protocol", "line"), [("SIP", "SECRET=other"), ("SIP", "Host=198.51.100.1"), ("IAX2", "[user]\nPermit=0.0.0.0/0")]
)
def test_capital_letters_are_no_way_around(protocol: str, line: str) -> None:
    assert refused(line, protocol) != []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_option_that_no_asterisk_knows(protocol: str) -> None:
    """In PJSIP it would void its whole section; the others would ignore it."""
    assert refused("\nfrobnicate=yes", protocol) == [("extra_option_unknown", 2)]


@pytest.mark.parametrize(
    "text", ["rtptimeout", "=60", "rtptimeout=", "rtptimeout= ", "[nosuch]", "[peer](!)", "#include x", "endpoint/x=5", "a b=5"]
)
def test_what_is_no_line_of_asterisks(text: str) -> None:
    assert refused(text) == [("extra_option_line", 1)]


def test_a_header_of_another_driver_is_no_line_either() -> None:
    assert refused("[endpoint]\nrtptimeout=60") == [("extra_option_line", 1)]
    assert refused("[auth]\nnonce_lifetime=60", "PJSIP_WIZ")[0] == ("extra_option_line", 1)


@pytest.mark.parametrize("value", ["a;b", "a'b", "a\\b", "é", "a\tb", "a&lt;b", "a</textarea>b"])
def test_a_value_that_would_not_be_read_or_saved_as_written(value: str) -> None:
    assert refused(f"rtptimeout={value}") == [("extra_option_value", 1)]


def test_each_bad_line_is_said() -> None:
    assert refused("nat=no\nhost=x\n\nnonsense\n[peer]\ncallerid=a;b") == [
        ("extra_option_answered", 2),
        ("extra_option_line", 4),
        ("extra_option_value", 6),
    ]


def test_there_is_an_end_to_it() -> None:
    assert refused("a=b\n" * 1001) == [("too_long_text", None)]
    assert refused("; a comment\n" * 300) == []


def test_the_secret_is_not_said_a_second_time() -> None:
    assert [code for code, _ in refused("description=s3cret.Word", "IAX2")] == ["secret_in_comment"]


@pytest.mark.parametrize(
    ("sample", "protocol", "text"),
    [
        (IP, "PJSIP", "[auth]\nnonce_lifetime=60"),
        (IP, "PJSIP", "[registration]\nmax_retries=100"),
        (REGISTRATION, "IAX2", "[user]\nlanguage=en"),
    ],
)
def test_lines_for_a_section_that_the_entry_has_not_are_not_lost_without_a_word(
    sample: dict[str, str], protocol: str, text: str
) -> None:
    found = check_answers(answers(sample, extra_options=text, protocol=protocol))

    assert "extra_options" in {finding.field for finding in found}


def test_a_dialers_own_asterisk_may_know_less() -> None:
    driver = driver_of(Protocol.PJSIP)
    known = {"endpoint": frozenset({"rtp_timeout"})}
    text = "rtp_timeout=60\nsend_aoc=yes\n[aor]\nqualify_2xx_only=yes"

    found = list(unknown_to_dialer(text, driver, known))

    assert [(each.code, each.values["line"], each.values["option"]) for each in found] == [
        ("extra_option_unknown_here", 2, "send_aoc")
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_entry_with_extra_lines_is_as_sound_as_one_without(protocol: str) -> None:
    line = {"SIP": "rtptimeout=60", "IAX2": "maxcallnumbers=60"}.get(protocol, "rtp_timeout=60")

    assert lint_carrier(render_carrier(answers(IP, extra_options=line, protocol=protocol), HERE)) == []
    assert DIALER.known_options == {}


def test_what_holds_a_secret_is_refused_since_these_lines_are_shown() -> None:
    assert refused("[auth]\noauth_secret=TopSecret", "PJSIP", auth="credentials", username="acme", secret="x1") == [
        ("extra_option_secret", 2)
    ]


def test_what_would_open_the_door_again_is_refused() -> None:
    assert refused("[identify]\nmatch_header=X-Foo: bar", "PJSIP") == [("extra_option_answered", 2)]


def test_asterisks_own_wizards_spelling_is_understood() -> None:
    carrier = entry(IP, protocol="PJSIP_WIZ", extra_options="endpoint/rtp_timeout=60\n100rel=no")

    assert section(carrier, "wizard").values("endpoint/rtp_timeout") == ["60"]
    assert section(carrier, "wizard").values("endpoint/100rel") == ["no"]
