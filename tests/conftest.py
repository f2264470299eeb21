"""What all tests share: the lab, for those that are marked so."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

#: In tests cron looks every second, and the generator sleeps a fifth of its seconds; on a dialer, and with `make lab`, it is
#: a minute and whole seconds.
TEST_PACE = {"LAB_TICK": "1", "LAB_GENERATOR_SLEEP": "0.2"}


@pytest.fixture(scope="session")
def running_lab() -> Iterator[object]:
    """The lab, built if need be, fresh, with a short tick; stopped again at the end.

    Where LAB_REQUIRED is set (CI) a lab that can't be had is a failure; elsewhere it is a skip that says why.
    """
    from tests.lab import Lab, LabError

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
