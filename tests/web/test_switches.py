"""Switching carriers in the web: choose, confirm, see how it goes, move back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.fake_tables import campaign
from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.walking import with_dialer

STEPS = "exten => {0},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => {0},2,Dial(SIP/{1}/{2},,To)\nexten => {0},3,Hangup()\n"


def row(carrier_id: str, *patterns: str, digits: str = "${EXTEN:1}") -> dict[str, str]:
    trunk = carrier_id.lower()
    return {
        "carrier_id": carrier_id, "carrier_name": f"{carrier_id} Telecom", "registration_string": "", "template_id": "--NONE--",
        "account_entry": f"[{trunk}]\ntype=peer\nhost=sip.example.com\n", "protocol": "SIP", "globals_string": "",
        "dialplan_entry": "".join(STEPS.format(pattern, trunk, digits) for pattern in patterns), "server_ip": "0.0.0.0",
        "active": "Y", "carrier_description": "", "user_group": "---ALL---",
    }  # fmt: skip


@pytest.fixture
def address(browser: Browser, dialer: FakeDialer) -> str:
    """The first page's address, on a dialer with two carriers."""
    rows = {"OLD": row("OLD", "_91NXXNXXXXXX"), "NEW": row("NEW", "_71NXXNXXXXXX", digits="+${EXTEN:1}")}
    dialer.rows = dialer.generated = dialer.loaded = rows
    dialer.campaigns = {
        "SALES": campaign("SALES", "9"),
        "OTHER": campaign("OTHER", "55"),
        "OFF": campaign("OFF", "9", active="N"),
    }
    with_dialer(browser)
    [saved] = browser.app.extensions["carrier_wizard"].workspace.dialers.all()
    return f"/dialers/{saved.id}/switch"


def until(browser: Browser, page: Page, words: str) -> Page:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        shown = browser.get(page.url)
        if words in shown.words:
            return shown
        time.sleep(0.05)
    raise AssertionError(f"{words} was never said: {shown.words}")


def prefix(dialer: FakeDialer) -> str | None:
    return dialer.campaigns["SALES"]["dial_prefix"]


def chosen(browser: Browser, address: str, **changed: Any) -> dict[str, Any]:
    """The second form, as it is shown, filled in."""
    form = browser.get(f"{address}?from=OLD&to=NEW").form("/switch/begin")
    return {**form, "call_got_through": "y", **changed}


def test_the_dialers_page_leads_there_and_an_empty_form_asks_nothing(
    browser: Browser, dialer: FakeDialer, address: str
) -> None:
    assert address in browser.get(address.removesuffix("/switch")).links()
    asked = len(dialer.asked)

    assert browser.get(address).heading == "Switch carriers"
    assert len(dialer.asked) == asked


def test_what_would_move_and_what_stays_is_shown_before(browser: Browser, dialer: FakeDialer, address: str) -> None:
    dialer.agents, dialer.live_calls = {"SALES": 4}, {"SALES": 7}

    page = browser.get(f"{address}?from=OLD&to=NEW")

    for words in (
        "Campaign SALES: prefix 9 becomes 7.",
        "4 agents signed in, 7 calls under way.",
        "dial 712125550100",
        "Campaign OTHER stays: no carrier takes its calls.",
    ):
        assert words in page.words
    assert (
        "SALES",
        "12125550100",
        "912125550100: OLD receives 12125550100",
        "712125550100: NEW receives +12125550100",
    ) in page.rows
    # What is switched off is there to be chosen, and is not.
    assert page.form("/switch/begin")["campaign"] == ["SALES"]
    assert 'value="OFF"' in page.text
    assert prefix(dialer) == "9"


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"call_got_through": None}, "Make the call first"), ({"campaign": []}, "Tick at least one campaign")],
)
def test_nothing_moves_without_the_call_or_a_campaign(
    browser: Browser, dialer: FakeDialer, address: str, changed: dict[str, Any], words: str
) -> None:
    form = {name: value for name, value in chosen(browser, address, **changed).items() if value is not None}

    page = browser.post(f"{address}/begin", form, status=422)

    assert words in page.words
    assert prefix(dialer) == "9"
    # Then it goes on from there.
    done = browser.post(f"{address}/begin", {**page.form("/switch/begin"), "campaign": "SALES", "call_got_through": "y"})
    until(browser, done, "Watching VICIdial's carrier log")
    browser.post(f"{done.url}/back")
    until(browser, done, "Moved back")


def test_moved_watched_and_moved_back_by_the_button(browser: Browser, dialer: FakeDialer, address: str) -> None:
    form = chosen(browser, address)
    page = browser.post(f"{address}/begin", form)

    watching = until(browser, page, "Watching VICIdial's carrier log")
    assert prefix(dialer) == "7"
    assert "every 1s" in browser.fragment(f"{page.url}/progress")
    assert watching.heading == "OLD → NEW on main"
    # Another switch, or an install, has to wait meanwhile.
    assert "Somebody is installing" in browser.post(f"{address}/begin", form, status=409).words

    browser.post(f"{page.url}/back")
    back = until(browser, page, "Moved back")

    assert prefix(dialer) == "9"
    assert "The campaigns dial through OLD again." in back.words
    assert "hx-get" not in browser.fragment(f"{page.url}/progress")


def test_campaigns_go_back_by_themselves_where_the_new_carrier_refuses(
    browser: Browser, dialer: FakeDialer, address: str
) -> None:
    dialer.carrier_log = [("712125550100", 404)] * 12

    page = until(browser, browser.post(f"{address}/begin", chosen(browser, address)), "Moved back")

    assert prefix(dialer) == "9"
    assert "far more often" in page.words
    assert "New carrier: 12 of 12 calls ended with 403, 404 or 484 (100%)." in page.words


def test_a_number_that_only_the_old_carrier_has_has_to_be_let_go(browser: Browser, dialer: FakeDialer, address: str) -> None:
    dialer.rows["OLD"] = row("OLD", "_91NXXNXXXXXX", "_9911")
    form = chosen(browser, address)

    refused = until(browser, browser.post(f"{address}/begin", form), "Not moved")
    assert "911" in refused.words
    assert prefix(dialer) == "9"

    page = browser.post(f"{address}/begin", {**form, "leave_out": "911"})
    until(browser, page, "Watching VICIdial's carrier log")
    assert prefix(dialer) == "7"
    browser.post(f"{page.url}/back")
    until(browser, page, "Moved back")


def test_a_switch_that_nobody_saw_the_end_of_is_found_and_taken_back(
    browser: Browser, dialer: FakeDialer, address: str
) -> None:
    page = browser.post(f"{address}/begin", chosen(browser, address))
    until(browser, page, "Watching VICIdial's carrier log")
    browser.post(f"{page.url}/back")
    until(browser, page, "Moved back")
    workspace = browser.app.extensions["carrier_wizard"].workspace
    [switch] = workspace.switches.all()
    # As a wizard that was killed while it watched left it.
    dialer.campaigns["SALES"]["dial_prefix"] = "7"
    made = [
        each.__class__(each.kind, each.record, each.before, each.after, type(each.state)("made")) for each in switch.changes
    ]
    workspace.switches.keep_checkpoint(switch.id, switch.checkpoint.with_changes(made))
    workspace.switches.resume(switch.id)

    shown = browser.get(page.url)

    assert "Interrupted" in shown.words
    browser.post(f"{page.url}/back")
    until(browser, page, "Moved back")
    assert prefix(dialer) == "9"
