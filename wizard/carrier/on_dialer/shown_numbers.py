"""The caller IDs that a carrier would be asked to sign: those of the campaigns that dial with its prefix."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.answers import Answers, StirShaken
from wizard.carrier.findings import Finding, note, warning
from wizard.carrier.profile import DialerProfile

from .caller_ids import CallerId, Source, caller_ids

#: what a sentence may list; the dialer's page has them all
_MOST_NAMED = 5


def check_shown_numbers(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Numbers that no carrier can sign as ours, and those of which only the carrier knows."""
    prefix = answers.numbers.dial_prefix
    served = {each.campaign_id for each in dialer.campaigns if each.active and prefix in each.prefixes}
    shown = [each for each in caller_ids(dialer.numbers_in_use, dialer.default_phone_code) if _is_shown(each, served)]
    wrong = [each.number for each in shown if each.is_wrong]
    if wrong:
        yield warning("caller_ids_wrong", "caller_id_format", numbers=_listed(wrong))
    unknown = [each.number for each in shown if each.findings and not each.is_wrong]
    if unknown and answers.routing.stir_shaken is not StirShaken.NONE:
        yield note("caller_ids_unknown", "stir_shaken", numbers=_listed(unknown))


def _is_shown(number: CallerId, served: set[str]) -> bool:
    """Whether a campaign that dials with the prefix has it as its own."""
    return any(use.active and use.source is Source.CAMPAIGN and use.name in served for use in number.uses)


def _listed(numbers: list[str]) -> str:
    more = len(numbers) - _MOST_NAMED
    return ", ".join(numbers[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")
