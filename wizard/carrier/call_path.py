"""The way of a call through the answers, from the campaign to the carrier: what is known of each stop so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .answers import Answers
from .checks import check_answers
from .dialing.numbers import routes
from .findings import errors_of
from .model import Protocol
from .names import trunk_name


class Stop(StrEnum):
    """Where a call comes by, in order."""

    CAMPAIGN = "campaign"
    DIALLED = "dialled"
    PATTERN = "pattern"
    DIGITS = "digits"
    TRUNK = "trunk"
    CARRIER = "carrier"
    BACKUP = "backup"


@dataclass(frozen=True)
class Hop:
    """A stop, and what is known of it; ``value`` is empty where the answers don't say yet."""

    stop: Stop
    value: str = ""
    #: what belongs to it: the trunk's protocol and transport, how many patterns there are beside the one shown
    detail: str = ""


def call_path(answers: Answers) -> list[Hop]:
    """Every stop, in order; an answer that is missing or can't be used leaves its stop empty."""
    wrong = {finding.field for finding in errors_of(check_answers(answers))}
    return [
        Hop(Stop.CAMPAIGN, "" if "campaigns" in wrong else ", ".join(answers.routing.campaigns)),
        *_numbers(answers, wrong),
        Hop(Stop.TRUNK, "" if wrong & {"carrier_id", "trunk_name"} else trunk_name(answers.carrier), _protocol(answers)),
        Hop(Stop.CARRIER, "" if wrong & {"host", "port"} else _host(answers)),
        Hop(Stop.BACKUP, "" if "backup_carrier" in wrong else ", ".join(answers.routing.backup_carrier)),
    ]


def _numbers(answers: Answers, wrong: set[str]) -> list[Hop]:
    numbers = answers.numbers
    if wrong & {"dial_prefix", "destinations", "destination_digits", "tech_prefix", "number_format"}:
        return [Hop(Stop.DIALLED), Hop(Stop.PATTERN), Hop(Stop.DIGITS)]
    known = list(routes(numbers))
    first = known[0]
    more = str(len(known) - 1) if len(known) > 1 else ""
    return [
        Hop(Stop.DIALLED, first.example),
        Hop(Stop.PATTERN, first.pattern, more),
        Hop(Stop.DIGITS, first.dial_string.apply(first.example)),
    ]


def _protocol(answers: Answers) -> str:
    protocol = answers.carrier.protocol
    if protocol is Protocol.IAX2:
        return "IAX2"
    driver = "SIP" if protocol is Protocol.SIP else "PJSIP"
    return f"{driver}, {answers.connection.transport.value.upper()}"


def _host(answers: Answers) -> str:
    port = answers.connection.port_in_use
    return answers.connection.host + (f":{port}" if port else "")
