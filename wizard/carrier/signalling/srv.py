"""SRV records in DNS (RFC 2782), as bytes: a question, and what its answer says."""

from __future__ import annotations

from dataclasses import dataclass

_SRV, _INTERNET = 33, 1
#: "I ask, and want you to ask others"
_RECURSIVE = 0x0100


@dataclass(frozen=True, order=True)
class Service:
    """One place of a service; the lowest priority first."""

    priority: int
    weight: int
    port: int
    host: str


def srv_query(name: str, number: int) -> bytes:
    """:raises ValueError: no name that DNS could have"""
    labels = name.rstrip(".").encode("idna" if not name.isascii() else "ascii").split(b".")
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(name)
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    head = [number, _RECURSIVE, 1, 0, 0, 0]
    return b"".join(map(_two, head)) + question + _two(_SRV) + _two(_INTERNET)


def read_srv(message: bytes, number: int) -> list[Service] | None:
    """The places that an answer names, in their order; None where it is no answer to this question."""
    try:
        if _number(message, 0) != number or not message[2] & 0x80:
            return None
        at = 12
        for _ in range(_number(message, 4)):
            at = _name(message, at)[1] + 4
        found = []
        for _ in range(_number(message, 6)):
            at = _name(message, at)[1]
            kind, length, data = _number(message, at), _number(message, at + 8), at + 10
            if kind == _SRV:
                priority, weight, port = (_number(message, data + shift) for shift in (0, 2, 4))
                found.append(Service(priority, weight, port, _name(message, data + 6)[0]))
            at = data + length
    except (IndexError, ValueError):
        return None
    # A lone "." says that there is no such service.
    return sorted(each for each in found if each.host)


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _number(message: bytes, at: int) -> int:
    if at + 2 > len(message):
        raise IndexError(at)
    return int.from_bytes(message[at : at + 2], "big")


def _name(message: bytes, at: int) -> tuple[str, int]:
    """A name, and where what follows it begins; names may point to earlier ones.

    :raises ValueError: it points in circles
    """
    labels: list[str] = []
    end = 0
    for _ in range(128):
        length = message[at]
        if length >= 0xC0:
            end = end or at + 2
            at = _number(message, at) & 0x3FFF
        elif length:
            labels.append(message[at + 1 : at + 1 + length].decode("ascii", errors="replace"))
            at += 1 + length
        else:
            return ".".join(labels), end or at + 1
    raise ValueError(at)
