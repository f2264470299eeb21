"""Lines of a server that a campaign has for itself: VICIdial's server trunks (vicidial.md §1.7)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding, error, note
from wizard.carrier.model import ALL_SERVERS
from wizard.carrier.profile import DialerProfile, ServerTrunks

from .campaigns import known_campaigns

#: what VICIdial's own screen takes: up to four digits; none at all would keep a campaign from dialling
_FORM = re.compile(r"([1-9][0-9]{0,3})(\+?)")


def check_trunk_answers(answers: Answers) -> Iterator[Finding]:
    """What can be said of them without a dialer."""
    trunks = answers.routing.server_trunks
    if len({campaign.lower() for campaign, _ in trunks}) != len(trunks):
        yield error("repeated", "server_trunks")
    for campaign, value in trunks:
        if not _FORM.fullmatch(value):
            yield error("trunks_form", "server_trunks", campaign=campaign, value=value)


def wanted_trunks(answers: Answers, dialer: DialerProfile) -> list[ServerTrunks]:
    """The rows that were asked for, as far as the dialer has their campaigns."""
    names = {campaign.campaign_id.lower(): campaign.campaign_id for campaign in dialer.campaigns}
    return [
        ServerTrunks(names[campaign.lower()], int(match[1]), bool(match[2]))
        for campaign, value in answers.routing.server_trunks
        if campaign.lower() in names and (match := _FORM.fullmatch(value))
    ]


def check_server_trunks(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """VICIdial's own rule: the lines of all campaigns of a server together are no more than the server may have."""
    known = {campaign.campaign_id.lower() for campaign in dialer.campaigns}
    for campaign, _ in answers.routing.server_trunks:
        if campaign.lower() not in known:
            yield error("campaign_unknown", "server_trunks", campaign=campaign, known=known_campaigns(dialer))
    wanted = wanted_trunks(answers, dialer)
    if not wanted:
        return
    rows = Counter(trunks.campaign_id.lower() for trunks in dialer.server_trunks)
    for trunks in wanted:
        if rows[trunks.campaign_id.lower()] > 1:
            yield error("trunks_several", "server_trunks", campaign=trunks.campaign_id)
    own = {trunks.campaign_id.lower() for trunks in wanted}
    others = [trunks for trunks in dialer.server_trunks if trunks.campaign_id.lower() not in own]
    total = sum(trunks.lines for trunks in [*others, *wanted])
    if dialer.max_trunks is not None and total > dialer.max_trunks:
        left = max(0, dialer.max_trunks - sum(trunks.lines for trunks in others))
        yield error("trunks_exceed", "server_trunks", total=total, most=dialer.max_trunks, left=left)
    if answers.carrier.server_ip == ALL_SERVERS and len(dialer.server_ids) > 1:
        yield note("trunks_here_only", "server_trunks", server_ip=dialer.server_ip)
