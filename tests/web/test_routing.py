"""The questions about numbers and routing: what a dialer has to choose from, and headers that nobody sees again."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask

from tests.carrier.samples import HERE, IP, answers
from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.walking import answer_everything, install, new_draft, save, with_dialer
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

        page = browser.get(f"/drafts/{draft}/review/check")
        assert "There is no carrier “GONE” on this dialer" in page.words
        assert "Change what is marked first." in page.words

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


def test_a_backup_whose_answers_are_here_is_installed_first(browser: Browser, dialer: FakeDialer) -> None:
    backup = with_dialer(browser)
    answer_everything(browser, backup, carrier_id="BKUP", auth="ip", username="", secret="", host="203.0.113.8")
    save(browser, backup, "numbers", dial_prefix="8")
    dialer_id = browser.get(f"/drafts/{backup}/review").form("/install")["dialer_id"]
    draft = new_draft(browser)
    browser.post(f"/drafts/{draft}/dialer", {"dialer_id": dialer_id})
    answer_everything(browser, draft)
    page = browser.get(f"/drafts/{draft}/steps/routing")
    assert "it is installed first" in page.words

    review = save(browser, draft, "routing", backup_1="BKUP")
    assert "Installs the backup BKUP first" in review.words
    assert "Dial(${BKUP_TRUNK}/+${CWNUM:1}" in review.words
    assert "if that fails, BKUP receives +12125550100" in review.words
    for shape, words in (("sql", "BKUP_TRUNK"), ("json", "BKUP_TRUNK"), ("sheet", "switched on: BKUP.")):
        taken = browser.client.post(
            f"/drafts/{draft}/review/take", data={"shape": shape}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert words in taken.text
    assert "There is no carrier “BKUP”" not in browser.get(f"/drafts/{draft}/review/check").words
    plan = browser.get(f"/drafts/{draft}/plan").words
    assert plan.index("BKUP, the backup, which is installed first") < plan.index("ACME, after its backups")
    both, in_admin_log = 2, 2
    assert plan.count("INSERT INTO vicidial_server_carriers ") == both + in_admin_log
    assert dialer.rows == {}
    done = install(browser, draft)

    assert set(dialer.rows) == {"ACME", "BKUP"}
    assert carriers_known(browser, dialer_id, {"ACME", "BKUP"})
    assert "Its backup BKUP" in done.words
    assert "Installed" in browser.get(f"/drafts/{backup}/review").heading


def carriers_known(browser: Browser, dialer_id: str, wanted: set[str]) -> bool:
    """Whether the wizard comes to know these carriers; it looks again once an install has ended."""
    dialers = browser.app.extensions["carrier_wizard"].workspace.dialers
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if {each["carrier_id"] for each in dialers.get(dialer_id).summary["carriers"]} == wanted:
            return True
        time.sleep(0.05)
    return False


class TestWhatIsKnownOfADialer:
    def test_an_install_and_its_undo_are_seen_without_another_look(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        dialer_id = browser.get(f"/drafts/{draft}/review").form("/install")["dialer_id"]

        done = install(browser, draft)

        assert carriers_known(browser, dialer_id, {"ACME"})
        browser.post(f"{done.url}/rollback")
        assert carriers_known(browser, dialer_id, set())

    def test_the_review_takes_over_what_it_was_told_but_no_backup_that_is_still_to_come(
        self, browser: Browser, dialer: FakeDialer
    ) -> None:
        backup = with_dialer(browser)
        answer_everything(browser, backup, carrier_id="BKUP", auth="ip", username="", secret="", host="203.0.113.8")
        save(browser, backup, "numbers", dial_prefix="8")
        dialer_id = browser.get(f"/drafts/{backup}/review").form("/install")["dialer_id"]
        draft = new_draft(browser)
        browser.post(f"/drafts/{draft}/dialer", {"dialer_id": dialer_id})
        answer_everything(browser, draft)
        save(browser, draft, "routing", backup_1="BKUP")
        row = render_carrier(answers(IP, carrier_id="OTHER", carrier_name="Other", dial_prefix="7", host="203.0.113.7"), HERE)
        dialer.rows["OTHER"] = {name: str(value) for name, value in asdict(row).items()}

        browser.get(f"/drafts/{draft}/review/check")

        assert carriers_known(browser, dialer_id, {"OTHER"})


class TestTheWayOfANumber:
    def test_examples_and_a_number_of_ones_own(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/numbers"
        shown = browser.get(url).form("/steps/numbers")
        assert "VICIdial sends 912125550100 which matches _91NXXNXXXXXX" in browser.get(url).words

        page = browser.post(url, {**shown, "try_number": "(305) 555-0123", "tech_prefix": "77#", "go": "try"})

        assert page.url == url
        assert "receives 77%23+13055550123 (%23 is #), caller ID +12125550199" in page.words
        assert "Not saved yet" not in page.words
        assert page.form("/steps/numbers")["tech_prefix"] == "77#"

    def test_a_carrier_that_has_no_id_yet_is_called_the_carrier(self, browser: Browser) -> None:
        assert "the carrier receives +12125550100" in self.tried(browser, "212 555 0100")
        assert "this carrier leaves such numbers out" in self.tried(browser, "900 555 0100")

    def test_numbers_that_are_left_out_say_so(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/numbers"
        shown = browser.get(url).form("/steps/numbers")

        page = browser.fragment(f"{url}/preview", {**shown, "try_number": "9005550100"})

        assert "leaves such numbers out on purpose" in page

    def tried(self, browser: Browser, number: str, **changed: object) -> str:
        """The answer to “Show its way”, blanks folded."""
        draft = with_dialer(browser)
        shown = browser.get(f"/drafts/{draft}/steps/numbers").form("/steps/numbers")
        fragment = browser.fragment(f"/drafts/{draft}/steps/numbers/try", {**shown, **changed, "try_number": number})
        return " ".join(re.sub("<[^>]*>", "", fragment).split())

    def test_its_way_is_shown_with_answers_that_nobody_saved(self, browser: Browser) -> None:
        assert "VICIdial sends 4412125550100" not in self.tried(browser, "212 555 0100")
        assert "VICIdial sends 4412125550100" in self.tried(browser, "212 555 0100", dial_prefix="44")

    def test_what_is_no_number_is_told_so(self, browser: Browser) -> None:
        assert "This is no number." in self.tried(browser, "abc")

    def test_a_short_number_is_sent_as_it_is_dialled(self, browser: Browser) -> None:
        assert "VICIdial sends 9911 No carrier takes it" in self.tried(browser, "911")

    def test_ten_digits_that_would_go_abroad_are_said_to(self, browser: Browser) -> None:
        way = self.tried(browser, "212 555 0100", destinations=["nanp", "international"])

        assert way.count("This goes abroad") == 1
        assert "This goes abroad" not in self.tried(browser, "212 555 0100", destinations=["nanp", "nanp10", "international"])
        assert "This goes abroad" not in self.tried(browser, "+442079460000", destinations=["international"])

    def test_without_scripts_the_number_alone_leads_back_to_its_way(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "numbers", dial_prefix="77")

        page = browser.post(f"/drafts/{draft}/steps/numbers/try", {"try_number": "212 555 0100"})

        assert "VICIdial sends 7712125550100" in page.words
        assert page.form("/steps/numbers")["dial_prefix"] == "77"

    def test_a_prefix_that_another_carrier_has_is_not_free(self, browser: Browser, dialer: FakeDialer) -> None:
        has_backup(dialer)
        dialer.campaigns["SALES"]["dial_prefix"] = "8"
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/numbers"
        page = browser.get(url)
        assert "belongs to BKUP" not in page.words
        assert "<code>8</code>" not in page.text

        followed = browser.fragment(f"{url}/preview", {**page.form("/steps/numbers"), "dial_prefix": "8"})

        assert "8 belongs to BKUP on this dialer." in followed
        assert "Dials this prefix now: Campaign SALES" in followed

    def test_the_backup_and_what_it_receives(self, browser: Browser, dialer: FakeDialer) -> None:
        has_backup(dialer)
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        review = save(browser, draft, "routing", backup_1="BKUP")

        assert "if that fails, BKUP receives +12125550100" in review.words

    def test_wrong_answers_show_no_way(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/numbers"
        shown = browser.get(url).form("/steps/numbers")

        assert "VICIdial sends" not in browser.fragment(f"{url}/preview", {**shown, "tech_prefix": "!"})
