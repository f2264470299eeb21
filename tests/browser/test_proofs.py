"""Checks and test calls as a person sees them: at a desk and on a phone, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import Walk
from tests.lab import Lab
from tests.lab.accounts import ACME
from tests.real.switching import two_carriers


def to_dialer(walk: Walk) -> Page:
    walk.begin()
    walk.add_dialer()
    page = walk.page
    page.goto(page.url.split("/drafts")[0] + "/dialers")
    page.get_by_role("link", name="lab").click()
    return page


@pytest.mark.parametrize(("size", "javascript", "dark"), [("wide", False, True), ("narrow", True, False)])
def test_a_test_call_is_made_and_is_a_switchs_proof(
    open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool, dark: bool
) -> None:
    two_carriers(lab)
    walk = open_walk(size, javascript=javascript, dark=dark)
    page = to_dialer(walk)
    page.get_by_role("button", name="Check BBB again").click()
    expect(page.locator(".verdict").get_by_text("Up", exact=True)).to_be_visible(timeout=30_000)
    walk.shot(f"look-{size}")
    assert walk.overflow == 0
    page.get_by_role("link", name="To the dialer").click()

    page.get_by_role("link", name="Test call through BBB").click()
    page.get_by_label("Number of your phone").fill("212 555 0100")
    page.get_by_label(re.compile("^Caller ID")).fill("5551239999")
    walk.shot(f"call-{size}")
    assert walk.overflow == 0
    page.get_by_role("button", name="Call now").click()
    expect(page.get_by_role("heading", name="Calling")).to_be_visible()
    walk.shot(f"calling-{size}")

    expect(page.get_by_role("heading", name=re.compile("it was answered"))).to_be_visible(timeout=90_000)
    expect(page.get_by_role("cell", name="INVITE + SDP")).to_be_visible()
    walk.shot(f"answered-{size}")
    assert walk.overflow == 0
    page.get_by_role("link", name="To the dialer").click()
    expect(page.get_by_text(re.compile("Test call: answered"))).to_be_visible()
    walk.shot(f"dialer-{size}")
    assert walk.overflow == 0

    page.get_by_role("link", name="Switch carriers").click()
    page.get_by_label("From the carrier").select_option("AAA")
    page.get_by_label("To the carrier").select_option("BBB")
    page.get_by_role("button", name="See what would move").click()
    expect(page.get_by_text("A test call through BBB was answered")).to_be_visible(timeout=30_000)
    walk.shot(f"switch-{size}")
    assert walk.overflow == 0


@pytest.mark.parametrize(("size", "javascript"), [("wide", True), ("narrow", False)])
def test_a_wrong_password_is_seen_before_anything_is_written(
    open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool
) -> None:
    walk = open_walk(size, javascript=javascript)
    walk.begin()
    walk.add_dialer()
    walk.name_carrier()
    walk.sign_in("registration", ACME.username, "wr0ng-Pass")
    walk.connect_to(lab.carriers["registration"].host_name)
    walk.take_audio_and_numbers_as_they_are()
    walk.shot(f"review-{size}")

    walk.page.get_by_role("button", name="Check it from the dialer").click()

    expect(walk.page.get_by_role("heading", name="Something stands in the way")).to_be_visible(timeout=60_000)
    expect(walk.page.get_by_text("Give this address to your carrier")).to_be_visible()
    walk.shot(f"check-{size}")
    assert walk.overflow == 0
