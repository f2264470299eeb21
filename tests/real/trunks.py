"""Hand-written trunks, and what becomes of one Dial() through each."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.lab.accounts import Account
from tests.lab.asterisk import AsteriskHost

_LOG = "var/log/asterisk/legs.log"
_numbers = itertools.count(1)
#: what a dialplan can ask for after Dial()
_RECORD = (
    "${CODE}|${DIALSTATUS}|${HANGUPCAUSE}|${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech)}|${HANGUPCAUSE_KEYS()}"
    "|${RINGTIME}|${PROGRESSTIME}|${MATH(${EPOCH}-${BEGAN},int)}"
)
#: the caller's leaving ends the dialplan, and so does an answer's end: then it is `h` that writes it down
_DIALPLAN = f"""[leg]
exten => call,1,Set(BEGAN=${{EPOCH}})
same => n,Dial(${{TARGET}},,To)
same => n,Set(FILE(/{_LOG},,,al,u)={_RECORD})
same => n,Set(IS_WRITTEN=yes)
same => n,Hangup()
exten => h,1,GotoIf($["${{IS_WRITTEN}}" = "yes"]?written)
same => n,Set(FILE(/{_LOG},,,al,u)={_RECORD})
same => n(written),NoOp()
"""


def chan_sip(name: str, host: str, *options: str, account: Account | None = None) -> str:
    """A hand-written trunk as `sip-vicidial.conf` has it."""
    sign_in = () if account is None else (f"defaultuser={account.username}", f"secret={account.secret}")
    lines = (
        "type=peer", f"host={host}", "insecure=port,invite", "context=trunkinbound", "disallow=all", "allow=ulaw",
        "qualify=no", *sign_in, *options,
    )  # fmt: skip
    return f"[{name}]\n" + "".join(f"{line}\n" for line in lines)


def pjsip(name: str, contact: str, *options: str, account: Account | None = None, match: str = "") -> str:
    """A hand-written trunk as `pjsip-vicidial.conf` has it."""
    contact = contact.replace(";", "\\;")
    endpoint = ("context=trunkinbound", "disallow=all", "allow=ulaw", f"aors={name}", *options)
    text = f"[{name}]\ntype=endpoint\n" + "".join(f"{line}\n" for line in endpoint)
    if account is not None:
        text += f"outbound_auth={name}\n[{name}]\ntype=auth\nauth_type=userpass\n"
        text += f"username={account.username}\npassword={account.secret}\n"
    if match:
        text += f"[{name}]\ntype=identify\nendpoint={name}\nmatch={match}\n"
    return text + f"[{name}]\ntype=aor\ncontact={contact}\n"


def iax2(name: str, host: str, account: Account | None = None, *options: str) -> str:
    """A hand-written trunk as `iax-vicidial.conf` has it."""
    sign_in = "" if account is None else f"username={account.username}\nsecret={account.secret}\nauth=md5\n"
    return f"[{name}]\ntype=peer\nhost={host}\nrequirecalltoken=no\ndisallow=all\nallow=ulaw\n{sign_in}" + "".join(
        f"{line}\n" for line in options
    )


@dataclass(frozen=True)
class Leg:
    """What Asterisk knows after Dial()."""

    dialstatus: str
    cause: int
    #: the last answer in the driver's own words, such as ``SIP 404 Not Found``; empty where HANGUPCAUSE_KEYS is
    answer: str
    #: whether RINGTIME is set, and PROGRESSTIME
    rang: bool = False
    had_audio: bool = False
    seconds: int = 0

    @property
    def code(self) -> int:
        """SIP's code, or 0."""
        found = re.match(r"SIP (\d+)", self.answer)
        return int(found[1]) if found else 0


def dial_all(host: AsteriskHost, channels: Mapping[str, str], *, seconds: int = 8) -> dict[str, Leg]:
    """Dial channels at once, each given up after some seconds and hung up soon after an answer: name → what became of it."""
    host.load({"extensions-vicidial.conf": _DIALPLAN})
    (host.root / _LOG).unlink(missing_ok=True)
    codes = {f"leg{next(_numbers)}": name for name in channels}
    spool = host.root / "var/spool/asterisk"
    (spool / "tmp").mkdir(exist_ok=True)
    for code, name in codes.items():
        file = spool / "tmp" / code
        file.write_text(
            f'Channel: Local/call@leg\nCallerID: "Leg" <5551239999>\nMaxRetries: 0\nWaitTime: {seconds}\n'
            f"Application: Wait\nData: 0.5\nSetvar: TARGET={channels[name]}\nSetvar: CODE={code}\n"
        )
        file.rename(spool / "outgoing" / code)
    return {codes[code]: leg for code, leg in _ended(host, set(codes), seconds + 8).items()}


def _ended(host: AsteriskHost, codes: set[str], within: float) -> dict[str, Leg]:
    deadline = time.monotonic() + within
    log = host.root / _LOG
    while time.monotonic() < deadline:
        lines = [line.split("|") for line in log.read_text().splitlines()] if log.exists() else []
        found = {
            code: Leg(dialstatus, int(cause or 0), answer if keys else "", bool(rang), bool(had_audio), int(took))
            for code, dialstatus, cause, answer, keys, rang, had_audio, took in lines
            if code in codes
        }
        if len(found) == len(codes):
            return found
        time.sleep(0.1)
    raise AssertionError(f"calls that did not end: {codes - set(found)}")
