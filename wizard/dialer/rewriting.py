"""Whether the generated files, and Asterisk, have followed the change of a row that was there before.

The old entry and the new one share their headings and often their names: that Asterisk knows the trunk proves nothing. So the
files must have changed and hold the new lines, and Asterisk is told to reload once they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wizard.carrier.model import Carrier
from wizard.secret import Secret

from . import operations
from .connection import Connection
from .look import look_at
from .protocol import Operation, asterisk, find_line, program_result, read_file, table_of
from .row_change import RowChange, generated_carrier
from .watch import Watch, watch_of

#: chan_sip and chan_iax2 only take note of a reload; the thread that carries it out looks once a second
SETTLE_SECONDS = 2.0
#: lines of an entry that are looked for; a question each, at every look
_MOST_LINES = 12


@dataclass(frozen=True)
class FilesSeen:
    """How far the generator is with a change."""

    picked_up: bool
    #: the generator is at work
    building: bool
    #: whether the files hold what they should, and nothing of what they shouldn't
    as_meant: bool
    digests: Mapping[str, str]

    def is_done(self, before: Mapping[str, str], expected: Mapping[str, str] | None) -> bool:
        """``before`` are the digests when the change was written, ``expected`` those that it should end with, if known."""
        followed = self.digests != before or self.digests == expected
        return self.picked_up and not self.building and self.as_meant and followed


class Rewriting:
    """The way of one row's change on one server."""

    def __init__(self, change: RowChange, server_ip: str) -> None:
        self._server_ip = server_ip
        self._change = change
        self.old = generated_carrier(change.before, server_ip)
        self.new = generated_carrier(change.after, server_ip)

    @property
    def is_seen(self) -> bool:
        """Whether anything of the change ever reaches this server's files."""
        return _generated(self.old) != _generated(self.new)

    @property
    def needs_rebuild(self) -> bool:
        """Whether any server's files change: its row may be another server's, which nobody here can follow."""
        rows = (self._change.before, self._change.after)
        own = [generated_carrier(row, row["server_ip"] or "") if row is not None else None for row in rows]
        servers = {carrier.server_ip for carrier in own if carrier is not None}
        return len(servers) > 1 or _generated(own[0]) != _generated(own[1])

    @property
    def files(self) -> tuple[str, ...]:
        """The generated files of this server that the change reaches."""
        return tuple(sorted({operations.DIALPLAN_FILE, *(each.account_file for each in self._watches)})) if self.is_seen else ()

    @property
    def _watches(self) -> list[Watch]:
        return [watch_of(each) for each in (self.old, self.new) if each is not None]

    def look_at_files(self, connection: Connection) -> FilesSeen:
        """One round trip."""
        wanted, unwanted = self._wanted(), self._unwanted()
        flag, building, digests, *found = connection.ask(
            [
                operations.select_flag(self._server_ip),
                read_file(operations.BUILD_FILE, 1),
                operations.file_digests(),
                *wanted,
                *unwanted,
            ],
            stop_at_error=False,
        )
        rows = table_of(flag).rows
        there = [reply.status == "ok" and reply.values[0] == "1" for reply in found]
        return FilesSeen(
            picked_up=bool(rows) and rows[0]["rebuild_conf_files"] == "N",
            building=building.status == "ok",
            as_meant=all(there[: len(wanted)]) and not any(there[len(wanted) :]),
            digests=operations.parse_digests(program_result(digests, "sha256sum").output),
        )

    def reload(self, connection: Connection) -> None:
        """Load the files, whether the generator's own typed reload arrived or not (vicidial.md §2.5)."""
        commands = dict.fromkeys(command for watch in self._watches for command in watch.reloads)
        connection.ask([asterisk(command) for command in commands], stop_at_error=False)

    def is_old_gone(self, connection: Connection, ext_context: str) -> bool:
        """Whether Asterisk has forgotten a trunk that the new entry doesn't have under the same name."""
        if self.old is None or (self.new is not None and _trunk(self.old) == _trunk(self.new)):
            return True
        look = look_at(connection, self.old, ext_context, [])
        return not look.running or (look.answered and not look.trunk.is_known)

    def _wanted(self) -> list[Operation]:
        if self.new is None:
            return []
        new, accounts = self.new, watch_of(self.new).account_file
        dialplan = _added(self.old.dialplan_entry if self.old else "", new.dialplan_entry)
        account = _added(self.old.account_entry if self.old else "", new.account_entry)
        return [
            operations.find_carrier(operations.DIALPLAN_FILE, new.carrier_id),
            operations.find_carrier(accounts, new.carrier_id),
            *(find_line(operations.DIALPLAN_FILE, Secret(line)) for line in dialplan),
            *(find_line(accounts, Secret(line)) for line in account),
        ]

    def _unwanted(self) -> list[Operation]:
        if self.old is None:
            return []
        old, accounts = self.old, watch_of(self.old).account_file
        has_moved = self.new is not None and watch_of(self.new).account_file != accounts
        gone = [operations.DIALPLAN_FILE, accounts] if self.new is None else [accounts] if has_moved else []
        return [operations.find_carrier(path, old.carrier_id) for path in gone]


def _generated(carrier: Carrier | None) -> tuple[str, ...] | None:
    """What of a carrier reaches the files (vicidial.md §2.3)."""
    if carrier is None:
        return None
    return (
        carrier.carrier_id, carrier.carrier_name, carrier.carrier_description, carrier.protocol.value, carrier.template_id,
        carrier.registration_string, carrier.account_entry, carrier.globals_string, carrier.dialplan_entry,
    )  # fmt: skip


def _trunk(carrier: Carrier) -> tuple[str, str]:
    watch = watch_of(carrier)
    return watch.account_file, watch.trunk


def _added(old: str, new: str) -> Sequence[str]:
    """Lines of the new text that the old one doesn't have, as they begin in the file."""
    there = set(map(str.rstrip, old.splitlines()))
    lines = map(str.rstrip, new.splitlines())
    return [line for line in dict.fromkeys(lines) if line and line not in there][:_MOST_LINES]
