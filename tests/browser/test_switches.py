"""Switching carriers as a person sees it: at a desk and on a phone, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.lab import Lab
from tests.real.switching import prefixes, two_carriers


@pytest.mark.parametrize(("size", "javascript", "dark"), [("wide", False, True), ("narrow", True, False)])
def test_campaigns_are_moved_and_moved_back(
    open_walk: Callable[..., Walk], lab: Lab, size: str, javascript: bool, dark: bool
) -> None:
    two_carriers(lab)
    walk = open_walk(size, javascript=javascript, dark=dark)
    walk.begin()
    walk.add_dialer()
    page = walk.page
    page.goto(page.url.split("/drafts")[0] + "/dialers")
    page.get_by_role("link", name="lab").click()
    page.get_by_role("link", name="Switch carriers").click()

    page.get_by_label("From the carrier").select_option("AAA")
    page.get_by_label("To the carrier").select_option("BBB")
    page.get_by_role("button", name="See what would move").click()
    expect(page.get_by_text("prefix 9 becomes 7")).to_be_visible()
    page.get_by_text("numbers that were followed").click()
    walk.shot(f"choose-{size}")
    assert walk.overflow == 0

    page.get_by_role("button", name="Move these campaigns").click()
    expect(page.get_by_text("Make the call first")).to_be_visible()
    walk.shot(f"call-first-{size}")
    page.get_by_label("I made a call through BBB").check()
    page.get_by_role("button", name="Move these campaigns").click()

    expect(page.get_by_text("Watching VICIdial's carrier log")).to_be_visible(timeout=30_000)
    walk.shot(f"watching-{size}")
    assert walk.overflow == 0
    assert prefixes(lab)["SALES"][0] == "7"
    page.get_by_role("button", name="Move back").click()
    expect(page.get_by_role("heading", name="Moved back")).to_be_visible(timeout=30_000)
    walk.shot(f"moved-back-{size}")
    assert walk.overflow == 0
    assert prefixes(lab)["SALES"][0] == "9"
