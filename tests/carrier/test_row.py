"""The row itself: limits, VICIdial's own screen, schema, SQL, and the preview of an unfinished one."""

from __future__ import annotations

from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given

from tests.carrier.samples import HERE, IP, REGISTRATION, answers
from tests.carrier.strategies import good_answers
from wizard.carrier.answers import STEP_OF, Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import saved_again
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import plain_answers
from wizard.carrier.render import render_carrier
from wizard.carrier.schema import answers_schema
from wizard.carrier.sql import install_statements
from wizard.secret import MASK
from wizard.words.questions import descriptions

CARRIER = render_carrier(answers(REGISTRATION), HERE)


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("carrier_id", "AC ME.1", "ACME1"),
        ("carrier_name", "A & B (x)", "A  B x"),
        ("carrier_description", 'a;b\\c"d', "abc"),
        ("carrier_description", "it's", ""),
        ("registration_string", 'register => a:b"c@h', "register => a:b"),
        ("registration_string", "register => a:b;c@h", "register => a:bc@h"),
        ("account_entry", "[a]\nsecret=a;b\n", "[a]\nsecret=ab\n"),
        ("account_entry", "[a]\nsecret=a\\b\n", "[a]\nsecret=ab\n"),
        ("account_entry", "[a]\nsecret=a'b\n", ""),
        ("account_entry", "[a]\nsecret=a&lt;b\n", "[a]\nsecret=a<b\n"),
        ("account_entry", "[a]\nsecret=</TEXTAREA>x\n", "[a]\nsecret="),
        ("dialplan_entry", "exten => 1,1,Set(a='b')\n", "exten => 1,1,Set(a=b)\n"),
        ("dialplan_entry", "exten => 1,1,NoOp() ; note\n", "exten => 1,1,NoOp() ; note\n"),
    ],
)
def test_what_vicidials_screen_makes_of_a_value(column: str, written: str, kept: str) -> None:
    assert saved_again(column, written) == kept


@pytest.mark.parametrize(
    ("column", "value", "field", "code"),
    [
        ("registration_string", "register => " + "x" * 250, "username", "column_too_long"),
        ("account_entry", "[a]\nhost=é\n", "host", "not_ascii"),
        ("account_entry", "[a]\nsecret=a;b\n", "host", "changes_when_saved_again"),
        ("account_entry", "host=a\n", "carrier_id", "account_without_section"),
        ("dialplan_entry", "[mine]\n", "destinations", "dialplan_opens_context"),
        ("dialplan_entry", ";-- x\n", "destinations", "open_comment"),
        ("dialplan_entry", "exten => 1,1,Dial(${GONE_TRUNK}/1)\n", "carrier_id", "global_undefined"),
        ("server_ip", "auto", "server_ip", "server_ip_auto"),
    ],
)
def test_a_row_that_is_wrong_as_a_row(column: str, value: str, field: str, code: str) -> None:
    assert lint_carrier(CARRIER) == []
    assert (field, code) in [(each.field, each.code) for each in lint_carrier(replace(CARRIER, **{column: value}))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"username": "x" * 79, "auth_username": "y" * 79, "from_domain": f"{'z' * 60}.{'z' * 30}.com"},
        {"username": "x" * 79, "secret": "y" * 128, "host": f"{'z' * 40}.com", "protocol": "IAX2"},
    ],
)
def test_a_register_line_that_is_too_long_is_found(changed: dict[str, str]) -> None:
    own = answers(REGISTRATION, **changed)
    [finding] = lint_carrier(render_carrier(own, HERE))

    assert errors_of(check_answers(own)) == []
    assert (finding.code, finding.values["column"]) == ("column_too_long", "registration_string")


@given(good_answers())
def test_an_answers_file_that_works_is_valid_by_the_schema(some: Answers) -> None:
    jsonschema.validate(plain_answers(some, with_secret=True) | {"host": some.connection.host}, answers_schema(descriptions()))


def test_the_schema_describes_every_answer_and_refuses_others() -> None:
    schema = answers_schema(descriptions())

    assert set(schema["properties"]) == set(STEP_OF)
    assert all(each["description"] for each in schema["properties"].values())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**REGISTRATION, "hots": "x"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"carrier_id": "ACME", "host": "h", "auth": "registration"}, schema)


def test_sql_quotes_what_it_must() -> None:
    statements = install_statements(replace(CARRIER, carrier_description="it's a \\ test"))

    assert "'it''s a \\\\ test'" in statements
    assert "\\n" in statements
    assert statements.endswith("AND server_ip='10.0.0.1';\n")
    assert "server_ip=" not in install_statements(replace(CARRIER, server_ip="0.0.0.0")).splitlines()[-1]


def test_the_preview_masks_the_secret_and_marks_what_is_missing() -> None:
    shown = preview_carrier(answers(REGISTRATION, host=""))

    assert shown.registration_string == "register => acme?acme@gap_host~300"
    assert f"secret={MASK}\n" in shown.account_entry
    assert preview_carrier(Answers()).globals_string == "GAP_CARRIER_ID_TRUNK=SIP/gap_carrier_id"


def test_the_preview_of_finished_answers_is_the_entry() -> None:
    own = answers(IP)

    assert preview_carrier(own, HERE) == render_carrier(own, HERE)
