"""What the questions show of their effect, and which are asked."""

from __future__ import annotations

import pytest

from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.conftest import SECRET
from tests.web.walking import save, with_dialer


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
