"""The review, the install from there, and what can be taken along."""

from __future__ import annotations

from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.conftest import SECRET
from tests.web.walking import answer_everything, install, press_install, save, wait_for_end, with_dialer


class TestReview:
    def test_the_password_is_shown_on_request_only(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        browser.forbidden.remove(SECRET)

        revealed = browser.post(f"/drafts/{draft}/review/reveal")

        assert revealed.words.count(SECRET) == 1
        assert SECRET not in browser.get(f"/drafts/{draft}/review").text

    def test_the_dialer_is_asked_before_anything_is_written(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        assert "nothing stands in the way" in browser.fragment(f"/drafts/{draft}/review/check")

        dialer.phones.append("acme")

        assert "has a phone" in browser.fragment(f"/drafts/{draft}/review/check")
        assert dialer.rows == {}

    def test_an_unfinished_draft_can_not_be_installed(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier")

        page = browser.post(f"/drafts/{draft}/install")

        assert "Not everything is answered yet" in page.words
        assert dialer.rows == {}


class TestInstall:
    def test_a_wrong_password_ends_in_a_true_verdict_and_the_same_draft_goes_on_to_success(
        self, browser: Browser, dialer: FakeDialer
    ) -> None:
        dialer.registration = "No Authentication"
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = install(browser, draft)

        assert "The carrier refused the sign-in" in page.words
        assert dialer.rows == {}
        dialer.registration = "Registered"
        save(browser, draft, "sign_in")
        assert "Installed, and up" in install(browser, draft).words

    def test_the_secret_leaves_the_draft_once_the_dialer_has_it(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        install(browser, draft)

        page = browser.get(f"/drafts/{draft}/steps/sign_in")

        assert "A password is kept" not in page.words

    def test_a_collision_is_refused_with_a_link_to_its_question(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        dialer.phones.append("acme")

        page = install(browser, draft)

        assert "Not installed; nothing was changed" in page.words
        assert f"/drafts/{draft}/steps/carrier" in page.links()
        assert dialer.rows == {}

    def test_a_double_click_starts_one_install(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.registration = "Request Sent"
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        form = browser.get(f"/drafts/{draft}/review").form("/install")
        first = browser.post(f"/drafts/{draft}/install", form)
        second = browser.post(f"/drafts/{draft}/install", form)

        assert first.url == second.url
        browser.post(f"{first.url}/stop")
        assert "You stopped the install" in wait_for_end(browser, first.url).words
        assert dialer.rows == {}

    def test_a_running_page_polls_and_a_finished_one_does_not(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.registration = "Request Sent"
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        page = press_install(browser, draft)
        assert 'hx-trigger="every 500ms"' in browser.fragment(f"{page.url}/progress")

        dialer.registration = "Registered"
        done = wait_for_end(browser, page.url)

        assert "hx-trigger" not in done.text
        assert "http-equiv" not in done.text
        response = browser.client.get(f"{page.url}/progress")
        assert response.headers["HX-Refresh"] == "true"
        assert "hx-trigger" not in response.text

    def test_page_and_poll_say_the_same(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        page = install(browser, draft)

        fragment = browser.fragment(f"{page.url}/progress")

        assert fragment.strip() in page.text

    def test_the_entry_can_be_taken_along_with_its_password_on_request_only(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        browser.forbidden.remove(SECRET)

        for shape, inside in (("sheet", "by hand into VICIdial"), ("sql", "INSERT INTO"), ("json", '"carrier_id": "ACME"')):
            taken = browser.client.post(f"/drafts/{draft}/review/take", data={"shape": shape})
            assert inside in taken.text
            assert SECRET in taken.text
            assert "no-store" in taken.headers["Cache-Control"]
            assert "attachment" in taken.headers["Content-Disposition"]
        assert browser.client.post(f"/drafts/{draft}/review/take", data={"shape": "exe"}).status_code == 303

    def test_what_to_tell_the_carrier_names_our_ports_and_no_password(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        letter = browser.get(f"/drafts/{draft}/review").words.partition("Send this to your carrier")[2]

        assert "Signalling: SIP over UDP" in letter
        assert "Codecs, best first: G.711" in letter
        assert "we register as acme" in letter

    def test_the_letter_tells_what_the_numbers_and_headers_look_like_but_no_header_value(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        digits = {"destinations": ["nanp", "international"], "destination_digits": "international: e164"}

        page = save(browser, draft, "numbers", tech_prefix="77#", extra_headers="X-Customer: v4lue.Hidden", **digits)

        letter = page.words.partition("Send this to your carrier")[2]
        assert "Tech prefix before each number: 77#" in letter
        assert "but for Abroad (442079460000, or 011 first): 12125550100 (E.164 without +)" in letter
        assert "Headers of yours that we send: X-Customer" in letter
        assert "v4lue" not in letter


class TestEveryServer:
    def test_an_install_on_all_servers_says_of_each_what_is_known(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.add_server("10.0.0.2")
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        save(browser, draft, "carrier", server_ip="0.0.0.0")

        page = install(browser, draft)

        assert "Installed, and up" in page.words
        [(server_ip, rebuild, verdict, sentence)] = page.rows
        assert (server_ip, rebuild, verdict) == ("10.0.0.2", "picked up", "Not verified")
        assert sentence.startswith("Nobody looked at this server.")

        undone = wait_for_end(browser, browser.post(f"{page.url}/rollback").url)
        assert "put back as it was" in undone.words
        assert [row[:3] for row in undone.rows] == [("10.0.0.2", "picked up", "Not verified")]


def test_an_install_that_shall_open_the_firewall_is_refused_where_nobody_can_read_its_rules(browser: Browser) -> None:
    """The dialer in memory has no firewall's tools at all; what opens is tried on real ones."""
    draft = with_dialer(browser)
    answer_everything(browser, draft)

    done = install(browser, draft, open_firewall="y")

    assert "firewall" in done.words
    assert "Nothing was changed" in done.words or "nothing was changed" in done.words
