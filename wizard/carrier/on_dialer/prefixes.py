"""A dial prefix that is free on a dialer: no carrier, no phone and no pattern of VICIdial's own has its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from wizard.carrier.answers import NumberAnswers
from wizard.carrier.dialing.internal_numbers import check_internal_numbers
from wizard.carrier.findings import Severity
from wizard.carrier.profile import DialerProfile

from .number_collisions import check_collisions

#: as people are used to: an 8 or a 7 before a 2; 0 and 1 begin numbers of their own
_FIRST_DIGITS = "9876543"
#: what another prefix would mend
IN_THE_WAY = frozenset(
    {
        "pattern_taken", "pattern_takes_numbers", "pattern_shares_numbers", "pattern_breaks_in", "pattern_never_reached",
        "phone_has_number", "prefix_swallows_internal", "kept_by_vicidial",
    }
)  # fmt: skip


def propose_prefixes(
    dialer: DialerProfile, numbers: NumberAnswers, carrier_id: str = "", server_ip: str = "", most: int = 3
) -> list[str]:
    """Up to ``most`` prefixes that are free for these destinations, the campaigns' own first.

    What somebody wrote into the dialplan by hand shows only where ``dialer.reached`` has been asked for it.
    """
    free: list[str] = []
    for prefix in _candidates(dialer):
        if is_free(prefix, dialer, numbers, carrier_id, server_ip):
            free.append(prefix)
        if len(free) == most:
            break
    return free


def is_free(prefix: str, dialer: DialerProfile, numbers: NumberAnswers, carrier_id: str = "", server_ip: str = "") -> bool:
    """Whether nothing stands in the way of these destinations with this prefix."""
    tried = replace(numbers, dial_prefix=prefix)
    neighbours = dialer.neighbours(carrier_id, server_ip or dialer.server_ip)
    findings = [*check_internal_numbers(tried), *check_collisions(tried, neighbours, dialer)]
    return not any(each.code in IN_THE_WAY and each.severity is not Severity.NOTE for each in findings)


def _candidates(dialer: DialerProfile) -> Iterator[str]:
    """What campaigns dial already, then 9, 8, 7 and so on, then two digits; each once."""
    used = Counter(prefix for campaign in dialer.campaigns if campaign.active for prefix in campaign.prefixes if prefix)
    # What begins with 9 is where VICIdial has its own.
    longer = (first + second for first in "78654" for second in "9876543210")
    yield from dict.fromkeys([*(prefix for prefix, _ in used.most_common()), *_FIRST_DIGITS, *longer])
