"""``python -m tests.lab up | down | reset | build | status | carriers | address | key``"""

from __future__ import annotations

import argparse
import sys
import time

from .carriers import ACME, ACME_SRTP, APART, IAX_ACME, IAX_PERCALL, PERCALL, PERCALL_SRTP
from .errors import LabError
from .lab import Lab

_ACTIONS = ("up", "down", "reset", "build")
_QUESTIONS = ("status", "carriers", "address", "key")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab", description="The lab: a dialer and its carriers on loopback. docs/lab.md tells more."
    )
    parser.add_argument("action", choices=(*_ACTIONS, *_QUESTIONS))
    action = parser.parse_args().action
    try:
        lab = Lab()
        return _answer(lab, action) if action in _QUESTIONS else _act(lab, action)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


def _act(lab: Lab, action: str) -> int:
    began = time.monotonic()
    getattr(lab, action)()
    print(f"lab: {action} in {time.monotonic() - began:.1f} s")
    return 0


def _answer(lab: Lab, question: str) -> int:
    if question == "status":
        for host in lab.hosts:
            print(f"{host.name:13} {host.address:12} {'running' if host.is_running else 'stopped'}")
        return 0 if lab.is_running else 1
    if question == "carriers":
        _print_carriers(lab)
    elif question == "address":
        print(f"root@{lab.dialer.address}:{lab.settings.ssh_port}")
    else:
        print(lab.key)
    return 0


def _print_carriers(lab: Lab) -> None:
    rows = [
        ("registration", "by registration", ACME.username, ACME.secret),
        ("registration", "the same, SRTP alone", ACME_SRTP.username, ACME_SRTP.secret),
        ("registration", "IAX2, by registration", IAX_ACME.username, IAX_ACME.secret),
        ("registration", "IAX2, with each call", IAX_PERCALL.username, IAX_PERCALL.secret),
        ("credentials", "with each call", PERCALL.username, PERCALL.secret),
        ("credentials", "the same, SRTP alone", PERCALL_SRTP.username, PERCALL_SRTP.secret),
        ("credentials", f"From user {APART.from_user}", APART.username, APART.secret),
        ("ip", "by IP address, IAX2 too", "-", "-"),
        ("backup", "by IP address, IAX2 too", "-", "-"),
    ]
    print(f"  {'host':28}{'sign-in':24}{'user name':12}password")
    for name, sign_in, username, secret in rows:
        print(f"  {lab.carriers[name].host_name:28}{sign_in:24}{username:12}{secret}")
    print("  Numbers ending in 0017 are busy, 0034 congested, 0001 unknown, 0021 refused, 0058 refused without SRTP;")
    print("  the others answer.")


if __name__ == "__main__":
    sys.exit(main())
