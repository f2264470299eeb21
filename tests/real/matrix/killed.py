"""The wizard's command line in a process that dies, without a word, at a given moment: ``python -m ... MOMENT ARGUMENT...``

``MOMENT,EARLIER`` has its connection break off at an earlier moment, so that it dies in the undo that this leads to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from wizard.cli import main
from wizard.errors import ConnectionLostError

from .boundaries import at, boundary


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _break_off() -> None:
    raise ConnectionLostError


if __name__ == "__main__":
    death, *earlier = map(boundary, sys.argv[1].split(","))
    with contextlib.ExitStack() as stack:
        for moment in earlier:
            stack.enter_context(at(moment, _break_off))
        stack.enter_context(at(death, _die))
        main(sys.argv[2:])
