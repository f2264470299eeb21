"""A carrier that is there is changed, switched off, deleted, and brought back, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.test_walks import SIGN_INS, answer_everything
from tests.browser.walk import INSTALL_MS, Walk
from tests.lab import Lab
from tests.real.calls import call_and_log, received


def open_dialer(walk: Walk) -> None:
    walk.page.get_by_role("link", name="Dialers").first.click()
    walk.page.get_by_role("link", name="lab").first.click()


def see_end(walk: Walk, words: str) -> None:
    expect(walk.page.locator(".verdict").get_by_text(words)).to_be_visible(timeout=INSTALL_MS)


@pytest.mark.parametrize(("size", "javascript"), [("wide", True), ("narrow", False)])
def test_changed_then_deleted_then_brought_back(open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool) -> None:
    walk = open_walk(size, javascript=javascript)
    host = lab.carriers["ip"].host_name
    answer_everything(walk, "ip", host)
    walk.page.get_by_role("button", name="Install and watch it come up").click()
    see_end(walk, "Installed, and up")

    # the same carrier from a second set of answers, with other digits
    walk.page.goto(re.sub(r"(//[^/]+/).*", r"\1", walk.page.url))
    walk.begin()
    walk.page.get_by_role("button", name=re.compile("lab")).first.click()
    walk.name_carrier()
    walk.sign_in(*SIGN_INS["ip"][:1])
    walk.connect_to(host)
    walk.save()
    walk.page.locator("[name=number_format][value=nanp10]").check()
    walk.save()
    walk.save()
    if not javascript:
        walk.page.get_by_role("link", name="Ask the dialer what stands in the way").click()
    walk.shot("exists")
    walk.page.get_by_role("link", name="change the one that is there").click()
    walk.page.get_by_role("link", name="See exactly what would be written").click()
    expect(walk.page.locator(".diff .goes").first).to_be_visible()
    walk.shot("plan")
    assert walk.overflow == 0
    walk.page.get_by_role("link", name="Back", exact=True).click()
    walk.shot("replace")
    walk.page.get_by_role("button", name="Change it and watch it come up").click()
    see_end(walk, "Installed, and up")
    walk.shot("changed")
    call_and_log(lab, "912125550100")
    assert received(lab.carriers["ip"]).number == "2125550100"

    open_dialer(walk)
    walk.shot("dialer")
    assert walk.overflow == 0
    if size == "narrow":
        table = walk.page.get_by_role("region", name="Carriers")
        assert table.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    walk.page.get_by_role("link", name="Delete ACME").click()
    walk.shot("in-use")
    walk.page.get_by_role("link", name="Delete it all the same").click()
    walk.page.get_by_role("button", name="Delete it all the same").click()
    see_end(walk, "Done")
    walk.shot("deleted")
    assert lab.dialer.query("SELECT 1 AS n FROM vicidial_server_carriers WHERE carrier_id='ACME'") == []

    walk.page.get_by_role("button", name="Put it back as it was").click()
    see_end(walk, "The dialer was put back as it was before")
    walk.shot("back")
    lab.carriers["ip"].forget_calls()
    call_and_log(lab, "912125550100")
    assert received(lab.carriers["ip"]).number == "2125550100"
