"""Reading what Asterisk's command line prints (vicidial.md §9), 13 to 22."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.carrier.profile import Reached


@dataclass(frozen=True)
class PeerState:
    """``sip show peer NAME``. ``status`` is Asterisk's word: OK, LAGGED, UNREACHABLE, UNKNOWN, Unmonitored."""

    found: bool
    status: str = ""
    #: the answer's delay in ms, where there is one
    delay: int | None = None
    #: where the host resolved to; empty where it did not
    address: str = ""


@dataclass(frozen=True)
class RegistryRow:
    """A row of ``sip show registry``; host and user name are cut to the widths of their columns."""

    host: str
    username: str
    state: str


#: how ``sip show registry`` cuts (channels/chan_sip.c: %-39.39s %-6.6s %-12.12s)
REGISTRY_HOST_WIDTH = 39
REGISTRY_USERNAME_WIDTH = 12


def is_unknown_command(output: str) -> bool:
    return re.search(r"^No such command", output, re.MULTILINE) is not None


def is_not_running(errors: str) -> bool:
    """Whether there is no Asterisk to ask: its own word for a socket that nobody listens at."""
    return "Unable to connect to remote asterisk" in errors


def parse_version(output: str) -> str:
    """``core show version`` → ``16.28.0~dfsg-0+deb11u4``; empty where Asterisk did not answer."""
    match = re.search(r"^Asterisk (\S+)", output, re.MULTILINE)
    return match[1] if match else ""


def parse_channel_drivers(output: str) -> frozenset[str]:
    """``module show like chan_`` → the names of the running drivers."""
    rows = (line for line in output.splitlines() if line.startswith("chan_"))
    return frozenset(line.split(".so")[0] for line in rows if "Not Running" not in line)


def parse_sip_peer(output: str) -> PeerState | None:
    """None where this is no answer: that nothing was heard of a peer doesn't mean that there is none."""
    if re.search(r"^Peer .* not found", output, re.MULTILINE) or is_unknown_command(output):
        return PeerState(found=False)
    if "Status" not in output:
        return None
    fields = {key.strip(" *"): value.strip() for key, _, value in (line.partition(":") for line in output.splitlines())}
    said = fields.get("Status", "")
    match = re.fullmatch(r"(\S+) \((\d+) ms\)", said)
    address = fields.get("Addr->IP", "")
    return PeerState(
        found=True,
        status=match[1] if match else said,
        delay=int(match[2]) if match else None,
        address="" if address.startswith("(null)") else address,
    )


def parse_sip_registry(output: str) -> list[RegistryRow] | None:
    """None where this is no answer."""
    if is_unknown_command(output):
        return []
    lines = output.splitlines()
    # Asterisk may complain first, on the same output: of an interface that it misses, say.
    header = next((at for at, line in enumerate(lines) if re.match(r"Host\s+dnsmgr\s+Username\s", line)), None)
    if header is None:
        return None
    rows = []
    for line in lines[header + 1 :]:
        match = re.match(r"(?P<host>\S+)\s+[YN]\s+(?P<username>\S*)\s+\d+\s(?P<state>\S.{0,19})", line)
        if match:
            rows.append(RegistryRow(match["host"], match["username"], match["state"].strip()))
    return rows


def is_dialplan_answer(output: str) -> bool:
    """Whether ``dialplan show NUMBER@CONTEXT`` said anything: an extension, or that there is none."""
    return "There is no existence of" in output or parse_dialplan_show(output) is not None


def parse_dialplan_show(output: str) -> Reached | None:
    """``dialplan show NUMBER@CONTEXT``: the first block is what would run (vicidial.md §2.9)."""
    context = None
    for line in output.splitlines():
        header = re.match(r"\[ (?:Included context|Context) '([^']+)'", line)
        if header:
            context = header[1]
            continue
        extension = re.match(r"\s+'([^']+)'\s+(?:\(CID match '[^']*'\)\s*)?=>", line)
        if extension and context is not None:
            return Reached(context, extension[1])
    return None
