"""What would become of a number on a dialer, today: nothing is dialled, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wizard.carrier.findings import error
from wizard.carrier.profile import Campaign
from wizard.carrier.simulation.owners import written_carriers
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.sending import Number, Way, caller_id_of, read_dial_string, read_number, sent
from wizard.dialer.dialplan import LoadedDialplan, read_loaded_dialplan
from wizard.dialer.facts import DialerFacts
from wizard.dialer.gathering import gather_facts
from wizard.errors import NotFoundError, RefusedError

from .dialers import Connect

_WAYS = (Way.AUTO, Way.MANUAL, Way.THREE_WAY)


@dataclass(frozen=True)
class Caller:
    """A campaign, and a way in which its calls are placed."""

    campaign_id: str
    way: Way
    #: the prefix of the list that the lead is in, where that is another than the campaign's
    list_prefix: str = ""


@dataclass(frozen=True)
class Dialled:
    """Digits that some campaigns send with the same caller ID, and what becomes of them."""

    callers: tuple[Caller, ...]
    path: CallPath


@dataclass(frozen=True)
class Simulation:
    """What becomes of a number, by everything that a dialer's campaigns may send for it."""

    typed: str
    number: Number | None
    context: str
    dialled: tuple[Dialled, ...]
    campaigns: tuple[Campaign, ...]
    #: the dialplan leads further than was read
    is_partly_read: bool = False

    @property
    def reaches_carrier(self) -> bool:
        return any(each.path.reaches_carrier for each in self.dialled)


def simulate(connect: Connect, typed: str, campaign: str = "", *, as_dialled: bool = False) -> Simulation:
    """Follow a number through what the dialer has loaded.

    Without a campaign, all active ones; ``as_dialled``: the number is the digits as they are sent, prefix and all.

    :raises RefusedError: this is no number
    :raises NotFoundError: the dialer has no such campaign
    :raises DialerError: it can't be reached, or is no dialer
    """
    digits = read_dial_string(typed) if as_dialled else None
    if digits is None and (as_dialled or read_number(typed) is None):
        raise RefusedError([error("not_a_number", "number")])
    with connect() as connection:
        facts = gather_facts(connection)
        chosen = _chosen(facts.database.campaigns, campaign)
        loaded = read_loaded_dialplan(connection, facts.ext_context)
    number = None if as_dialled else read_number(typed, facts.database.default_phone_code)
    if as_dialled:
        caller_id = caller_id_of(chosen[0]) if campaign else ""
        asked = {(digits or "", caller_id): [Caller(campaign, Way.AS_DIALLED)]}
    else:
        asked = _sent_by(chosen, number, loaded)
    return Simulation(
        typed=typed,
        number=number,
        context=facts.ext_context,
        dialled=tuple(_dialled(asked, facts, loaded)),
        campaigns=facts.database.campaigns,
        is_partly_read=not loaded.is_whole,
    )


def _chosen(campaigns: Sequence[Campaign], campaign_id: str) -> list[Campaign]:
    if not campaign_id:
        return [campaign for campaign in campaigns if campaign.active]
    named = [campaign for campaign in campaigns if campaign.campaign_id.lower() == campaign_id.lower()]
    if not named:
        raise NotFoundError(what="campaign", name=campaign_id)
    return named


def _sent_by(
    campaigns: Sequence[Campaign], number: Number | None, loaded: LoadedDialplan
) -> dict[tuple[str, str], list[Caller]]:
    """(digits, caller ID) → who sends them."""
    asked: dict[tuple[str, str], list[Caller]] = {}
    for campaign in campaigns if number else ():
        for way in _WAYS:
            # Calls to a third person don't know of the list.
            prefixes = loaded.list_prefixes.get(campaign.campaign_id, frozenset()) if way is not Way.THREE_WAY else ()
            for prefix in ("", *sorted(prefixes)):
                digits = sent(number, campaign, way, prefix) if number else ""
                callers = asked.setdefault((digits, caller_id_of(campaign)), [])
                callers.append(Caller(campaign.campaign_id, way, prefix))
    return asked


def _dialled(asked: dict[tuple[str, str], list[Caller]], facts: DialerFacts, loaded: LoadedDialplan) -> Iterator[Dialled]:
    carriers = written_carriers(facts.database.carriers, facts.server_ip)
    for (digits, caller_id), callers in asked.items():
        path = call_path(loaded.dialplan, facts.ext_context, digits, caller_id, carriers)
        yield Dialled(tuple(callers), path)
