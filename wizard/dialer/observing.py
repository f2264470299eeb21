"""What can be seen of a carrier on a dialer by looking alone: nothing is sent to the carrier, and nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wizard.carrier.conf import read_conf
from wizard.carrier.diagnosis.observations import Observations, Preconditions
from wizard.carrier.lint import lint_carrier
from wizard.carrier.masking import masked_line
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.option_names import holds_secret

from .connection import Connection
from .facts import GATES, DialerFacts
from .journal import Observation
from .protocol import printed, run
from .watch import WATCHED_PROTOCOLS, watch_of

#: where Asterisk logs notices and warnings, on VICIdial's boxes and on Debian's newer ones
_LOGS = ("/var/log/asterisk/messages", "/var/log/asterisk/messages.log")
#: how much of a log is read, and how many lines of it are kept
_MOST_BYTES, _MOST_LINES = 200_000, 40
_DRIVERS = {
    Protocol.SIP: "chan_sip",
    Protocol.PJSIP: "chan_pjsip",
    Protocol.PJSIP_WIZ: "chan_pjsip",
    Protocol.IAX2: "chan_iax2",
}
#: lines that name no carrier, and matter to every one of a driver
_OF_DRIVER = re.compile(r"failed to bind|unable to bind|address already in use|could not start transport", re.IGNORECASE)

#: of a name; a channel's own name goes on with a dash and eight digits
_END = r"(?:(?![\w-])|(?=-[0-9a-f]{8}\b))"


def observe(connection: Connection, facts: DialerFacts, carrier: Carrier, observation: Observation) -> Observations:
    """One round trip more than a look took: the log's end; the rest is in the facts."""
    replies = connection.ask([run("tail", "-c", str(_MOST_BYTES), path) for path in _LOGS], stop_at_error=False)
    log = "\n".join(map(printed, replies))
    return Observations(
        carrier,
        verdict=observation.judgement.verdict.value,
        reason=observation.judgement.reason,
        states=observation.states,
        understood=observation.understood,
        preconditions=preconditions_of(facts, carrier),
        log_lines=lines_about(carrier, log),
        findings=tuple(finding.code for finding in lint_carrier(carrier)),
    )


def preconditions_of(facts: DialerFacts, carrier: Carrier) -> Preconditions:
    """What the facts tell of cron, screen, gates and driver."""
    host, driver = facts.host, _DRIVERS.get(carrier.protocol)
    listeners = () if driver is None else facts.place.listeners_of(driver)
    gates = {gate: facts.database.server[gate] == "Y" for gate in GATES}
    answers = bool(host.asterisk_version)
    return Preconditions(
        cron_runs=host.cron_running,
        keepalive_in_cron=host.cron_line,
        screen_runs=host.screens > 0,
        generates_conf=gates["generate_vicidial_conf"],
        is_active_asterisk_server=gates["active_asterisk_server"],
        asterisk_answers=answers,
        # A silent Asterisk says nothing of its modules.
        driver_loaded=driver in host.modules if answers and driver is not None else None,
        listens_on=tuple(f"{each.transport.value}:{each.port}" for each in listeners),
        rtp_from=host.rtp_range[0] if host.rtp_range else 0,
        rtp_to=host.rtp_range[1] if host.rtp_range else 0,
    )


def lines_about(carrier: Carrier, log: str) -> tuple[str, ...]:
    """The newest lines that name the carrier's trunk, account or host, secrets masked."""
    names = _names(carrier)
    secrets = _secrets(carrier)
    named = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}{_END}" for name in names) or r"(?!)", re.IGNORECASE)
    lines = [line for line in log.splitlines() if named.search(line) or _OF_DRIVER.search(line)]
    return tuple(masked_line("account_entry", line, secrets) for line in lines[-_MOST_LINES:])


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
