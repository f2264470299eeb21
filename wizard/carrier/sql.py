"""A carrier entry as SQL, for those who install it by hand."""

from __future__ import annotations

from .model import ALL_SERVERS, Carrier

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "''", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


def install_statements(carrier: Carrier) -> str:
    """The row, and the request to rebuild; the row first, since the flag is looked at once a minute (vicidial.md §2.2)."""
    columns = carrier.columns()
    names = ", ".join(columns)
    values = ",\n  ".join(_literal(value) for value in columns.values())
    where = "" if carrier.server_ip == ALL_SERVERS else f" AND server_ip={_literal(carrier.server_ip)}"
    return (
        f"INSERT INTO vicidial_server_carriers ({names}) VALUES (\n  {values});\n"  # noqa: S608 (text for a person)
        "UPDATE servers SET rebuild_conf_files='Y' WHERE generate_vicidial_conf='Y' AND active_asterisk_server='Y'"
        f"{where};\n"
    )


def _literal(value: str) -> str:
    return f"'{value.translate(_ESCAPES)}'"
