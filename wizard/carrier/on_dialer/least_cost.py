"""Whether a dialer can choose the cheapest trunk for a number (vicidial.md §4)."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.answers import NORTH_AMERICAN, Answers
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import Protocol
from wizard.carrier.profile import DialerProfile

#: the look-up writes the trunk before the number
_BEFORE_NUMBER = (Protocol.SIP, Protocol.IAX2)


def check_least_cost_answers(answers: Answers) -> Iterator[Finding]:
    """VICIdial's look-up knows North American numbers, and trunks that stand before the number."""
    if not answers.routing.least_cost:
        return
    if answers.carrier.protocol not in _BEFORE_NUMBER:
        yield error("least_cost_protocol", "least_cost", protocol=answers.carrier.protocol.value)
    elif NORTH_AMERICAN.isdisjoint(answers.numbers.destinations):
        yield error("least_cost_abroad", "least_cost")
    else:
        yield note("least_cost_one_shape", "least_cost")


def check_least_cost(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """What the dialer lacks. Decks come after the carrier, since they name its trunk: a missing table is no obstacle."""
    if not answers.routing.least_cost:
        return
    if not dialer.least_cost.has_script:
        yield error("least_cost_no_script", "least_cost")
    elif not dialer.least_cost.has_table:
        yield warning("least_cost_no_rates", "least_cost")
