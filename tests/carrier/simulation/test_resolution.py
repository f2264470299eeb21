"""Which extension runs: contexts in their order, hours, certain callers, and why the others lost."""

from __future__ import annotations

import pytest

from wizard.carrier.dialing.dialplan_reading import Step
from wizard.carrier.simulation.loaded import Context, Dialplan, Include, LoadedExtension
from wizard.carrier.simulation.resolution import Lost, resolve, why_lost

STEPS = {1: Step("NoOp")}


def context(name: str, *patterns: str, includes: tuple[Include, ...] = ()) -> Context:
    return Context(name, tuple(LoadedExtension(pattern, STEPS) for pattern in patterns), includes)


def dialplan(*contexts: Context) -> Dialplan:
    return Dialplan({each.name: each for each in contexts})


def found(plan: Dialplan, digits: str) -> list[tuple[str, str]]:
    return [(match.context, match.extension.pattern) for match in resolve(plan, "default", digits)]


def test_a_contexts_own_loose_pattern_goes_before_an_exact_one_that_it_includes() -> None:
    plan = dialplan(context("default", "_9.", includes=(Include("carriers"),)), context("carriers", "912"))

    assert found(plan, "912") == [("default", "_9."), ("carriers", "912")]


def test_contexts_that_include_each_other_are_asked_once() -> None:
    plan = dialplan(
        context("default", includes=(Include("a"),)), context("a", "_X", includes=(Include("default"), Include("a")))
    )

    assert found(plan, "1") == [("a", "_X")]


def test_what_is_included_at_certain_hours_is_not_certain() -> None:
    hours = Include("night", "20:00-8:00,*,*,*")
    plan = dialplan(context("default", includes=(hours, Include("day"))), context("night", "_X"), context("day", "_X"))

    night, day = resolve(plan, "default", "1")

    assert (night.context, night.is_certain, night.hours) == ("night", False, ("20:00-8:00,*,*,*",))
    assert (day.context, day.is_certain) == ("day", True)


@pytest.mark.parametrize(("caller", "certain"), [("5550001", ["for"]), ("5550002", ["all"]), (None, ["all"])])
def test_an_extension_for_certain_callers_is_theirs(caller: str | None, certain: list[str]) -> None:
    own = LoadedExtension("_X", {1: Step("NoOp", "for")}, caller="5550001")
    plan = dialplan(Context("default", (LoadedExtension("_X", {1: Step("NoOp", "all")}), own)))

    matches = [match for match in resolve(plan, "default", "1", caller) if match.is_certain]

    assert [match.extension.steps[1].arguments for match in matches][:1] == certain


@pytest.mark.parametrize(
    ("winner", "loser", "lost", "place"),
    [
        ("912", "_9XX", Lost.PLAIN_FIRST, 0),
        ("_91X", "_9XX", Lost.LESS_EXACT, 2),
        ("_9[12]X", "_9[13]X", Lost.LATER_DIGITS, 2),
        ("_91X", "_91.", Lost.OPEN_END, 3),
        ("_91.", "_91!", Lost.OPEN_END, 3),
    ],
)
def test_a_loser_is_told_why(winner: str, loser: str, lost: Lost, place: int) -> None:
    first, second = resolve(dialplan(context("default", loser, winner)), "default", "912")

    assert (first.extension.pattern, second.extension.pattern) == (winner, loser)
    assert (why_lost(first, second).lost, why_lost(first, second).place) == (lost, place)
