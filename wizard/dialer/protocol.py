"""What is said to the agent on the dialer, and what it answers: pure text, no connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.errors import CommandError, DatabaseError
from wizard.secret import Secret

#: a cell of a row, or an operation's value: text, or nothing
Cell = str | None
#: more than the 20 s after which the agent's database session gives up waiting for a lock
OPERATION_SECONDS = 25.0
#: operations whose first value is how long they may take
_TIMED = ("run", "wire", "say")
_STATUSES = ("ok", "error", "skipped")


@dataclass(frozen=True)
class Operation:
    """One thing for the agent to do; ``values`` may hold secrets, which only :func:`encode` reveals."""

    name: str
    values: tuple[str | Secret | None, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the dialer may take for it."""
        return float(str(self.values[0])) if self.name in _TIMED else OPERATION_SECONDS

    def __repr__(self) -> str:
        return f"Operation({self.name!r}, {len(self.values)} values)"


@dataclass(frozen=True)
class AgentReply:
    """``status`` is ``ok``, ``error`` or ``skipped``."""

    status: str
    values: tuple[Cell, ...] = ()

    def __repr__(self) -> str:
        return f"AgentReply({self.status!r}, {len(self.values)} values)"

    def result(self, what: str) -> tuple[Cell, ...]:
        """The values.

        :raises CommandError: where the operation failed or was not run
        """
        if self.status != "ok":
            raise CommandError(what=what, detail=(self.values[0] or "").strip() if self.values else self.status)
        return self.values


@dataclass(frozen=True)
class Table:
    """What a statement gave: rows touched, and for a query its rows as column → cell."""

    touched: int
    rows: tuple[dict[str, Cell], ...] = ()


@dataclass(frozen=True)
class ProgramResult:
    """How a program on the dialer ended."""

    status: int
    output: str
    errors: str


def clock() -> Operation:
    return Operation("clock")


def database(host: str, port: str, name: str, user: str, password: Secret) -> Operation:
    return Operation("database", (host, port, name, user, password))


def sql(statement: str, *values: str | Secret | None) -> Operation:
    """A statement with a ``?`` for each value; the values need no quoting."""
    return Operation("sql", (statement, *values))


def run(*command: str, seconds: int = 10) -> Operation:
    """A program with its arguments, without a shell. Arguments can be seen by anyone on the dialer: no secrets."""
    return Operation("run", (str(seconds), *command))


def asterisk(command: str, seconds: int = 10) -> Operation:
    return run("asterisk", "-rx", command, seconds=seconds)


def read_file(path: str, most: int = 1_000_000) -> Operation:
    return Operation("read", (path, str(most)))


def find_line(path: str, start: str | Secret) -> Operation:
    """Whether a line of the file begins with ``start``: ``1`` or ``0``."""
    return Operation("find", (path, start))


def open_wire(transport: str, address: str, port: int, own_address: str, name: str, seconds: int = 6) -> Operation:
    """Open a socket on the dialer, in the place of an earlier one → our address and port.

    ``transport``: ``udp``, ``tcp`` or ``tls``; ``own_address``: where to send from, "" wherever; ``name``: whom TLS asks for.
    """
    return Operation("wire", (str(seconds), transport, address, str(port), own_address, name))


def say_on_wire(sent: Secret, seconds: int = 6, not_last: str = "") -> Operation:
    """Send something through that socket → (seconds until it came, message) for each message that came back.

    It ends with the first message that does not begin with ``not_last`` (where that is not empty), or when the time is over.
    """
    return Operation("say", (str(seconds), not_last, sent))


def encode(operations: Sequence[Operation], *, stop_at_error: bool) -> bytes:
    """A request as the agent reads it."""
    mode = "stop" if stop_at_error else "all"
    lines = [f"request {len(operations)} {mode}", *(" ".join([each.name, *map(_encoded, each.values)]) for each in operations)]
    return "".join(f"{line}\n" for line in lines).encode()


def parse_reply(line: bytes) -> AgentReply:
    """:raises CommandError: this is nothing that the agent says"""
    status, *values = line.decode("ascii", errors="replace").split(" ")
    try:
        if status in _STATUSES:
            return AgentReply(status, tuple(map(_decoded, values)))
    except ValueError:
        pass
    raise CommandError(what="agent", detail=line.decode(errors="replace")[-200:])


def table_of(reply: AgentReply) -> Table:
    """Read a reply to :func:`sql`.

    :raises DatabaseError: where the database refused the statement
    """
    if reply.status != "ok":
        raise DatabaseError(number=error_number(reply), detail=database_complaint(reply))
    touched, columns, *rest = reply.values
    width = int(columns or 0)
    names, cells = rest[:width], rest[width:]
    rows = [dict(zip(map(str, names), cells[at : at + width], strict=True)) for at in range(0, len(cells), width or 1)]
    return Table(int(float(touched or 0)), tuple(rows))


def error_number(reply: AgentReply) -> int | None:
    number = reply.values[1] if len(reply.values) > 1 else None
    return int(number) if number and number.isdigit() else None


def database_complaint(reply: AgentReply) -> str:
    """What the driver said, without the driver's own address in the script."""
    complaint = (reply.values[0] or "") if reply.values else "skipped"
    return complaint.split(" at (eval")[0].strip()


def program_result(reply: AgentReply, what: str) -> ProgramResult:
    status, output, errors = reply.result(what)
    return ProgramResult(int(status or 0), output or "", errors or "")


def printed(reply: AgentReply) -> str:
    """What a program printed; nothing where it could not be run."""
    return program_result(reply, "program").output if reply.status == "ok" else ""


def _encoded(value: str | Secret | None) -> str:
    if value is None:
        return "-"
    text = value.reveal() if isinstance(value, Secret) else value
    return "x" + text.encode("utf-8", errors="surrogateescape").hex()


def _decoded(value: str) -> Cell:
    # Rows of other carriers may hold any bytes; surrogates carry them there and back unchanged.
    return None if value == "-" else bytes.fromhex(value[1:]).decode("utf-8", errors="surrogateescape")
