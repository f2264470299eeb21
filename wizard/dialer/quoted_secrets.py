"""Errors that quote what they were given: without its secrets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from wizard.secret import MASK, Secret

from .protocol import AgentReply, Operation

#: characters in a row that an error has in common with a secret; with fewer, chance words would go
_PIECE = 5


def without_secrets(reply: AgentReply, operation: Operation) -> AgentReply:
    """The same answer; where it is an error, every piece of the operation's secrets in its words is masked.

    Databases quote values, often cut short: a duplicate key, a text too long, what a trigger says (tests/real/test_leaks.py).
    """
    secrets = [value.reveal() for value in operation.values if isinstance(value, Secret)]
    if reply.status != "error" or not secrets or not reply.values:
        return reply
    complaint, *rest = reply.values
    return replace(reply, values=(complaint and mask_pieces(complaint, secrets), *rest))


def mask_pieces(text: str, secrets: Collection[str]) -> str:
    """The text with a mask for each stretch that some secret has too, whole or in part."""
    return "".join(_masked(text, {secret[at : at + _PIECE] for secret in secrets for at in range(len(secret) - _PIECE + 1)}))


def _masked(text: str, pieces: Collection[str]) -> Iterator[str]:
    at = shown = 0
    while at < len(text):
        if text[at : at + _PIECE] not in pieces:
            at += 1
            continue
        yield text[shown:at]
        yield MASK
        while text[at : at + _PIECE] in pieces:
            at += 1
        at = shown = at + _PIECE - 1
    yield text[shown:]
