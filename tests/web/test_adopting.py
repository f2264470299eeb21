"""A carrier of a dialer, read into a draft."""

from __future__ import annotations

from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.walking import with_dialer

SECRET = "s3cret.Word"
ROW = {
    "carrier_id": "OLD", "carrier_name": "Old carrier", "registration_string": f"register => joe:{SECRET}@203.0.113.7",
    "template_id": "--NONE--", "account_entry": f"[old]\ntype=friend\nhost=203.0.113.7\nusername=joe\nsecret={SECRET}\n",
    "protocol": "SIP", "globals_string": "OLDTRUNK=SIP/old",
    "dialplan_entry": "exten => _81NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
    "exten => _81NXXNXXXXXX,2,Dial(${OLDTRUNK}/${EXTEN:1},,tTor)\n",
    "server_ip": "10.0.0.1", "active": "Y", "carrier_description": "", "user_group": "---ALL---",
}  # fmt: skip


def adopted(browser: Browser, dialer: FakeDialer) -> Page:
    dialer.rows["OLD"] = dict(ROW)
    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()
    page = browser.get(f"/dialers/{saved.id}")
    assert "Read into answers" in page.words
    return browser.post(f"/dialers/{saved.id}/adopt", page.form("/adopt"))


def test_a_carrier_becomes_a_draft_that_says_what_could_not_be_placed(browser: Browser, dialer: FakeDialer) -> None:
    page = adopted(browser, dialer)

    assert page.url.endswith("/review")
    assert "Read from the carrier OLD: 2 not placed" in page.words
    assert "“type=friend”. Written again from these answers it would be “type=peer”." in page.words
    assert "203.0.113.7" in page.words
    assert SECRET not in page.text


def test_the_notice_stays_while_the_answers_are_worked_on(browser: Browser, dialer: FakeDialer) -> None:
    review = adopted(browser, dialer)
    draft = review.url.split("/")[-2]
    step = browser.get(f"/drafts/{draft}/steps/numbers")
    assert "Read from the carrier OLD: 2 not placed" in step.words

    saved = browser.post(f"/drafts/{draft}/steps/numbers", {**step.form("/steps/numbers"), "dial_prefix": "7"})

    assert "Read from the carrier OLD: 2 not placed" in saved.words


def test_its_secret_lies_encrypted_and_the_draft_is_not_taken_for_a_new_one(browser: Browser, dialer: FakeDialer) -> None:
    adopted(browser, dialer)
    workspace = browser.app.extensions["carrier_wizard"].workspace
    [draft] = [each for each in workspace.drafts.all() if each.adopted]

    assert draft.answers.sign_in.secret.reveal() == SECRET
    files = [path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()]
    assert all(SECRET.encode() not in content and b"type=friend" not in content for content in files)
    assert draft.id not in browser.post("/drafts").url


def test_reading_changes_nothing_on_the_dialer(browser: Browser, dialer: FakeDialer) -> None:
    dialer.rows["OLD"] = dict(ROW)
    before = dialer.state

    adopted(browser, dialer)

    assert dialer.state == before


def test_a_carrier_that_is_gone_meanwhile_is_said(browser: Browser, dialer: FakeDialer) -> None:
    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()

    page = browser.post(f"/dialers/{saved.id}/adopt", {"carrier_id": "GONE"})

    assert page.url.endswith(saved.id)
    assert "GONE" in page.words


def test_what_vicidial_never_writes_has_no_button(browser: Browser, dialer: FakeDialer) -> None:
    dialer.rows["T1"] = {**ROW, "carrier_id": "T1", "protocol": "Zap"}

    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()

    assert "Read into answers" not in browser.get(f"/dialers/{saved.id}").words
