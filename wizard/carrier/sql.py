"""A carrier entry as SQL, for those who install it by hand."""

from __future__ import annotations

from dataclasses import asdict

from .answers import AUTO
from .model import ALL_SERVERS, Carrier
from .profile import ConfTemplate

_GATES = "generate_vicidial_conf='Y' AND active_asterisk_server='Y'"

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "''", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


def install_statements(carrier: Carrier, template: ConfTemplate | None = None) -> str:
    """The row, and the request to rebuild; the row first, since the flag is looked at once a minute (vicidial.md §2.2).

    A template comes before the carrier that uses it.
    """
    columns = carrier.columns()
    names = ", ".join(columns)
    server_ip = "@server_ip" if carrier.server_ip == AUTO else _literal(carrier.server_ip)
    literals = {column: _literal(value) for column, value in columns.items()} | {"server_ip": server_ip}
    values = ",\n  ".join(literals.values())
    where = "" if carrier.server_ip == ALL_SERVERS else f" AND server_ip={server_ip}"
    # Where there are several dialers this fails, instead of choosing one.
    choose = f"SET @server_ip=(SELECT server_ip FROM servers WHERE {_GATES});\n"  # noqa: S608
    chosen = choose if carrier.server_ip == AUTO else ""
    insert = f"INSERT INTO vicidial_server_carriers ({names}) VALUES (\n  {values});\n"  # noqa: S608 (text for a person)
    update = f"UPDATE servers SET rebuild_conf_files='Y' WHERE {_GATES}{where};\n"  # noqa: S608
    return chosen + (_template_statement(template) if template else "") + insert + update


def _template_statement(template: ConfTemplate) -> str:
    columns = asdict(template)
    values = ",\n  ".join(map(_literal, columns.values()))
    return f"INSERT INTO vicidial_conf_templates ({', '.join(columns)}) VALUES (\n  {values});\n"  # noqa: S608


def _literal(value: str) -> str:
    return f"'{value.translate(_ESCAPES)}'"
