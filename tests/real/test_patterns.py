"""Patterns, held against Asterisk's own matching: which numbers, and which pattern first."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lab import Lab
from wizard.carrier.dialing.patterns import PatternError, parse_pattern
from wizard.dialer.asterisk_output import parse_dialplan_show

CONTEXT = "carrier-wizard-test"
PLACES = st.lists(
    st.sampled_from(["0", "1", "9", "X", "Z", "N", "[2-4]", "[13]", "[14]", "[135]", "[0-9]"]), min_size=1, max_size=4
)
PATTERNS = st.builds(lambda places, tail: f"_{''.join(places)}{tail}", PLACES, st.sampled_from(["", "", ".", "!"]))
NUMBERS = st.text("0123456789", min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patterns=st.lists(PATTERNS, min_size=1, max_size=5, unique=True), numbers=st.lists(NUMBERS, min_size=1, max_size=4))
def test_asterisk_runs_the_pattern_that_we_say_it_runs(lab: Lab, patterns: list[str], numbers: list[str]) -> None:
    dialer = lab.dialer
    dialer.asterisk(f"dialplan remove context {CONTEXT}")
    for pattern in patterns:
        dialer.asterisk(f"dialplan add extension {pattern},1,NoOp into {CONTEXT}")

    for number in numbers:
        found = parse_dialplan_show(dialer.asterisk(f"dialplan show {number}@{CONTEXT}"))
        matching = [pattern for pattern in patterns if parse_pattern(pattern).matches(number)]
        expected = min(matching, key=lambda pattern: parse_pattern(pattern).precedence(), default=None)
        assert (found and found.extension) == expected, f"{number} in {patterns}"


def test_sets_of_one_size_that_begin_alike(lab: Lab) -> None:
    for patterns in (["_9[24]XX", "_9[23]XX"], ["_9[23]XX", "_9[24]XX"]):
        lab.dialer.asterisk(f"dialplan remove context {CONTEXT}")
        for pattern in patterns:
            lab.dialer.asterisk(f"dialplan add extension {pattern},1,NoOp into {CONTEXT}")
        found = parse_dialplan_show(lab.dialer.asterisk(f"dialplan show 9200@{CONTEXT}"))
        assert found is not None
        assert found.extension == min(patterns, key=lambda each: parse_pattern(each).precedence())


def test_an_example_of_a_pattern_reaches_it(lab: Lab) -> None:
    for pattern in ("_91NXXNXXXXXX", "_9[2-9]XXXXXX.", "_9011[2-9]XXXXXX.", "_8NXXNXXXXXX"):
        lab.dialer.asterisk(f"dialplan remove context {CONTEXT}")
        lab.dialer.asterisk(f"dialplan add extension {pattern},1,NoOp into {CONTEXT}")
        number = parse_pattern(pattern).example()
        found = parse_dialplan_show(lab.dialer.asterisk(f"dialplan show {number}@{CONTEXT}"))
        assert found is not None
        assert found.extension == pattern


def test_what_asterisk_refuses_we_refuse(lab: Lab) -> None:
    for text in ("_[2-", "_"):
        try:
            parse_pattern(text)
        except PatternError:
            continue
        raise AssertionError(text)
