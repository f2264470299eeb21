"""Rates on the web: from a carrier's file to the table, what is there, and who is cheapest."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.fake_tables import table
from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from wizard.dialer.protocol import AgentReply
from wizard.dialer.rates import statements
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.service import decks
from wizard.web import create_app

DECK = b"npanxx,interstate,intrastate\n212555,0.0079,0.02\n312555,0.0081,0.01\n"


class RatesDialer(FakeDialer):
    """Has VICIdial's table for rates, as far as an import that goes well needs it."""

    has_table = True
    may_create = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lcr: list[tuple[int, str, str]] = []
        self.rows = {"ACME": _carrier("ACME", "SIP"), "PJ": _carrier("PJ", "PJSIP"), "BETA": _carrier("BETA", "SIP")}

    def _statements(self) -> dict[str, Callable[[str, Sequence[str]], AgentReply]]:
        columns = {"npanxx": "mediumint(9)", "rate": "varchar(10)", "carrier_string": "varchar(20)"}
        index = {"Key_name": "npanxx", "Column_name": "npanxx", "Non_unique": "1", "Seq_in_index": "1"}
        missing = AgentReply("error", ("Table 'asterisk.lcr' doesn't exist", "1146"))
        return {
            "SHOW COLUMNS FROM lcr": lambda *_: (
                table(*({"Field": name, "Type": kind} for name, kind in columns.items())) if self.has_table else missing
            ),
            "SHOW INDEX FROM lcr": lambda *_: table(index),
            "CREATE TABLE": self._create,
            "SET @trunk": self._stage_for,
            "INSERT INTO lcr (": self._stage,
            "INSERT INTO lcr SET": lambda *_: AgentReply("ok", ("1", "0")),
            "SELECT COUNT(*) AS staged": lambda *_: table({"staged": str(sum(row[0] >= 6_000_000 for row in self.lcr))}),
            "UPDATE lcr": self._swap,
            "DELETE FROM lcr": self._delete_rates,
            "SELECT carrier_string AS trunk": lambda *_: self._decks(),
            "SELECT carrier_string, rate": lambda _, values: table(
                *({"carrier_string": trunk, "rate": rate} for npanxx, rate, trunk in sorted(self.lcr, key=lambda row: row[1])
                  if str(npanxx) == values[0])
            ),
            **super()._statements(),
        }  # fmt: skip

    def _create(self, *_: object) -> AgentReply:
        if not self.may_create:
            return AgentReply("error", ("CREATE command denied to user", "1142"))
        self.has_table = True
        return AgentReply("ok", ("0", "0"))

    def _stage_for(self, _: str, values: Sequence[str]) -> AgentReply:
        self.trunk = values[0]
        return AgentReply("ok", ("0", "0"))

    def _stage(self, statement: str, _: Sequence[str]) -> AgentReply:
        rows = statement.partition("VALUES ")[2].strip("()").split("),(")
        self.lcr += [(int(number), rate.strip("'"), self.trunk) for number, rate, _ in (row.split(",") for row in rows)]
        return AgentReply("ok", (str(len(rows)), "0"))

    def _swap(self, _: str, values: Sequence[str]) -> AgentReply:
        before = len(self.lcr)
        self.lcr = [row for row in self.lcr if row[0] >= 6_000_000 or row[2] != values[0]]
        self.lcr = [(row[0] % 1_000_000, *row[1:]) for row in self.lcr]
        return AgentReply("ok", (str(before), "0"))

    def _delete_rates(self, statement: str, values: Sequence[str]) -> AgentReply:
        before = len(self.lcr)
        if f"npanxx<{statements.END_OF_LIVE}" in statement:
            self.lcr = [row for row in self.lcr if row[2] != values[0]]
        return AgentReply("ok", (str(before - len(self.lcr)), "0"))

    def _decks(self) -> AgentReply:
        trunks = dict.fromkeys(row[2] for row in self.lcr)
        rates = {trunk: sorted(row[1] for row in self.lcr if row[2] == trunk) for trunk in trunks}
        return table(
            *(
                {"trunk": trunk, "part": "0", "count": str(len(own)), "lowest": own[0], "highest": own[-1], "odd": "0"}
                for trunk, own in rates.items()
            )
        )

    def say(self, command: str, loaded: Any) -> str:
        return "LCRTRUNK=SIP/main\n" if command == "dialplan show globals" else super().say(command, loaded)


def _carrier(carrier_id: str, protocol: str) -> dict[str, str]:
    return {
        "carrier_id": carrier_id, "carrier_name": "", "registration_string": "", "template_id": "--NONE--",
        "account_entry": f"[{carrier_id.lower()}]\ntype=peer\nsecret=s3cret.Word\n", "protocol": protocol, "globals_string": "",
        "dialplan_entry": "", "server_ip": "10.0.0.1", "active": "Y", "carrier_description": "", "user_group": "",
    }  # fmt: skip


@pytest.fixture
def dialer() -> RatesDialer:
    return RatesDialer()


@pytest.fixture
def app(tmp_path: Path, dialer: RatesDialer) -> Iterator[Flask]:
    app = create_app({"INSTANCE": tmp_path, "CONNECTOR": dialer.connector, "TESTING": True})
    yield app
    app.extensions["carrier_wizard"].executor.shutdown(wait=True)


@pytest.fixture
def rates(app: Flask, browser: Browser) -> str:
    """The address of the saved dialer's rates."""
    workspace = app.extensions["carrier_wizard"].workspace
    saved = workspace.dialers.add("main", DialerTarget("dialer.test"), DialerSecrets())
    return f"/dialers/{saved.id}/rates"


def upload(browser: Browser, rates: str, data: bytes = DECK, carrier: str = "ACME", *, status: int = 200) -> Page:
    return browser.post(f"{rates}/decks", {"deck": (io.BytesIO(data), "../rates.csv"), "carrier": carrier}, status=status)


def waiting(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "decks").glob("*"))


def test_with_no_rates_the_page_says_what_that_means(browser: Browser, rates: str, dialer: RatesDialer) -> None:
    dialer.has_table = False

    page = browser.get(rates)

    assert "No rates yet" in page.words
    assert "VICIdial ships no table" in page.words
    assert "ACME (SIP/acme)" in page.words
    assert "PJ (" not in page.words


def test_from_a_file_to_the_table_and_out_again(browser: Browser, rates: str, dialer: RatesDialer, tmp_path: Path) -> None:
    page = upload(browser, rates)
    assert page.heading == "Rates for ACME"
    assert "2 rates, from 0.0079 to 0.0081 a minute" in page.words
    assert "the column “interstate” is taken" in page.words
    [file] = waiting(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert dialer.lcr == []

    done = browser.post(f"{page.url}/import", page.form("/import"))
    assert "SIP/acme has 2 rates now." in done.words
    assert dialer.lcr == [(212555, "0.00790000", "SIP/acme"), (312555, "0.00810000", "SIP/acme")]
    assert waiting(tmp_path) == []

    gone = browser.post(f"{rates}/remove", {"trunk": "SIP/acme"})
    assert "No rates yet" in gone.words
    assert dialer.lcr == []


def test_the_columns_can_be_chosen_by_hand(browser: Browser, rates: str, dialer: RatesDialer) -> None:
    page = upload(browser, rates)
    other = browser.post(f"{page.url}/columns", page.form("/columns") | {"rate": "highest"})
    assert "2 rates, from 0.01 to 0.02 a minute" in other.words

    browser.post(f"{other.url}/import", other.form("/import"))
    assert [rate for _, rate, _ in dialer.lcr] == ["0.02000000", "0.01000000"]


def test_a_file_of_which_nothing_is_understood_asks_for_its_columns(browser: Browser, rates: str) -> None:
    page = upload(browser, rates, b"where;what\nhere;this\n")

    assert "No rates could be read" in page.words
    assert "Which column holds the NPANXX?" in page.words
    assert not [form for form in page.find_all("form") if (form.get("action") or "").endswith("/import")]


def test_bad_lines_are_shown_and_left_out_only_where_somebody_says_so(
    browser: Browser, rates: str, dialer: RatesDialer
) -> None:
    page = upload(browser, rates, DECK + b"212,0.01,0.01\n<script>,0.01,0.01\n")
    assert "2 lines can't be used" in page.words
    assert "This line is about a whole area code" in page.words
    assert [cell.text for cell in page.find_all("td") if cell.get("class") == "figures"] == ["4", "5"]

    refused = browser.post(f"{page.url}/import", page.form("/import"), status=422)
    assert refused.heading == "Rates for ACME"
    assert dialer.lcr == []

    browser.post(f"{page.url}/import", page.form("/import") | {"skip_bad": "y"})
    assert len(dialer.lcr) == 2


def test_a_carrier_that_can_not_be_dialled_by_price_is_refused(browser: Browser, rates: str, dialer: RatesDialer) -> None:
    page = upload(browser, rates, carrier="PJ")

    assert "PJ is PJSIP" in page.words
    browser.post(f"{page.url}/import", {"carrier": "PJ"}, status=422)
    assert dialer.lcr == []


def test_where_nobody_may_make_the_table_the_statement_to_run_is_shown(
    browser: Browser, rates: str, dialer: RatesDialer, tmp_path: Path
) -> None:
    dialer.has_table = dialer.may_create = False
    page = upload(browser, rates)

    refused = browser.post(f"{page.url}/import", page.form("/import"), status=409)

    assert statements.CREATE in refused.words
    assert len(waiting(tmp_path)) == 1, "it can be imported once the table is there"


def test_a_number_is_looked_up(browser: Browser, rates: str, dialer: RatesDialer) -> None:
    dialer.lcr = [(212555, "0.00810000", "SIP/acme"), (212555, "0.00790000", "SIP/beta"), (312555, "0.01000000", "SIP/gone")]

    page = browser.post(f"{rates}/lookup", {"number": "(212) 555-0100"})
    assert "BETA, at 0.0079 a minute" in page.words
    assert "ACME SIP/acme 0.0081" in page.words
    assert "No active carrier has the trunk SIP/gone" in page.words

    assert "The default carrier" in browser.get(f"{rates}?number=4125550100").words
    assert "LCRTRUNK is SIP/main" in browser.get(f"{rates}?number=4125550100").words
    assert "is no North American number" in browser.get(f"{rates}?number=<b>").words


def test_a_file_that_is_too_big_is_refused_before_it_is_read(
    browser: Browser, rates: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.web.rates.MOST_BYTES", 1000)
    page = upload(browser, rates, DECK + b"x" * 100_000, status=413)
    assert "so it was not read" in page.words

    monkeypatch.undo()
    monkeypatch.setattr(decks, "MOST_BYTES", 1000)
    upload(browser, rates, DECK * 100, status=413)
    assert waiting(tmp_path) == []


def test_no_file_is_a_question_not_a_fault(browser: Browser, rates: str) -> None:
    page = browser.post(f"{rates}/decks", {"deck": (io.BytesIO(b""), ""), "carrier": "ACME"}, status=422)

    assert "Which file?" in page.words


def test_files_that_nobody_came_back_for_go_after_a_day(browser: Browser, rates: str, tmp_path: Path) -> None:
    upload(browser, rates)
    [old] = waiting(tmp_path)
    os.utime(old, (time.time() - 90_000,) * 2)

    page = upload(browser, rates)
    assert old not in waiting(tmp_path)
    assert len(waiting(tmp_path)) == 1

    browser.post(f"{page.url}/forget")
    assert waiting(tmp_path) == []


@pytest.mark.parametrize("name", ["0" * 32, "..%2Fwizard.sqlite", "token"])
def test_only_uploaded_files_can_be_named(browser: Browser, rates: str, name: str) -> None:
    browser.get(f"{rates}/decks/{name}", status=404)


def test_a_password_that_is_not_kept_is_asked_for(app: Flask, browser: Browser, rates: str) -> None:
    from wizard.dialer.target import SshAuth

    workspace = app.extensions["carrier_wizard"].workspace
    saved = workspace.dialers.add("locked", DialerTarget("other.test", auth=SshAuth.PASSWORD), DialerSecrets())

    page = browser.get(f"/dialers/{saved.id}/rates")
    assert "SSH password" in page.words
    page = browser.post(f"/dialers/{saved.id}/rates/unlock", {"ssh_password": "ssh-s3cret"})
    assert "No rates yet" in page.words
