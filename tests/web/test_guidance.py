"""What helps somebody who does this for the first time."""

from __future__ import annotations

from tests.web.browser import Browser
from tests.web.walking import STEPS, answer_everything, install, save, wait_for_end, with_dialer
from wizard.words.glossary import GLOSSARY, TERMS_OF
from wizard.words.questions import QUESTIONS


def test_every_term_is_of_use_and_every_linked_one_exists(browser: Browser) -> None:
    linked = {key for keys in TERMS_OF.values() for key in keys}

    assert linked == set(GLOSSARY)
    assert set(TERMS_OF) <= set(QUESTIONS)
    page = browser.get("/glossary")
    assert all(page.element(key) is not None for key in GLOSSARY)


def test_the_questions_lead_to_their_words(browser: Browser) -> None:
    draft = with_dialer(browser)

    links = {link for step in STEPS for link in browser.get(f"/drafts/{draft}/steps/{step}").links()}

    assert {f"/glossary#{key}" for keys in TERMS_OF.values() for key in keys} <= links


def test_the_way_of_a_call_is_on_every_step_and_fills_in(browser: Browser) -> None:
    draft = with_dialer(browser)
    for step in STEPS:
        assert "no host yet" in browser.get(f"/drafts/{draft}/steps/{step}").words

    shown = browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")
    fragment = browser.fragment(f"/drafts/{draft}/steps/connection/preview", {**shown, "host": "sip.example.com"})
    assert '<figure id="call-path" class="call-path" hx-swap-oob="true"' in fragment
    assert "sip.example.com" in fragment[fragment.index("call-path") :]

    save(browser, draft, "connection")
    assert "no host yet" not in browser.get(f"/drafts/{draft}/steps/carrier").words


def test_after_up_it_says_what_to_do_next_and_has_a_summary_to_print(browser: Browser) -> None:
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    page = install(browser, draft)

    assert "What next" in page.words
    assert "Campaign SALES" in page.words[page.words.index("Lead a campaign to it") :]
    assert any(link.endswith("/carriers/ACME/test-call") for link in page.links())

    summary = browser.get(f"{page.url}/summary")
    install_id = page.url.rpartition("/")[2]
    for words in ("sip.example.com", f"carrier-wizard rollback {install_id}", "we register as acme", "912125550100"):
        assert words in summary.words


def test_what_was_taken_off_again_has_neither(browser: Browser) -> None:
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    page = install(browser, draft)
    browser.post(f"{page.url}/rollback")
    wait_for_end(browser, page.url)

    assert "What next" not in browser.get(page.url).words
    assert browser.get(f"{page.url}/summary").url == page.url
