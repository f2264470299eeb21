"""Every page, on a desk and on a phone, light and dark: axe-core finds nothing serious, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import SHOTS, SIZES
from tests.pages.gallery import Gallery, GalleryDialer

#: colours are all that dark changes
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
#: a colour on its way to another one is none that anybody reads
SETTLED = "document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish())"
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def gallery(app: Flask, dialer: GalleryDialer) -> Gallery:
    return Gallery(app, dialer)


@pytest.fixture(autouse=True)
def as_it_was(page: Page) -> Iterator[None]:
    yield
    page.set_viewport_size({"width": SIZES["wide"][0], "height": SIZES["wide"][1]})
    page.emulate_media(color_scheme="light")


def faults_of(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, in any size and colour."""
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme, options in (("light", None), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(SETTLED)
            page.screenshot(path=SHOTS / "pages" / f"{name}-{size}-{scheme}.png", full_page=True)
            seen = Axe().run(page, options=options) if options else Axe().run(page)
            found += [
                f"{name} {size} {scheme}: {each['id']} at {[node['target'] for node in each['nodes']]}"
                for each in seen.response["violations"]
                if each["impact"] in GRAVE
            ]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{name} {size}: {wider} px too wide"] if wider > 0 else []
    return found


def test_the_check_would_find_something(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=x><p>wide</p>'")
    page.evaluate("document.querySelector('main').lastChild.style.width = '3000px'")

    faults = faults_of(page, "faulty")

    assert any("image-alt" in each for each in faults)
    assert any("too wide" in each for each in faults)


def test_every_page_is_for_everybody(page: Page, gallery: Gallery) -> None:
    faults: list[str] = []
    for make in (gallery.empty, gallery.full):
        for name, url in make().items():
            page.goto(url)
            faults += faults_of(page, name)

    assert faults == []
