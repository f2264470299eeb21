"""What becomes of calls on a dialer: where its campaigns' calls go, and how a carrier's newest ones ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wizard.carrier.diagnosis.observations import CampaignCalls, RecentCalls
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Campaign
from wizard.carrier.simulation.loaded import Dialplan
from wizard.carrier.simulation.owners import written_carriers
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.sending import Number, Way, caller_id_of, sent
from wizard.carrier.switching.following import Follower
from wizard.carrier.switching.prefixes import USUAL_NUMBERS, numbers_behind

from .carrier_log import calls_before, database_time, is_about_the_log, log_questions, read_log
from .connection import Connection
from .facts import DialerFacts
from .protocol import AgentReply

#: rows that are looked at, newest first, and calls of the carrier that are enough
_MOST_ROWS, _MOST_CALLS = 300, 50
#: ways of dialling that are followed: more campaigns than this share theirs
_MOST_WAYS = 40


def campaign_calls(facts: DialerFacts, dialplan: Dialplan, carrier: Carrier) -> tuple[CampaignCalls, ...]:
    """Where the calls of each active campaign go; campaigns that dial alike share an answer, the first one's name on it."""
    carriers = written_carriers(facts.database.carriers, facts.server_ip)
    alike: dict[tuple[str, bool], Campaign] = {}
    for campaign in facts.database.campaigns:
        if campaign.active and len(alike) < _MOST_WAYS:
            alike.setdefault((campaign.dial_prefix, campaign.omit_phone_code), campaign)
    return tuple(_followed(campaign, facts, dialplan, carriers, carrier) for campaign in alike.values())


def _followed(
    campaign: Campaign, facts: DialerFacts, dialplan: Dialplan, carriers: Sequence[Carrier], own: Carrier
) -> CampaignCalls:
    """Every kind of number: a carrier may take only those of one country."""
    usual = Number(facts.database.default_phone_code, "2125550100")
    numbers = (usual, *USUAL_NUMBERS, *numbers_behind(campaign.sent_prefix, carriers))
    dialled = list(dict.fromkeys(sent(number, campaign, Way.AUTO) for number in numbers))
    paths = [call_path(dialplan, facts.ext_context, digits, caller_id_of(campaign), carriers) for digits in dialled]
    takers = dict.fromkeys(name for path in paths for name in _takers(path))
    return CampaignCalls(
        campaign.campaign_id,
        campaign.sent_prefix,
        dialled[0],
        tuple(takers),
        is_ours=any(own.carrier_id in _matching(path) for path in paths),
    )


def _takers(path: CallPath) -> Iterator[str]:
    if not path.reaches_carrier:
        return
    for receipt in path.receipts:
        destination = receipt.leg.destinations[0]
        # A trunk of no carrier in VICIdial's tables is somebody too.
        yield receipt.carrier_id or f"{destination.technology}/{destination.trunk}"


def _matching(path: CallPath) -> set[str]:
    """The carriers with a pattern that matches, whoever wins."""
    won = {path.owner.carrier_id} if path.owner else set()
    return won | set(path.others_lines) | {loser.owner.carrier_id for loser in path.losers}


def recent_calls(connection: Connection, facts: DialerFacts, dialplan: Dialplan, carrier: Carrier) -> RecentCalls | None:
    """How the carrier's newest calls ended; None where the log can't be read in a small bite."""
    profile = facts.profile()
    replies: Sequence[AgentReply] = connection.ask(log_questions(), stop_at_error=False)
    log = read_log(replies, is_logging=profile.carrier_logging)
    if log.unwatchable is not None:
        return None
    try:
        newest = calls_before(connection, log, database_time(connection), most=_MOST_ROWS)
    except Exception as failure:
        if is_about_the_log(failure):
            return None
        raise
    follower = Follower(profile, dialplan)
    own = [call for call in newest if any(follower.taker(digits) == carrier.carrier_id for digits in call.digits)]
    return RecentCalls(Counter(call.end for call in own[:_MOST_CALLS]))
