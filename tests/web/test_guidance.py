"""What helps somebody who does this for the first time."""

from __future__ import annotations

from tests.web.browser import Browser
from tests.web.walking import STEPS, save, with_dialer
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
