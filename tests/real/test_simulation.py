"""The simulation, held against Asterisk: which extension runs, in which context, and what the carrier then receives."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from wizard.carrier.simulation.loaded import Dialplan
from wizard.carrier.simulation.resolution import resolve
from wizard.dialer.dialplan import parse_contexts

CONTEXTS = ("carriers", "own", "phones", "custom")
PLACES = st.sampled_from(
    ["0", "1", "9", "9", "X", "x", "Z", "z", "N", "n", "[2-4]", "[13]", "[14]", "[0-9]", "[2-9]", "[19]", "1-", "-9", "*", "#"]
)
PATTERNS = st.builds(
    lambda places, tail: f"_{''.join(places)}{tail}",
    st.lists(PLACES, min_size=1, max_size=5),
    st.sampled_from(["", "", "", ".", "!"]),
)
PLAIN = st.text("019", min_size=1, max_size=4).map(lambda digits: digits[:1] + "-" * (len(digits) == 3) + digits[1:])
NUMBERS = st.text("0123459*#", min_size=1, max_size=6)
EXTENSIONS = st.lists(st.one_of(PATTERNS, PATTERNS, PLAIN), max_size=6)
INCLUDES = st.lists(st.sampled_from(CONTEXTS), max_size=3, unique=True)
DIALPLANS = st.fixed_dictionaries({name: st.tuples(EXTENSIONS, INCLUDES) for name in CONTEXTS})
HEADER = re.compile(r"\[ (?:Included context|Context) '([^']+)'")


def written(dialplan: dict[str, tuple[list[str], list[str]]]) -> str:
    """The contexts as a file has them."""
    lines = []
    for name, (extensions, includes) in dialplan.items():
        lines += [f"[{name}]", *(f"exten => {each},1,NoOp({name} {number})" for number, each in enumerate(extensions))]
        lines += [f"include => {each}" for each in includes]
    return "".join(f"{line}\n" for line in lines)


def printed_matches(output: str) -> list[tuple[str, str]]:
    """``dialplan show NUMBER@CONTEXT`` → (context, extension), each once.

    Asterisk prints a context each time that some way leads to it, and asks it the first time only.
    """
    found, context = [], ""
    for line in output.splitlines():
        header = HEADER.match(line)
        context = header[1] if header else context
        extension = re.match(r"\s+'([^']+)'\s+=>", line)
        if extension and (context, extension[1]) not in found:
            found.append((context, extension[1]))
    return found


@pytest.mark.parametrize("host_name", ["dialer", "asterisk22"])
@settings(
    max_examples=60,
    deadline=None,
    phases=set(Phase) - {Phase.shrink},
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(dialplan=DIALPLANS, numbers=st.lists(NUMBERS, min_size=4, max_size=8, unique=True))
def test_the_extension_that_runs_and_those_after_it_are_asterisks(
    lab: Lab, host_name: str, dialplan: dict[str, tuple[list[str], list[str]]], numbers: list[str]
) -> None:
    host: AsteriskHost = getattr(lab, host_name)
    host.load({"extensions-vicidial.conf": written(dialplan)})
    loaded = Dialplan(parse_contexts("\n".join(host.asterisk(f"dialplan show {name}") for name in CONTEXTS)))

    for number in [*numbers, *(plain for plain in dialplan["carriers"][0] if not plain.startswith("_"))]:
        ours = [(match.context, match.extension.pattern) for match in resolve(loaded, "carriers", number)]
        theirs = printed_matches(host.asterisk(f"dialplan show {number}@carriers"))
        assert ours[:1] == theirs[:1], f"{number} in\n{written(dialplan)}"
        assert sorted(ours) == sorted(theirs), f"{number} in\n{written(dialplan)}"
        # Where contexts include each other in a circle, Asterisk shows those after the first in no order that it goes by.
        if not has_circle({name: includes for name, (_, includes) in dialplan.items()}):
            assert ours == theirs, f"{number} in\n{written(dialplan)}"


def has_circle(includes: dict[str, list[str]]) -> bool:
    def leads_back(name: str, way: tuple[str, ...]) -> bool:
        return name in way or any(leads_back(each, (*way, name)) for each in includes[name])

    return any(leads_back(name, ()) for name in includes)
