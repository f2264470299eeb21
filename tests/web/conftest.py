"""A wizard whose dialer lives in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.fakes import FakeDialer
from tests.web.browser import Browser
from wizard.web import create_app

SECRET = "s3cret.Word"
SSH_PASSWORD = "ssh-s3cret"


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer()


@pytest.fixture
def app(tmp_path: Path, dialer: FakeDialer) -> Iterator[Flask]:
    app = create_app({"INSTANCE": tmp_path, "CONNECTOR": dialer.connector, "WATCH_SECONDS": 30, "TESTING": True})
    yield app
    app.extensions["carrier_wizard"].executor.shutdown(wait=True)


@pytest.fixture
def browser(app: Flask) -> Browser:
    browser = Browser(app, forbidden=[SECRET, SSH_PASSWORD])
    browser.sign_in()
    return browser
