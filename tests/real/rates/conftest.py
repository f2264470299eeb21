"""A dialer with two carriers to load decks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import trusted_target
from tests.lab import Lab
from tests.real.rates.decks import add_trunk
from wizard.dialer.target import DialerTarget
from wizard.service.workspace import Workspace, open_workspace


@pytest.fixture
def target(lab: Lab) -> DialerTarget:
    add_trunk(lab, "acme")
    add_trunk(lab, "beta")
    return trusted_target(lab)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.store.close()
