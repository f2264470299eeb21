"""Somebody who looks at the dialer with his own eyes: nothing here is the wizard's code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.lab import Lab

Rows = list[dict[str, Any]]
#: what is read of each table; a dialer's own scripts change other columns of its server's row all the time
TABLES = {
    "carriers": "SELECT * FROM vicidial_server_carriers ORDER BY carrier_id",
    "servers": "SELECT server_ip, active_asterisk_server, generate_vicidial_conf, rebuild_conf_files FROM servers",
    "campaigns": "SELECT * FROM vicidial_campaigns ORDER BY campaign_id",
    "templates": "SELECT * FROM vicidial_conf_templates ORDER BY template_id",
    "server trunks": "SELECT * FROM vicidial_server_trunks ORDER BY server_ip, campaign_id",
    "containers": "SELECT * FROM vicidial_settings_containers ORDER BY container_id",
    "phones": "SELECT * FROM phones ORDER BY extension",
    "lists": "SELECT * FROM vicidial_lists ORDER BY list_id",
}
#: command → how many words of a line stay: what follows are states and times
ASKED = {
    "sip show peers": 1,
    "sip show registry": 3,
    "iax2 show peers": 1,
    "iax2 show users": 1,
    "iax2 show registry": 2,
    "pjsip show endpoints": 2,
    "pjsip show auths": 2,
    "pjsip show identifies": 2,
    "pjsip show registrations": 1,
    "dialplan show vicidial-auto-external": 99,
}


@dataclass(frozen=True)
class Picture:
    """The dialer at one moment: rows, digests of the generated files, and what Asterisk has."""

    rows: dict[str, Rows]
    files: dict[str, str]
    asterisk: dict[str, str]

    def differences(self, other: Picture) -> list[str]:
        """Where the two are not the same, a line each."""
        lines = [f"rows of {name}" for name, rows in self.rows.items() if rows != other.rows[name]]
        lines += [name for name, digest in self.files.items() if digest != other.files[name]]
        return lines + [command for command, said in self.asterisk.items() if said != other.asterisk[command]]


def take_picture(lab: Lab) -> Picture:
    rows = {name: lab.dialer.query(statement) for name, statement in TABLES.items()}
    return Picture(rows, lab.dialer.generated(), ask_asterisk(lab))


def ask_asterisk(lab: Lab) -> dict[str, str]:
    """What Asterisk has loaded, without states and times."""
    script = 'for each; do echo "@@@"; asterisk -rx "$each" 2>&1; done'
    printed = lab.dialer.run("sh", "-c", script, "sh", *ASKED, check=False).stdout.split("@@@\n")[1:]
    return {
        command: "\n".join(" ".join(line.split()[:words]) for line in said.splitlines())
        for (command, words), said in zip(ASKED.items(), printed, strict=True)
    }


def lost(before: Picture, now: Picture, changed: set[str]) -> list[str]:
    """Rows that were there and are no longer, but for the tables of which a row was to be ``changed``."""
    return [
        f"{name}: {row}"
        for name, rows in before.rows.items()
        if name not in {"servers", *changed}
        for row in rows
        if row not in now.rows[name]
    ]


def is_up(lab: Lab, peer: str) -> bool:
    """Whether a chan_sip peer answers."""
    return bool(re.search(r"Status +: OK", lab.dialer.asterisk(f"sip show peer {peer}")))


def is_registered(lab: Lab, user: str) -> bool:
    """Whether a carrier has accepted a registration of ours, with either SIP driver."""
    said = lab.dialer.asterisk("sip show registry") + lab.dialer.asterisk("pjsip show registrations")
    return any(user in line and "Registered" in line and "Unregistered" not in line for line in said.splitlines())


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Whether it is so now or soon."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
