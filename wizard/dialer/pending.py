"""What a rebuild would bring live beside the entry: changes that were saved in VICIdial, and not generated yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wizard.carrier.model import Carrier

from . import operations
from .connection import Connection
from .facts import DialerFacts
from .protocol import AgentReply, Operation, printed, read_file, run, sql, table_of
from .watch import watch_of

#: sections of VICIdial's admin log whose screens ask for a rebuild when they save (vicidial.md §1.6, §2)
GENERATED_SECTIONS = ("CALLMENUS", "CARRIERS", "CONFTEMPLATES", "MOH", "PHONES", "SERVERS", "SYSTEMSETTINGS", "VOICEMAIL")
#: only the end of the log is read, by its primary key: it has no index on the date
_LAST_ROWS = 500
_HEADING = re.compile(r"^; VICIDIAL Carrier: ([-_0-9A-Za-z]+) - ", re.MULTILINE)


@dataclass(frozen=True)
class PendingChange:
    """``kind`` is ``carrier_not_generated``, ``carrier_still_generated``, ``flagged``, or ``logged`` with who and when."""

    kind: str
    name: str
    section: str = ""
    user: str = ""
    at: str = ""


def find_pending(connection: Connection, facts: DialerFacts, carrier_id: str) -> tuple[PendingChange, ...]:
    """Everything but the carrier itself; one round trip."""
    neighbours = facts.generated_neighbours(carrier_id)
    paths = sorted({operations.DIALPLAN_FILE, *(watch_of(each).account_file for each in neighbours)})
    written, logged, *files = connection.ask(
        [run("stat", "-c", "%Y", operations.DIALPLAN_FILE), _select_log(), *map(read_file, paths)], stop_at_error=False
    )
    texts = {path: _text(reply) for path, reply in zip(paths, files, strict=True)}
    flagged = [PendingChange("flagged", facts.server_ip)] if facts.database.server["rebuild_conf_files"] == "Y" else []
    carriers = [*_not_generated(neighbours, texts), *_still_generated(neighbours, texts, carrier_id)]
    return (*flagged, *carriers, *_logged(logged, printed(written).strip(), carrier_id))


def _select_log() -> Operation:
    sections = ", ".join("?" for _ in GENERATED_SECTIONS)
    return sql(
        "SELECT UNIX_TIMESTAMP(event_date) AS seconds, event_date, user, event_section, record_id FROM vicidial_admin_log"  # noqa: S608
        f" WHERE admin_log_id > (SELECT MAX(admin_log_id) FROM vicidial_admin_log) - {_LAST_ROWS}"
        f" AND event_section IN ({sections}) ORDER BY admin_log_id",
        *GENERATED_SECTIONS,
    )


def _not_generated(neighbours: Sequence[Carrier], texts: dict[str, str]) -> Iterator[PendingChange]:
    for carrier in neighbours:
        accounts, dialplan = texts[watch_of(carrier).account_file], texts[operations.DIALPLAN_FILE]
        entries = ((carrier.account_entry, accounts), (carrier.dialplan_entry, dialplan))
        there = all(_lines(entry) <= _lines(text) for entry, text in entries)
        if not there or carrier.carrier_id not in _HEADING.findall(dialplan):
            yield PendingChange("carrier_not_generated", carrier.carrier_id)


def _still_generated(neighbours: Sequence[Carrier], texts: dict[str, str], carrier_id: str) -> Iterator[PendingChange]:
    known = {carrier.carrier_id for carrier in neighbours} | {carrier_id}
    for name in dict.fromkeys(_HEADING.findall(texts[operations.DIALPLAN_FILE])):
        if name not in known:
            yield PendingChange("carrier_still_generated", name)


def _logged(reply: AgentReply, written: str, carrier_id: str) -> Iterator[PendingChange]:
    """What people changed since the files were written."""
    if reply.status != "ok" or not written.isdigit():
        return
    seen = set()
    for row in table_of(reply).rows:
        section, name = row["event_section"] or "", row["record_id"] or ""
        is_newer = float(row["seconds"] or 0) > int(written)
        if is_newer and (section, name) not in seen and (section, name) != ("CARRIERS", carrier_id):
            seen.add((section, name))
            yield PendingChange("logged", name, section, row["user"] or "", row["event_date"] or "")


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()} - {""}


def _text(reply: AgentReply) -> str:
    return (reply.values[0] or "") if reply.status == "ok" else ""
