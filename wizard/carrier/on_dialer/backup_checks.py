"""Findings about backup carriers on a certain dialer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers, FailoverReason
from wizard.carrier.dialing.backups import Backup, leg_for
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.failover import seconds_of_silence
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import ALL_SERVERS, Carrier
from wizard.carrier.names import global_name, trunk_name
from wizard.carrier.profile import DialerProfile

from .campaigns import with_campaigns_moved
from .jumps import check_jump

#: in seconds: what a call that comes to the backup at last should be left with
TIME_TO_ANSWER = 5


def check_backups(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Whether each backup is there, can be called, and doesn't lead back here."""
    wanted = answers.routing.backup_carrier
    for position, carrier_id in enumerate(wanted):
        yield from _check_backup(carrier_id, answers, dialer, is_last=position + 1 == len(wanted))
    if wanted:
        yield from _check_time(answers, dialer)
    if wanted and not dialer.place.tells_ringing:
        yield warning("failover_only_silence", "failover_on")


def _check_time(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Campaigns that give a call up before a silent carrier has failed."""
    seconds, prefix = seconds_of_silence(answers), answers.numbers.dial_prefix
    hasty = [
        f"{campaign.campaign_id} ({campaign.dial_timeout} s)"
        for campaign in with_campaigns_moved(answers, dialer).campaigns
        if campaign.active
        and prefix in campaign.prefixes
        and campaign.dial_timeout
        and campaign.dial_timeout <= seconds + TIME_TO_ANSWER
    ]
    if hasty and FailoverReason.UNREACHABLE in answers.routing.failover_on:
        yield warning("backup_after_timeout", "backup_carrier", seconds=seconds, campaigns=", ".join(hasty))


def check_without_dialer(answers: Answers) -> Iterator[Finding]:
    """What is taken for granted where no dialer is known."""
    for carrier_id in answers.routing.backup_carrier:
        yield note("backup_assumed", "backup_carrier", backup=carrier_id)


def _check_backup(carrier_id: str, answers: Answers, dialer: DialerProfile, *, is_last: bool) -> Iterator[Finding]:
    backup = dialer.place.backup(carrier_id)
    if backup is None:
        there = [each.carrier_id for each in dialer.place.backups or () if each.is_active]
        yield error("backup_missing", "backup_carrier", backup=carrier_id, carriers=", ".join(there) or "none")
    elif not backup.is_active:
        yield error("backup_inactive", "backup_carrier", backup=backup.carrier_id)
    elif backup.server_ip not in (dialer.server_ip, ALL_SERVERS):
        yield error("backup_elsewhere", "backup_carrier", backup=backup.carrier_id, server_ip=backup.server_ip)
    else:
        if answers.carrier.server_ip == ALL_SERVERS != backup.server_ip and len(dialer.servers_of(ALL_SERVERS)) > 1:
            yield warning("backup_one_server", "backup_carrier", backup=backup.carrier_id, server_ip=backup.server_ip)
        circles = list(_check_cycle(backup, answers, dialer))
        yield from circles or _check_routes(backup, answers, dialer, is_last=is_last)


def _check_routes(backup: Backup, answers: Answers, dialer: DialerProfile, *, is_last: bool) -> Iterator[Finding]:
    legs = {route: leg_for(route, backup) for route in routes(answers.numbers)}
    without = [route.destination for route, leg in legs.items() if leg is None]
    found = [leg for leg in legs.values() if leg is not None]
    name = backup.carrier_id
    if not found:
        patterns = ", ".join(each.pattern for each in backup.routes) or "none"
        yield error("backup_no_route", "backup_carrier", backup=name, patterns=patterns)
        return
    if without:
        yield warning("backup_part_route", "backup_carrier", backup=name, destinations=", ".join(dict.fromkeys(without)))
    jumps = {route: leg for route, leg in legs.items() if leg is not None and not leg.route.can_be_borrowed}
    if jumps and not is_last:
        yield error("backup_only_last", "backup_carrier", backup=name)
    elif jumps:
        yield note("backup_jumps", "backup_carrier", backup=name)
        said = (check_jump(leg, route.example, answers, dialer) for route, leg in jumps.items())
        yield from {finding.code: finding for each in said for finding in each}.values()


def _check_cycle(backup: Backup, answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Follow the dialer's entries from the backup: none of them may name this carrier's trunk, variable or numbers."""
    rows = {carrier.carrier_id.lower(): carrier for carrier in dialer.carriers if carrier.active == "Y"}
    way, seen = [backup.carrier_id.lower()], set[str]()
    while way:
        row = rows.get(way.pop())
        if row is None or row.carrier_id.lower() in seen:
            continue
        seen.add(row.carrier_id.lower())
        onward = _onward(row)
        if _names_us(onward, answers):
            yield error("backup_circular", "backup_carrier", backup=backup.carrier_id, through=row.carrier_id)
            return
        way += [other for other, its in rows.items() if other not in seen and _names(onward, its)]


def _onward(carrier: Carrier) -> str:
    """Where an entry's calls can go but to its own trunk."""
    steps = [step for extension in read_dialplan(carrier.dialplan_entry) for step in extension.steps]
    dialled = [step.argument(0) for step in steps if step.application == "Dial"]
    jumps = [step.arguments for step in steps if step.application in ("Goto", "GotoIf", "Gosub")]
    own = dialled[:1]
    return "\n".join([*(each for each in dialled if _trunk_of(each) not in map(_trunk_of, own)), *jumps])


def _trunk_of(dialled: str) -> str:
    return re.sub(r"\$\{(?:EXTEN|CWNUM|FILTER)[^}]*\}+|[0-9+*#]", "", dialled)


def _names_us(onward: str, answers: Answers) -> bool:
    carrier, prefix = answers.carrier, answers.numbers.dial_prefix
    jumps_here = bool(prefix) and re.search(rf",{re.escape(prefix)}1?\$\{{", onward) is not None
    return jumps_here or _has_word(onward, trunk_name(carrier)) or _has_word(onward, global_name(carrier))


def _names(onward: str, other: Carrier) -> bool:
    names = re.findall(r"^\s*(\w+)\s*=", other.globals_string, re.MULTILINE)
    names += re.findall(r"^\s*\[([^\]]+)\]", other.account_entry, re.MULTILINE)
    return any(_has_word(onward, name) for name in names)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) is not None
