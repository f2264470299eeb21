"""``presets``, and an answers file that names one."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from wizard.cli import _group


def run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(_group, arguments, input=text, catch_exceptions=False)


def test_all_carriers_are_listed_with_how_they_know_you() -> None:
    lines = run("presets").stdout.splitlines()

    assert any(line.startswith("telnyx") and "Registration" in line for line in lines)
    assert lines[-1].startswith("generic-")
    assert {"twilio", "voipms"} <= {each["id"] for each in json.loads(run("presets", "--json").stdout)}


def test_some_are_found_by_name() -> None:
    assert [each["id"] for each in json.loads(run("presets", "--search", "voip.ms", "--json").stdout)] == ["voipms"]
    nobody = run("presets", "--search", "zzz")
    assert nobody.stdout == ""
    assert "generic-registration" in nobody.stderr


def test_one_is_shown_with_its_facts_and_sources() -> None:
    shown = run("presets", "twilio").stdout

    assert "{trunk}.pstn.twilio.com" in shown
    assert "number_format:              plus_e164  (on a page of the carrier's own)" in shown
    assert "https://www.twilio.com/docs/sip-trunking" in shown
    assert json.loads(run("presets", "twilio", "--json").stdout)["confidence"] == "high"


def test_an_unknown_one_is_bad_input() -> None:
    result = run("presets", "nobody", "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "not_found"


def test_an_answers_file_that_names_one_says_only_what_is_its_own() -> None:
    own = {"preset": "voipms", "carrier_id": "VOIPMS", "username": "123456", "secret": "s3cret.Word"}

    row = json.loads(run("render", "-", "--json", text=json.dumps(own)).stdout)

    assert "newyork1.voip.ms" in row["account_entry"]
    assert "register" in row["registration_string"]
    assert ("qualify", "no") in [
        tuple(each.strip() for each in line.split("=")[:2]) for line in row["account_entry"].splitlines()
    ]
