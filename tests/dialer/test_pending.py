"""What a rebuild would bring live beside the entry."""

from __future__ import annotations

from tests.fakes import FakeDialer
from wizard.dialer.gathering import gather_facts
from wizard.dialer.pending import GENERATED_SECTIONS, find_pending
from wizard.dialer.target import DialerSecrets, DialerTarget


def test_only_sections_are_asked_for_whose_screens_ask_for_a_rebuild() -> None:
    dialer = FakeDialer()
    with dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())() as connection:
        assert find_pending(connection, gather_facts(connection), "ACME") == ()

    [asked] = [each for each in dialer.asked if "UNIX_TIMESTAMP(event_date)" in str(each.values[:1])]
    assert asked.values[1:] == GENERATED_SECTIONS
    assert {"CALLMENUS", "MOH"} <= set(asked.values[1:])
    assert not {"CONFERENCES", "DIDS"} & set(asked.values[1:])
