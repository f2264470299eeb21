"""A deck from a carrier's file to the dialer, as its owner sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.lab import Lab
from tests.real.rates.decks import add_trunk

LINES = "".join(f"{area}{exchange},0.00{area},0.02\n" for area in range(212, 240) for exchange in range(200, 300))


@pytest.mark.parametrize(("size", "javascript"), [("wide", True), ("narrow", False)])
def test_a_deck_is_read_shown_imported_and_asked(
    open_walk: Callable[..., Walk], lab: Lab, tmp_path: Path, size: str, javascript: bool
) -> None:
    for name in ("acme", "beta"):
        add_trunk(lab, name)
    file = tmp_path / "rates.csv"
    file.write_text("NPANXX,Interstate,Intrastate\n" + LINES + "212,0.01,0.01\n44207,0.02,0.02\n")
    walk = open_walk(size, javascript=javascript)
    page = walk.page
    walk.begin()
    walk.add_dialer()
    page.goto(page.url.split("/drafts/")[0] + "/dialers")
    page.locator(".card a").first.click()
    page.get_by_role("link", name="Rates for least-cost routing").click()
    expect(page.get_by_text("No rates yet")).to_be_visible()
    walk.shot(f"rates-empty-{size}")

    for carrier in ("BETA", "ACME"):
        page.get_by_label("Whose rates?").select_option(carrier)
        page.get_by_label("The carrier's file").set_input_files(file)
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_text("2 lines can't be used")).to_be_visible()
        walk.shot(f"rates-deck-{size}")
        page.get_by_label("Leave out the 2 lines").check()
        page.get_by_role("button", name="Import 2,800 rates").click()
        expect(page.get_by_text(f"SIP/{carrier.lower()} has 2,800 rates now.")).to_be_visible()

    page.get_by_label("Phone number").fill("212 255 0100")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("BETA or ACME, at 0.00212 a minute")).to_be_visible()
    expect(page.get_by_text("ask the same")).to_be_visible()
    walk.shot(f"rates-lookup-{size}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
