"""What a dialplan entry answers: which numbers, in what shape, with whose number, and what happens where the carrier fails."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, permutations, product
from typing import Any

from wizard.carrier.answers import Answers, FailoverReason, NumberAnswers, NumberFormat, SecretPairs, StirShaken
from wizard.carrier.checks import check_step
from wizard.carrier.conf import ConfError, conf_text
from wizard.carrier.dialing import dialplan
from wizard.carrier.dialing.caller_id_format import caller_id_steps
from wizard.carrier.dialing.dialplan_reading import ReadExtension, Step, read_dialplan, split_arguments
from wizard.carrier.dialing.numbers import left_out, routes
from wizard.carrier.dialing.patterns import PatternError
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Place
from wizard.secret import Secret

from .destinations import readings
from .dialplan_steps import Variables, steps_not_made
from .digits import Sent, sent_by
from .parts import expanded, variables_of

#: readings of the numbers that are tried, and those that are tried with each order of backups
_MOST_READINGS, _MOST_READINGS_OF_CHAINS = 60, 4
_MOST_BACKUPS = 3
#: what an answer that is refused is worth in steps
_COST_OF_REFUSAL = 5
_NEXT_CARRIER = re.compile(r"carrier-wizard (?P<carrier>[-_0-9A-Za-z]+|the cheapest) to (?P<backup>[-_0-9A-Za-z]+):")
_HANDLER = re.compile(r"b\(([^^()]*\^)?([\w-]+)\^1\)")
#: what each reason leaves in a rule (wizard.carrier.dialing.failover)
_SAID = {
    FailoverReason.REFUSED: ("401", "50"),
    FailoverReason.CONGESTED: ("5..", "34"),
    FailoverReason.UNREACHABLE: ("408", "18"),
}


@dataclass(frozen=True)
class _Entry:
    """A dialplan entry: all its extensions, and those that are patterns with a Dial()."""

    carrier: Carrier
    extensions: tuple[ReadExtension, ...]
    variables: Variables

    @property
    def dialling(self) -> list[ReadExtension]:
        return [each for each in self.extensions if _is_route(each)]

    def steps(self) -> Iterator[Step]:
        for extension in self.extensions:
            yield from extension.steps


def read_calls(carrier: Carrier, answers: Answers, place: Place, prefixes: Collection[str]) -> Answers:
    """The answers with those about numbers and routing: of all likely readings the one that makes most of the entry again."""
    entry = _Entry(carrier, tuple(read_dialplan(carrier.dialplan_entry)), variables_of(carrier))
    plain = answers.with_values(**_told(entry), **_routing(entry))
    best, fewest = plain, None
    numbers = readings(plain.numbers, _patterns(entry), _sent(entry), prefixes)
    for tried in _tried(plain, numbers, entry):
        distance = _distance(tried, entry, place)
        if distance is not None and (fewest is None or distance < fewest):
            best, fewest = tried, distance
        if fewest == 0:
            break
    return best


def _tried(plain: Answers, numbers: Sequence[NumberAnswers], entry: _Entry) -> Iterator[Answers]:
    """Each likely reading, with each order of backups and choice of reasons that the entry could have been made with."""
    for each in islice(numbers, _MOST_READINGS):
        yield replace(plain, numbers=_shaped(each, entry))
    if not plain.routing.backup_carrier and not plain.routing.least_cost:
        return
    for each in islice(numbers, _MOST_READINGS_OF_CHAINS):
        whole = replace(plain, numbers=_shaped(each, entry))
        orders = permutations(plain.routing.backup_carrier)
        for order, reasons in product(orders, _reasons(plain.routing.failover_on)):
            yield whole.with_values(backup_carrier=order, failover_on=reasons)


def _reasons(likely: tuple[FailoverReason, ...]) -> list[tuple[FailoverReason, ...]]:
    """What a rule names may be less than was chosen: where Dial() doesn't tell, only silence is judged."""
    others = [tuple(each for each in FailoverReason if each is not left) for left in FailoverReason]
    return list(dict.fromkeys([likely, tuple(FailoverReason), *others]))


def _distance(answers: Answers, entry: _Entry, place: Place) -> int | None:
    """How much of the entry these answers don't make; 0: it is the same text. None where they can't make one."""
    try:
        text = conf_text(dialplan.extensions(answers, place))
    except (ConfError, PatternError):
        return None
    # Even the same text is nothing where its answers are refused, and mended to something else.
    refused = sum(len(errors_of(check_step(step, answers))) for step in ("numbers", "routing")) * _COST_OF_REFUSAL
    if text == entry.carrier.dialplan_entry:
        return refused
    rendered = replace(entry.carrier, dialplan_entry=text, globals_string=dialplan.globals_string(answers))
    return 1 + refused + steps_not_made(entry.carrier, rendered)


def _is_route(extension: ReadExtension) -> bool:
    is_number = extension.pattern.startswith("_") or extension.pattern.isdigit()
    return is_number and any(step.application.lower() == "dial" for step in extension.steps)


def _patterns(entry: _Entry) -> list[str]:
    return [f"_{each.pattern.removeprefix('_')}" for each in entry.dialling]


def _sent(entry: _Entry) -> dict[str, Sent]:
    """Pattern → what its first Dial() sends."""
    found: dict[str, Sent] = {}
    for extension in entry.dialling:
        sent = sent_by(expanded(_first_dial(extension).argument(0), entry.variables))
        if sent is not None:
            found[f"_{extension.pattern.removeprefix('_')}".upper()] = sent
    return found


def _first_dial(extension: ReadExtension) -> Step:
    return next(step for step in extension.steps if step.application.lower() == "dial")


def _before_dial(extension: ReadExtension) -> Sequence[Step]:
    return extension.steps[: extension.steps.index(_first_dial(extension))]


def _shaped(numbers: NumberAnswers, entry: _Entry) -> NumberAnswers:
    """With the guard against costly numbers, and the shape of the caller's number."""
    # A backup's own guard may come behind the first Dial().
    guards = " ".join(step.arguments for each in entry.dialling for step in _before_dial(each) if step.application == "GotoIf")
    choices = [
        replace(numbers, allow_premium=premium, allow_caribbean=caribbean)
        for premium, caribbean in product((False, True), repeat=2)
    ]
    guarded = [each for each in choices if left_out(each) and f'"{left_out(each)}"' in guards]
    try:
        has_home = any(route.area_code_at is not None for route in routes(numbers))
    except PatternError:
        has_home = False
    own = (guarded or [choices[-1] if has_home else choices[0]])[0]
    written = _caller_id_arguments(entry)
    for shape in reversed(NumberFormat):
        shaped = replace(own, caller_id_format=shape)
        if [each.arguments[0] for each in caller_id_steps(shaped)] == written:
            return shaped
    return replace(own, caller_id_format=NumberFormat.AS_DIALLED)


def _caller_id_arguments(entry: _Entry) -> list[str]:
    """The conditional changes of the caller's number before the first Dial()."""
    for extension in entry.dialling:
        before = _before_dial(extension)
        return [step.arguments for step in before if step.application == "ExecIf" and "Set(CALLERID(num)=" in step.arguments]
    return []


def _told(entry: _Entry) -> dict[str, Any]:
    """The name and the headers that the carrier is told."""
    names = {_handler_of(extension) for extension in entry.dialling}
    steps = [step for each in entry.extensions if each.pattern in names for step in each.steps]
    outside = [step for each in entry.dialling for step in each.steps if step.application == "SIPAddHeader"]
    told: dict[str, Any] = {"extra_headers": _headers([*steps, *outside])}
    for step in steps:
        name = re.fullmatch(r"CONNECTEDLINE\(name(?:,i)?\)=(.+)", step.arguments)
        if step.application == "Set" and name:
            told["caller_id_name"] = name[1]
    return told


def _handler_of(extension: ReadExtension) -> str:
    """The extension that a Dial() runs on the outgoing channel; empty where there is none."""
    for step in extension.steps:
        arguments = [*split_arguments(step.arguments), "", "", ""]
        found = _HANDLER.search(arguments[2]) if step.application.lower() == "dial" else None
        if found:
            return found[2]
    return ""


def _headers(steps: Sequence[Step]) -> SecretPairs:
    headers: dict[str, Secret] = {}
    for step in steps:
        found = None
        if step.application == "SIPAddHeader":
            found = re.fullmatch(r"([\w-]+):\s*(.*)", step.arguments)
        elif step.application == "Set":
            found = re.fullmatch(r"PJSIP_HEADER\(add,([\w-]+)\)=(.*)", step.arguments)
        if found:
            headers.setdefault(found[1], Secret(found[2]))
    return tuple(headers.items())


def _routing(entry: _Entry) -> dict[str, Any]:
    scripts = " ".join(step.arguments for step in entry.steps() if step.application.upper() == "AGI")
    own = entry.carrier.carrier_id.lower()
    found = [_NEXT_CARRIER.search(step.arguments) for step in entry.steps() if step.application == "Log"]
    # The cheapest carrier's way back is this carrier itself.
    backups = {match["backup"].lower(): match["backup"] for match in found if match and match["backup"].lower() != own}
    values: dict[str, Any] = {
        "least_cost": "agi-LCR-Route" in scripts,
        "stir_shaken": StirShaken.TILTX if "agi-TILTX_SHAKEN" in scripts else StirShaken.CARRIER,
        "backup_carrier": tuple(backups.values())[:_MOST_BACKUPS],
    }
    if any("HANGUPCAUSE_KEYS" in step.arguments for step in entry.steps()):
        # Where Dial() doesn't tell whether it rang, the rule has a trace of silence alone.
        unsaid = tuple(each for each in FailoverReason if each is not FailoverReason.UNREACHABLE) if backups else ()
        values["failover_on"] = _failover_reasons(entry) or unsaid
    return values


def _failover_reasons(entry: _Entry) -> tuple[FailoverReason, ...]:
    """By the codes that the rules look for, and where a call goes that nobody answered."""
    rules = [step.arguments for step in entry.steps() if step.application == "GotoIf" and "CWSAID" in step.arguments]
    codes = {code for rule in rules for code in re.split(r"[|^()$\"]+", rule)}
    silent = any("CHANUNAVAIL" in step.arguments and "?cwleg" in step.arguments for step in entry.steps())
    reasons = [reason for reason, those in _SAID.items() if not codes.isdisjoint(those)]
    if silent and FailoverReason.UNREACHABLE not in reasons:
        reasons.append(FailoverReason.UNREACHABLE)
    return tuple(reason for reason in FailoverReason if reason in reasons)
