"""The questions about numbers and routing: what a dialer has to choose from, and headers that nobody sees again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask

from tests.carrier.samples import HERE, IP, answers
from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.test_walk import answer_everything, install, new_draft, save, with_dialer
from wizard.carrier.render import render_carrier

TOKEN = "t0ken.Value"


@pytest.fixture
def browser(app: Flask) -> Browser:
    browser = Browser(app, forbidden=[TOKEN])
    browser.sign_in()
    return browser


def has_backup(dialer: FakeDialer) -> None:
    """A carrier that the wizard wrote earlier."""
    row = render_carrier(answers(IP, carrier_id="BKUP", carrier_name="Backup", dial_prefix="8", host="203.0.113.8"), HERE)
    dialer.rows["BKUP"] = {name: str(value) for name, value in asdict(row).items()}


class TestHeaders:
    def test_a_value_is_never_on_a_page_and_stays_where_its_line_is_left_empty(
        self, browser: Browser, dialer: FakeDialer
    ) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        save(browser, draft, "numbers", extra_headers=f"X-Token: {TOKEN}")

        shown = browser.get(f"/drafts/{draft}/steps/numbers").form("/steps/numbers")
        assert shown["extra_headers"].strip() == "X-Token:"
        review = save(browser, draft, "numbers", tech_prefix="77")
        assert "SIPAddHeader(X-Token: ••••••••)" in review.words

        install(browser, draft)
        assert f"SIPAddHeader(X-Token: {TOKEN})" in dialer.rows["ACME"]["dialplan_entry"]
        assert not any(TOKEN in str(line) for line in dialer.admin_log)

    def test_what_was_typed_beside_a_wrong_answer_is_kept_though_never_shown(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = save(browser, draft, "numbers", extra_headers=f"X-Token: {TOKEN}", tech_prefix="!")
        assert "A tech prefix is made of digits" in page.words
        shown = page.form("/steps/numbers")
        review = browser.post(f"/drafts/{draft}/steps/numbers", {**shown, "tech_prefix": ""})

        assert review.url.endswith("/review")
        assert "has no value" not in review.words

    def test_the_preview_keeps_no_half_typed_value(self, browser: Browser, app: Flask) -> None:
        draft = with_dialer(browser)
        shown = browser.get(f"/drafts/{draft}/steps/numbers").form("/steps/numbers")
        browser.fragment(f"/drafts/{draft}/steps/numbers/preview", {**shown, "extra_headers": "X-Token: t0k"})

        typed = app.extensions["carrier_wizard"].workspace.drafts.typed(draft)["numbers"].fields

        assert typed["extra_headers"] == "X-Token:"

    def test_it_lies_encrypted_and_is_gone_once_the_dialer_has_it(self, browser: Browser, tmp_path: Path) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        save(browser, draft, "numbers", extra_headers=f"X-Token: {TOKEN}")
        assert not any(TOKEN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())

        install(browser, draft)

        page = browser.get(f"/drafts/{draft}/review")
        assert "Installed" in page.heading
        assert "must change" not in page.words


class TestRouting:
    def test_nothing_is_required(self, browser: Browser) -> None:
        draft = new_draft(browser)

        assert "optional" in browser.get(f"/drafts/{draft}/steps/routing").words
        assert not save(browser, draft, "routing").url.endswith("/steps/routing")

    def test_a_dialers_carriers_are_there_to_choose_from(self, browser: Browser, dialer: FakeDialer) -> None:
        has_backup(dialer)
        draft = with_dialer(browser)
        page = browser.get(f"/drafts/{draft}/steps/routing")
        options = [each.get("value") for each in page.find_all("option")]
        assert "BKUP" in options
        answer_everything(browser, draft)

        review = save(browser, draft, "routing", backup_1="BKUP")

        assert "Dial(${BKUP_TRUNK}/+${CWNUM:1}" in review.words
        assert browser.get(f"/drafts/{draft}/steps/routing").form("/steps/routing")["backup_1"] == "BKUP"

    def test_a_backup_that_is_not_on_the_dialer_is_said_by_the_check(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        save(browser, draft, "routing", backup_1="GONE")

        assert "There is no carrier “GONE” on this dialer" in browser.get(f"/drafts/{draft}/review/check").words

    def test_without_a_dialer_ids_can_be_typed(self, browser: Browser) -> None:
        draft = new_draft(browser)
        save(browser, draft, "routing", other_campaigns="SALES SURVEY", backup_1="BKUP")

        shown = browser.get(f"/drafts/{draft}/steps/routing").form("/steps/routing")

        assert (shown["campaigns"], shown["backup_1"]) == (["SALES", "SURVEY"], "BKUP")

    def test_a_backup_that_is_the_carrier_itself_is_refused_at_its_question(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = save(browser, draft, "routing", backup_1="acme")

        assert "can't be its own backup" in page.words
        assert page.element("backup_1") is not None
