"""What an install and its undo do to a dialer, as values: statements with their values apart, nothing executed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from wizard.carrier.dialing.outgoing import without_headers
from wizard.carrier.model import ALL_SERVERS, Carrier, heading_start
from wizard.carrier.profile import ConfTemplate
from wizard.secret import Secret

from .facts import GATES
from .protocol import Operation, find_line, run, sql
from .rows import CARRIER_COLUMNS

#: who VICIdial's admin log will name
ADMIN_LOG_USER = "carrier-wizard"
#: a lock that MySQL drops by itself when the connection ends
_LOCK_NAME = "carrier-wizard"

GENERATED_FILES = tuple(
    f"/etc/asterisk/{name}"
    for name in (
        "extensions-vicidial.conf", "sip-vicidial.conf", "iax-vicidial.conf", "pjsip-vicidial.conf",
        "pjsip_wizard-vicidial.conf",
    )
)  # fmt: skip
DIALPLAN_FILE = "/etc/asterisk/extensions-vicidial.conf"
#: there from the generator's first write to its last (vicidial.md §2.2)
BUILD_FILE = "/etc/asterisk/BUILDextensions-vicidial.conf"
#: columns that hold the SIP secret
_SECRET_COLUMNS = ("registration_string", "account_entry")


def take_lock(seconds: int = 0) -> Operation:
    """``taken`` is 1 where the dialer is ours, 0 where another wizard holds it; ``session`` is ours."""
    return sql("SELECT GET_LOCK(?, ?) AS taken, CONNECTION_ID() AS session", _LOCK_NAME, str(seconds))


def select_lock_holder() -> Operation:
    """``holder`` is the number of the database session that has the lock."""
    return sql("SELECT IS_USED_LOCK(?) AS holder", _LOCK_NAME)


def end_session(session: int) -> Operation:
    """MySQL lets everybody end sessions of the same user."""
    return sql(f"KILL {session}")


def select_carrier(carrier_id: str) -> Operation:
    return sql("SELECT * FROM vicidial_server_carriers WHERE carrier_id=?", carrier_id)


def insert_inactive(carrier: Carrier, columns: Sequence[str]) -> Operation:
    """The row, switched off: VICIdial's own screen adds carriers in the same way (vicidial.md §1.4)."""
    values = {**carrier.columns(), "active": "N"}
    assignments = ", ".join(f"{column}=?" for column in columns)
    return sql(f"INSERT INTO vicidial_server_carriers SET {assignments}", *_guarded(values, columns))


def select_template(template_id: str) -> Operation:
    return sql("SELECT * FROM vicidial_conf_templates WHERE template_id=?", template_id)


def insert_template(template: ConfTemplate, columns: Sequence[str]) -> Operation:
    """A template that no phone and no carrier uses yet changes nothing by itself (vicidial.md §1.4)."""
    values = asdict(template)
    assignments = ", ".join(f"{column}=?" for column in columns)
    return sql(f"INSERT INTO vicidial_conf_templates SET {assignments}", *(values[column] for column in columns))


def delete_template(template: ConfTemplate) -> Operation:
    """Delete it if it is still the one that was written, and nobody else has come to use it."""
    users = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} AS used WHERE used.template_id=vicidial_conf_templates.template_id)"  # noqa: S608
        for table in ("vicidial_server_carriers", "phones")
    )
    return sql(
        f"DELETE FROM vicidial_conf_templates WHERE BINARY template_id=? AND BINARY template_contents=? AND {users}",  # noqa: S608
        template.template_id,
        template.template_contents,
    )


def activate(carrier: Carrier) -> Operation:
    return sql("UPDATE vicidial_server_carriers SET active='Y' WHERE carrier_id=? AND active='N'", carrier.carrier_id)


def delete_unchanged(carrier: Carrier, columns: Sequence[str]) -> Operation:
    """Delete the row if it is still the one that was written, active or not: nothing of anybody else's is deleted."""
    compared = [column for column in columns if column != "active"]
    # BINARY: the collation would take "ACME" for "acme".
    conditions = " AND ".join(f"BINARY {column}=?" for column in compared)
    values = _guarded(carrier.columns(), compared)
    return sql(f"DELETE FROM vicidial_server_carriers WHERE {conditions}", *values)  # noqa: S608


def request_rebuild(server_ip: str) -> Operation:
    """VICIdial's own WHERE; 0.0.0.0 means every server (vicidial.md §1.4)."""
    open_gates = " AND ".join(f"{gate}='Y'" for gate in GATES)
    statement = f"UPDATE servers SET rebuild_conf_files='Y' WHERE {open_gates}"  # noqa: S608
    return sql(statement) if server_ip == ALL_SERVERS else sql(f"{statement} AND server_ip=?", server_ip)


def select_flag(server_ip: str) -> Operation:
    """The dialer's own row: whether the generator has picked the request up."""
    return sql("SELECT rebuild_conf_files FROM servers WHERE server_ip=?", server_ip)


def select_flags() -> Operation:
    """Every server's gates, and whether its generator has picked the request up."""
    return sql(f"SELECT server_ip, rebuild_conf_files, {', '.join(GATES)} FROM servers")  # noqa: S608 (our own names)


def log_change(event: str, carrier: Carrier, address: str) -> Operation:
    """VICIdial's admin log, with the secrets masked (vicidial.md §1.6). ``event`` is ADD, MODIFY or DELETE."""
    statement = _logged_statement(event, carrier)
    return log_row("CARRIERS", event, carrier.carrier_id, f"ADMIN {event} CARRIER", statement, "", address=address)


def log_row(section: str, event: str, record: str, code: str, statement: str, notes: str, *, address: str) -> Operation:
    """One row of VICIdial's admin log; ``statement`` is only shown there, and holds no secret."""
    return sql(
        "INSERT INTO vicidial_admin_log SET event_date=NOW(), user=?, ip_address=?, event_type=?, record_id=?, event_code=?,"
        " event_sql=?, event_section=?, event_notes=?",
        ADMIN_LOG_USER,
        address if len(address) <= 15 else "",
        event,
        record,
        code,
        f"{statement}|".replace(";", ""),
        section,
        ", ".join(filter(None, ("Carrier Wizard", notes))),
    )


def file_digests() -> Operation:
    """SHA-256 of each generated file."""
    return run("sha256sum", *GENERATED_FILES)


def parse_digests(output: str) -> dict[str, str]:
    """``sha256sum``'s lines → path: digest."""
    pairs = (line.split("  ", 1) for line in output.splitlines() if "  " in line)
    return {path.strip(): digest for digest, path in pairs}


def resolve(host: str) -> Operation:
    """The addresses of a name, as the dialer's own resolver gives them."""
    return run("getent", "ahostsv4", host, seconds=10)


def parse_addresses(output: str) -> frozenset[str]:
    """``getent``'s lines → addresses."""
    return frozenset(line.split()[0] for line in output.splitlines() if line.strip())


def own_addresses() -> Operation:
    """The dialer's own IPv4 addresses."""
    return run("ip", "-o", "-4", "addr", "show")


def parse_own_addresses(output: str) -> frozenset[str]:
    """``2: eth0    inet 192.0.2.1/24 brd ...`` → addresses."""
    return frozenset(re.findall(r"\binet (\d+\.\d+\.\d+\.\d+)", output))


def find_carrier(path: str, carrier_id: str) -> Operation:
    """Whether a generated file has the carrier."""
    return find_line(path, heading_start(carrier_id))


def _guarded(values: Mapping[str, str], columns: Sequence[str]) -> list[str | Secret]:
    guarded = (*_SECRET_COLUMNS, "dialplan_entry")
    return [Secret(values[column]) if column in guarded else values[column] for column in columns]


def _logged_statement(event: str, carrier: Carrier) -> str:
    """What VICIdial would log, without its semicolons and without the columns that hold a secret."""
    if event == "DELETE":
        return f"DELETE FROM vicidial_server_carriers WHERE carrier_id='{carrier.carrier_id}'"  # noqa: S608 (only logged)
    shown = {
        **carrier.columns(),
        **dict.fromkeys(_SECRET_COLUMNS, "***"),
        "dialplan_entry": without_headers(carrier.dialplan_entry, "***"),
    }
    pairs = ",".join(f"{column}='{shown[column]}'" for column in CARRIER_COLUMNS)
    if event == "MODIFY":
        return f"UPDATE vicidial_server_carriers set {pairs} where carrier_id='{carrier.carrier_id}'"  # noqa: S608
    return f"INSERT INTO vicidial_server_carriers SET {pairs}"
