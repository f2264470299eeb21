"""What only the outgoing channel gets: a name, and headers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.samples import IP, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.outgoing import without_headers
from wizard.carrier.findings import errors_of
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import plain_answers
from wizard.carrier.render import render_carrier

TOKEN = "t0ken.Word"
TOLD: dict[str, Any] = {"caller_id_name": "ACME WIDGETS", "extra_headers": {"X-Token": TOKEN}}


def steps(**changed: Any) -> dict[str, list[str]]:
    """Extension → its steps."""
    entry = render_carrier(answers(IP, **changed)).dialplan_entry
    return {each.pattern: [f"{step.application}({step.arguments})" for step in each.steps] for each in read_dialplan(entry)}


@pytest.mark.parametrize(
    ("protocol", "header"),
    [
        ("SIP", f"SIPAddHeader(X-Token: {TOKEN})"),
        ("PJSIP", f"Set(PJSIP_HEADER(add,X-Token)={TOKEN})"),
        ("PJSIP_WIZ", f"Set(PJSIP_HEADER(add,X-Token)={TOKEN})"),
    ],
)
def test_a_name_and_headers_are_given_to_the_outgoing_channel_alone(protocol: str, header: str) -> None:
    entry = steps(protocol=protocol, **TOLD)

    assert entry["acme_out"] == ["Set(CONNECTEDLINE(name,i)=ACME WIDGETS)", header, "Return()"]
    [dial] = [step for step in entry["_91NXXNXXXXXX"] if step.startswith("Dial(")]
    assert dial.endswith(",${CAMPDTO},Tob(vicidial-auto-external^acme_out^1))")
    assert not any("CALLERID(name)" in step for each in entry.values() for step in each)


def test_without_either_there_is_no_such_extension() -> None:
    assert list(steps()) == ["_91NXXNXXXXXX"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X Token": "1"}, "header_name"),
        ({"From": "me"}, "header_is_asterisks"),
        ({"X-Token": ""}, "header_without_value"),
        ({"X-Token": "a,b"}, "header_value"),
        ({"X-Token": "${SECRET}"}, "header_value"),
        ({"X-Token": " 1"}, "header_value"),
        ({"X-Token": "1", "x-token": "2"}, "repeated"),
        ({f"X-{number}": "1" for number in range(9)}, "too_many"),
    ],
)
def test_headers_that_would_not_arrive_are_refused(headers: dict[str, str], code: str) -> None:
    refused = errors_of(check_answers(answers(IP, extra_headers=headers)))

    assert [(each.field, each.code) for each in refused] == [("extra_headers", code)]
    assert not any(TOKEN in str(each.values) for each in refused)


def test_iax2_has_no_headers_and_says_so() -> None:
    own = answers(IP, protocol="IAX2", **TOLD)

    assert [each.code for each in check_answers(own)] == ["not_used_by_protocol"]
    assert TOKEN not in render_carrier(own).dialplan_entry


def test_the_values_are_secret() -> None:
    own = answers(IP, **TOLD)

    assert TOKEN not in repr(own)
    assert plain_answers(own, with_secret=False)["extra_headers"] == {"X-Token": ""}
    assert TOKEN not in preview_carrier(own).dialplan_entry
    assert "X-Token: •" in preview_carrier(own).dialplan_entry


@pytest.mark.parametrize(
    "line",
    [
        f"exten => acme_out,n,SIPAddHeader(X-Token: {TOKEN})",
        f"exten => acme_out,n,Set(PJSIP_HEADER(add,X-Token)={TOKEN})",
        f"  2. SIPAddHeader(X-Token: {TOKEN})  [pbx_config]",
    ],
)
def test_a_line_of_a_dialplan_can_be_shown_without_them(line: str) -> None:
    shown = without_headers(line, "***")

    assert TOKEN not in shown
    assert "X-Token" in shown
    assert without_headers("Dial(SIP/a/1,,To)", "***") == "Dial(SIP/a/1,,To)"
