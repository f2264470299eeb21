"""One look at a carrier on its dialer: its row, the generated files, and what Asterisk says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wizard.carrier.model import Carrier
from wizard.carrier.profile import Reached

from . import operations
from .asterisk_output import is_dialplan_answer, is_not_running, parse_dialplan_show
from .connection import Connection
from .journal import Observation
from .protocol import AgentReply, asterisk, printed, program_result, table_of
from .watch import Seen, watch_of


@dataclass(frozen=True)
class Look:
    """What was seen at one moment."""

    in_files: bool
    #: whether Asterisk said something to every question; its silence proves nothing, neither way
    answered: bool
    #: False only where Asterisk itself is not there, so that it can't have anything loaded
    running: bool
    trunk: Seen
    #: digits → what Asterisk would run for them
    reached: dict[str, Reached]
    observation: Observation

    def is_loaded(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether Asterisk has the trunk, and runs our pattern for our digits."""
        return self.trunk.found and all(self.runs(digits, pattern) for digits, pattern in routes)

    def is_gone(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether neither the files nor Asterisk know anything of it."""
        if self.in_files or not self.running:
            return not self.in_files
        return self.answered and not self.trunk.is_known and not any(self.runs(digits, pattern) for digits, pattern in routes)

    def runs(self, digits: str, pattern: str) -> bool:
        return digits in self.reached and self.reached[digits].extension == pattern


@dataclass(frozen=True)
class Generation:
    """How far VICIdial's generator is: the flag it clears first, and the files it writes last (vicidial.md §2.2)."""

    picked_up: bool
    in_files: bool

    @property
    def is_done(self) -> bool:
        return self.picked_up and self.in_files


def look_at_generation(connection: Connection, carrier: Carrier, server_ip: str) -> Generation:
    """Whether the request was picked up, and whether the files hold the carrier: the flag alone proves nothing."""
    files = (operations.DIALPLAN_FILE, watch_of(carrier).account_file)
    *found, flag = connection.ask(
        [*(operations.find_carrier(path, carrier.carrier_id) for path in files), operations.select_flag(server_ip)]
    )
    rows = table_of(flag).rows
    picked_up = bool(rows) and rows[0]["rebuild_conf_files"] == "N"
    return Generation(picked_up, all(_found(reply) for reply in found))


def look_at(connection: Connection, carrier: Carrier, ext_context: str, digits: Sequence[str], lookalikes: int = 0) -> Look:
    """Ask the files and Asterisk, in one round trip."""
    watch = watch_of(carrier, lookalikes)
    replies = connection.ask(
        [
            operations.find_carrier(operations.DIALPLAN_FILE, carrier.carrier_id),
            operations.find_carrier(watch.account_file, carrier.carrier_id),
            *map(asterisk, watch.questions),
            *(asterisk(f"dialplan show {number}@{ext_context}") for number in digits),
        ],
        stop_at_error=False,
    )
    in_dialplan, in_accounts, *asked = replies
    said = [printed(reply) for reply in asked]
    about_trunk, about_numbers = said[: len(watch.questions)], said[len(watch.questions) :]
    trunk = replace(watch.read(about_trunk), is_known=watch.is_known(about_trunk))
    winners = {number: parse_dialplan_show(text) for number, text in zip(digits, about_numbers, strict=True)}
    return Look(
        in_files=_found(in_dialplan) or _found(in_accounts),
        answered=trunk.answered and all(map(is_dialplan_answer, about_numbers)),
        running=not any(map(_is_not_running, asked)),
        trunk=trunk,
        reached={number: winner for number, winner in winners.items() if winner is not None},
        observation=Observation(trunk.judgement, trunk.states),
    )


def _is_not_running(reply: AgentReply) -> bool:
    return reply.status == "ok" and is_not_running(program_result(reply, "asterisk").errors)


def _found(reply: AgentReply) -> bool:
    return reply.status == "ok" and reply.values[0] == "1"
