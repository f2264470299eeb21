"""What a switch would do, as values: which records change, what takes each number before and after, and what stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.carrier.findings import Finding
from wizard.carrier.on_dialer.changes import Change, ChangeKind
from wizard.carrier.simulation.sending import Way


@dataclass(frozen=True)
class SwitchRequest:
    """What is asked for."""

    from_carrier: str
    to_carrier: str
    #: empty: every active campaign that dials through the old carrier
    campaigns: tuple[str, ...] = ()
    #: digits behind the prefix that may be lost by it
    leave_out: frozenset[str] = frozenset()
    #: the new carrier's prefix, where the user knows better than its patterns tell
    prefix: str | None = None
    #: somebody heard a call get through the new carrier
    call_got_through: bool = False
    #: the mark of the new carrier's entry through which a test call was answered; "" where none was
    proved_entry: str = ""


@dataclass(frozen=True)
class Taken:
    """What becomes of some digits: the carrier that takes them, empty for none, and what it receives."""

    carrier_id: str
    #: None where only a call can tell
    receives: str | None = None
    #: the carriers that come next if that one fails
    backups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """One number, as one record has it dialled: before and after."""

    #: the digits behind the prefix
    number: str
    way: Way
    sent_before: str
    before: Taken
    sent_after: str
    after: Taken


class Kept(StrEnum):
    """Why a record that holds a dial prefix is not changed."""

    INACTIVE_CAMPAIGN = "inactive_campaign"
    INACTIVE_LIST = "inactive_list"
    NOT_CHOSEN = "not_chosen"
    #: its calls go to the new carrier already
    THERE_ALREADY = "there_already"
    OTHER_CARRIER = "other_carrier"
    #: the old carrier gets its calls only if another one fails
    ONLY_BACKUP = "only_backup"
    NO_CARRIER = "no_carrier"


@dataclass(frozen=True)
class Use:
    """A record that holds a dial prefix of a campaign's calls."""

    kind: ChangeKind
    #: the campaign's id, or the list's
    record: str
    campaign_id: str
    #: as it is stored; None for NULL
    stored: str | None
    #: what the prefix is as it is dialled: empty for none
    prefix: str
    active: bool = True


@dataclass(frozen=True)
class Move:
    """A record that changes, and the proof."""

    use: Use
    #: the new prefix as it is stored: an X for none
    after: str
    proofs: tuple[Proof, ...]

    @property
    def change(self) -> Change:
        return Change(self.use.kind, self.use.record, self.use.stored, self.after)


@dataclass(frozen=True)
class Unmoved:
    """A record that stays as it is, and why."""

    use: Use
    why: Kept
    #: the carrier that takes its calls, where another one does
    carrier_id: str = ""


@dataclass(frozen=True)
class SwitchPlan:
    """All of it; nothing has been changed."""

    request: SwitchRequest
    #: as their own table spells them
    from_carrier: str = ""
    to_carrier: str = ""
    moves: tuple[Move, ...] = ()
    unmoved: tuple[Unmoved, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: campaign → (agents signed in, calls under way)
    live: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: what to dial, on a phone of the dialer, to try the new carrier: prefix and number
    try_digits: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(move.change for move in self.moves)

    @property
    def campaigns(self) -> tuple[str, ...]:
        """Those of which something moves."""
        return tuple(dict.fromkeys(move.use.campaign_id for move in self.moves))

    @property
    def is_there_already(self) -> bool:
        """Whether there is nothing to move since somebody moved it before."""
        return not self.moves and any(each.why is Kept.THERE_ALREADY for each in self.unmoved)
