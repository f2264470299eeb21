"""The walk through the wizard, and everything that can happen to what was typed."""

from __future__ import annotations

from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.conftest import SECRET
from tests.web.walking import answer_everything, install, new_draft, save, wait_for_end, with_dialer


def test_from_the_first_page_to_up_and_back(browser: Browser, dialer: FakeDialer) -> None:
    draft = with_dialer(browser)
    review = answer_everything(browser, draft)
    assert review.url == f"/drafts/{draft}/review"
    assert "register => acme?acme@sip.example.com" in review.words
    assert "secret=••••••••" in review.words

    done = install(browser, draft)

    assert "Installed, and up" in done.words
    assert dialer.rows["ACME"]["account_entry"].count(SECRET) == 1
    undone = wait_for_end(browser, browser.post(f"{done.url}/rollback").url)
    assert "put back as it was" in undone.words
    assert dialer.rows == {}


def test_the_path_leads_through_the_questions_and_remembers(browser: Browser) -> None:
    draft = with_dialer(browser)

    assert save(browser, draft, "carrier").url.endswith("/steps/sign_in")
    assert save(browser, draft, "sign_in").url.endswith("/steps/connection")
    assert browser.get(f"/drafts/{draft}").url.endswith("/steps/connection"), "resume where it stopped"
    assert browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")["carrier_id"] == "ACME"


def test_a_change_after_everything_is_answered_leads_back_to_the_review(browser: Browser) -> None:
    draft = with_dialer(browser)
    answer_everything(browser, draft)

    page = save(browser, draft, "numbers", dial_prefix="77")

    assert page.url.endswith("/review")
    assert "_771NXXNXXXXXX" in page.words


def test_without_a_dialer_the_entry_is_there_to_copy(browser: Browser) -> None:
    draft = new_draft(browser)
    browser.post(f"/drafts/{draft}/dialer")
    page = answer_everything(browser, draft)

    assert "No dialer is chosen" in page.words
    assert "put your dialer's server IP" in page.words


class TestWhatWasTyped:
    def test_a_wrong_answer_stays_in_its_field_with_the_reason_beside_it(self, browser: Browser) -> None:
        draft = with_dialer(browser)

        page = save(browser, draft, "carrier", carrier_id="AC ME")

        assert page.form("/steps/carrier")["carrier_id"] == "AC ME"
        assert "Leave these out: blank" in page.words
        field = page.element("carrier_id")
        assert field is not None
        assert field.get("aria-invalid") == "true"

    def test_a_refresh_after_a_wrong_answer_loses_nothing(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier", carrier_id="AC ME", carrier_description="Typed with care")

        shown = browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")

        assert (shown["carrier_id"], shown["carrier_description"]) == ("AC ME", "Typed with care")

    def test_back_keeps_what_was_typed_without_judging_it(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier")

        page = save(browser, draft, "sign_in", go="back", username="ac me")

        assert page.url.endswith("/steps/carrier")
        assert browser.get(f"/drafts/{draft}/steps/sign_in").form("/steps/sign_in")["username"] == "ac me"

    def test_what_the_preview_saw_survives_a_closed_tab(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        browser.fragment(f"/drafts/{draft}/steps/connection/preview", {"host": "half.typ", "port": "50x"})

        shown = browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")

        assert (shown["host"], shown["port"]) == ("half.typ", "50x")

    def test_a_password_typed_beside_a_wrong_answer_is_still_there_though_never_shown(
        self, browser: Browser, dialer: FakeDialer
    ) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier")
        page = save(browser, draft, "sign_in", username="ac me")
        assert "A password is kept" in page.words

        shown = page.form("/steps/sign_in")
        assert shown["secret"] == ""
        browser.post(f"/drafts/{draft}/steps/sign_in", {**shown, "username": "acme"})
        for step in ("connection", "audio", "numbers", "routing"):
            save(browser, draft, step)
        install(browser, draft)

        assert SECRET in dialer.rows["ACME"]["account_entry"]

    def test_an_empty_password_field_keeps_the_stored_one(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = save(browser, draft, "sign_in", secret="", username="other")

        assert page.url.endswith("/review")
        assert "defaultuser=other" in page.words
        assert "secret=••••••••" in page.words

    def test_two_tabs_on_different_steps_do_not_hurt_each_other(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        carrier = browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")
        connection = browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")

        browser.post(f"/drafts/{draft}/steps/connection", {**connection, "host": "sip.example.com"})
        browser.post(f"/drafts/{draft}/steps/carrier", {**carrier, "carrier_id": "ACME"})

        assert browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")["host"] == "sip.example.com"
        assert browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")["carrier_id"] == "ACME"

    def test_a_preview_that_arrives_after_its_page_was_refused_leaves_what_is_wrong_on_the_screen(
        self, browser: Browser
    ) -> None:
        draft = new_draft(browser)
        page = browser.get(f"/drafts/{draft}/steps/carrier")
        typed = {**page.form("/steps/carrier"), "carrier_id": "AC ME"}
        assert "Leave these out" in browser.post(f"/drafts/{draft}/steps/carrier", typed).words

        browser.fragment(f"/drafts/{draft}/steps/carrier/preview", typed | {"carrier_id": "AC M"})

        again = browser.get(f"/drafts/{draft}/steps/carrier")
        assert "Leave these out" in again.words
        assert again.form("/steps/carrier")["carrier_id"] == "AC ME"

    def test_two_tabs_on_one_step_the_second_is_told_and_nothing_is_overwritten_unasked(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/carrier"
        old = browser.get(url).form("/steps/carrier")
        browser.post(url, {**old, "carrier_id": "FIRST"})

        page = browser.post(url, {**old, "carrier_id": "SECOND"})

        assert "changed in another tab" in page.words
        assert page.form("/steps/carrier")["carrier_id"] == "SECOND"
        assert browser.post(url, page.form("/steps/carrier")).url.endswith("/steps/sign_in"), "saved once it is confirmed"

    def test_typed_and_unsaved_is_said_on_the_review(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        shown = browser.get(f"/drafts/{draft}/steps/numbers").form("/steps/numbers")
        browser.fragment(f"/drafts/{draft}/steps/numbers/preview", {**shown, "dial_prefix": "55"})

        assert "typed and not saved" in browser.get(f"/drafts/{draft}/review").words
