"""A dialer in memory, for what surrounds the dialer: it answers the agent's operations, and can fail at any of them.

It proves only the code around it; what a dialer really does is tested in tests/real.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wizard.carrier.conf import read_conf, section_names
from wizard.carrier.model import heading_start
from wizard.carrier.patterns import parse_pattern
from wizard.dialer.connection import Connection
from wizard.dialer.facts import COLUMNS
from wizard.dialer.protocol import AgentReply, Operation
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import ConnectionLostError
from wizard.secret import Secret

CONFIG = (
    "VARserver_ip => 10.0.0.1\nVARDB_server => localhost\nVARDB_database => asterisk\nVARDB_user => cron\nVARDB_pass => 1234\n"
)
ENUM = "enum('SIP','PJSIP','PJSIP_WIZ','Zap','IAX2','EXTERNAL')"


@dataclass
class FakeDialer:
    """Rows, files and an Asterisk, as far as an install touches them."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    servers: list[dict[str, str]] = field(default_factory=list)
    config: str | None = CONFIG
    #: carriers as the generated files, and Asterisk, have them
    generated: dict[str, dict[str, str]] = field(default_factory=dict)
    loaded: dict[str, dict[str, str]] = field(default_factory=dict)
    peer_status: str = "OK (1 ms)"
    registration: str = "Registered"
    generator_runs: bool = True
    reloads: bool = True
    locked_by_other: bool = False
    phones: list[str] = field(default_factory=list)
    missing_columns: frozenset[str] = frozenset()
    #: trunks that somebody wrote into a file by hand
    other_peers: frozenset[str] = frozenset()
    #: Asterisk's command line prints nothing
    silent: bool = False
    admin_log: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[Operation] = field(default_factory=list)
    #: the connection breaks at this request, counted from 1 over all connections, before or after it was carried out
    break_at: int = 0
    break_after: bool = False
    requests: int = 0

    def __post_init__(self) -> None:
        if not self.servers:
            self.servers = [
                {
                    "server_id": "DIALER1", "server_ip": "10.0.0.1", "asterisk_version": "16.30.1", "ext_context": "default",
                    "active_asterisk_server": "Y", "generate_vicidial_conf": "Y", "rebuild_conf_files": "N",
                    "carrier_logging_active": "Y", "max_vicidial_trunks": "96", "outbound_calls_per_second": "5",
                }
            ]  # fmt: skip

    def connector(self, target: DialerTarget, secrets: DialerSecrets) -> Callable[[], Connection]:
        """In the place of :func:`wizard.service.dialers.connector`."""
        return lambda: FakeConnection(self, target, secrets)

    @property
    def state(self) -> tuple[object, ...]:
        """What an undo has to bring back."""
        return dict(self.rows), dict(self.generated), dict(self.loaded)

    def answer(self, operation: Operation) -> AgentReply:
        self.asked.append(operation)
        self._run_generator()
        values = tuple(value.reveal() if isinstance(value, Secret) else value for value in operation.values)
        handler: Callable[..., AgentReply] = getattr(self, f"_{operation.name}")
        return handler(*values)

    def _run_generator(self) -> None:
        if self.generator_runs and self.servers[0]["rebuild_conf_files"] == "Y":
            self.servers[0]["rebuild_conf_files"] = "N"
            self.generated = {name: dict(row) for name, row in self.rows.items() if row["active"] == "Y"}
            if self.reloads:
                self.loaded = dict(self.generated)

    def _clock(self) -> AgentReply:
        return AgentReply("ok", ("1000.0", "0", "192.0.2.1"))

    def _read(self, path: str, most: str) -> AgentReply:
        if path == "/etc/astguiclient.conf" and self.config is not None:
            return AgentReply("ok", (self.config,))
        if path.startswith("/etc/asterisk/") and path.endswith(("sip.conf", "extensions.conf")):
            name = path.rsplit("/", 1)[1].removesuffix(".conf")
            return AgentReply("ok", (f"[general]\n#include {name}-vicidial.conf\n"[: int(most)],))
        return AgentReply("error", ("No such file",))

    def _find(self, path: str, line: str) -> AgentReply:
        headings = [heading_start(row["carrier_id"]) for row in self.generated.values()]
        return AgentReply("ok", (str(int(any(heading.startswith(line) for heading in headings))),))

    def _run(self, seconds: str, *command: str) -> AgentReply:
        printed = self._asterisk(command[2]) if command[0] == "asterisk" else self._program(command)
        return AgentReply("ok", ("0" if printed else "1", printed, ""))

    def _program(self, command: Sequence[str]) -> str:
        outputs = {
            "grep": "* * * * * /usr/share/astguiclient/ADMIN_keepalive_ALL.pl\n",
            "pgrep": "100\n",
            "screen": "There is a screen on:\n\t91.asterisk\t(Detached)\n",
            "ls": "/usr/bin/cmp\n",
            "sha256sum": "".join(f"{hash(str(self.generated))}  {path}\n" for path in command[1:]),
            "ip": "1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.1/24 scope global eth0\n",
            "getent": "" if command[-1].endswith(".invalid") else "203.0.113.7 STREAM\n",
        }
        return outputs[command[0]]

    def _asterisk(self, command: str) -> str:
        if self.silent:
            return ""
        if command == "core show version":
            return "Asterisk 16.30.1-vici built by root\n"
        if command.startswith("module show"):
            return "chan_sip.so  SIP  0  Running  extended\n"
        if command in ("sip reload", "dialplan reload"):
            self.loaded = dict(self.generated)
            return "done\n"
        if command.startswith("sip show peer "):
            return self._show_peer(command.split()[-1])
        if command == "sip show registry":
            rows = [row for row in self.loaded.values() if row["registration_string"]]
            lines = [f"{_host(row)}:5060  N  {_user(row)}  105 {self.registration:20} now" for row in rows]
            return "\n".join(["Host dnsmgr Username Refresh State Reg.Time", *lines]) + "\n"
        return self._show_dialplan(command.removeprefix("dialplan show ").split("@")[0])

    def _show_peer(self, name: str) -> str:
        if name not in self.other_peers and not any(
            name in section_names(row["account_entry"]) for row in self.loaded.values()
        ):
            return f"Peer {name} not found.\n"
        return f"\n  * Name       : {name}\n  Addr->IP     : 203.0.113.7:5060\n  Status       : {self.peer_status}\n"

    def _show_dialplan(self, digits: str) -> str:
        for row in self.loaded.values():
            for option in read_conf(row["dialplan_entry"])[0].options:
                pattern = option.value.split(",")[0]
                if parse_pattern(pattern).matches(digits):
                    return f"[ Included context 'vicidial-auto-external' created by 'pbx_config' ]\n  '{pattern}' => 1. AGI()\n"
        return f"There is no existence of {digits}@default extension\n"

    def _database(self, *login: str) -> AgentReply:
        return AgentReply("ok", ("10.5.23-MariaDB",))

    def _sql(self, statement: str, *values: str) -> AgentReply:
        for start, handler in self._statements().items():
            if statement.startswith(start):
                return handler(statement, values)
        raise AssertionError(f"the fake dialer doesn't know: {statement}")

    def _statements(self) -> dict[str, Callable[[str, Sequence[str]], AgentReply]]:
        return {
            "SELECT @@global": lambda *_: _table({"read_only": "0"}),
            "SELECT GET_LOCK": lambda *_: _table({"taken": "0" if self.locked_by_other else "1", "session": "41"}),
            "SELECT IS_USED_LOCK": lambda *_: _table({"holder": "7"}),
            "SHOW COLUMNS FROM ": lambda statement, _: _table(
                *(
                    {"Field": name, "Type": ENUM if name == "protocol" else "text"}
                    for name in COLUMNS[statement.split()[-1]]
                    if name not in self.missing_columns
                )
            ),
            "SELECT rebuild_conf_files": lambda *_: _table({"rebuild_conf_files": self.servers[0]["rebuild_conf_files"]}),
            "SELECT server_id FROM": lambda *_: _table(*({"server_id": row["server_id"]} for row in self.servers)),
            "SELECT server_id,": lambda _, values: _table(*(row for row in self.servers if row["server_ip"] == values[0])),
            "SELECT db_schema_version": lambda *_: _table({"db_schema_version": "1720", "svn_revision": "3884"}),
            "SELECT * FROM vicidial_server_carriers ORDER": lambda *_: _table(*self.rows.values()),
            "SELECT * FROM vicidial_server_carriers WHERE": lambda _, values: _table(
                *(row for name, row in self.rows.items() if name.lower() == values[0].lower())
            ),
            "SELECT DISTINCT extension": lambda *_: _table(*({"extension": name} for name in self.phones)),
            "SELECT campaign_id": lambda *_: _table(
                {
                    "campaign_id": "SALES", "campaign_name": "Sales", "active": "Y", "dial_prefix": "9",
                    "manual_dial_prefix": "", "three_way_dial_prefix": "", "omit_phone_code": "N",
                }
            ),
            "INSERT INTO vicidial_server_carriers": self._insert,
            "UPDATE vicidial_server_carriers SET active='Y'": self._activate,
            "DELETE FROM vicidial_server_carriers": self._delete,
            "UPDATE servers SET rebuild": self._flag,
            "INSERT INTO vicidial_admin_log": self._log,
        }  # fmt: skip

    def _insert(self, statement: str, values: Sequence[str]) -> AgentReply:
        columns = re.findall(r"(\w+)=\?", statement)
        row = dict(zip(columns, values, strict=True))
        if row["carrier_id"] in self.rows:
            return AgentReply("error", ("Duplicate entry", "1062"))
        self.rows[row["carrier_id"]] = row
        return AgentReply("ok", ("1", "0"))

    def _activate(self, statement: str, values: Sequence[str]) -> AgentReply:
        self.rows[values[0]]["active"] = "Y"
        return AgentReply("ok", ("1", "0"))

    def _delete(self, statement: str, values: Sequence[str]) -> AgentReply:
        columns = re.findall(r"BINARY (\w+)=\?", statement)
        wanted = dict(zip(columns, values, strict=True))
        gone = [name for name, row in self.rows.items() if wanted.items() <= row.items()]
        for name in gone:
            del self.rows[name]
        return AgentReply("ok", (str(len(gone)), "0"))

    def _flag(self, statement: str, values: Sequence[str]) -> AgentReply:
        self.servers[0]["rebuild_conf_files"] = "Y"
        return AgentReply("ok", ("1", "0"))

    def _log(self, statement: str, values: Sequence[str]) -> AgentReply:
        self.admin_log.append(tuple(values))
        return AgentReply("ok", ("1", "0"))


class FakeConnection(Connection):
    """Speaks to a dialer in memory."""

    def __init__(self, dialer: FakeDialer, target: DialerTarget, secrets: DialerSecrets) -> None:
        super().__init__(target, secrets)
        self._dialer = dialer

    def open(self) -> None:
        pass

    def ask(self, operations: Sequence[Operation], *, stop_at_error: bool = True) -> list[AgentReply]:
        dialer = self._dialer
        dialer.requests += 1
        breaks = dialer.requests == dialer.break_at
        if breaks and not dialer.break_after:
            raise ConnectionLostError
        replies: list[AgentReply] = []
        for operation in operations:
            failed = stop_at_error and any(reply.status == "error" for reply in replies)
            replies.append(AgentReply("skipped") if failed else dialer.answer(operation))
        if breaks:
            raise ConnectionLostError
        return replies


def _table(*rows: dict[str, str]) -> AgentReply:
    columns = list(rows[0]) if rows else ["nothing"]
    cells = [row[column] for row in rows for column in columns]
    return AgentReply("ok", (str(len(rows)), str(len(columns)), *columns, *cells))


def _host(row: dict[str, str]) -> str:
    return re.split(r"[:/]", row["registration_string"].rpartition("@")[2])[0]


def _user(row: dict[str, str]) -> str:
    return row["registration_string"].removeprefix("register => ").split(":")[0]
