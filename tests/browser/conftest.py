"""Chromium from Debian, and the wizard served as it is served for real."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from waitress.server import create_server

from tests.browser.walk import Walk
from tests.lab import Lab
from wizard.instance import access_token
from wizard.web import create_app

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: what a first-time owner sees at a desk, and on a phone
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
#: where the screenshots of a run are kept
SHOTS = Path(__file__).resolve().parents[2] / "test-results"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable and not os.environ.get("LAB_REQUIRED"):
        pytest.skip("the browser tests need Chromium: apt-get install chromium")
    assert executable, "the browser tests need Chromium: apt-get install chromium"
    browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address that ``carrier-wizard serve`` would print."""
    app = create_app({"INSTANCE": tmp_path, "WAIT_SECONDS": 30})
    with serving(app) as address:
        yield f"{address}/?token={access_token(tmp_path)}"
    app.extensions["carrier_wizard"].executor.shutdown(wait=True)


@contextlib.contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The wizard at an address of this computer's own."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=8)

    def run() -> None:
        # Closed under its hands at the end, which it takes for a fault.
        with contextlib.suppress(OSError):
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture
def open_walk(chromium: Browser, served: str, lab: Lab, request: pytest.FixtureRequest) -> Iterator[Callable[..., Walk]]:
    """A browser window on the first page; complaints of the page itself fail the test."""
    opened: list[tuple[Page, list[str]]] = []

    def open_one(size: str = "wide", *, javascript: bool = True, dark: bool = False) -> Walk:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not _is_local(asked.url) else None)
        page.goto(served)
        opened.append((page, complaints))
        return Walk(page, lab, SHOTS / f"{request.node.name}")

    yield open_one
    for page, complaints in opened:
        page.context.close()
        assert complaints == []


def _is_complaint(message: Any) -> bool:
    # Chromium reports every 4xx answer as an error; a page that says "not saved yet" is one.
    return message.type in ("error", "warning") and "Failed to load resource" not in message.text


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:"))
