"""Sets of numbers and of words, as firewall rules compare packets with them."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

#: what a packet has in one field; None where that can't be known before it comes
Value = int | str | None
_ALL_ONES = 0xFFFFFFFF


@dataclass(frozen=True)
class Ranges:
    """Numbers: addresses, ports, protocols. ``spans`` are (first, last), in order and apart from each other."""

    spans: tuple[tuple[int, int], ...]
    _firsts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_firsts", tuple(first for first, _ in self.spans))

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Ranges:
        """From any spans: sorted, and joined where they touch."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(spans):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def has(self, value: int | str) -> bool:
        at = bisect_right(self._firsts, value) - 1 if isinstance(value, int) else -1
        return at >= 0 and isinstance(value, int) and value <= self.spans[at][1]


@dataclass(frozen=True)
class Words:
    """Names: interfaces, connection states. One that ends with ``+`` (iptables) or ``*`` (nft) stands for all that begin so."""

    words: frozenset[str]

    def has(self, value: int | str) -> bool:
        text = str(value)
        return text in self.words or any(word[-1:] in ("+", "*") and text.startswith(word[:-1]) for word in self.words)


Values = Ranges | Words


def address(text: str) -> int:
    """:raises ValueError: no IPv4 address"""
    return int(ipaddress.IPv4Address(text))


def address_text(number: int) -> str:
    return str(ipaddress.IPv4Address(number))


def network(text: str) -> tuple[int, int]:
    """``192.0.2.0/24``, ``192.0.2.0/255.255.255.0``, ``192.0.2.1`` or ``192.0.2.1-192.0.2.9`` → first and last.

    :raises ValueError: none of these
    """
    first, dash, last = text.partition("-")
    if dash:
        return address(first), address(last)
    host, _, mask = text.partition("/")
    if not mask:
        return address(host), address(host)
    bits = address(mask) if "." in mask else _ALL_ONES ^ (_ALL_ONES >> int(mask))
    if bits & (~bits & _ALL_ONES) >> 1:
        raise ValueError(text)  # bits with gaps are no network
    first_number = address(host) & bits
    return first_number, first_number | (~bits & _ALL_ONES)


def ports(text: str) -> tuple[int, int]:
    """``5060``, ``10000:20000`` or ``10000-20000``, with an end left out perhaps → first and last.

    :raises ValueError: none of these
    """
    first, separator, last = text.replace("-", ":").partition(":")
    if not separator:
        return int(first), int(first)
    return int(first or 0), int(last or 65535)
