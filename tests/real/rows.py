"""Carriers as VICIdial's own screens leave them: a row, and the generator's run."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pymysql

from tests.lab import Lab


def add_carrier(lab: Lab, carrier_id: str, **columns: Any) -> None:
    row = {
        "carrier_id": carrier_id, "carrier_name": f"{carrier_id} name", "registration_string": "", "template_id": "--NONE--",
        "account_entry": "", "protocol": "SIP", "globals_string": "", "dialplan_entry": "", "server_ip": lab.dialer.address,
        "active": "Y", **columns,
    }  # fmt: skip
    lab.dialer.query(f"INSERT INTO vicidial_server_carriers SET {', '.join(f'{name}=%s' for name in row)}", *row.values())


def rebuild(lab: Lab, *, seconds: float = 20) -> None:
    """Ask for a rebuild and wait until it is over, as its BUILD files show."""
    lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        [row] = lab.dialer.query("SELECT rebuild_conf_files FROM servers")
        if row["rebuild_conf_files"] == "N" and not list((lab.dialer.root / "etc/asterisk").glob("BUILDext*")):
            time.sleep(0.2)
            if not list((lab.dialer.root / "etc/asterisk").glob("BUILDext*")):
                return
        time.sleep(0.05)
    raise AssertionError("the generator did not run")


@contextlib.contextmanager
def locked(lab: Lab, table: str, kind: str = "READ") -> Iterator[None]:
    """Somebody holds a table, as a backup does: nobody else writes to it meanwhile, with WRITE nobody reads it either."""
    holder = pymysql.connect(unix_socket=f"{lab.dialer.root}/run/mysqld/mysqld.sock", user="root", database="asterisk")
    with holder, holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLES {table} {kind}")
        yield
        cursor.execute("UNLOCK TABLES")
