"""Which of the lab's ports somebody else holds, by name."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from .errors import LabError


@dataclass(frozen=True)
class Port:
    """A port that the lab is about to use, and the variable that moves it."""

    address: str
    number: int
    transport: str
    used_for: str
    variable: str


def require_free(ports: Iterable[Port]) -> None:
    held = [f"  {_describe(port)}" for port in ports if not _is_free(port)]
    if held:
        raise LabError("The lab needs ports that something else holds:\n" + "\n".join(held))


def _is_free(port: Port) -> bool:
    kind = socket.SOCK_DGRAM if port.transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if port.transport == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.address, port.number))
        except OSError:
            return False
    return True


def _describe(port: Port) -> str:
    where = f"{port.transport} {port.address}:{port.number} ({port.used_for})"
    move = f"stop it, or set {port.variable}" if port.variable else "stop it; VICIdial fixes this port"
    return f"{where} is held by {_holder(port)}: {move}"


def _holder(port: Port) -> str:
    for connection in psutil.net_connections(kind=f"{port.transport}4"):
        local = connection.laddr
        if not local or local.port != port.number or local.ip not in (port.address, "0.0.0.0"):
            continue
        if port.transport == "tcp" and connection.status != psutil.CONN_LISTEN:
            continue
        if connection.pid is None:
            return "a process that can't be seen"
        return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "something that can't be seen (is the address configured?)"
