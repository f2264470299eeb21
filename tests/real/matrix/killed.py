"""The wizard's command line in a process that dies, without a word, at a given moment: ``python -m ... MOMENT ARGUMENT...``"""

from __future__ import annotations

import os
import signal
import sys

from wizard.cli import main

from .boundaries import at, boundary


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    with at(boundary(sys.argv[1]), _die):
        main(sys.argv[2:])
