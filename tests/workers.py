"""Several labs at once: each worker of ``pytest -n`` has a network of its own, where the same addresses are free."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path

from tests.lab.settings import LabSettings

#: from Linux's sched.h
CLONE_NEWNET = 0x40000000
#: A resolver finds no IPv4 names for a machine that has nothing but 127.0.0.1.
FURTHER_ADDRESS = "10.99.0.1/32"


def settle_in(worker: str) -> None:
    """This process gets a network and a lab of its own; the roots that were built are shared.

    :raises OSError: no network can be made
    """
    _enter_own_network()
    shared = LabSettings.from_environment().directory
    own = shared / worker
    own.mkdir(parents=True, exist_ok=True)
    for root in shared.glob("root-*"):
        _link(own / root.name, root)
    os.environ["LAB_DIR"] = str(own)


def _enter_own_network() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", FURTHER_ADDRESS, "dev", "lo"], check=True)


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(target)
