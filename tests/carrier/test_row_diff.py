"""What changes in a row, as it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carrier.samples import HERE, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.masking import masked_line
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier
from wizard.carrier.row_diff import row_diff

SECRET = REGISTRATION["secret"]


def entry(**changed: object) -> Carrier:
    return render_carrier(answers(REGISTRATION, **changed), HERE)


def test_the_same_row_has_no_difference() -> None:
    assert row_diff(entry(), entry()) == ()


def test_only_the_columns_that_differ_are_shown_with_the_lines_that_come_and_go() -> None:
    [column] = row_diff(entry(), replace(entry(), carrier_description="new"))

    assert (column.column, [(line.sign, line.text) for line in column.lines]) == ("carrier_description", [("+", "new")])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_another_password_is_seen_to_change_and_not_shown(protocol: str) -> None:
    diff = row_diff(entry(protocol=protocol), entry(protocol=protocol, secret="0ther.Word"))

    lines = [line for column in diff for line in column.lines]
    assert {line.sign for line in lines} >= {"+", "-"}
    assert not any(SECRET in line.text or "0ther.Word" in line.text for line in lines)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_new_row_is_all_lines_that_come_and_a_deleted_one_all_that_go(protocol: str) -> None:
    row = entry(protocol=protocol, extra_headers={"X-Token": "t0ken"})
    for diff, sign in ((row_diff(None, row), "+"), (row_diff(row, None), "-")):
        lines = [line for column in diff for line in column.lines]
        assert {line.sign for line in lines} == {sign}
        assert not any(SECRET in line.text or "t0ken" in line.text for line in lines)


_LINES = ["type=peer", "host=a", "host=b", "qualify=yes", "context=trunkinbound"]
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=6).map("\n".join)


@given(_TEXTS, _TEXTS)
def test_what_stays_and_comes_is_the_row_after_and_what_stays_and_goes_the_row_before(old: str, new: str) -> None:
    before, after = replace(entry(), account_entry=old), replace(entry(), account_entry=new)
    lines = [line for column in row_diff(before, after) for line in column.lines]
    if old != new:
        assert [line.text for line in lines if line.sign != "-"] == new.splitlines()
        assert [line.text for line in lines if line.sign != "+"] == old.splitlines()


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("registration_string", "register => acme:hunter2@sip.example.com:5060/acme"),
        ("registration_string", "acme:hunter2:other@sip.example.com"),
        ("registration_string", "tls://acme@dom.example:hunter2:other@sip.example.com:5061/acme"),
        ("registration_string", "register=>acme:p@ss:hunter2@sip.example.com"),
        ("registration_string", "register => peer?acme:hunter2@sip.example.com"),
        ("registration_string", "register => acme:hunter2"),
        ("registration_string", "; register => acme:hunter2@sip.example.com"),
        ("account_entry", "remotesecret = hunter2"),
        ("account_entry", ";secret=hunter2"),
        ("account_entry", "outboundproxy=sip:acme:hunter2@sip.example.com"),
        ("account_entry", "outbound_auth/password=hunter2"),
        ("account_entry", "outbound_auth/password => hunter2"),
        ("globals_string", "TRUNK=IAX2/acme:hunter2@203.0.113.7"),
        ("dialplan_entry", "exten => _9X.,n,SIPAddHeader(X-Key: hunter2)"),
        ("dialplan_entry", "exten => _9X.,n,Dial(IAX2/acme:hunter2@203.0.113.7/${EXTEN})"),
    ],
)
def test_whatever_holds_a_secret_in_a_row_of_somebody_elses_is_masked(column: str, line: str) -> None:
    assert "hunter2" not in masked_line(column, line)
