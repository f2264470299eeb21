"""Who would be left without a carrier that goes."""

from __future__ import annotations

from dataclasses import replace

from tests.carrier.samples import DIALER, HERE, IP, REGISTRATION, answers
from wizard.carrier.on_dialer.leaving import check_leaving
from wizard.carrier.profile import Campaign, DialerProfile
from wizard.carrier.render import render_carrier

ACME = render_carrier(answers(REGISTRATION), HERE)
OTHER = render_carrier(answers(IP, carrier_id="OTHER", dial_prefix="8"), HERE)


def dialer(**changed: object) -> DialerProfile:
    return replace(DIALER, **{"carriers": (ACME, OTHER), **changed})  # type: ignore[arg-type]


def campaign(prefix: str, *, active: bool = True) -> Campaign:
    return Campaign("SALES", "Sales", active=active, dial_prefix=prefix)


def codes(profile: DialerProfile) -> list[str]:
    return [finding.code for finding in check_leaving(ACME, profile)]


def test_a_carrier_that_nobody_uses_may_go() -> None:
    assert codes(dialer()) == []
    assert codes(dialer(campaigns=(campaign("8"),))) == []


def test_an_active_campaign_that_dials_through_it_keeps_it() -> None:
    [finding] = check_leaving(ACME, dialer(campaigns=(campaign("9"),)))

    assert (finding.code, finding.values["campaigns"]) == ("carrier_in_use", "SALES")


def test_a_campaign_that_is_switched_off_does_not() -> None:
    assert codes(dialer(campaigns=(campaign("9", active=False),))) == []


def test_another_entry_that_dials_its_trunk_keeps_it() -> None:
    naming = replace(OTHER, dialplan_entry="exten => _8X.,1,Dial(${ACME_TRUNK}/${EXTEN:1})\n")
    by_global = ACME.globals_string.partition("=")[0]
    naming = replace(naming, dialplan_entry=naming.dialplan_entry.replace("ACME_TRUNK", by_global))

    assert codes(dialer(carriers=(ACME, naming))) == ["carrier_is_named"]
