"""Every page in a real browser, over a dialer that lives in memory: so it needs Chromium, and no lab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SIZES, chromium, playwright, serving
from tests.pages.gallery import GalleryDialer
from tests.web.test_proofs import Phones
from wizard.instance import access_token
from wizard.service import calls
from wizard.web import create_app

__all__ = ["chromium", "playwright"]


@pytest.fixture(scope="module")
def dialer() -> GalleryDialer:
    return GalleryDialer()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the wizard that is served."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def app(served: Path, dialer: GalleryDialer) -> Iterator[Flask]:
    quick = {"WATCH_SECONDS": 30, "WAIT_SECONDS": 6}
    app = create_app({"INSTANCE": served, "CONNECTOR": dialer.connector, "TESTING": True, **quick})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "place_call", Phones().place)
        yield app
    dialer.go_on()
    app.extensions["carrier_wizard"].executor.shutdown(wait=True)


@pytest.fixture(scope="module")
def page(chromium: Browser, app: Flask, served: Path) -> Iterator[Page]:
    """A window that was let in."""
    with serving(app) as address:
        width, height = SIZES["wide"]
        context = chromium.new_context(base_url=address, viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(f"/?token={access_token(served)}")
        yield page
        context.close()
