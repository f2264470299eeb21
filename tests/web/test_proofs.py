"""Checks, test calls and looks in the web: begun once, followed, shown in words, kept."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fake_tables import campaign
from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.test_switches import row
from tests.web.walking import answer_everything, install, with_dialer
from wizard.carrier.diagnosis.observations import Address, CallSeen, Message
from wizard.carrier.signalling.ladder import ladder_of
from wizard.dialer.calling import CallOrder, CallResult
from wizard.service import calls
from wizard.store.proofs import ProofKind
from wizard.words.causes import CAUSES

NEAR, FAR = Address("10.0.0.1", 5060), Address("203.0.113.7", 5060)
INVITE = (
    "INVITE sip:12125550100@203.0.113.7 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n"
    "From: <sip:5551239999@10.0.0.1>;tag=a\r\n"
    "To: <sip:12125550100@203.0.113.7>\r\nCall-ID: one\r\nCSeq: 102 INVITE\r\n\r\n"
)
ANSWER = (
    "SIP/2.0 {code} {reason}\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n"
    "From: <sip:5551239999@10.0.0.1>;tag=a\r\nTo: <sip:12125550100@203.0.113.7>;tag=b\r\n"
    'Call-ID: one\r\nCSeq: 102 INVITE\r\nReason: Q.850;cause=21;text="<b>not allowed"\r\n\r\n'
)


class Phones:
    """Stands in for the calls themselves; what is called, and how it ends."""

    def __init__(self) -> None:
        self.orders: list[CallOrder] = []
        self.ends: tuple[int, str] = (200, "OK")
        self.seconds = 0.0

    def place(self, _connection: object, order: CallOrder, _pace: object) -> CallResult:
        self.orders.append(order)
        time.sleep(self.seconds)
        code, reason = self.ends
        messages = (
            Message(0.0, True, NEAR, FAR, "UDP", INVITE),
            Message(0.1, False, NEAR, FAR, "UDP", ANSWER.format(code=code, reason=reason)),
        )
        ladder = ladder_of(messages)
        seen = CallSeen(order.number, order.caller_id, answered=code == 200, seconds=1.0, sip_code=code, sip_reason=reason)
        return CallResult(replace(seen, messages=messages, left=True), ladder)


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Phones:
    made = Phones()
    monkeypatch.setattr(calls, "place_call", made.place)
    return made


@pytest.fixture
def dialer_url(browser: Browser, dialer: FakeDialer) -> str:
    rows = {"OLD": row("OLD", "_91NXXNXXXXXX"), "NEW": row("NEW", "_71NXXNXXXXXX", digits="+${EXTEN:1}")}
    dialer.rows = dialer.generated = dialer.loaded = rows
    dialer.campaigns = {"SALES": {**campaign("SALES", "9"), "campaign_cid": "2125551234"}}
    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()
    return f"/dialers/{saved.id}"


def ended(browser: Browser, page: Page) -> Page:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        shown = browser.get(page.url)
        part = shown.element("proof-progress")
        assert part is not None
        if "hx-get" not in part.attrib:
            return shown
        time.sleep(0.05)
    raise AssertionError(f"it never ended: {shown.words}")


def call_form(browser: Browser, url: str, **typed: str) -> dict[str, Any]:
    return {**browser.get(url).form("/test-call"), "number": "212 555 0100", **typed}


class TestATestCall:
    def test_is_shown_with_its_ladder_and_kept_beside_the_carrier(
        self, browser: Browser, dialer_url: str, phones: Phones
    ) -> None:
        url = f"{dialer_url}/carriers/NEW/test-call"
        assert url in browser.get(dialer_url).links()
        form = call_form(browser, url)
        assert form["caller_id"] == "2125551234"

        done = ended(browser, browser.post(url, form))

        assert "“NEW” put the call through, and it was answered." in done.words
        assert ("0.000", "dialer", "INVITE") in done.rows
        assert ("0.100", "carrier", "200 OK") in done.rows
        assert "<svg" in done.text
        assert [order.digits for order in phones.orders] == ["712125550100"]
        assert "Test call: answered" in browser.get(dialer_url).words

    def test_that_is_refused_says_what_the_carrier_wrote_and_why(
        self, browser: Browser, dialer_url: str, phones: Phones
    ) -> None:
        phones.ends = (403, "Forbidden")
        url = f"{dialer_url}/carriers/NEW/test-call"

        done = ended(browser, browser.post(url, call_form(browser, url)))

        assert "“NEW” answered 403 Forbidden" in done.words
        assert "not allowed" in done.words
        assert "<b>not" not in done.text
        assert "Why" in done.words
        assert "Test call: not answered" in browser.get(dialer_url).words

    def test_is_made_once_however_often_its_form_is_sent(self, browser: Browser, dialer_url: str, phones: Phones) -> None:
        phones.seconds = 0.3
        url = f"{dialer_url}/carriers/NEW/test-call"
        form = call_form(browser, url)

        first = browser.post(url, form)
        again = browser.post(url, form)
        ended(browser, again)
        third = browser.post(url, form)

        assert first.url == again.url == third.url
        assert len(phones.orders) == 1

    @pytest.mark.parametrize(("number", "words"), [("911", "too short for a phone"), ("900 225 5100", "cost extra"), ("x", "")])
    def test_of_no_phone_is_refused(self, browser: Browser, dialer_url: str, phones: Phones, number: str, words: str) -> None:
        url = f"{dialer_url}/carriers/NEW/test-call"

        done = ended(browser, browser.post(url, call_form(browser, url, number=number)))

        assert "It could not be done" in done.words
        assert words in done.words
        assert phones.orders == []

    def test_without_a_number_asks_for_one(self, browser: Browser, dialer_url: str, phones: Phones) -> None:
        url = f"{dialer_url}/carriers/NEW/test-call"

        page = browser.post(url, call_form(browser, url, number=""), status=422)

        assert "Which number shall ring?" in page.words
        assert phones.orders == []

    def test_tells_before_who_is_at_work_and_offers_the_backups_of_a_chain(
        self, browser: Browser, dialer: FakeDialer, dialer_url: str, phones: Phones
    ) -> None:
        dialer.rows["NEW"]["dialplan_entry"] = (
            "exten => _71NXXNXXXXXX,1,Dial(SIP/new/${EXTEN:1},,To)\nexten => _71NXXNXXXXXX,2,Dial(SIP/old/${EXTEN:1},,To)\n"
        )
        url = f"{dialer_url}/carriers/NEW/test-call"
        page = browser.get(url)
        assert "each backup: OLD" in page.words
        assert "backup" not in browser.get(url.replace("NEW", "OLD")).words

        done = ended(browser, browser.post(url, call_form(browser, url, each_leg="y")))

        assert [order.digits for order in phones.orders] == ["712125550100", "912125550100"]
        assert "OLD: answered" in done.words

    def test_through_a_carrier_that_is_not_there_says_so(self, browser: Browser, dialer_url: str) -> None:
        assert "There is no carrier “GONE”" in browser.get(f"{dialer_url}/carriers/GONE/test-call").words


class TestTheSwitch:
    def test_takes_an_answered_test_call_for_its_proof(
        self, browser: Browser, dialer: FakeDialer, dialer_url: str, phones: Phones
    ) -> None:
        address = f"{dialer_url}/switch?from=OLD&to=NEW"
        assert "I made a call through NEW" in browser.get(address).words
        url = f"{dialer_url}/carriers/NEW/test-call"
        done = ended(browser, browser.post(url, call_form(browser, f"{url}?from=OLD")))
        assert f"{dialer_url}/switch?from=OLD&to=NEW" in done.links()

        page = browser.get(address)
        assert "A test call through NEW was answered" in page.words
        assert "I made a call" not in page.words
        moved = browser.post(f"{dialer_url}/switch/begin", page.form("/switch/begin"))

        deadline = time.monotonic() + 20
        while dialer.campaigns["SALES"]["dial_prefix"] != "7" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert dialer.campaigns["SALES"]["dial_prefix"] == "7"
        browser.post(f"{moved.url}/back")

    def test_asks_again_once_the_entry_has_changed(
        self, browser: Browser, dialer: FakeDialer, dialer_url: str, phones: Phones
    ) -> None:
        url = f"{dialer_url}/carriers/NEW/test-call"
        ended(browser, browser.post(url, call_form(browser, url)))
        dialer.rows["NEW"]["account_entry"] += "context=trunkinbound\n"

        page = browser.get(f"{dialer_url}/switch?from=OLD&to=NEW")
        assert "I made a call through NEW" in page.words
        # Whoever sends an old page all the same is refused by the dialer's own word.
        done = browser.post(f"{dialer_url}/switch/begin", page.form("/switch/begin"))
        time.sleep(0.5)

        assert "No campaign moves before a call got through" in browser.get(done.url).words
        assert dialer.campaigns["SALES"]["dial_prefix"] == "9"

    def test_asks_again_where_the_newest_call_was_not_answered(self, browser: Browser, dialer_url: str, phones: Phones) -> None:
        url = f"{dialer_url}/carriers/NEW/test-call"
        ended(browser, browser.post(url, call_form(browser, url)))
        phones.ends = (503, "Service Unavailable")
        ended(browser, browser.post(url, call_form(browser, url)))

        page = browser.get(f"{dialer_url}/switch?from=OLD&to=NEW")

        assert "I made a call through NEW" in page.words
        browser.post(f"{dialer_url}/switch/begin", page.form("/switch/begin"), status=422)


class TestALook:
    def test_at_any_carrier_tells_its_state(self, browser: Browser, dialer_url: str) -> None:
        done = ended(browser, browser.post(f"{dialer_url}/carriers/OLD/check"))

        assert done.heading == "How it is now: OLD on main"
        assert "The carrier answers." in done.words
        assert "Up, " in browser.get(dialer_url).words

    def test_at_one_that_is_down_tells_why(self, browser: Browser, dialer: FakeDialer, dialer_url: str) -> None:
        dialer.peer_status = "UNREACHABLE"

        done = ended(browser, browser.post(f"{dialer_url}/carriers/OLD/check"))

        assert "Down" in done.words
        assert "Why" in done.words
        assert "Next:" in done.words

    def test_at_one_that_is_gone_says_so(self, browser: Browser, dialer_url: str) -> None:
        assert "There is no carrier “GONE”" in ended(browser, browser.post(f"{dialer_url}/carriers/GONE/check")).words


class TestACheck:
    def test_is_begun_on_the_review_and_shows_what_the_carrier_said(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.door = "SIP/2.0 200 OK"
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        form = browser.get(f"/drafts/{draft}/review").form(f"/drafts/{draft}/check")

        done = ended(browser, browser.post(f"/drafts/{draft}/check", form))

        assert "203.0.113.7" in done.words
        assert "200 OK after" in done.words
        assert "Give this address to your carrier" in done.words
        assert "198.51.100.9" in done.words
        assert f"/drafts/{draft}/review" in done.links()
        assert browser.post(f"/drafts/{draft}/check", form).url == done.url

    def test_of_a_carrier_that_is_silent_says_what_to_do(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        done = ended(browser, browser.post(f"/drafts/{draft}/check"))

        assert "No answer" in done.words
        assert "Why" in done.words

    def test_of_answers_that_are_not_complete_goes_back_to_the_review(self, browser: Browser) -> None:
        draft = with_dialer(browser)

        assert browser.post(f"/drafts/{draft}/check").url == f"/drafts/{draft}/review"


class TestAnInstall:
    def test_that_is_up_leads_to_a_test_call(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        done = install(browser, draft)

        assert any(link.endswith("/carriers/ACME/test-call") for link in done.links())
        assert "Why" not in done.words.split("For experts")[0].replace("Why we ask", "")

    def test_that_does_not_come_up_tells_why(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.registration = "Rejected"
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        done = install(browser, draft)

        assert "The dialer was put back as it was before" in done.words
        assert [each for each in done.find_all("h2") if "".join(each.itertext()) == "Why"]
        assert not any(link.endswith("/test-call") for link in done.links())


def test_what_still_ran_when_the_wizard_ended_is_interrupted(browser: Browser, dialer_url: str) -> None:
    workspace = browser.app.extensions["carrier_wizard"].workspace
    [saved] = workspace.dialers.all()

    proof = workspace.proofs.start(ProofKind.TEST_CALL, dialer_name="main", target=saved.target, carrier_id="NEW")
    assert "hx-get" in browser.get(f"/proofs/{proof.id}").text
    time.sleep(0.01)
    workspace.proofs.settle(timedelta())

    assert "The wizard ended in the middle" in browser.get(f"/proofs/{proof.id}").words


def test_each_cause_leads_to_its_page(browser: Browser) -> None:
    index = browser.get("/diagnoses")
    links = [link for link in index.links() if link.startswith("/diagnoses/")]
    assert {link.rpartition("/")[2] for link in links} >= set(CAUSES)

    page = browser.get("/diagnoses/sign_in_refused")
    words = CAUSES["sign_in_refused"]
    assert all(text in page.words for text in (words.happened, words.why, words.try_next, words.tell_carrier))
