"""What can be seen of a carrier on a dialer by looking alone: nothing is sent to the carrier, and nothing is changed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Sequence

from wizard.carrier.conf import read_conf
from wizard.carrier.diagnosis.observations import Observations
from wizard.carrier.lint import lint_carrier
from wizard.carrier.masking import masked_line
from wizard.carrier.model import Carrier
from wizard.carrier.option_names import holds_secret
from wizard.carrier.traffic import traffic_of

from .connection import Connection
from .facts import DialerFacts
from .journal import Observation
from .preconditions import ask_sockets, parse_sockets, preconditions_of
from .protocol import Operation, printed, run
from .watch import WATCHED_PROTOCOLS, watch_of

#: where Asterisk logs notices and warnings, on VICIdial's boxes and on Debian's newer ones
_LOGS = ("/var/log/asterisk/messages", "/var/log/asterisk/messages.log")
#: how much of a log is read, and how many lines of it are kept
_MOST_BYTES, _MOST_LINES = 200_000, 40
#: lines that name no carrier, and matter to every one of a driver
_OF_DRIVER = re.compile(r"failed to bind|unable to bind|address already in use|could not start transport", re.IGNORECASE)
#: what Asterisk writes of callers whom it doesn't know
_TURNED_AWAY = re.compile(r"no matching endpoint found|failed to authenticate device|sending fake auth", re.IGNORECASE)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
#: carriers' addresses stand side by side, mostly within 256 of them
_NEARBY = 24
_MOST_STRANGERS = 3

#: of a name; a channel's own name goes on with a dash and eight digits
_END = r"(?:(?![\w-])|(?=-[0-9a-f]{8}\b))"


def observe(
    connection: Connection,
    facts: DialerFacts,
    carrier: Carrier,
    observation: Observation,
    addresses: Collection[str] = (),
) -> Observations:
    """One round trip more than a look took: the log's end, and who listens where; the rest is in the facts.

    ``addresses``: the carrier's.
    """
    sockets, *replies = connection.ask([ask_sockets(), *tail_logs()], stop_at_error=False)
    log = "\n".join(map(printed, replies))
    return Observations(
        carrier,
        verdict=observation.judgement.verdict.value,
        reason=observation.judgement.reason,
        states=observation.states,
        understood=observation.understood,
        preconditions=preconditions_of(facts, carrier, parse_sockets(printed(sockets))),
        log_lines=(*lines_about(carrier, log), *lines_about_strangers(carrier, log, addresses)),
        findings=tuple(finding.code for finding in lint_carrier(carrier)),
    )


def tail_logs() -> list[Operation]:
    """The ends of Asterisk's logs, of which a dialer has one."""
    return [run("tail", "-c", str(_MOST_BYTES), path) for path in _LOGS]


def lines_about(carrier: Carrier, log: str) -> tuple[str, ...]:
    """The newest lines that name the carrier's trunk, account or host, secrets masked."""
    names = _names(carrier)
    secrets = _secrets(carrier)
    named = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}{_END}" for name in names) or r"(?!)", re.IGNORECASE)
    lines = [line for line in log.splitlines() if named.search(line) or _OF_DRIVER.search(line)]
    return tuple(masked_line("account_entry", line, secrets) for line in lines[-_MOST_LINES:])


def lines_about_strangers(carrier: Carrier, log: str, addresses: Collection[str]) -> tuple[str, ...]:
    """The newest lines about calls that were turned away, and came from next door to the carrier.

    That is its own network, as far as one can guess, and no address that is known to be its own.
    """
    known = [ipaddress.ip_network(each, strict=False) for each in (*addresses, *traffic_of(carrier).match) if _is_network(each)]
    nearby = [each.supernet(new_prefix=_NEARBY) if each.prefixlen > _NEARBY else each for each in known]
    found = []
    for line in filter(_TURNED_AWAY.search, log.splitlines()):
        sources = [ipaddress.ip_address(each) for each in _ADDRESS.findall(line) if _is_network(each)]
        is_known = any(source in network for source in sources for network in known)
        if not is_known and any(source in network for source in sources for network in nearby):
            found.append(line)
    return tuple(found[-_MOST_STRANGERS:])


def _is_network(text: str) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).version == 4
    except ValueError:
        return False


def _names(carrier: Carrier) -> list[str]:
    """At least three letters long: shorter ones are in every line."""
    sections = [section for section in read_conf(carrier.account_entry) if section.name]
    names = {section.name for section in sections}
    names |= {value for section in sections for key in ("host", "defaultuser", "username") for value in section.values(key)}
    watched = watch_of(carrier).registration if carrier.protocol in WATCHED_PROTOCOLS else None
    if watched is not None:
        names |= {watched.host.partition(":")[0], watched.username}
    return sorted(name for name in names if len(name) > 2 and name.lower() != "dynamic")


def _secrets(carrier: Carrier) -> Sequence[str]:
    options = [option for section in read_conf(carrier.account_entry) for option in section.options]
    secrets = [option.value for option in options if holds_secret(option.key)]
    account = carrier.registration_string.rpartition("@")[0]
    return [*secrets, *filter(None, account.split(":")[1:2])]
