"""Where a number goes, in the web: one form, and the call's path below it."""

from __future__ import annotations

import pytest

from tests.fakes import FakeDialer
from tests.web.browser import Browser
from tests.web.conftest import SECRET
from tests.web.walking import with_dialer

ROW = {
    "carrier_id": "ACME",
    "carrier_name": "Acme Telecom",
    "registration_string": f"register => acme:{SECRET}@sip.example.com",
    "template_id": "--NONE--",
    "account_entry": f"[acme]\ntype=peer\nhost=sip.example.com\nsecret={SECRET}\nsendrpid=pai\n",
    "protocol": "SIP",
    "globals_string": "ACME_TRUNK=SIP/acme",
    "dialplan_entry": (
        "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
        f"exten => _91NXXNXXXXXX,2,SIPAddHeader(X-Token: {SECRET})\n"
        "exten => _91NXXNXXXXXX,3,Dial(${ACME_TRUNK}/+${EXTEN:1},${CAMPDTO},To)\n"
        "exten => _91NXXNXXXXXX,4,Hangup()\n"
        "exten => _9X.,1,Hangup()\n"
    ),
    "server_ip": "0.0.0.0",
    "active": "Y",
    "carrier_description": "",
    "user_group": "---ALL---",
}


@pytest.fixture
def page_of(browser: Browser, dialer: FakeDialer) -> str:
    """The page's address, on a dialer with one carrier."""
    dialer.rows = dialer.generated = dialer.loaded = {"ACME": dict(ROW)}
    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()
    return f"/dialers/{saved.id}/simulate"


def test_the_dialers_page_leads_there_and_an_empty_form_asks_the_dialer_nothing(
    browser: Browser, dialer: FakeDialer, page_of: str
) -> None:
    assert page_of in browser.get(page_of.removesuffix("/simulate")).links()
    asked = len(dialer.asked)

    page = browser.get(page_of)

    assert page.heading == "Where does a number go?"
    assert len(dialer.asked) == asked


def test_a_number_is_followed_to_what_the_carrier_receives(browser: Browser, page_of: str) -> None:
    page = browser.get(f"{page_of}?number=212+555+0100&campaign=SALES")

    for words in ("ACME takes it.", "VICIdial sends 912125550100", "_91NXXNXXXXXX", "+12125550100", "5551239999", "P-Asserted"):
        assert words in page.words
    assert "1 other pattern would take it too" in page.words
    # SECRET itself is forbidden on every page.
    assert "X-Token" in page.words


def test_lists_with_a_prefix_of_their_own_are_told_apart(browser: Browser, dialer: FakeDialer, page_of: str) -> None:
    dialer.list_prefixes = [{"campaign_id": "SALES", "dial_prefix": "55"}]

    page = browser.get(f"{page_of}?number=2125550100")

    assert "from lists with prefix 55" in page.words
    assert "5512125550100" in page.words


def test_digits_as_they_are_sent_are_taken_as_they_are(browser: Browser, page_of: str) -> None:
    page = browser.get(f"{page_of}?number=90009123&as_dialled=y")

    assert "No carrier takes it" in page.words
    assert "VICIdial's sample, or lines of your own" in page.words


@pytest.mark.parametrize("number", ["hello", "<script>", "2125550100@default"])
def test_what_is_no_number_is_said_beside_the_field(browser: Browser, dialer: FakeDialer, page_of: str, number: str) -> None:
    asked = len(dialer.asked)

    page = browser.get(f"{page_of}?number={number}")

    assert "This is no number" in page.words
    field = page.element("number")
    assert field is not None
    assert (field.get("value"), field.get("aria-invalid")) == (number, "true")
    assert len(dialer.asked) == asked


def test_a_campaign_that_is_gone_is_said(browser: Browser, page_of: str) -> None:
    assert "There is no campaign" in browser.get(f"{page_of}?number=2125550100&campaign=GONE").words


def test_an_asterisk_that_is_silent_is_said(browser: Browser, dialer: FakeDialer, page_of: str) -> None:
    dialer.silent = True

    assert "Asterisk doesn't answer" in browser.get(f"{page_of}?number=2125550100").words


def test_a_password_that_is_not_kept_is_asked_for(browser: Browser, page_of: str) -> None:
    browser.app.extensions["carrier_wizard"].remembered.clear()

    assert "SSH password" in browser.get(f"{page_of}?number=2125550100").words


def test_ten_digits_that_a_carrier_takes_for_a_number_abroad_are_said_to(
    browser: Browser, dialer: FakeDialer, page_of: str
) -> None:
    abroad = "exten => _9[2-9]XXXXXX.,1,Dial(SIP/acme/+${EXTEN:1},,To)\n"
    dialer.rows = dialer.generated = dialer.loaded = {"ACME": {**ROW, "dialplan_entry": abroad}}
    dialer.campaigns["SALES"]["omit_phone_code"] = "Y"

    page = browser.get(f"{page_of}?number=212+555+0100&campaign=SALES")

    assert "This goes abroad" in page.words
