"""An owner who knows only the carrier's name, and what stands in its welcome mail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.lab import Lab
from tests.lab.accounts import PERCALL
from tests.real.calls import call_and_log, received


@pytest.mark.parametrize(("size", "javascript"), [("wide", True), ("narrow", False)], ids=["desk", "phone-without-javascript"])
def test_from_a_name_to_a_call_with_three_things_typed(
    open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool
) -> None:
    walk = open_walk(size, javascript=javascript)
    page = walk.page
    page.get_by_role("link", name="Find your carrier by name").click()
    page.get_by_label("Name, or a part of the SIP host").fill("twil")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url(re.compile("q=twil"), wait_until="load")
    assert walk.overflow <= 0
    walk.shot("carriers")
    page.get_by_role("link", name="Twilio Elastic SIP Trunking").click()
    page.get_by_label("with each call").check()
    page.get_by_label(re.compile("^Termination URI")).fill(lab.carriers["credentials"].host_name)
    assert walk.overflow <= 0
    walk.shot("carrier-by-name")
    page.get_by_role("button", name="Start with these").click()
    walk.add_dialer()
    walk.save()
    expect(page.get_by_text("From what is known of Twilio")).to_be_visible()
    page.get_by_label(re.compile("^User name")).fill(PERCALL.username)
    page.get_by_label(re.compile("^Password")).fill(PERCALL.secret)
    assert walk.overflow <= 0
    walk.shot("sign-in-of-a-known-carrier")
    for _ in range(5):
        walk.save()
    walk.shot("review-of-a-known-carrier")

    walk.install()
    walk.see("Installed, and up")

    assert call_and_log(lab, "912125550100", caller_id="5551239999")["dialstatus"] == "ANSWER"
    call = received(lab.carriers["credentials"])
    assert (call.number, call.caller_number) == ("+12125550100", "+15551239999")
