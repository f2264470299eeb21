"""A wizard with something on every page: what is walked through to see whether everybody can use them."""

from __future__ import annotations

import io
import time

from flask import Flask

from tests.fake_tables import campaign
from tests.web.browser import Browser, Page
from tests.web.test_rates import DECK, RatesDialer
from tests.web.test_switches import row
from tests.web.walking import answer_everything, install, new_draft, press_install, save, wait_for_end, with_dialer


class GalleryDialer(RatesDialer):
    """Two carriers, two campaigns; can be told to let an install wait."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rows = {"OLD": row("OLD", "_81NXXNXXXXXX"), "NEW": row("NEW", "_71NXXNXXXXXX", digits="+${EXTEN:1}")}
        self.generated, self.loaded = dict(self.rows), dict(self.rows)
        self.campaigns = {
            "SALES": {**campaign("SALES", "9"), "campaign_cid": "2125551234"},
            "SURVEY": campaign("SURVEY", "8"),
        }

    def wait(self) -> None:
        self.generator_runs = False

    def go_on(self) -> None:
        self.generator_runs = True


class Gallery:
    """Makes the pages, each once, by doing what leads to it."""

    def __init__(self, app: Flask, dialer: GalleryDialer) -> None:
        self.browser = Browser(app)
        self.browser.sign_in()
        self.dialer = dialer

    def empty(self) -> dict[str, str]:
        """What a first-time owner sees, with nothing there yet."""
        draft = new_draft(self.browser)
        pages = {"home-first": "/", "dialers-first": "/dialers", "history-first": "/installs"}
        return {**pages, "step-dialer-first": f"/drafts/{draft}/steps/dialer", "review-first": f"/drafts/{draft}/review"}

    def full(self) -> dict[str, str]:
        """Name → address of every page, once a carrier was installed and everything else was used."""
        return {**self._known(), **self._drafts(), **self._dialer_pages(), **self._installs()}

    def _known(self) -> dict[str, str]:
        return {
            "glossary": "/glossary",
            "carriers": "/carriers",
            "carrier": "/carriers/twilio",
            "not-found": "/drafts/none/review",
        }

    def _drafts(self) -> dict[str, str]:
        done = with_dialer(self.browser)
        answer_everything(self.browser, done, username="acme")
        wrong = with_dialer(self.browser)
        for step in ("carrier", "sign_in", "connection", "numbers"):
            save(self.browser, wrong, step, carrier_id="!", username="a b", host="two words", dial_prefix="x", destinations=[])
        steps = ("dialer", "carrier", "sign_in", "connection", "audio", "numbers", "routing")
        self.done = done
        return {
            **{f"step-{step}": f"/drafts/{done}/steps/{step}" for step in steps},
            **{f"step-{step}-wrong": f"/drafts/{wrong}/steps/{step}" for step in ("carrier", "connection", "numbers")},
            "tried": f"/drafts/{done}/steps/numbers?tried=y",
            "review": f"/drafts/{done}/review",
            "review-checked": f"/drafts/{done}/review/check",
            "plan": f"/drafts/{done}/plan",
        }

    def _dialer_pages(self) -> dict[str, str]:
        saved = self.browser.app.extensions["carrier_wizard"].workspace.dialers.all()[0]
        own = f"/dialers/{saved.id}"
        self.own = own
        deck = self._upload(f"{own}/rates/decks")
        return {
            "dialers": "/dialers",
            "dialer": own,
            "watch": f"{own}/watch",
            "rates": f"{own}/rates",
            "deck": deck,
            "simulate": f"{own}/simulate?number=2125550100&campaign=SALES",
            "switch": f"{own}/switch?from=OLD&to=NEW",
            "deactivate": f"{own}/carriers/OLD/deactivate",
            "test-call": f"{own}/carriers/NEW/test-call",
            "proof": self._called(f"{own}/carriers/NEW/test-call"),
        }

    def _upload(self, url: str) -> str:
        data = {"deck": (io.BytesIO(DECK), "deck.csv"), "carrier": "NEW"}
        headers = {"Sec-Fetch-Site": "same-origin"}
        response = self.browser.client.post(url, data=data, headers=headers, content_type="multipart/form-data")
        assert response.status_code == 303, response.text
        return response.headers["Location"]

    def _called(self, url: str) -> str:
        form = {**self.browser.get(url).form("/test-call"), "number": "212 555 0100"}
        return self._ended(self.browser.post(url, form))

    def _ended(self, page: Page) -> str:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            part = self.browser.get(page.url).element("proof-progress")
            if part is not None and "hx-get" not in part.attrib:
                return page.url
            time.sleep(0.05)
        raise AssertionError("the call never ended")

    def _installs(self) -> dict[str, str]:
        up = install(self.browser, self.done).url
        failed = self._another("LATE", "6")
        self.dialer.peer_status = "UNREACHABLE"
        undone = wait_for_end(self.browser, press_install(self.browser, failed).url).url
        self.dialer.peer_status = "OK (2 ms)"
        running = self._another("WAITS", "5")
        self.dialer.wait()
        waiting = press_install(self.browser, running).url
        return {
            "home": "/",
            "history": "/installs",
            "install-up": up,
            "summary": f"{up}/summary",
            "review-installed": f"/drafts/{self.done}/review",
            "install-undone": undone,
            "install-running": waiting,
        }

    def _another(self, carrier_id: str, prefix: str) -> str:
        draft = new_draft(self.browser)
        [saved] = self.browser.app.extensions["carrier_wizard"].workspace.dialers.all()[:1]
        self.browser.post(f"/drafts/{draft}/dialer", {"dialer_id": saved.id})
        answer_everything(self.browser, draft, carrier_id=carrier_id, dial_prefix=prefix)
        save(self.browser, draft, "numbers", dial_prefix=prefix)
        return draft
