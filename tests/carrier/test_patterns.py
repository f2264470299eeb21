"""Asterisk's patterns, by example; tests/real holds them against Asterisk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.dialing.patterns import PatternError, parse_pattern

PLACES = st.lists(st.sampled_from(["0", "1", "9", "X", "Z", "N", "-", "[2-4]", "[29]"]), max_size=5).map("".join)
PATTERNS = st.builds("_{}{}{}".format, st.sampled_from("019XZN"), PLACES, st.sampled_from(["", ".", "!"]))


@pytest.mark.parametrize(
    ("pattern", "number", "matched"),
    [
        ("_9X.", "91", False),
        ("_9X.", "912", True),
        ("_9X!", "91", True),
        ("_9[2-4]", "93", True),
        ("_9[2-4]", "95", False),
        ("_9[24]", "93", False),
        ("_N-X", "25", True),
        ("_Z", "0", False),
        ("100", "100", True),
        ("100", "1000", False),
    ],
)
def test_matching(pattern: str, number: str, matched: bool) -> None:
    assert parse_pattern(pattern).matches(number) is matched


@pytest.mark.parametrize("pattern", ["_", "", "_9.9", "_[2-", "_[]", "_[4-2]"])
def test_what_asterisk_would_not_take(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


@given(one=PATTERNS, other=PATTERNS, number=st.text("0123456789", max_size=8))
def test_two_patterns_that_match_one_number_overlap(one: str, other: str, number: str) -> None:
    first, second = parse_pattern(one), parse_pattern(other)
    if first.matches(number) and second.matches(number):
        assert first.overlaps(second)
        assert second.overlaps(first)


@given(PATTERNS)
def test_a_patterns_example_matches_it(text: str) -> None:
    pattern = parse_pattern(text)
    assert pattern.matches(pattern.example())


def test_the_more_exact_pattern_comes_first() -> None:
    order = sorted(
        ["_9.", "_9NXXNXXXXXX", "_98009.", "_9[2-9]XXXXXX.", "_9!"], key=lambda text: parse_pattern(text).precedence()
    )

    assert order == ["_98009.", "_9NXXNXXXXXX", "_9[2-9]XXXXXX.", "_9.", "_9!"]


def test_sets_of_one_size_that_begin_alike_go_by_their_earliest_difference() -> None:
    """Held against Asterisk itself in tests/real/test_patterns.py."""
    assert parse_pattern("_9[23]XX").precedence() < parse_pattern("_9[24]XX").precedence()
    assert parse_pattern("_9[23]XX").precedence() != parse_pattern("_9[24]XX").precedence()
