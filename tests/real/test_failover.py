"""Calls that roll over to a backup carrier, and calls that must not: nobody is called twice.

All calls are placed at once, and each test looks at one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.lab import Lab
from tests.real.chains import PAIRS, PROTOCOLS, Chain, Journey, chains

#: how a call ends at the carrier that had it last → per driver (hangup_cause, dialstatus, sip_hangup_cause)
ROWS: dict[str, dict[str, tuple[int, str, int]]] = {
    "answered": {"SIP": (16, "ANSWER", 200), "PJSIP": (16, "ANSWER", 200), "IAX2": (16, "ANSWER", 0)},
    "busy": {"SIP": (17, "BUSY", 486), "PJSIP": (17, "BUSY", 486), "IAX2": (17, "BUSY", 0)},
    "congested": {"SIP": (34, "CONGESTION", 503), "PJSIP": (34, "CONGESTION", 503), "IAX2": (34, "CONGESTION", 0)},
    "unknown": {"SIP": (1, "CHANUNAVAIL", 404), "PJSIP": (1, "CHANUNAVAIL", 404), "IAX2": (1, "CHANUNAVAIL", 0)},
    # A carrier's Reason header, which the lab's have, is heeded by PJSIP alone.
    "declined": {"SIP": (21, "BUSY", 603), "PJSIP": (16, "NOANSWER", 603), "IAX2": (21, "CHANUNAVAIL", 0)},
    "refused": {"SIP": (21, "CHANUNAVAIL", 403), "PJSIP": (21, "CHANUNAVAIL", 403), "IAX2": (21, "CHANUNAVAIL", 0)},
    "402": {"SIP": (127, "CHANUNAVAIL", 402), "PJSIP": (127, "CHANUNAVAIL", 402)},
    "480": {"SIP": (19, "BUSY", 480), "PJSIP": (19, "NOANSWER", 480)},
    "603": {"SIP": (21, "BUSY", 603), "PJSIP": (21, "CHANUNAVAIL", 603)},
    "607": {"SIP": (127, "CHANUNAVAIL", 607), "PJSIP": (127, "CHANUNAVAIL", 607)},
    "given up ringing": {"SIP": (0, "CANCEL", 180), "PJSIP": (0, "CANCEL", 180), "IAX2": (0, "CANCEL", 0)},
    "given up after 100": {"SIP": (0, "CANCEL", 100), "PJSIP": (0, "CANCEL", 100), "IAX2": (0, "CANCEL", 0)},
    "given up": {"SIP": (0, "CANCEL", 0), "PJSIP": (0, "CANCEL", 0), "IAX2": (0, "CANCEL", 0)},
    "nobody there": {"SIP": (20, "CHANUNAVAIL", 0), "PJSIP": (3, "CHANUNAVAIL", 0), "IAX2": (20, "CHANUNAVAIL", 0)},
}


@dataclass(frozen=True)
class Case:
    """What is dialled, and what should become of it."""

    #: what the first trunk is like; see KINDS
    kind: str
    #: these choose the outcome at the first carrier, and at the backup
    last_four: str
    exchange: str
    #: a key of ROWS
    end: str
    rolls_over: bool
    #: drivers of the first trunk
    drivers: tuple[str, ...] = PROTOCOLS

    def of(self, first: str) -> Case:
        """Where the driver of the first trunk makes a difference."""
        if self.last_four == "1016" and first == "IAX2":
            return replace(self, last_four="1021")
        if self.last_four == "0021" and first == "IAX2":
            # Over IAX2 a person who declines at once has this cause too.
            return replace(self, end="refused", rolls_over=False)
        if self.last_four == "9999" and first == "PJSIP":
            # It waits for 32 s, which is longer than a dialer lets a call take.
            return replace(self, end="given up", rolls_over=False)
        return self


SIP = ("SIP", "PJSIP")
CASES = {
    "answers": Case("there", "0100", "555", "answered", False),
    "congested": Case("there", "0034", "555", "answered", True),
    "refusing": Case("there", "0021", "555", "answered", True),
    "wrong password": Case("wrong password", "0200", "555", "answered", True),
    "silent": Case("raw", "9999", "555", "answered", True),
    "dead": Case("dead", "0300", "555", "answered", True),
    "busy": Case("there", "0017", "555", "busy", False),
    "unknown number": Case("there", "0001", "555", "unknown", False),
    "declined after ringing": Case("there", "1016", "555", "declined", False),
    "congested after ringing": Case("there", "1034", "555", "congested", False),
    "congested after early media": Case("there", "2034", "555", "congested", False),
    "rings on": Case("there", "0019", "555", "given up ringing", False),
    "nothing after 100": Case("there", "3000", "555", "given up after 100", False),
    "out of money": Case("raw", "0402", "555", "answered", True, SIP),
    "no such codec": Case("raw", "0488", "555", "answered", True, SIP),
    "congested, and a Reason header": Case("raw", "3503", "555", "answered", True, SIP),
    "unavailable for now": Case("raw", "0480", "555", "480", False, SIP),
    "declined at once": Case("raw", "0603", "555", "603", False, SIP),
    "declined after ringing, no Reason header": Case("raw", "1603", "555", "603", False, SIP),
    "unwanted": Case("raw", "0607", "555", "607", False, SIP),
    "183 and audio, then 503": Case("raw", "2503", "555", "congested", False, SIP),
    "both congested": Case("there", "0034", "534", "congested", True),
    "congested, then busy": Case("there", "0034", "517", "busy", True),
    "congested, then unknown": Case("there", "0034", "501", "unknown", True),
    "dead, then congested": Case("dead", "0300", "534", "congested", True),
    "both dead": Case("both dead", "0400", "555", "nobody there", True),
}


@pytest.fixture(scope="module")
def journeys(running_lab: Lab) -> Iterator[dict[str, Journey]]:
    """Number → what became of it, of all cases of all pairs."""
    running_lab.reset()
    with chains(running_lab) as own:
        for first, second in PAIRS:
            for case in cases_of(first).values():
                chain, number = dialled(case, first, second)
                own.place(chain, number, wait=12)
        yield own.journeys()
    running_lab.reset()


def cases_of(first: str) -> dict[str, Case]:
    return {name: case.of(first) for name, case in CASES.items() if first in case.drivers}


def dialled(case: Case, first: str, second: str) -> tuple[Chain, str]:
    chain = Chain(first, second, case.kind)
    return chain, chain.number(case.exchange, case.last_four)


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [pytest.param(*pair, name, id=f"{'-'.join(pair)}-{name}") for pair in PAIRS for name in cases_of(pair[0])],
)
def test_a_call(journeys: dict[str, Journey], first: str, second: str, name: str) -> None:
    case = cases_of(first)[name]
    _, number = dialled(case, first, second)
    reaches = (case.kind == "there" or (case.kind == "raw" and first in SIP), case.rolls_over and case.kind != "both dead")
    shapes = ((number, "15551239999"), (f"+{number}", "+15551239999"))
    journey = journeys[number]

    for calls, is_reached, shape in zip((journey.first, journey.second), reaches, shapes, strict=True):
        assert calls == [shape] * is_reached
    assert journey.row == ROWS[case.end][second if case.rolls_over else first]
    assert len(journey.notices) == case.rolls_over
    assert all(re.search(r"NOTICE.*carrier-wizard \S+ to \S+: ", line) for line in journey.notices)
