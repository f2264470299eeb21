"""The walk through the wizard, and everything that can happen to what was typed."""

from __future__ import annotations

import time

import pytest

from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.conftest import SECRET, SSH_PASSWORD

DIALER = {"host": "10.0.0.1", "name": "main", "user": "root", "port": "22", "auth": "password", "ssh_password": SSH_PASSWORD}
STEPS = {
    "carrier": {"carrier_id": "ACME", "carrier_name": "Acme Telecom"},
    "sign_in": {"auth": "registration", "username": "acme", "secret": SECRET},
    "connection": {"host": "sip.example.com"},
    "audio": {},
    "numbers": {},
    "routing": {},
}


def new_draft(browser: Browser) -> str:
    return browser.post("/drafts").url.split("/")[2]


def save(browser: Browser, draft: str, step: str, **changed: object) -> Page:
    """Fill in a step as it is shown, and press the button."""
    url = f"/drafts/{draft}/steps/{step}"
    shown = browser.get(url).form(f"/steps/{step}")
    return browser.post(url, {**shown, **STEPS[step], **changed})


def with_dialer(browser: Browser) -> str:
    draft = new_draft(browser)
    browser.post("/dialers", {**DIALER, "draft": draft})
    return draft


def answer_everything(browser: Browser, draft: str, **changed: object) -> Page:
    for step in STEPS:
        page = save(browser, draft, step, **{name: value for name, value in changed.items() if name in STEPS[step]})
    return page


def install(browser: Browser, draft: str, **options: str) -> Page:
    page = press_install(browser, draft, **options)
    return wait_for_end(browser, page.url)


def press_install(browser: Browser, draft: str, **options: str) -> Page:
    """Press the review's button."""
    form = browser.get(f"/drafts/{draft}/review").form("/install")
    return browser.post(f"/drafts/{draft}/install", {**form, **options})


def wait_for_end(browser: Browser, url: str) -> Page:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        page = browser.get(url)
        if page.element("install-progress") is not None and "hx-get" not in page.element("install-progress").attrib:  # type: ignore[union-attr]
            return page
        time.sleep(0.05)
    raise AssertionError("the install did not end")


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


class TestPreview:
    def test_it_shows_the_effect_at_once_and_marks_what_is_missing(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        shown = browser.get(f"/drafts/{draft}/steps/numbers").form("/steps/numbers")

        fragment = browser.fragment(
            f"/drafts/{draft}/steps/numbers/preview", {**shown, "dial_prefix": "77", "number_format": "e164"}
        )

        assert "_771NXXNXXXXXX" in fragment
        assert "${EXTEN:2}" in fragment
        assert "7712125550100" in fragment
        assert '<span class="gap">' in fragment

    def test_it_masks_the_secret_as_it_is_typed(self, browser: Browser) -> None:
        draft = with_dialer(browser)

        fragment = browser.fragment(
            f"/drafts/{draft}/steps/sign_in/preview", {"auth": "registration", "username": "acme", "secret": SECRET}
        )

        assert "secret=••••••••" in fragment

    @pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "\x00\n[evil]", "a" * 5000])
    def test_nothing_typed_becomes_part_of_the_page(self, browser: Browser, nasty: str) -> None:
        draft = with_dialer(browser)
        for step, name in (
            ("carrier", "carrier_id"),
            ("connection", "host"),
            ("sign_in", "username"),
            ("numbers", "dial_prefix"),
        ):
            page = save(browser, draft, step, **{name: nasty})
            assert "<script>alert" not in page.text
            assert "<img" not in page.text
            assert "49" not in page.words.split()


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


class TestQuestionsOfAProtocol:
    def test_iax2_is_asked_only_what_it_can_use(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier", carrier_id="ACME", protocol="IAX2")

        page = browser.get(f"/drafts/{draft}/steps/sign_in")

        assert page.root.find(".//div[@hidden]//input[@id='realm']") is not None
        assert page.root.find(".//div[@hidden]//input[@id='username']") is None

    def test_what_the_dialer_cannot_do_cannot_be_chosen(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.sip_tcp = False
        draft = with_dialer(browser)
        save(browser, draft, "carrier", carrier_id="ACME")

        page = browser.get(f"/drafts/{draft}/steps/connection")

        tcp = page.root.find(".//option[@value='tcp']")
        assert tcp is not None
        assert "disabled" in tcp.attrib
        assert "tcpenable=yes" in page.words
        g729 = browser.get(f"/drafts/{draft}/steps/audio").root.find(".//option[@value='g729']")
        assert g729 is not None
        assert "silent on this dialer" in (g729.text or "")

    def test_experts_answers_come_back_as_they_were_typed(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier", carrier_id="ACME", protocol="PJSIP", trunk_name="mytrunk", global_name="MINE_TRUNK")
        save(browser, draft, "sign_in", auth="ip")
        save(browser, draft, "connection", host="203.0.113.7", match="203.0.113.8, 203.0.113.16/28")
        save(browser, draft, "audio", extra_options="rtp_timeout=60\r\n[aor]\r\nqualify_timeout=4\r\n", template_id="")

        review = browser.get(f"/drafts/{draft}/review")

        assert "[mytrunk]" in review.words
        assert "match=203.0.113.16/28" in review.words
        assert "qualify_timeout=4" in review.words
        assert "rtp_timeout=60" in review.words
        assert (
            browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")["match"] == "203.0.113.8 203.0.113.16/28"
        )


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
