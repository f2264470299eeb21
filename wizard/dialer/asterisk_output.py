"""Reading what Asterisk's command line prints (vicidial.md §9), 13 to 22."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wizard.carrier.answers import Transport
from wizard.carrier.profile import Listener, Reached


def is_unknown_command(output: str) -> bool:
    return re.search(r"^No such command", output, re.MULTILINE) is not None


def is_not_running(errors: str) -> bool:
    """Whether there is no Asterisk to ask: its own word for a socket that nobody listens at."""
    return "Unable to connect to remote asterisk" in errors


def parse_version(output: str) -> str:
    """``core show version`` → ``16.28.0~dfsg-0+deb11u4``; empty where Asterisk did not answer."""
    match = re.search(r"^Asterisk (\S+)", output, re.MULTILINE)
    return match[1] if match else ""


def parse_running_modules(output: str) -> frozenset[str]:
    """``module show like …`` → the names of the running modules, without ``.so``."""
    rows = (line for line in output.splitlines() if re.match(r"\w+\.so\s", line))
    return frozenset(line.split(".so")[0] for line in rows if "Not Running" not in line)


def parameters(output: str) -> dict[str, str]:
    """The ``name : value`` lines of a ``pjsip show …``."""
    pairs = re.findall(r"^\s*(\w+)\s+: ?(.*?)\s*$", output, re.MULTILINE)
    return dict(pairs)


def parse_sip_settings(output: str) -> dict[str, str]:
    """``sip show settings`` → its ``Name: value`` lines; some have a blank in the place of the colon."""
    pairs = re.findall(r"^  (\S.*?)(?:\s*:|\s{2,})\s*(\S.*?)?\s*$", output, re.MULTILINE)
    return dict(pairs)


def sip_listeners(settings: Mapping[str, str]) -> list[Listener]:
    """Where chan_sip listens, from its settings."""
    rows = {
        Transport.UDP: settings.get("UDP Bindaddress", ""),
        Transport.TCP: settings.get("TCP SIP Bindaddress", ""),
        Transport.TLS: settings.get("TLS SIP Bindaddress", ""),
    }
    external = settings.get("Externaddr", "").split(":")[0]
    shown = external if re.fullmatch(r"[0-9.]+", external) and external != "0.0.0.0" else ""  # noqa: S104
    found = ((transport, re.fullmatch(r"(\S+):(\d+)", bound)) for transport, bound in rows.items())
    return [
        Listener("chan_sip", transport, match[1], int(match[2]), external_address=shown) for transport, match in found if match
    ]


def pjsip_listeners(output: str) -> list[Listener]:
    """``pjsip show transports``; websockets are no way to a carrier."""
    known = {each.value: each for each in Transport}
    rows = re.findall(r"^Transport:\s+([^<\s]\S*)\s+(\w+)\s+\d+\s+\d+\s+(\S+):(\d+)\s*$", output, re.MULTILINE)
    return [
        Listener("chan_pjsip", known[kind], address, int(port), name) for name, kind, address, port in rows if kind in known
    ]


def parse_translatable(output: str) -> frozenset[str] | None:
    """``core show translation paths slin 8000`` → the codecs that Asterisk can make of plain audio. None: no answer."""
    rows = re.findall(r"To (\w+):\d+\s*: (.*?)\s*$", output, re.MULTILINE)
    return frozenset(codec for codec, path in rows if not path.startswith("No ")) if rows else None


def parse_rtp_range(output: str) -> tuple[int, int] | None:
    """``rtp show settings`` → the ports that audio uses."""
    ends = [re.search(rf"Port {end}:\s+(\d+)", output) for end in ("start", "end")]
    first, last = ends
    return (int(first[1]), int(last[1])) if first and last else None


def parse_option_names(output: str) -> frozenset[str] | None:
    """``config show help MODULE TYPE`` → the options that this Asterisk knows. None: it has no documentation of itself."""
    # Asterisk 22 colours it even for us.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    names = re.findall(r"^(\w[\w/-]*)\s+--\s", plain, re.MULTILINE)
    return frozenset(names) or None


def is_dialplan_answer(output: str) -> bool:
    """Whether ``dialplan show NUMBER@CONTEXT`` said anything: an extension, or that there is none."""
    return "There is no existence of" in output or parse_dialplan_show(output) is not None


def parse_includes(output: str) -> list[str]:
    """``dialplan show CONTEXT`` → the contexts that it includes."""
    return re.findall(r"^\s+Include =>\s+'([^']+)'", output, re.MULTILINE)


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


def tells_ringing(version: str) -> bool:
    """Whether Dial() sets RINGTIME, which came with 16.4 (failover.md §1); an unknown version is taken for a new one."""
    match = re.match(r"(\d+)\.(\d+)", version)
    return match is None or (int(match[1]), int(match[2])) >= (16, 4)
