"""What all tests share: the lab, for those that are marked so."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.lab import Lab, LabError
from tests.workers import settle_in

#: In tests cron looks every second, and the generator sleeps a fifth of its seconds; on a dialer, and with `make lab`, it is
#: a minute and whole seconds.
TEST_PACE = {"LAB_TICK": "1", "LAB_GENERATOR_SLEEP": "0.2"}


# A machine that is busy with the lab is slow, and that says nothing of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and os.geteuid() == 0:
        settle_in(worker)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the lab, by its folder."""
    marks = {"/tests/real/": ("lab",), "/tests/browser/": ("lab", "browser"), "/tests/pages/": ("browser",)}
    for item in items:
        for folder, names in marks.items():
            if folder in str(item.path):
                for name in names:
                    item.add_marker(name)


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Lab]:
    """The lab, built if need be, fresh, with a short tick; stopped again at the end.

    Where LAB_REQUIRED is set (CI) a lab that can't be had is a failure; elsewhere it is a skip that says why.
    """
    for name, value in TEST_PACE.items():
        os.environ.setdefault(name, value)
    try:
        lab = Lab()
        lab.down()
        lab.up()
    except LabError as error:
        if os.environ.get("LAB_REQUIRED"):
            raise
        pytest.skip(str(error))
    yield lab
    lab.down()


@pytest.fixture
def lab(running_lab: Lab) -> Lab:
    """The lab, with a clean dialer and carriers that remember no calls."""
    running_lab.reset()
    return running_lab
