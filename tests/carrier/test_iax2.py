"""What a carrier of protocol IAX2 looks like: a peer for calls out, and a user for calls in."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry, kinds, option, section
from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of

IAX2 = {"protocol": "IAX2"}


def test_a_carrier_that_knows_us_by_address() -> None:
    carrier = entry(IP, port=4570, match=["198.51.100.0/24"], **IAX2)

    assert carrier.registration_string == ""
    assert carrier.globals_string == "ACME_TRUNK=IAX2/acme"
    assert "Dial(${ACME_TRUNK}/+${EXTEN:1},${CAMPDTO},To)" in carrier.dialplan_entry
    assert (
        carrier.account_entry.replace("username=\n", "")
        == """\
[acme]
type=user
context=trunkinbound
deny=0.0.0.0/0.0.0.0
permit=203.0.113.7/32
permit=198.51.100.0/24
disallow=all
allow=ulaw
allow=alaw
requirecalltoken=auto
transfer=no
[acme]
type=peer
host=203.0.113.7
port=4570
disallow=all
allow=ulaw
allow=alaw
trunk=no
transfer=no
jitterbuffer=no
qualify=yes
qualifyfreqok=60000
qualifyfreqnotok=10000
"""
    )


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "register => acme:s3cret.Word@sip.example.com"),
        ({"port": 4570}, "register => acme:s3cret.Word@sip.example.com:4570"),
    ],
)
def test_a_registering_carrier(changed: dict[str, object], line: str) -> None:
    carrier = entry(REGISTRATION, **changed, **IAX2)

    assert carrier.registration_string == line
    assert option(carrier, "peer", "username") == "acme"
    assert option(carrier, "peer", "secret") == "s3cret.Word"
    assert option(carrier, "peer", "auth") == "md5"


def test_a_carrier_that_challenges_each_call_gets_no_registration_string() -> None:
    carrier = entry(CREDENTIALS, **IAX2)

    assert carrier.registration_string == ""
    assert option(carrier, "peer", "secret") == "s3cret.Word"


def test_what_a_reload_would_not_reset_is_always_said() -> None:
    """An IAX2 peer of the same name keeps its user name, trunking and qualify over a reload that has them no more."""
    carrier = entry(IP, qualify=False, **IAX2)

    assert option(carrier, "peer", "username") == ""
    assert option(carrier, "peer", "trunk") == "no"
    assert option(carrier, "peer", "qualify") == "no"
    assert option(carrier, "peer", "qualifyfreqok") is None


def test_a_name_stands_in_no_access_list_so_calls_need_addresses() -> None:
    nameless = answers(REGISTRATION, **IAX2)

    assert [(each.field, each.code) for each in check_answers(nameless)] == [("match", "iax2_needs_addresses")]
    assert kinds(entry(REGISTRATION, **IAX2)) == ["peer"]
    carrier = entry(REGISTRATION, match=["203.0.113.7"], **IAX2)
    assert kinds(carrier) == ["user", "peer"]
    assert section(carrier, "user").values("permit") == ["203.0.113.7/32"]


def test_iax2_travels_by_udp_alone() -> None:
    [finding] = errors_of(check_answers(answers(IP, transport="tcp", **IAX2)))

    assert (finding.field, finding.code) == ("transport", "iax2_is_udp")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("did", "2125550100"),
        ("auth_username", "other"),
        ("from_user", "15551230000"),
        ("from_domain", "example.com"),
        ("realm", "example.com"),
        ("registration_expiry", 600),
        ("registration_retry", 30),
        ("outbound_proxy", "proxy.example.com"),
        ("dtmf_mode", "info"),
        ("session_timers", False),
    ],
)
def test_what_iax2_has_no_use_for_is_said_and_written_nowhere(name: str, value: object) -> None:
    own = {**REGISTRATION, "match": ["203.0.113.7"], **IAX2}
    found = check_answers(answers(own, **{name: value}))

    assert [(each.field, each.code) for each in found] == [(name, "not_used_by_protocol")]
    assert entry(own, **{name: value}) == entry(own)


def test_a_secret_that_begins_like_a_keys_name() -> None:
    [finding] = errors_of(check_answers(answers(REGISTRATION, secret="[abc", match=["203.0.113.7"], **IAX2)))

    assert (finding.field, finding.code) == ("secret", "secret_first_bracket")
    assert entry(CREDENTIALS, secret="[abc", match=["203.0.113.7"], **IAX2)
