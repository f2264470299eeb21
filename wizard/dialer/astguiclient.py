"""``/etc/astguiclient.conf``, read as VICIdial reads it."""

from __future__ import annotations

import re

from wizard.secret import Secret

from .protocol import Operation, database

PATH = "/etc/astguiclient.conf"
_DROPPED = re.compile(r"[ >\n\r\t]|#.*|;.*")
#: VICIdial takes a line for a key that it begins with, so a longer key of the same start would win too
_KEYS = (
    "PATHagi", "VARserver_ip", "VARDB_server", "VARDB_database", "VARDB_user", "VARDB_pass", "VARDB_custom_user",
    "VARDB_custom_pass", "VARDB_port", "ExpectedDBSchema",
)  # fmt: skip


def parse_astguiclient(text: str) -> dict[str, str]:
    """Key → value by VICIdial's own rules (vicidial.md §5.3).

    Blanks, ``>`` and everything from ``#`` or ``;`` are dropped, and the value is what follows the *last* ``=``: a password
    with such characters is mangled for VICIdial too, so it is mangled here in the same way.
    """
    values: dict[str, str] = {}
    for raw in text.splitlines():
        line = _DROPPED.sub("", raw)
        for key in _KEYS:
            if line.startswith(key) and "=" in line:
                values[key] = line.rpartition("=")[2]
    return values


def database_login(values: dict[str, str]) -> Operation:
    """Sign in to the database as VICIdial does; the port is 3306 unless the file says otherwise."""
    return database(
        values["VARDB_server"],
        values.get("VARDB_port") or "3306",
        values["VARDB_database"],
        values["VARDB_user"],
        Secret(values.get("VARDB_pass", "")),
    )


def custom_login(values: dict[str, str]) -> Operation | None:
    """Sign in as the user who may also make tables (vicidial.md §6), where the file names one."""
    if not values.get("VARDB_custom_user"):
        return None
    own = {"VARDB_user": values["VARDB_custom_user"], "VARDB_pass": values.get("VARDB_custom_pass", "")}
    return database_login({**values, **own})
