"""What can happen to a dialer, to the way there, and to the wizard: each with its end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.lab import Lab
from tests.lab.dialer import GENERATOR
from tests.real.faults import cut_connection
from tests.real.rows import add_carrier

from .observer import within

CARRIER = "ACME"
THEIRS = "Mine now"
#: a generator that dies just after it cleared the flag: the rebuild is lost, and nobody learns of it (vicidial.md §2.2)
DYING = """#!/usr/bin/python3
from lab_common import astguiclient_conf, connect
conf = astguiclient_conf()
connect(conf).cursor().execute("UPDATE servers SET rebuild_conf_files='N' WHERE server_ip=%s", (conf["VARserver_ip"],))
raise SystemExit("died")
"""
_RIGHTS = "INSERT, UPDATE, DELETE ON asterisk.*"


@dataclass(frozen=True)
class Ground:
    """Where it happens."""

    lab: Lab
    #: the wizard's instance folder, on a small disk of its own
    instance: Path


def _nothing(ground: Ground) -> None:
    """Nobody has to mend it."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Where it ``lasts`` it is mended once the wizard has ended, else after so many seconds."""

    name: str
    #: for the document
    words: str
    strike: Callable[[Ground], None]
    heal: Callable[[Ground], None] = _nothing
    seconds: float = 0.0
    lasts: bool = False
    reply_lost: bool = False
    kills: bool = False


def _control(what: str) -> Callable[[Ground], None]:
    return lambda ground: ground.lab.dialer.control(what)


def _cut(ground: Ground) -> None:
    cut_connection(ground.lab)


def _stop_ssh(ground: Ground) -> None:
    ground.lab.dialer.run("pkill", "-KILL", "-f", "^sshd: /usr/sbin/sshd -f", check=False)
    ground.lab.dialer.run("pkill", "-KILL", "-f", "^sshd: root@notty", check=False)


def _restart_database(ground: Ground) -> None:
    ground.lab.dialer.control("stop-database")
    ground.lab.dialer.control("start-database")


def _restart_asterisk(ground: Ground) -> None:
    ground.lab.dialer.control("stop-asterisk")
    ground.lab.dialer.control("start-asterisk")


def _kill_screen(ground: Ground) -> None:
    ground.lab.dialer.run("pkill", "-KILL", "-f", "^SCREEN -d -m -S asterisk", check=False)
    ground.lab.dialer.run("screen", "-wipe", check=False)


def _new_screen(ground: Ground) -> None:
    """As it was: Asterisk inside, and not beside it."""
    ground.lab.dialer.control("stop-asterisk")
    ground.lab.dialer.control("start-asterisk")


def _freeze_cron(ground: Ground) -> None:
    ground.lab.dialer.run("pkill", "-STOP", "-x", "cron")
    _await_earlier_generators(ground.lab)


def _remount(lab: Lab, size: str) -> None:
    """The dialer's whole disk is one tmpfs, mounted where only its own namespace sees it."""
    scratch = lab.settings.directory / "dialer" / "scratch"
    enter = ["nsenter", "--target", str(lab.dialer.pid), "--mount"]
    subprocess.run([*enter, "mount", "-o", f"remount,size={size}", str(scratch)], check=True)


def _fill_disk(ground: Ground) -> None:
    disk = os.statvfs(ground.lab.dialer.root)
    _remount(ground.lab, str((disk.f_blocks - disk.f_bfree) * disk.f_frsize))


def _free_disk(ground: Ground) -> None:
    _remount(ground.lab, "50%")


def _fill_instance(ground: Ground) -> None:
    subprocess.run(["dd", "if=/dev/zero", f"of={ground.instance}/filler", "bs=4k"], check=False, capture_output=True)


def _free_instance(ground: Ground) -> None:
    (ground.instance / "filler").unlink(missing_ok=True)


def _revoke(ground: Ground) -> None:
    ground.lab.dialer.query(f"REVOKE {_RIGHTS} FROM cron@localhost")


def _revoke_and_cut(ground: Ground) -> None:
    _revoke(ground)
    _cut(ground)


def _grant(ground: Ground) -> None:
    ground.lab.dialer.query(f"GRANT {_RIGHTS} TO cron@localhost")


def _change_row(ground: Ground) -> None:
    """A word of theirs in our row, or a row of theirs where we have none yet, or none any more."""
    query = ground.lab.dialer.query
    if query("SELECT 1 FROM vicidial_server_carriers WHERE carrier_id=%s", CARRIER):
        query("UPDATE vicidial_server_carriers SET carrier_description=%s WHERE carrier_id=%s", THEIRS, CARRIER)
    else:
        add_carrier(ground.lab, CARRIER, carrier_name=THEIRS, active="N")


def _change_back(ground: Ground) -> None:
    """Whatever the wizard did, their word is still there."""
    query = ground.lab.dialer.query
    [row] = query("SELECT carrier_name, carrier_description FROM vicidial_server_carriers WHERE carrier_id=%s", CARRIER)
    assert THEIRS in row.values()
    query("UPDATE vicidial_server_carriers SET carrier_description='' WHERE carrier_id=%s", CARRIER)
    query("DELETE FROM vicidial_server_carriers WHERE carrier_id=%s AND carrier_name=%s", CARRIER, THEIRS)


def _generator(text: str) -> Callable[[Ground], None]:
    return lambda ground: _replace_generator(ground.lab, text)


def _replace_generator(lab: Lab, text: str) -> None:
    path = lab.dialer.root / GENERATOR
    own = path.with_name("generator.own")
    if not own.exists():
        path.rename(own)
    new = path.with_name("generator.new")
    new.write_text(text)
    new.chmod(0o755)
    new.rename(path)
    _await_earlier_generators(lab)


def _await_earlier_generators(lab: Lab) -> None:
    """One that cron started before may look at the flag after us."""
    earlier = lab.dialer.run("pgrep", "-f", "ADMIN_keepalive_ALL.pl", check=False).stdout.split()
    assert within(30, lambda: not any(_runs(lab.dialer.root / "proc" / number) for number in earlier))


def _runs(process: Path) -> bool:
    """Whether it does; one that has ended is there until its parent takes note, which a frozen cron doesn't."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def own_generator(lab: Lab) -> None:
    """The generator that the lab came with."""
    path = lab.dialer.root / GENERATOR
    own = path.with_name("generator.own")
    if own.exists():
        own.rename(path)


FAULTS = (
    Fault("killed", "the wizard is killed (SIGKILL)", _nothing, lasts=True, kills=True),
    Fault("cut", "the SSH connection ends, and the reply is lost", _cut, reply_lost=True),
    Fault("ssh-away", "the SSH server is away for 3 s", _stop_ssh, _control("start-ssh"), 3, reply_lost=True),
    Fault("ssh-gone", "the SSH server stays away", _stop_ssh, _control("start-ssh"), lasts=True, reply_lost=True),
    Fault("mariadb-restart", "MariaDB is restarted, which ends the wizard's lock", _restart_database),
    Fault("mariadb-gone", "MariaDB stays stopped", _control("stop-database"), _control("start-database"), lasts=True),
    Fault("asterisk-restart", "somebody restarts Asterisk", _restart_asterisk),
    Fault("asterisk-gone", "Asterisk stays dead", _control("stop-asterisk"), _control("start-asterisk"), lasts=True),
    Fault("screen-killed", "the screen is killed", _kill_screen, _new_screen, lasts=True),
    Fault("cron-away", "cron is frozen for 3 s", _freeze_cron, _control("start-clock"), 3),
    Fault("cron-frozen", "cron stays frozen", _freeze_cron, _control("start-clock"), lasts=True),
    Fault("disk-full", "the dialer's disk is full, and stays so", _fill_disk, _free_disk, lasts=True),
    Fault("wizard-disk-full", "the wizard's own disk is full, and stays so", _fill_instance, _free_instance, lasts=True),
    Fault("grant-revoked", "VICIdial's database user may only read any more", _revoke, _grant, lasts=True),
    Fault("grant-and-cut", "the same, and the connection ends", _revoke_and_cut, _grant, lasts=True, reply_lost=True),
    Fault("row-changed", "somebody changes the carrier's row by hand", _change_row, _change_back, lasts=True),
    Fault(
        "generator-dies",
        "the generator dies once it has cleared the flag",
        _generator(DYING),
        lambda ground: own_generator(ground.lab),
        lasts=True,
    ),
)  # fmt: skip


def fault(name: str) -> Fault:
    return next(each for each in FAULTS if each.name == name)
