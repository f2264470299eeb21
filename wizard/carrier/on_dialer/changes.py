"""What an install changes beside the carrier's row, as values: which record, what it holds before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.answers import Answers, StirShaken
from wizard.carrier.profile import DialerProfile
from wizard.secret import Secret

from .campaigns import chosen_campaigns, stored_prefix
from .server_trunks import wanted_trunks
from .tiltx import CONTAINER_ID


class ChangeKind(StrEnum):
    """What is changed."""

    CAMPAIGN_PREFIX = "campaign_prefix"
    #: of calls that a campaign's agents dial themselves, and of calls to a third person
    MANUAL_PREFIX = "manual_prefix"
    THREE_WAY_PREFIX = "three_way_prefix"
    #: of a list, which goes before its campaign's
    LIST_PREFIX = "list_prefix"
    SERVER_TRUNKS = "server_trunks"
    SETTINGS_CONTAINER = "settings_container"
    #: no record of VICIdial's: a rule of the dialer's firewall, as :class:`wizard.carrier.firewall.opening.Opening` writes it
    FIREWALL_RULE = "firewall_rule"


#: those that decide by themselves which carrier calls take; their records were there before
PREFIX_CHANGES = frozenset(
    {ChangeKind.CAMPAIGN_PREFIX, ChangeKind.MANUAL_PREFIX, ChangeKind.THREE_WAY_PREFIX, ChangeKind.LIST_PREFIX}
)
#: those whose value is a :class:`Secret`
SECRET_CHANGES = frozenset({ChangeKind.SETTINGS_CONTAINER})


class ChangeState(StrEnum):
    """How far a change is, and what an undo made of it."""

    PLANNED = "planned"
    #: or begun: it may have been made
    MADE = "made"
    PUT_BACK = "put_back"
    #: somebody has changed the record since, so it was left alone
    LEFT = "left"
    #: the record is not there any more
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """One record's value, before and after.

    A campaign's dial prefix as VICIdial stores it, None for NULL; a campaign's lines as ``20`` or ``20+``, None where it has
    no row; a container's entry, None where there is none.
    """

    kind: ChangeKind
    #: the id of the campaign, list or container, as its own table spells it
    record: str
    before: str | None
    after: str | Secret
    state: ChangeState = ChangeState.PLANNED

    @property
    def is_of_campaign(self) -> bool:
        """Whether calls follow at once, so that it has to wait until the carrier is up."""
        return self.kind in PREFIX_CHANGES

    @property
    def is_of_firewall(self) -> bool:
        """Whether it is a rule of the dialer's firewall, and no record of VICIdial's."""
        return self.kind is ChangeKind.FIREWALL_RULE

    @property
    def makes_record(self) -> bool:
        """Whether there was no record before; a campaign is always there, with NULL for a prefix perhaps."""
        return self.before is None and not self.is_of_campaign

    @property
    def revealed(self) -> str:
        """The value after, in the clear: for the record itself and for the vault."""
        return self.after.reveal() if isinstance(self.after, Secret) else self.after


def planned_changes(answers: Answers, dialer: DialerProfile) -> tuple[Change, ...]:
    """What these answers would change on this dialer; what is so already is left out."""
    return (*_container(answers, dialer), *_trunks(answers, dialer), *_prefixes(answers, dialer))


def _container(answers: Answers, dialer: DialerProfile) -> Iterator[Change]:
    key = answers.routing.tiltx_api_key
    if answers.routing.stir_shaken is StirShaken.TILTX and key and dialer.tiltx.key is None:
        yield Change(ChangeKind.SETTINGS_CONTAINER, CONTAINER_ID, None, key)


def _trunks(answers: Answers, dialer: DialerProfile) -> Iterator[Change]:
    existing = {trunks.campaign_id.lower(): str(trunks) for trunks in dialer.server_trunks}
    for trunks in wanted_trunks(answers, dialer):
        before = existing.get(trunks.campaign_id.lower())
        if before != str(trunks):
            yield Change(ChangeKind.SERVER_TRUNKS, trunks.campaign_id, before, str(trunks))


def _prefixes(answers: Answers, dialer: DialerProfile) -> Iterator[Change]:
    prefix = answers.numbers.dial_prefix
    for campaign in chosen_campaigns(answers, dialer):
        if campaign.sent_prefix != prefix:
            before = None if campaign.prefix_is_null else campaign.dial_prefix
            yield Change(ChangeKind.CAMPAIGN_PREFIX, campaign.campaign_id, before, stored_prefix(prefix))
