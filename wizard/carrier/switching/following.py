"""Who takes the calls of each record that holds a dial prefix, today and with another prefix: the simulation, asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.campaigns import stored_prefix
from wizard.carrier.on_dialer.changes import ChangeKind
from wizard.carrier.profile import Campaign, DialerProfile, sent_prefix
from wizard.carrier.simulation.loaded import Dialplan
from wizard.carrier.simulation.owners import written_carriers
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.sending import Number, Way, caller_id_of, sent

from .plan import Proof, Taken, Use
from .prefixes import USUAL_NUMBERS, numbers_behind

_COLUMN_OF = {
    ChangeKind.CAMPAIGN_PREFIX: "dial_prefix",
    ChangeKind.MANUAL_PREFIX: "manual_dial_prefix",
    ChangeKind.THREE_WAY_PREFIX: "three_way_dial_prefix",
}


@dataclass
class Follower:
    """Follows digits through what a dialer has loaded, each only once."""

    dialer: DialerProfile
    dialplan: Dialplan
    carriers: Sequence[Carrier] = field(init=False)
    _taken: dict[tuple[str, str], Taken] = field(default_factory=dict)
    _campaigns: dict[str, Campaign] = field(init=False)

    def __post_init__(self) -> None:
        self.carriers = written_carriers(self.dialer.carriers, self.dialer.server_ip)
        self._campaigns = {campaign.campaign_id: campaign for campaign in self.dialer.campaigns}

    def uses(self) -> Iterator[Use]:
        """Every record that holds a dial prefix, campaign by campaign, in the order in which VICIdial asks them."""
        for campaign in self.dialer.campaigns:
            yield from _uses_of(campaign, self.dialer)

    def taken(self, digits: str, caller_id: str) -> Taken:
        key = digits, caller_id
        if key not in self._taken:
            path = call_path(self.dialplan, self.dialer.ext_context, digits, caller_id, self.carriers)
            self._taken[key] = _taken_by(path)
        return self._taken[key]

    def taker(self, digits: str) -> str:
        """The carrier that takes digits, whoever calls; empty for none."""
        return self.taken(digits, "").carrier_id

    def caller_id(self, use: Use) -> str:
        return caller_id_of(self._campaigns[use.campaign_id])

    def proofs(self, use: Use, after: str) -> list[Proof]:
        """What becomes of each kind of number, now and with another prefix (as it is dialled)."""
        campaign = self._campaigns[use.campaign_id]
        caller_id, moved = self.caller_id(use), _with_prefix(campaign, use, stored_prefix(after))
        proofs: dict[tuple[str, str], Proof] = {}
        for way in _ways_of(use, campaign):
            for number in self._numbers(use.prefix):
                sent_before = sent(number, campaign, way, _list_prefix(use, use.stored or ""))
                sent_after = sent(number, moved, way, _list_prefix(use, stored_prefix(after)))
                rest = number.phone_number if campaign.omit_phone_code else number.phone_code + number.phone_number
                if (sent_before, sent_after) not in proofs:
                    proofs[sent_before, sent_after] = Proof(
                        rest,
                        way,
                        sent_before,
                        self.taken(sent_before, caller_id),
                        sent_after,
                        self.taken(sent_after, caller_id),
                    )
        return list(proofs.values())

    def _numbers(self, prefix: str) -> Iterable[Number]:
        return (*USUAL_NUMBERS, *numbers_behind(prefix, self.carriers))


def _taken_by(path: CallPath) -> Taken:
    if path.first is None or not path.reaches_carrier:
        return Taken("")
    destination = path.first.leg.destinations[0]
    # A trunk of no carrier in VICIdial's tables is somebody too.
    name = path.first.carrier_id or f"{destination.technology}/{destination.trunk}"
    backups = dict.fromkeys(receipt.carrier_id for receipt in path.receipts[1:] if receipt.carrier_id)
    return Taken(name, destination.on_the_wire if destination.is_known else None, tuple(backups))


def _uses_of(campaign: Campaign, dialer: DialerProfile) -> Iterator[Use]:
    own = campaign.campaign_id
    stored = None if campaign.prefix_is_null else campaign.dial_prefix
    yield Use(ChangeKind.CAMPAIGN_PREFIX, own, own, stored, campaign.sent_prefix, campaign.active)
    if campaign.manual_dial_prefix:
        text = campaign.manual_dial_prefix
        yield Use(ChangeKind.MANUAL_PREFIX, own, own, text, sent_prefix(text), campaign.active)
    if campaign.three_way_dial_prefix:
        text = campaign.three_way_dial_prefix
        # Of a third person only a lone X means none (vicidial.md §3.3).
        yield Use(ChangeKind.THREE_WAY_PREFIX, own, own, text, "" if text == "X" else text, campaign.active)
    for each in dialer.list_prefixes:
        if each.campaign_id.lower() == own.lower():
            yield Use(ChangeKind.LIST_PREFIX, each.list_id, own, each.dial_prefix, sent_prefix(each.dial_prefix), each.active)


def _ways_of(use: Use, campaign: Campaign) -> tuple[Way, ...]:
    """The ways of dialling that go by this record."""
    match use.kind:
        case ChangeKind.MANUAL_PREFIX:
            return (Way.MANUAL,)
        case ChangeKind.THREE_WAY_PREFIX:
            return (Way.THREE_WAY,)
        case ChangeKind.LIST_PREFIX:
            return (Way.AUTO, Way.MANUAL)
        case _:
            manual = () if campaign.manual_dial_prefix else (Way.MANUAL,)
            return (Way.AUTO, *manual, *(() if campaign.three_way_dial_prefix else (Way.THREE_WAY,)))


def _with_prefix(campaign: Campaign, use: Use, stored: str) -> Campaign:
    column = _COLUMN_OF.get(use.kind)
    if column == "dial_prefix":
        return replace(campaign, dial_prefix=stored)
    if column == "manual_dial_prefix":
        return replace(campaign, manual_dial_prefix=stored)
    return replace(campaign, three_way_dial_prefix=stored) if column else campaign


def _list_prefix(use: Use, stored: str) -> str:
    return stored if use.kind is ChangeKind.LIST_PREFIX else ""
