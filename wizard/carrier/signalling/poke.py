"""IAX2's question whether somebody is there (RFC 5456 §6.7): POKE, which is answered with PONG and changes nothing."""

from __future__ import annotations

_FULL_FRAME, _IAX = 0x8000, 0x06
_POKE, _PONG = 0x1E, 0x03
#: what an IAX2 peer may say in the place of a PONG; either way it is one
_HEADER = 12


def poke(call_number: int) -> bytes:
    """A full frame of our call ``call_number`` (1 to 32767), the first of its call."""
    numbers = (_FULL_FRAME | call_number).to_bytes(2, "big") + bytes(2)
    return numbers + bytes(4) + bytes((0, 0, _IAX, _POKE))


def is_pong(frame: bytes, call_number: int) -> bool:
    """Whether a frame answers our POKE."""
    if len(frame) < _HEADER or not frame[0] & 0x80:
        return False
    to = int.from_bytes(frame[2:4], "big") & 0x7FFF
    return to == call_number and frame[10] == _IAX and frame[11] == _PONG
