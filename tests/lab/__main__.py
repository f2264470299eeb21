"""``python -m tests.lab up | down | reset | status``"""

from __future__ import annotations

import argparse
import sys
import time

from .errors import LabError
from .lab import Lab


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description="The lab: a dialer and its carriers on loopback.")
    parser.add_argument("action", choices=("up", "down", "reset", "status"))
    action = parser.parse_args().action
    began = time.monotonic()
    try:
        lab = Lab()
        if action == "status":
            for host in lab.hosts:
                print(f"lab: {host.name:13} {host.address:12} {'running' if host.is_running else 'stopped'}")
            return 0 if lab.is_running else 1
        getattr(lab, action)()
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"lab: {action} in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
