"""Two machines on a wire, in network namespaces of their own: rules are loaded at one, and the other sends it packets.

As a program it reads a :class:`Trial` from standard input, in a namespace that nobody else is in, and prints its outcome.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_CLONE_NEWNET = 0x40000000
OWN = "10.9.0.1"
INTERFACE = "eth0"
#: the carrier's, and a stranger's
FAR = ("10.9.0.20", "10.9.0.21", "10.9.1.20")


@dataclass(frozen=True)
class Sent:
    """A packet to our machine; ``answers``: ours has written there before."""

    source: str
    protocol: str
    port: int
    answers: bool = False


@dataclass(frozen=True)
class Trial:
    """``commands``: (command, its standard input) that load rules; ``reads``: commands whose output is wanted afterwards."""

    commands: Sequence[tuple[Sequence[str], str]]
    reads: Mapping[str, Sequence[str]]
    packets: Sequence[Sent]


@dataclass
class Outcome:
    """For each packet the port it came from, and whether it got in."""

    said: dict[str, str] = field(default_factory=dict)
    arrived: list[tuple[int, bool]] = field(default_factory=list)


def play(trial: Trial) -> Outcome:
    """In a namespace of its own, which is gone afterwards."""
    command = ["unshare", "--net", sys.executable, str(Path(__file__))]
    done = subprocess.run(command, input=json.dumps(asdict(trial)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return Outcome(values["said"], [(port, bool(arrived)) for port, arrived in values["arrived"]])


def _main() -> None:
    trial: dict[str, Any] = json.load(sys.stdin)
    far = _FarSide()
    for command, text in trial["commands"]:
        subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL)
    said = {
        name: subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for name, command in trial["reads"].items()
    }
    arrived = _send(far, [Sent(**each) for each in trial["packets"]])
    print(json.dumps({"said": said, "arrived": arrived}))


class _FarSide:
    """The other machine: a namespace, and sockets in it."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        near = os.open("/proc/self/ns/net", os.O_RDONLY)
        if self._libc.unshare(_CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        self._there, self._here = os.open("/proc/self/ns/net", os.O_RDONLY), near
        self._enter(near)
        _run(
            "ip",
            "link",
            "add",
            INTERFACE,
            "type",
            "veth",
            "peer",
            "name",
            "far",
            "netns",
            f"/proc/{os.getpid()}/fd/{self._there}",
        )
        for name in ("lo", INTERFACE):
            _run("ip", "link", "set", name, "up")
        _run("ip", "address", "add", f"{OWN}/16", "dev", INTERFACE)
        self._enter(self._there)
        _run("ip", "link", "set", "far", "up")
        for address in FAR:
            _run("ip", "address", "add", f"{address}/16", "dev", "far")
        self._enter(near)

    def _enter(self, namespace: int) -> None:
        if self._libc.setns(namespace, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def socket(self, kind: socket.SocketKind, address: str) -> socket.socket:
        self._enter(self._there)
        try:
            made = socket.socket(socket.AF_INET, kind)
            made.bind((address, 0))
            return made
        finally:
            self._enter(self._here)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, pass_fds=[])


def _send(far: _FarSide, packets: Sequence[Sent]) -> list[tuple[int, bool]]:
    """All of them at once, and one wait for all."""
    near = {port: _bound(socket.SOCK_DGRAM, port) for port in {each.port for each in packets}}
    listening = [_bound(socket.SOCK_STREAM, port) for port in {each.port for each in packets if each.protocol == "tcp"}]
    there = [far.socket(socket.SOCK_DGRAM if each.protocol == "udp" else socket.SOCK_STREAM, each.source) for each in packets]
    ports = [each.getsockname()[1] for each in there]
    for number, (sent, mine) in enumerate(zip(packets, there, strict=True)):
        if sent.protocol == "tcp":
            mine.setblocking(False)
            mine.connect_ex((OWN, sent.port))
            continue
        if sent.answers:
            near[sent.port].sendto(b"?", (sent.source, ports[number]))
            assert select.select([mine], [], [], 2)[0], "our own packet did not get there"
        mine.sendto(str(number).encode(), (OWN, sent.port))
    time.sleep(0.1)
    arrived = {int(heard) for each in near.values() for heard in _heard(each)}
    arrived |= {number for number, sent in enumerate(packets) if sent.protocol == "tcp" and _is_connected(there[number])}
    for each in (*near.values(), *listening, *there):
        each.close()
    return [(port, number in arrived) for number, port in enumerate(ports)]


def _bound(kind: socket.SocketKind, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, kind)
    made.bind((OWN, port))
    if kind is socket.SOCK_STREAM:
        made.listen()
    return made


def _heard(near: socket.socket) -> Iterator[bytes]:
    while select.select([near], [], [], 0)[0]:
        yield near.recv(100)


def _is_connected(there: socket.socket) -> bool:
    """The first packet got in where something came back for it."""
    try:
        there.getpeername()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    _main()
