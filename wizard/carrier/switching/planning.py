"""From a request and a dialer to the plan of a switch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier
from wizard.carrier.on_dialer.campaigns import known_campaigns, stored_prefix
from wizard.carrier.profile import DialerProfile
from wizard.carrier.simulation.loaded import Dialplan

from .following import Follower
from .plan import Kept, Move, Proof, SwitchPlan, SwitchRequest, Unmoved, Use
from .prefixes import LONGEST_PREFIX, candidate_prefixes

#: how many digits at a number's end make it that number, whatever a carrier wants before them
_TAIL = 10
#: a number to try, in North America's style; the prefix goes before it
_TRIED = "12125550100"
_ABROAD = re.compile(r"^(\+|011|00)")


def plan_switch(
    request: SwitchRequest, dialer: DialerProfile, dialplan: Dialplan, calls: Mapping[str, int] | None = None
) -> SwitchPlan:
    """Work it out. ``dialplan`` is what Asterisk has loaded; ``calls``: campaign, in small letters → calls under way."""
    named = {carrier.carrier_id.lower(): carrier for carrier in dialer.carriers}
    old, new = named.get(request.from_carrier.lower()), named.get(request.to_carrier.lower())
    wrong = list(_about_request(request, old, new, dialer))
    if wrong or old is None or new is None:
        return SwitchPlan(request, findings=tuple(wrong))
    return _Planning(request, dialer, Follower(dialer, dialplan), old, new).plan(calls or {})


def _about_request(
    request: SwitchRequest, old: Carrier | None, new: Carrier | None, dialer: DialerProfile
) -> Iterator[Finding]:
    for carrier, name, field in ((old, request.from_carrier, "from_carrier"), (new, request.to_carrier, "to_carrier")):
        if carrier is None:
            yield error("switch_carrier_unknown", field, carrier=name, dialer=dialer.server_id or dialer.server_ip)
    if old is not None and old is new:
        yield error("switch_same_carrier", "to_carrier", carrier=old.carrier_id)
    elif new is not None and (new.active != "Y" or new.protocol not in GENERATED_PROTOCOLS):
        yield error("switch_to_inactive", "to_carrier", carrier=new.carrier_id)
    known = {campaign.campaign_id.lower() for campaign in dialer.campaigns}
    for name in request.campaigns:
        if name.lower() not in known:
            yield error("campaign_unknown", "campaigns", campaign=name, known=known_campaigns(dialer))
    prefix = request.prefix
    if prefix is not None and not (prefix == "" or (prefix.isascii() and prefix.isdigit() and len(prefix) <= LONGEST_PREFIX)):
        yield error("switch_prefix_digits", "prefix", most=LONGEST_PREFIX)


class _Planning:
    def __init__(self, request: SwitchRequest, dialer: DialerProfile, follower: Follower, old: Carrier, new: Carrier) -> None:
        self._request, self._dialer, self._follower = request, dialer, follower
        self._old, self._new = old, new
        self._wanted = {name.lower() for name in request.campaigns}
        self._candidates = [request.prefix] if request.prefix is not None else candidate_prefixes(new)

    def plan(self, calls: Mapping[str, int]) -> SwitchPlan:
        moves: list[Move] = []
        unmoved: list[Unmoved] = []
        for use in self._follower.uses():
            placed = self._place(use)
            if isinstance(placed, Move):
                moves.append(placed)
            else:
                unmoved.append(placed)
        moving = {move.use.campaign_id for move in moves}
        live = {
            campaign.campaign_id: (campaign.agents, calls.get(campaign.campaign_id.lower(), 0))
            for campaign in self._dialer.campaigns
            if campaign.campaign_id in moving
        }
        findings = [*self._about_moves(moves), *self._about_unmoved(unmoved, moves), *_about_live(live), *self._about_servers()]
        return SwitchPlan(
            self._request,
            self._old.carrier_id,
            self._new.carrier_id,
            tuple(moves),
            tuple(unmoved),
            tuple(findings),
            live,
            self._try_digits(moves),
        )

    def _place(self, use: Use) -> Move | Unmoved:
        proofs = self._follower.proofs(use, use.prefix)
        takers = [proof.before.carrier_id for proof in proofs if proof.before.carrier_id]
        if self._old.carrier_id not in takers:
            return self._elsewhere(use, proofs, takers)
        kept = self._kept(use)
        return Unmoved(use, kept) if kept else self._move(use)

    def _elsewhere(self, use: Use, proofs: Sequence[Proof], takers: Sequence[str]) -> Unmoved:
        if not takers:
            return Unmoved(use, Kept.NO_CARRIER)
        if self._new.carrier_id in takers:
            return Unmoved(use, Kept.THERE_ALREADY, self._new.carrier_id)
        as_backup = any(self._old.carrier_id in proof.before.backups for proof in proofs)
        return Unmoved(use, Kept.ONLY_BACKUP if as_backup else Kept.OTHER_CARRIER, takers[0])

    def _kept(self, use: Use) -> Kept | None:
        """Why a record that leads to the old carrier stays all the same."""
        campaign = next(each for each in self._dialer.campaigns if each.campaign_id == use.campaign_id)
        is_named = campaign.campaign_id.lower() in self._wanted
        if self._wanted and not is_named:
            return Kept.NOT_CHOSEN
        if not campaign.active and not is_named:
            return Kept.INACTIVE_CAMPAIGN
        return None if use.active or use.record == use.campaign_id else Kept.INACTIVE_LIST

    def _move(self, use: Use) -> Move:
        """With the prefix by which the new carrier gets the most of what the old one has, and the fewest digits too many."""
        tried = [(prefix, self._follower.proofs(use, prefix)) for prefix in self._candidates]
        prefix, proofs = max(tried, key=lambda each: self._worth(each[1]), default=(use.prefix, []))
        return Move(use, stored_prefix(prefix), tuple(proof for proof in proofs if proof.before.carrier_id))

    def _worth(self, proofs: Sequence[Proof]) -> tuple[int, int, int]:
        had = [proof for proof in proofs if proof.before.carrier_id == self._old.carrier_id]
        right = [proof for proof in had if self._is_right(proof)]
        same = [proof for proof in right if _core(proof.after.receives) == _core(proof.before.receives)]
        return len(right), len(same), -sum(len(proof.after.receives or "") for proof in right)

    def _is_right(self, proof: Proof) -> bool:
        return proof.after.carrier_id == self._new.carrier_id and not _has_other_digits(proof)

    def _about_moves(self, moves: Sequence[Move]) -> Iterator[Finding]:
        hopeless = [move for move in moves if self._worth(move.proofs)[0] == 0]
        if hopeless:
            yield error(
                "switch_no_way", "prefix", carrier=self._new.carrier_id, campaigns=_campaigns(move.use for move in hopeless)
            )
        lost: dict[tuple[str, str, str, str], list[Use]] = {}
        for move in moves:
            for proof in move.proofs if move not in hopeless else ():
                code = self._loss(proof)
                if code:
                    after = proof.after.receives or "" if code == "switch_other_digits" else proof.after.carrier_id
                    lost.setdefault((code, proof.number, proof.before.carrier_id, after), []).append(move.use)
        for (code, number, before, after), uses in lost.items():
            yield self._lost(code, number, before, after, _campaigns(uses))
        unknown = [move.use for move in moves if any(map(self._is_open, move.proofs))]
        if unknown:
            yield note("switch_digits_unknown", "to_carrier", carrier=self._new.carrier_id, campaigns=_campaigns(unknown))

    def _is_open(self, proof: Proof) -> bool:
        """Whether the new carrier takes it, and nobody knows with which digits."""
        return proof.after.carrier_id == self._new.carrier_id and proof.after.receives is None

    def _loss(self, proof: Proof) -> str:
        """What is worse with the new prefix; empty: nothing."""
        if proof.before.carrier_id == self._old.carrier_id:
            if proof.after.carrier_id != self._new.carrier_id:
                return "switch_number_lost"
            return "switch_other_digits" if _has_other_digits(proof) else ""
        return "" if proof.after.carrier_id else "switch_number_lost"

    def _lost(self, code: str, number: str, before: str, after: str, campaigns: str) -> Finding:
        if number in self._request.leave_out:
            return warning("switch_left_out", "leave_out", number=number, campaigns=campaigns)
        if code == "switch_other_digits":
            return error(
                "switch_other_digits",
                "leave_out",
                number=number,
                carrier=self._new.carrier_id,
                after=after,
                campaigns=campaigns,
            )
        if after:
            return error("switch_number_elsewhere", "leave_out", number=number, before=before, after=after, campaigns=campaigns)
        return error("switch_number_lost", "leave_out", number=number, before=before, campaigns=campaigns)

    def _about_unmoved(self, unmoved: Sequence[Unmoved], moves: Sequence[Move]) -> Iterator[Finding]:
        """A campaign that somebody named and of which nothing moves has to be spoken of."""
        moving = {move.use.campaign_id.lower() for move in moves}
        for name in self._request.campaigns:
            own = [each for each in unmoved if each.use.campaign_id.lower() == name.lower()]
            if name.lower() not in moving and own and not any(each.why is Kept.THERE_ALREADY for each in own):
                carrier = next((each.carrier_id for each in own if each.carrier_id), "")
                yield error(
                    "switch_campaign_elsewhere", "campaigns", campaign=own[0].use.campaign_id, carrier=carrier or "none"
                )

    def _about_servers(self) -> Iterator[Finding]:
        """A campaign dials on every server of its cluster; one that lacks the new carrier would fail its calls."""
        old = {server.server_ip for server in self._dialer.servers_of(self._old.server_ip)}
        missing = old - {server.server_ip for server in self._dialer.servers_of(self._new.server_ip)}
        if missing and self._new.server_ip != ALL_SERVERS:
            yield error("switch_not_on_servers", "to_carrier", carrier=self._new.carrier_id, servers=", ".join(sorted(missing)))

    def _try_digits(self, moves: Sequence[Move]) -> str:
        """What somebody dials for a call through the new carrier: the digits of a number that it is proved to take."""
        right = [proof for move in moves for proof in move.proofs if self._is_right(proof)]
        usual = [proof.sent_after for proof in right if proof.number.endswith(_TRIED[1:])]
        return next(iter(usual), right[0].sent_after if right else "")


def _has_other_digits(proof: Proof) -> bool:
    """Whether the old carrier received the number, and the new one would receive something else."""
    tail = proof.number[-_TAIL:]
    before, after = proof.before.receives, proof.after.receives
    if before is None or after is None or not before.endswith(tail):
        return False
    if _core(after) != after:
        # What goes abroad by its own sign says the country first: 212 555 0100 behind a plus is in Morocco.
        return _core(after) not in (_core(before), f"1{before}" if len(before) == _TAIL else _core(before))
    return not after.endswith(tail)


def _core(receives: str | None) -> str:
    """Without the sign that it goes abroad."""
    return _ABROAD.sub("", receives or "")


def _campaigns(uses: Iterable[Use]) -> str:
    return ", ".join(dict.fromkeys(use.campaign_id for use in uses))


def _about_live(live: Mapping[str, tuple[int, int]]) -> Iterator[Finding]:
    for campaign, (agents, calls) in live.items():
        if agents:
            yield note("switch_has_agents", "campaigns", campaign=campaign, agents=agents)
        if calls:
            yield note("switch_has_calls", "campaigns", campaign=campaign, calls=calls)
