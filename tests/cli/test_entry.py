"""The command line without a dialer: what it prints, and the status that it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
from click.testing import CliRunner, Result

from wizard.cli import _group

ANSWERS = """
carrier_id = "ACME"
auth = "registration"
host = "sip.example.com"
username = "acme"
"""
ROW = [
    "carrier_id", "carrier_name", "registration_string", "template_id", "account_entry", "protocol", "globals_string",
    "dialplan_entry", "server_ip", "active", "carrier_description", "user_group",
]  # fmt: skip
TABLES = ("vicidial_conf_templates", "vicidial_server_carriers")


def run(*arguments: str, text: str | None = None, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(_group, list(arguments), input=text, env=env)


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "acme.toml"
    path.write_text(ANSWERS)
    return str(path)


def test_render_prints_the_row_and_the_findings(answers: str) -> None:
    result = run("render", answers, "--secret-env", "SIP_SECRET", "--format", "json", env={"SIP_SECRET": "s3cret.Word"})

    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(document) == [*ROW, "findings"]
    assert document["active"] == "Y"
    assert document["server_ip"] == "auto"
    assert document["registration_string"] == "register => acme?acme@sip.example.com~300"
    assert [finding["code"] for finding in document["findings"]] == ["server_ip_auto"]
    assert set(document["findings"][0]) == {"code", "field", "severity", "message"}


@pytest.mark.parametrize(
    ("protocol", "section"),
    [
        ("SIP", "[acme]\ntype=peer\n"),
        ("PJSIP", "[acme]\ntype=aor\n"),
        ("PJSIP_WIZ", "[acme]\ntype=wizard\n"),
        ("IAX2", "[acme]\ntype=peer\n"),
    ],
)
def test_every_protocol_renders(answers: str, protocol: str, section: str) -> None:
    document = {"carrier_id": "ACME", "auth": "ip", "host": "sip.example.com", "protocol": protocol}

    result = run("render", "-", "--json", text=json.dumps(document))

    assert result.exit_code == 0
    assert json.loads(result.stdout)["protocol"] == protocol
    assert json.loads(result.stdout)["account_entry"].startswith(section)


class TestATemplateOfItsOwn:
    DOCUMENT: ClassVar = {
        "carrier_id": "ACME", "auth": "registration", "host": "sip.example.com", "username": "acme", "secret": "s3cret.Word",
        "server_ip": "10.0.0.1", "template_id": "ACME_T", "make_template": True,
    }  # fmt: skip

    def shaped(self, shape: str, **changed: Any) -> str:
        result = run("render", "-", "--format", shape, text=json.dumps({**self.DOCUMENT, **changed}))
        assert result.exit_code == 0
        return result.stdout

    def test_is_in_every_shape_of_the_entry(self) -> None:
        for shape in ("text", "json", "sql", "sheet"):
            shown = self.shaped(shape)
            assert "ACME_T" in shown
            assert "context=trunkinbound" in shown

    def test_comes_before_its_carrier_in_sql(self) -> None:
        template, carrier = (self.shaped("sql").index(f"INSERT INTO {table}") for table in TABLES)

        assert template < carrier

    def test_stands_beside_the_row_in_json(self) -> None:
        document = json.loads(self.shaped("json"))

        assert set(document["template"]) == {"template_id", "template_name", "template_contents", "user_group"}
        assert "allow=" not in document["account_entry"]
        assert "template" not in json.loads(self.shaped("json", template_id="", make_template=False))

    def test_is_not_shown_without_its_row(self) -> None:
        too_long = {"username": "x" * 79, "auth_username": "y" * 79, "from_domain": f"{'z' * 60}.{'z' * 30}.com"}

        result = run("render", "-", "--json", text=json.dumps({**self.DOCUMENT, **too_long}))

        assert result.exit_code == 2
        assert set(json.loads(result.stdout)) == {"findings"}


@pytest.mark.parametrize("secret", ["s3cret.Word", "s[3]cret"])
@pytest.mark.parametrize(
    ("protocol", "command"),
    [
        ("SIP", "sip show peer acme"),
        ("PJSIP", "pjsip show endpoint acme"),
        ("PJSIP_WIZ", "pjsip show endpoint acme"),
        ("IAX2", "iax2 show peer acme"),
    ],
)
def test_the_sheet_tells_how_to_see_the_trunk(answers: str, protocol: str, command: str, secret: str) -> None:
    document = {"carrier_id": "ACME", "auth": "credentials", "host": "203.0.113.7", "username": "acme", "secret": secret}

    shown = run("render", "-", "--format", "sheet", text=json.dumps({**document, "protocol": protocol})).stdout

    assert f"asterisk -rx '{command}'" in shown


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ", "IAX2"])
def test_the_letter_to_the_carrier_holds_no_password(answers: str, protocol: str) -> None:
    document = {"carrier_id": "ACME", "auth": "registration", "host": "203.0.113.7", "username": "acme"}

    result = run(
        "render", "-", "--format", "letter", text=json.dumps({**document, "secret": "s3cret.Word", "protocol": protocol})
    )

    assert result.exit_code == 0
    assert "s3cret.Word" not in result.stdout


def test_json_means_the_same_as_the_json_format(answers: str) -> None:
    environment = {"SIP_SECRET": "s3cret.Word"}
    one = run("render", answers, "--secret-env", "SIP_SECRET", "--json", env=environment)
    other = run("render", answers, "--secret-env", "SIP_SECRET", "--format", "json", env=environment)

    assert one.stdout == other.stdout


def test_text_is_for_people_with_findings_apart(answers: str) -> None:
    result = run("render", answers, "--secret-env", "SIP_SECRET", env={"SIP_SECRET": "s3cret.Word"})

    assert "--- Account Entry ---\n[acme]\ntype=peer\n" in result.stdout
    assert "note: server_ip:" in result.stderr


def test_answers_come_from_standard_input_too_as_json() -> None:
    document = {"carrier_id": "ACME", "auth": "ip", "host": "203.0.113.7"}

    result = run("render", "-", "--format", "sql", text=json.dumps({**document, "server_ip": "10.0.0.1"}))

    assert result.exit_code == 0
    assert result.stdout.startswith("INSERT INTO vicidial_server_carriers (carrier_id, ")


def test_sql_for_a_dialer_that_nobody_named_finds_it_by_itself() -> None:
    document = {"carrier_id": "ACME", "auth": "ip", "host": "203.0.113.7"}

    result = run("render", "-", "--format", "sql", text=json.dumps(document))

    assert result.stdout.startswith("SET @server_ip=(SELECT server_ip FROM servers WHERE ")
    assert "'auto'" not in result.stdout


@pytest.mark.parametrize("text", ['{"carrier_id": ' + "9" * 5000 + "}", "[" * 100_000, '{"a":' * 100_000, "a = " + "9" * 5000])
def test_an_answers_file_that_no_parser_takes_is_bad_input(text: str) -> None:
    assert run("render", "-", text=text).exit_code == 2


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"host": ""}, "host", "required"),
        ({"hots": "x"}, "hots", "answer_unknown_close"),
        ({"active": False}, "active", "answer_not_supported"),
        ({"preset": "b"}, "preset", "preset_unknown"),
        ({"protocol": "Zap"}, "protocol", "not_supported"),
        ({"port": "many"}, "port", "wrong_type"),
        ({"secret": "x;y"}, "secret", "secret_characters"),
    ],
)
def test_bad_answers_are_findings_and_status_2(changed: dict[str, Any], field: str, code: str) -> None:
    base = {"carrier_id": "ACME", "auth": "credentials", "host": "sip.example.com", "username": "acme", "secret": "s3cret.Word"}

    result = run("render", "-", "--json", text=json.dumps({**base, **changed}))

    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 2
    assert (field, code) in [(each["field"], each["code"]) for each in findings]
    assert "s3cret.Word" not in result.output
    assert "carrier_id" not in json.loads(result.stdout), "no half-made row"


@pytest.mark.parametrize("text", ["{not json", 'secret = "s3cret.Word\nhost = 1', "= 1"])
def test_a_file_that_is_neither_toml_nor_json_is_said_without_quoting_it(text: str) -> None:
    result = run("render", "-", "--json", text=text)

    assert result.exit_code == 2
    assert json.loads(result.stdout)["findings"][0]["code"] == "answers_file_malformed"
    assert "s3cret" not in result.output


def test_a_file_that_is_not_there() -> None:
    result = run("render", "/nowhere/acme.toml")

    assert result.exit_code == 2
    assert "can't be read" in result.stderr


def test_a_missing_environment_variable_is_said(answers: str) -> None:
    result = run("render", answers, "--secret-env", "NO_SUCH_VARIABLE")

    assert result.exit_code == 2
    assert "NO_SUCH_VARIABLE" in result.stderr


def test_the_schema_is_a_json_schema() -> None:
    result = run("schema")

    schema = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"carrier_id": "ACME", "auth": "ip", "host": "203.0.113.7"}, schema)


def test_no_command_takes_a_secret_as_an_argument() -> None:
    for command in ("render", "install", "status", "rollback"):
        shown = run(command, "--help").stdout
        assert "--password " not in shown
        assert "--secret " not in shown


def test_every_command_explains_itself() -> None:
    listed = run("--help").stdout
    for command in ("serve", "schema", "render", "dialer", "install", "status", "rollback", "history"):
        assert command in listed
        assert run(command, "--help").exit_code == 0


def test_an_unknown_dialer_is_bad_input(answers: str, tmp_path: Path) -> None:
    environment = {"CARRIER_WIZARD_INSTANCE": str(tmp_path / "instance"), "SIP_SECRET": "s3cret.Word"}

    result = run("install", answers, "--dialer", "nobody", "--secret-env", "SIP_SECRET", "--json", env=environment)

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (document["outcome"], document["reason"]) == ("refused", "not_found")


def test_bad_input_to_an_install_prints_its_findings(tmp_path: Path) -> None:
    environment = {"CARRIER_WIZARD_INSTANCE": str(tmp_path / "instance")}

    result = run("install", "-", "--dialer", "root@127.0.0.99", "--json", text='{"carrier_id": "A C"}', env=environment)

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (document["install_id"], document["outcome"]) == (None, "refused")
    assert ("carrier_id", "column_characters") in [(each["field"], each["code"]) for each in document["findings"]]


def test_a_dialer_that_can_not_be_reached_is_status_3_and_nothing_changed(answers: str, tmp_path: Path) -> None:
    environment = {"CARRIER_WIZARD_INSTANCE": str(tmp_path / "instance"), "SIP_SECRET": "s3cret.Word"}

    result = run("install", answers, "--dialer", "root@127.0.0.99:1", "--secret-env", "SIP_SECRET", "--json", env=environment)

    document = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (document["outcome"], document["reason"]) == ("refused", "cannot_connect")
    assert {"install_id", "carrier_id", "outcome", "verdict", "reason", "message", "phases", "states"} <= set(document)
    [kept] = json.loads(run("history", "--json", env=environment).stdout)
    assert kept["install_id"] == document["install_id"]


def test_python_m_wizard_works_beside_somebody_elses_app_module(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit('the wrong app')\n")

    result = subprocess.run(
        [sys.executable, "-m", "wizard", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0
    assert "carrier-wizard" in result.stdout


def test_render_does_not_load_what_it_does_not_need(answers: str) -> None:
    code = (
        "import sys; from wizard.cli import main\n"
        f"try: main(['render', {answers!r}, '--json'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'paramiko', 'sqlite_utils', 'wtforms'} & set(sys.modules)), file=sys.stderr)"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    assert result.stderr.strip().endswith("[]")


@pytest.mark.parametrize(
    "arguments",
    [["install", "--json"], ["history", "--nonsense", "--json"], ["status", "--json"], ["nonsense", "--json"]],
)
def test_who_asks_wrongly_for_json_gets_json(arguments: list[str]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "usage"


def test_the_time_to_wait_is_a_number(answers: str) -> None:
    for wait in ("nan", "inf", "0", "abc"):
        assert run("install", answers, "--dialer", "x", "--wait", wait).exit_code == 2


@pytest.mark.parametrize("command", [["history"], ["dialer", "list"], ["rollback", "x"], ["serve", "--port", "0"]])
def test_a_damaged_store_is_said_in_words(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "wizard.sqlite").write_text("this is no database" * 100)

    result = run(*command, env={"CARRIER_WIZARD_INSTANCE": str(tmp_path)})

    assert result.exit_code == 2
    assert "wizard.sqlite" in result.stderr
    assert "Traceback" not in result.output


def test_an_instance_folder_that_can_not_be_is_said_in_json(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = run("history", "--json", env={"CARRIER_WIZARD_INSTANCE": str(tmp_path / "file")})

    assert json.loads(result.stdout)["error"]["code"] == "store"


def test_a_file_that_is_far_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)

    result = CliRunner().invoke(_group, ["render", str(path), "--json"])

    assert result.exit_code == 2
    assert [each["code"] for each in json.loads(result.stdout)["findings"]] == ["answers_file_unreadable"]
