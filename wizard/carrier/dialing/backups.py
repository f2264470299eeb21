"""The carriers that a call can go on to: what of another carrier's entry can stand behind this one's Dial()."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wizard.carrier.conf import read_conf
from wizard.carrier.model import GENERATED_PROTOCOLS, Carrier, Protocol

from .dialplan_reading import ReadExtension, Step, read_dialplan, split_arguments
from .digits import DialString
from .numbers import Route
from .patterns import PatternError, parse_pattern

#: steps that shape the caller's number, or keep some numbers out: they are borrowed with the Dial()
_BORROWED = re.compile(r"(Set\(CALLERID\(num\)=|ExecIf\(.*\?Set\(CALLERID\(num\)=[^?]*\)$|GotoIf\(.*\?cwend\)$)")
#: steps that do nothing to the call itself, or that a chain does for itself
_SKIPPED = re.compile(r"(AGI\(agi://[^,]*call_log\)|NoOp\b|Verbose\b|Log\b|Set\(CWCID=)")
_TECHNOLOGIES = ("SIP", "PJSIP", "IAX2")
#: the digits in Dial's first argument: what is put before them, and how many are taken off
_DIALLED_DIGITS = re.compile(r"(?P<before>[0-9+*#]*)\$\{(?:FILTER\([^,]*,\$\{)?EXTEN(?::(?P<strip>\d+))?\}")
#: how far a prefix may reach into a pattern
_MOST_PREFIX = 24


@dataclass(frozen=True)
class BackupRoute:
    """One pattern of another carrier. Holds nothing secret."""

    pattern: str
    #: ``SIP``, ``PJSIP`` or ``IAX2``
    technology: str
    #: the steps before its Dial(), and Dial's arguments, as written; no Dial where the entry does more than can be borrowed
    before: tuple[tuple[str, str], ...] = ()
    dialled: str = ""
    options: str = ""

    @property
    def can_be_borrowed(self) -> bool:
        return bool(self.dialled)


@dataclass(frozen=True)
class Backup:
    """Another carrier on the dialer, as far as calls can go on to it."""

    carrier_id: str
    is_active: bool
    server_ip: str
    routes: tuple[BackupRoute, ...] = ()


@dataclass(frozen=True)
class Leg:
    """A backup's route for one of our routes, and the digits that it expects."""

    carrier_id: str
    route: BackupRoute
    #: from what we were dialled to what the backup would be dialled
    digits: DialString


def backup_of(carrier: Carrier) -> Backup:
    """What of a carrier's row others can roll over to."""
    variables = {option.key: option.value for option in read_conf(carrier.globals_string)[0].options}
    extensions = [each for each in read_dialplan(carrier.dialplan_entry) if each.pattern.startswith("_")]
    routes = tuple(_route_of(each, carrier.protocol, variables) for each in extensions if each.steps)
    return Backup(carrier.carrier_id, carrier.active == "Y", carrier.server_ip, routes)


def backups_of(carriers: Iterable[Carrier]) -> tuple[Backup, ...]:
    """The carriers that VICIdial writes, as far as calls can go on to them."""
    return tuple(backup_of(carrier) for carrier in carriers if carrier.protocol in GENERATED_PROTOCOLS)


def _route_of(extension: ReadExtension, protocol: Protocol, variables: dict[str, str]) -> BackupRoute:
    before: list[tuple[str, str]] = []
    for step in extension.steps:
        text = f"{step.application}({step.arguments})"
        if step.application == "Dial":
            return _dialling_route(extension.pattern, step, tuple(before), protocol, variables)
        if _BORROWED.match(text):
            before.append((step.application, step.arguments))
        elif not _SKIPPED.match(text):
            break
    return BackupRoute(extension.pattern, _technology("", protocol))


def _dialling_route(
    pattern: str, step: Step, before: tuple[tuple[str, str], ...], protocol: Protocol, variables: dict[str, str]
) -> BackupRoute:
    dialled, _, options, *_ = [*split_arguments(step.arguments), "", ""]
    resolved = re.sub(r"\$\{(\w+)\}", lambda match: variables.get(match[1], match[0]), dialled)
    technology = _technology(resolved, protocol)
    if not _is_plain(resolved, technology) or not re.fullmatch(r"[A-Za-z]*(?:b\([\w^-]+\))?[A-Za-z]*", options):
        return BackupRoute(pattern, technology)
    return BackupRoute(pattern, technology, before, dialled, options)


def _technology(dialled: str, protocol: Protocol) -> str:
    named = re.match(r"(\w+)/", dialled)
    if named:
        return named[1]
    return "PJSIP" if protocol in (Protocol.PJSIP, Protocol.PJSIP_WIZ) else protocol.value


def _is_plain(dialled: str, technology: str) -> bool:
    """A carrier's trunk and the dialled digits, and nothing else.

    Several trunks at once ring twice, an account in it is a secret, and Local/ leads back into the dialplan.
    """
    if technology not in _TECHNOLOGIES:
        return False
    without_variables = re.sub(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", "", dialled)
    outside = without_variables.partition("@")[0] if technology == "PJSIP" else without_variables
    return "EXTEN" in dialled and not re.search(r"[@:&$]", outside) and "&" not in dialled


def leg_for(route: Route, backup: Backup) -> Leg | None:
    """How a backup takes the numbers of one of our routes; None where it has no pattern for them."""
    return next(_legs(route, backup), None)


def _legs(route: Route, backup: Backup) -> Iterator[Leg]:
    """The one spelling first that the route has itself; a route that can be borrowed before one that can't."""
    prefix_length = len(route.pattern) - 1 - len(route.rest)
    for theirs in sorted(backup.routes, key=lambda each: not each.can_be_borrowed):
        for drop, put in route.spellings:
            if _takes_it_abroad(route, theirs.pattern, is_first=(drop, put) == route.spellings[0]):
                continue
            # What is dropped are plain digits, so the pattern loses as many signs.
            prefix = _their_prefix(theirs.pattern, put + route.rest[drop:])
            if prefix is not None and _sends_the_number(theirs, prefix, put + route.rest[drop:]):
                digits = DialString(prefix + put, prefix_length + drop, is_open=route.dial_string.is_open)
                yield Leg(backup.carrier_id, theirs, digits)


def _takes_it_abroad(route: Route, pattern: str, *, is_first: bool) -> bool:
    """Whether a number of home would be taken for one abroad: its ten digits, or all of it behind 011 or 00."""
    if route.area_code_at is None or pattern[-1] not in ".!":
        return False
    digits = re.match(r"_?(\d*)", pattern)
    return not is_first or (digits is not None and digits[1].endswith(("011", "00")))


def _sends_the_number(theirs: BackupRoute, prefix: str, rest: str) -> bool:
    """Whether an entry for any digits at all sends ours on as they are.

    A pattern that names a kind of number was made for that kind; one that takes anything says nothing of what its digits are,
    so it has to strip the prefix alone, and add what makes the same number.
    """
    if theirs.pattern[-1] not in ".!" or _names_kind(theirs.pattern, rest):
        return True
    match = _DIALLED_DIGITS.search(theirs.dialled)
    if match is None or int(match["strip"] or 0) != len(prefix):
        return False
    is_abroad = rest.startswith("[2-9]")
    return match["before"] in ("", "+", *(("011", "00") if is_abroad else ()))


def _names_kind(pattern: str, rest: str) -> bool:
    """Whether the pattern ends as ours does: written for the same kind of number."""
    return pattern.endswith(rest)


def _their_prefix(pattern: str, rest: str) -> str | None:
    """The digits that lead to a pattern of theirs, so that it takes every number of ours; None where there are none."""
    try:
        theirs = parse_pattern(pattern)
    except PatternError:
        return None
    prefix = ""
    for place in theirs.places[:_MOST_PREFIX]:
        if theirs.covers(parse_pattern(f"_{prefix}{rest}")):
            return prefix
        if len(place) != 1 or not (digit := next(iter(place))).isdigit():
            return None
        prefix += digit
    return prefix if theirs.covers(parse_pattern(f"_{prefix}{rest}")) else None


def borrowed_steps(leg: Leg, variable: str, onward: str) -> tuple[Sequence[tuple[str, str]], str]:
    """(steps before the Dial, Dial's first argument), with the backup's digits in a variable of ours.

    ``onward`` is the label where a number goes that the backup leaves out.
    """
    renamed = [(application, _renamed(arguments, variable)) for application, arguments in leg.route.before]
    before = [(application, re.sub(r"\?cwend$", f"?{onward}", arguments)) for application, arguments in renamed]
    return before, _renamed(leg.route.dialled, variable)


def _renamed(text: str, variable: str) -> str:
    return re.sub(r"\$\{EXTEN(?=[:}])", f"${{{variable}", text)
