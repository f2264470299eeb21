"""The command line, killed with the firewall half opened: ``python -m tests.real.killed_at_firewall MOMENT COMMAND...``"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from wizard.cli import main
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import AgentReply, Operation

_MAKING = {"-I", "insert"}


def _kill_at(moment: str) -> None:
    ask = Connection.ask

    def asking(self: Connection, operations: Sequence[Operation], *, stop_at_error: bool = True) -> list[AgentReply]:
        makes = any(operation.name == "run" and _MAKING & set(map(str, operation.values)) for operation in operations)
        if makes and moment == "before_open":
            os.kill(os.getpid(), signal.SIGKILL)
        replies = ask(self, operations, stop_at_error=stop_at_error)
        if makes:
            os.kill(os.getpid(), signal.SIGKILL)
        return replies

    Connection.ask = asking  # type: ignore[method-assign]


if __name__ == "__main__":
    _kill_at(sys.argv[1])
    del sys.argv[1]
    main()
