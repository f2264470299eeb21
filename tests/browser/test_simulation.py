"""The page that follows a number, as a person sees it: at a desk and on a phone, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.lab import Lab

ENTRY = """[vicidial-auto]
exten => _91NXXNXXXXXX,1,Dial(SIP/acme/+${EXTEN:1},,To)
exten => _91NXXNXXXXXX,n,GotoIf($["${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"]?:end)
exten => _91NXXNXXXXXX,n,Dial(PJSIP/${EXTEN:2}@a_backup_with_quite_a_long_name_of_its_own,,To)
exten => _91NXXNXXXXXX,n(end),TryExec(Dial(SIP/a_trunk_with_a_name_of_its_own&SIP/another_trunk_with_a_name_of_its_own,,To))
exten => _91NXXNXXXXXX,n,Hangup()
exten => _9X.,1,Hangup()
"""


@pytest.mark.parametrize(("size", "javascript", "dark"), [("wide", False, True), ("narrow", True, False)])
def test_a_number_is_followed(open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool, dark: bool) -> None:
    lab.dialer.load({"extensions-vicidial.conf": ENTRY})
    walk = open_walk(size, javascript=javascript, dark=dark)
    walk.begin()
    walk.add_dialer()
    walk.page.goto(walk.page.url.split("/drafts")[0] + "/dialers")
    walk.page.get_by_role("link", name="lab").click()
    walk.page.get_by_role("link", name="Where does a number go?").click()

    walk.page.get_by_label("Number").fill("212 555 0100")
    walk.page.get_by_label("Campaign").select_option("SALES")
    walk.page.get_by_role("button", name="Follow it").click()

    expect(walk.page.get_by_text("912125550100", exact=True)).to_be_visible()
    expect(walk.page.get_by_text("+12125550100", exact=True)).to_be_visible()
    walk.page.get_by_text("1 other pattern would take it too").click()
    walk.page.get_by_text("When exactly").click()
    expect(walk.page.locator(".notes code", has_text="another_trunk")).to_be_visible()
    walk.shot(f"path-{size}")
    assert walk.overflow == 0
