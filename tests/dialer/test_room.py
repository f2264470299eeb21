"""A dialer whose disk is full: a rebuild would leave Asterisk with empty files, so none is asked for."""

from __future__ import annotations

import pytest

from tests.dialer.test_installer import install
from tests.dialer.test_ways_out import installed, roll_back
from tests.fakes import FakeDialer
from wizard.dialer.room import parse_room
from wizard.errors import DiskFullError, UnfitError


def test_nothing_is_written_on_a_full_disk() -> None:
    dialer = FakeDialer(free_kilobytes=0)

    with pytest.raises(UnfitError) as caught:
        install(dialer)

    assert (caught.value.code, caught.value.values) == ("disk_full", {"free": 0})
    assert dialer.rows == {}


def test_an_undo_that_finds_no_room_touches_nothing() -> None:
    dialer = FakeDialer()
    checkpoint = installed(dialer)
    before = dialer.state
    dialer.free_kilobytes = 4

    with pytest.raises(DiskFullError):
        roll_back(dialer, checkpoint)

    assert dialer.state == before
    dialer.free_kilobytes = 50_000
    roll_back(dialer, checkpoint)
    assert "ACME" not in dialer.rows


@pytest.mark.parametrize("said", ["", "df: no such file", "Filesystem\nx"])
def test_a_df_that_says_nothing_is_no_full_disk(said: str) -> None:
    assert parse_room(said) is None
