"""Walking through the wizard as a browser does."""

from __future__ import annotations

import time

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
