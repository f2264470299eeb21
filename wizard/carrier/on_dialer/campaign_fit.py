"""Whether campaigns send digits that this carrier's patterns take.

VICIdial sends prefix, phone code and number, or prefix and number where the campaign omits the phone code (vicidial.md §3.1).
The phone code is each lead's own; system_settings.default_phone_code is what leads have that came without one.
"""

from __future__ import annotations

from collections.abc import Iterator

from phonenumbers import PhoneNumberType, example_number_for_type, region_code_for_country_code

from wizard.carrier.answers import NORTH_AMERICAN, NumberAnswers
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.dialing.patterns import Pattern, parse_pattern
from wizard.carrier.findings import Finding, warning
from wizard.carrier.profile import Campaign, DialerProfile

_HOME = "1"
_EXAMPLE = "2125550100"


def check_campaigns(numbers: NumberAnswers, dialer: DialerProfile) -> Iterator[Finding]:
    """Campaigns that would find nobody, or send what nobody takes."""
    prefix = numbers.dial_prefix
    served = [campaign for campaign in dialer.campaigns if campaign.active and prefix in campaign.prefixes]
    if dialer.campaigns and not served:
        if prefix:
            yield warning("campaigns_unserved", "dial_prefix", prefix=prefix)
        else:
            yield warning("campaigns_unserved_bare", "dial_prefix")
    patterns = [parse_pattern(route.pattern) for route in routes(numbers)]
    abroad = [parse_pattern(route.pattern) for route in routes(numbers) if route.destination == "international"]
    if dialer.default_phone_code == _HOME:
        yield from _at_home(numbers, served, patterns, abroad)
    else:
        yield from _abroad(numbers, served, patterns, dialer.default_phone_code)


def _at_home(
    numbers: NumberAnswers, served: list[Campaign], patterns: list[Pattern], abroad: list[Pattern]
) -> Iterator[Finding]:
    """1 and ten digits, or ten digits: which a pattern for numbers abroad would take for another country's."""
    if NORTH_AMERICAN.isdisjoint(numbers.destinations):
        return
    unserved: dict[bool, list[str]] = {True: [], False: []}
    led_abroad: list[str] = []
    for campaign in served:
        sent = numbers.dial_prefix + (_EXAMPLE if campaign.omit_phone_code else _HOME + _EXAMPLE)
        taking = [pattern for pattern in patterns if pattern.matches(sent)]
        if taking and all(pattern in abroad for pattern in taking):
            led_abroad.append(campaign.campaign_id)
        elif not taking:
            unserved[campaign.omit_phone_code].append(campaign.campaign_id)
    if led_abroad:
        yield warning("campaigns_dial_abroad", "destinations", campaigns=", ".join(led_abroad), example=_EXAMPLE)
    if unserved[True]:
        yield warning("campaigns_omit_code", "destinations", campaigns=", ".join(unserved[True]))
    if unserved[False]:
        yield warning("campaigns_send_code", "destinations", campaigns=", ".join(unserved[False]))


def _abroad(numbers: NumberAnswers, served: list[Campaign], patterns: list[Pattern], phone_code: str) -> Iterator[Finding]:
    """Country code and number, or the number alone: which nothing marks as a number of that country."""
    example = national_example(phone_code)
    if example is None:
        return
    unserved: dict[bool, list[str]] = {True: [], False: []}
    for campaign in served:
        sent = numbers.dial_prefix + (example if campaign.omit_phone_code else phone_code + example)
        if not any(pattern.matches(sent) for pattern in patterns):
            unserved[campaign.omit_phone_code].append(campaign.campaign_id)
    for omits, code in ((True, ""), (False, phone_code)):
        values = {"phone_code": phone_code, "example": numbers.dial_prefix + code + example}
        if unserved[omits] and omits:
            yield warning("campaigns_send_national", "destinations", campaigns=", ".join(unserved[omits]), **values)
        elif unserved[omits]:
            yield warning("campaigns_send_country_code", "destinations", campaigns=", ".join(unserved[omits]), **values)


def national_example(phone_code: str) -> str | None:
    """An ordinary number of a country, without its code; None where there is no such country."""
    region = region_code_for_country_code(int(phone_code)) if phone_code.isdigit() else "ZZ"
    number = example_number_for_type(region, PhoneNumberType.FIXED_LINE) if region != "ZZ" else None
    return str(number.national_number) if number is not None and number.national_number is not None else None
