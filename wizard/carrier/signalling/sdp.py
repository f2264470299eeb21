"""What a session description says (RFC 4566): where the audio is to go, and in which codecs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.carrier.diagnosis.observations import Address

#: payload types that have their meaning by number alone (RFC 3551)
_STATIC = {
    0: "PCMU", 3: "GSM", 4: "G723", 5: "DVI4", 8: "PCMA", 9: "G722", 10: "L16", 13: "CN", 15: "G728", 18: "G729",
}  # fmt: skip
#: what is no audio codec though it is listed as one
_NO_CODECS = frozenset({"telephone-event", "cn"})
_HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Session:
    """The audio of one description. ``audio`` None: it has none, or refuses it (port 0)."""

    audio: Address | None = None
    #: names as RTP has them (``PCMU``), in their order; DTMF and comfort noise are not among them
    codecs: tuple[str, ...] = ()
    has_dtmf: bool = False
    #: ``sendrecv``, ``sendonly``, ``recvonly``, ``inactive``
    direction: str = "sendrecv"
    is_encrypted: bool = False


def read_session(body: str) -> Session | None:
    """None: this is no session description."""
    if not re.match(r"v=0\s", body):
        return None
    before, *medias = re.split(r"(?m)^(?=m=)", body)
    audio = next((media for media in medias if media.startswith("m=audio ")), None)
    match = re.match(r"m=audio (\d{1,5})(?:/\d+)? (\S+)((?: \S+)*)", audio or "")
    if audio is None or match is None:
        return Session()
    port, names = int(match[1]), dict(re.findall(r"(?m)^a=rtpmap:(\d+) ([^/\s]+)", audio))
    listed = [names.get(each) or _STATIC.get(int(each), each) for each in match[3].split() if re.fullmatch(r"[0-9]{1,3}", each)]
    host = _host(audio) or _host(before)
    return Session(
        audio=Address(host, port) if host and 0 < port <= _HIGHEST_PORT else None,
        codecs=tuple(name for name in listed if name.lower() not in _NO_CODECS),
        has_dtmf=any(name.lower() == "telephone-event" for name in listed),
        direction=_direction(audio) or _direction(before) or "sendrecv",
        is_encrypted="SAVP" in match[2],
    )


def _host(part: str) -> str:
    match = re.search(r"(?m)^c=IN IP[46] ([^\s/]+)", part)
    return match[1] if match else ""


def _direction(part: str) -> str:
    match = re.search(r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)\s*$", part)
    return match[1] if match else ""
