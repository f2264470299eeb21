"""A dialer in memory, for what surrounds the dialer: it answers the agent's operations, and can fail at any of them.

It proves only the code around it; what a dialer really does is tested in tests/real.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fake_asterisk import ADDRESS, FakeAsterisk
from tests.fake_tables import FakeTables
from tests.fake_tables import table as _table
from wizard.carrier.model import heading_start
from wizard.dialer.connection import Connection
from wizard.dialer.gathering import COLUMNS
from wizard.dialer.protocol import AgentReply, Operation
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import ConnectionLostError
from wizard.secret import Secret

CONFIG = (
    "VARserver_ip => 10.0.0.1\nVARDB_server => localhost\nVARDB_database => asterisk\nVARDB_user => cron\nVARDB_pass => 1234\n"
)
CONF_FILES = ("extensions", "sip", "pjsip", "pjsip_wizard", "iax")
ENUM = "enum('SIP','PJSIP','PJSIP_WIZ','Zap','IAX2','EXTERNAL')"


@dataclass
class FakeDialer(FakeTables, FakeAsterisk):
    """Rows, files and an Asterisk, as far as an install touches them."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    servers: list[dict[str, str]] = field(default_factory=list)
    config: str | None = CONFIG
    #: carriers as the generated files, and Asterisk, have them
    generated: dict[str, dict[str, str]] = field(default_factory=dict)
    loaded: dict[str, dict[str, str]] = field(default_factory=dict)
    generator_runs: bool = True
    #: caller ID → its campaign
    caller_ids: dict[str, str] = field(default_factory=lambda: {"2125551234": "SALES"})
    #: the other dialers of its cluster, which share its rows
    others: list[FakeDialer] = field(default_factory=list)
    reloads: bool = True
    locked_by_other: bool = False
    phones: list[str] = field(default_factory=list)
    #: active lists with a dial prefix of their own
    list_prefixes: list[dict[str, str]] = field(default_factory=list)
    missing_columns: frozenset[str] = frozenset()
    #: conf templates by their id
    templates: dict[str, dict[str, str]] = field(default_factory=dict)
    #: files of Asterisk's that include what VICIdial generates
    including: tuple[str, ...] = CONF_FILES
    #: Asterisk's command line prints nothing
    silent: bool = False
    free_kilobytes: int = 50_000_000
    admin_log: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[Operation] = field(default_factory=list)
    #: the connection breaks at this request, counted from 1 over all connections, before or after it was carried out
    break_at: int = 0
    break_after: bool = False
    requests: int = 0
    #: how the carrier answers what it is asked over a socket; "" where it is silent
    door: str = ""

    def __post_init__(self) -> None:
        if not self.servers:
            self.servers = [
                {
                    "server_id": "DIALER1", "server_ip": "10.0.0.1", "asterisk_version": "16.30.1", "ext_context": "default",
                    "active_asterisk_server": "Y", "generate_vicidial_conf": "Y", "rebuild_conf_files": "N",
                    "carrier_logging_active": "Y", "max_vicidial_trunks": "96", "outbound_calls_per_second": "5",
                    "external_server_ip": "",
                }
            ]  # fmt: skip

    def connector(self, target: DialerTarget, secrets: DialerSecrets) -> Callable[[], Connection]:
        """In the place of :func:`wizard.service.dialers.connector`."""
        return lambda: FakeConnection(self, target, secrets)

    def add_server(self, server_ip: str, **columns: str) -> FakeDialer:
        """Another dialer with the same database: its own row stands first in its own list."""
        row = {
            **self.servers[0],
            "server_ip": server_ip,
            "server_id": f"D{server_ip[-1]}",
            "rebuild_conf_files": "N",
            **columns,
        }
        other = FakeDialer(rows=self.rows, servers=[row, *self.servers], config=CONFIG.replace("10.0.0.1", server_ip))
        self.servers.append(row)
        self.others.append(other)
        return other

    @property
    def state(self) -> tuple[object, ...]:
        """What an undo has to bring back."""
        return dict(self.rows), dict(self.generated), dict(self.loaded), dict(self.templates), self.records

    def answer(self, operation: Operation) -> AgentReply:
        self.asked.append(operation)
        self._run_generator()
        values = tuple(value.reveal() if isinstance(value, Secret) else value for value in operation.values)
        handler: Callable[..., AgentReply] = getattr(self, f"_{operation.name}")
        return handler(*values)

    def _run_generator(self) -> None:
        for other in self.others:
            other._run_generator()
        if self.generator_runs and self.servers[0]["rebuild_conf_files"] == "Y":
            self.servers[0]["rebuild_conf_files"] = "N"
            self.generated = {name: self._written(row) for name, row in self.rows.items() if row["active"] == "Y"}
            if self.reloads:
                self.loaded = dict(self.generated)

    def _written(self, row: dict[str, str]) -> dict[str, str]:
        """A template's lines land after the account entry (vicidial.md §1.7)."""
        template = self.templates.get(row.get("template_id", ""), {})
        return {**row, "account_entry": row["account_entry"] + template.get("template_contents", "")}

    def _clock(self) -> AgentReply:
        return AgentReply("ok", ("1000.0", "0", "192.0.2.1"))

    def _read(self, path: str, most: str) -> AgentReply:
        if path == "/etc/astguiclient.conf" and self.config is not None:
            return AgentReply("ok", (self.config,))
        name = path.removeprefix("/etc/asterisk/").removesuffix(".conf")
        if name in self.including:
            return AgentReply("ok", (f"[general]\n#include {name}-vicidial.conf\n"[: int(most)],))
        return AgentReply("error", ("No such file",))

    def _wire(self, *_values: str) -> AgentReply:
        return AgentReply("ok", ("10.0.0.1", "40000"))

    def _say(self, _seconds: str, _not_last: str, sent: str) -> AgentReply:
        if not self.door:
            return AgentReply("ok", ())
        lines = sent.split("\r\n")
        kept = [line for line in lines if line.partition(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        seen = [f"{line};received=198.51.100.9" if line.startswith("Via") else line for line in kept]
        return AgentReply("ok", ("0.012", "\r\n".join([self.door, *seen, "", ""])))

    def _find(self, path: str, line: str) -> AgentReply:
        rows = self.generated.values()
        lines = [heading_start(row["carrier_id"]) for row in rows]
        for row in rows:
            lines += f"{row['account_entry']}\n{row['dialplan_entry']}".splitlines()
        return AgentReply("ok", (str(int(any(each.startswith(line) for each in lines))),))

    def _run(self, seconds: str, *command: str) -> AgentReply:
        printed = self._asterisk(command[2]) if command[0] == "asterisk" else self._program(command)
        return AgentReply("ok", ("0" if printed else "1", printed, ""))

    def _program(self, command: Sequence[str]) -> str:
        outputs = {
            "grep": "* * * * * /usr/share/astguiclient/ADMIN_keepalive_ALL.pl\n",
            "pgrep": "100\n",
            "screen": "There is a screen on:\n\t91.asterisk\t(Detached)\n",
            "stat": "1000\n",
            "ls": "".join(f"{path}\n" for path in command[1:] if path.endswith("/cmp") or path in self.tiltx_files),
            "tail": "",
            "df": f"Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 99 9 {self.free_kilobytes} 9% /\n",
            "sha256sum": "".join(f"{hash(str(self.generated))}  {path}\n" for path in command[1:]),
            "ip": "1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.1/24 scope global eth0\n",
            "getent": "" if command[-1].endswith(".invalid") else f"{ADDRESS} STREAM\n",
        }
        # What else is asked for is not there: a firewall of any kind, say.
        return outputs.get(command[0], "")

    def _asterisk(self, command: str) -> str:
        if self.silent:
            return ""
        if "reload" in command.split():
            self.loaded = dict(self.generated)
            return "done\n"
        return self.say(command, self.loaded)

    def _database(self, *login: str) -> AgentReply:
        return AgentReply("ok", ("10.5.23-MariaDB",))

    def _sql(self, statement: str, *values: str) -> AgentReply:
        for start, handler in self._statements().items():
            if statement.startswith(start):
                return handler(statement, values)
        raise AssertionError(f"the fake dialer doesn't know: {statement}")

    def _statements(self) -> dict[str, Callable[[str, Sequence[str]], AgentReply]]:
        return {
            **self.log_statements(),
            **self.record_statements(),
            "PREPARE carrier_wizard": lambda *_: AgentReply("ok", ("0", "0")),
            "SHOW SLAVE STATUS": lambda *_: AgentReply("error", ("Access denied", "1227")),
            "SHOW REPLICA STATUS": lambda *_: AgentReply("error", ("Access denied", "1227")),
            "SHOW GLOBAL STATUS LIKE 'Slave_running'": lambda *_: _table({"Variable_name": "Slave_running", "Value": "OFF"}),
            "SELECT (SELECT COUNT(*) FROM vicidial_live_agents": lambda *_: _table({"agents": "0", "calls": "0"}),
            "SELECT @@global": lambda *_: _table({"read_only": "0"}),
            "SELECT GET_LOCK": lambda *_: _table({"taken": "0" if self.locked_by_other else "1", "session": "41"}),
            "SELECT IS_USED_LOCK": lambda *_: _table({"holder": "7" if self.locked_by_other else None}),
            "SHOW COLUMNS FROM ": lambda statement, _: _table(
                *(
                    {"Field": name, "Type": ENUM if name == "protocol" else "text"}
                    for name in COLUMNS[statement.split()[-1]]
                    if name not in self.missing_columns
                )
            ),
            "SELECT rebuild_conf_files": lambda *_: _table({"rebuild_conf_files": self.servers[0]["rebuild_conf_files"]}),
            "SELECT server_id,": lambda _, values: _table(
                *(row for row in self.servers if not values or row["server_ip"] == values[0])
            ),
            "SELECT server_ip, rebuild": lambda *_: _table(*self.servers),
            "SELECT campaign_cid, ": lambda *_: _table(
                *({"campaign_cid": cid, "campaign_id": name, "active": "Y"} for cid, name in self.caller_ids.items())
            ),
            "SELECT campaign_cid_override": lambda *_: _table(),
            "SELECT outbound_cid": lambda *_: AgentReply("error", ("Table doesn't exist", "1146")),
            "SELECT did_pattern": lambda *_: _table({"did_pattern": "2125551234"}, {"did_pattern": "default"}),
            "SELECT db_schema_version": lambda *_: _table(
                {"db_schema_version": "1720", "svn_revision": "3884", "default_phone_code": "1"}
            ),
            "SELECT * FROM vicidial_server_carriers ORDER": lambda *_: _table(*self.rows.values()),
            "SELECT * FROM vicidial_server_carriers WHERE active": lambda *_: _table(
                *(row for row in self.rows.values() if row["active"] == "Y")
            ),
            "SELECT * FROM vicidial_server_carriers WHERE": lambda _, values: _table(
                *(row for name, row in self.rows.items() if name.lower() == values[0].lower())
            ),
            "SELECT DISTINCT extension": lambda *_: _table(
                *({"extension": name, "dialplan_number": name} for name in self.phones)
            ),
            "SELECT DISTINCT campaign_id, dial_prefix FROM vicidial_lists": lambda *_: _table(*self.list_prefixes),
            "SELECT template_id": lambda *_: _table(*self.templates.values()),
            "SELECT * FROM vicidial_conf_templates WHERE": lambda _, values: _table(
                *(row for name, row in self.templates.items() if name.lower() == values[0].lower())
            ),
            "INSERT INTO vicidial_conf_templates": self._insert_template,
            "DELETE FROM vicidial_conf_templates": self._delete_template,
            "INSERT INTO vicidial_server_carriers": self._insert,
            "UPDATE vicidial_server_carriers SET active='Y'": self._activate,
            "UPDATE vicidial_server_carriers SET `": self._change,
            "SELECT UNIX_TIMESTAMP(event_date)": lambda *_: _table(),
            "DELETE FROM vicidial_server_carriers": self._delete,
            "UPDATE servers SET rebuild": self._flag,
            "INSERT INTO vicidial_admin_log": self._log,
        }  # fmt: skip

    def _insert(self, statement: str, values: Sequence[str]) -> AgentReply:
        columns = re.findall(r"(\w+)`?=\?", statement)
        row = dict(zip(columns, values, strict=True))
        if row["carrier_id"] in self.rows:
            return AgentReply("error", ("Duplicate entry", "1062"))
        self.rows[row["carrier_id"]] = row
        return AgentReply("ok", ("1", "0"))

    def _activate(self, statement: str, values: Sequence[str]) -> AgentReply:
        self.rows[values[0]]["active"] = "Y"
        return AgentReply("ok", ("1", "0"))

    def _change(self, statement: str, values: Sequence[str]) -> AgentReply:
        """Compare and set of a whole row."""
        assignments, condition = statement.split(" WHERE ")
        changed, compared = re.findall(r"`(\w+)`=\?", assignments), re.findall(r"BINARY `(\w+)`<=>\?", condition)
        wanted = dict(zip(compared, values[len(changed) :], strict=True))
        for row in self.rows.values():
            if wanted == row:
                row |= dict(zip(changed, values, strict=False))
                return AgentReply("ok", ("1", "0"))
        return AgentReply("ok", ("0", "0"))

    def _delete(self, statement: str, values: Sequence[str]) -> AgentReply:
        columns = re.findall(r"BINARY `?(\w+)`?(?:=|<=>)\?", statement)
        wanted = dict(zip(columns, values, strict=True))
        gone = [name for name, row in self.rows.items() if wanted.items() <= row.items()]
        for name in gone:
            del self.rows[name]
        return AgentReply("ok", (str(len(gone)), "0"))

    def _insert_template(self, statement: str, values: Sequence[str]) -> AgentReply:
        row = dict(zip(re.findall(r"(\w+)=\?", statement), values, strict=True))
        if row["template_id"] in self.templates:
            return AgentReply("error", ("Duplicate entry", "1062"))
        self.templates[row["template_id"]] = row
        return AgentReply("ok", ("1", "0"))

    def _delete_template(self, statement: str, values: Sequence[str]) -> AgentReply:
        wanted = dict(zip(re.findall(r"BINARY (\w+)=\?", statement), values, strict=True))
        assert "NOT EXISTS" in statement
        used = {row.get("template_id") for row in self.rows.values()}
        gone = [name for name, row in self.templates.items() if wanted.items() <= row.items() and name not in used]
        for name in gone:
            del self.templates[name]
        return AgentReply("ok", (str(len(gone)), "0"))

    def _flag(self, statement: str, values: Sequence[str]) -> AgentReply:
        for row in self.servers:
            if row["server_ip"] in (values or [row["server_ip"]]) and row["generate_vicidial_conf"] == "Y":
                row["rebuild_conf_files"] = "Y"
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
