"""One dialer with many carriers, most of them wrong in a way of their own, and the commands that are asked about each."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.lab import Lab
from tests.lab.accounts import ACME, BLOCKED, IAX_ACME, PERCALL
from tests.real.answers import carrier_answers
from tests.real.calls import place_call
from tests.real.conftest import CommandLine
from tests.real.rows import add_carrier, rebuild
from tests.real.sip_codes import CODES, MORE_CODES, silence
from tests.real.trunks import chan_sip, iax2, pjsip
from wizard.carrier.profile import Place
from wizard.carrier.reading import read_answers
from wizard.carrier.render import render_carrier

from .teller import Teller, Tells

#: nobody else of the lab lives there
SLOW, REFUSES_OPTIONS, INCOMING, INCOMING_PLUS, UNKNOWN, BARRED = (f"127.0.0.{number}" for number in range(34, 40))
PATIENT, STRANGER, WALLED = "127.0.0.42", "127.0.0.43", "127.0.0.44"
_WRONG = "wr0ng-Pass"
#: last four digits → what a call hears
TELLS = {
    "0710": Tells(403, "Caller Origination Number is Invalid D35"),
    "0711": Tells(403, "Forbidden", ("Warning: 399 carrier \"32001 No such trunk\"",)),
    "0720": Tells(200, after=0.2, rings=True),
    "0721": Tells(200, has_sound=False, rings=True),
    "0722": Tells(200, has_events=False, rings=True),
    "0723": Tells(200, times=6, rings=True),
    "0724": Tells(200, after=2.6),
    "0725": Tells(200, rings=True, codec=18),
}  # fmt: skip


def _dials(prefix: int, channel: str, *more: str) -> str:
    """A dialplan entry for numbers of North America behind a prefix of two digits."""
    lines = ["AGI(agi://127.0.0.1:4577/call_log)", f"Dial({channel},${{CAMPDTO}},To)", *more, "Hangup()"]
    return "".join(f"exten => _{prefix}1NXXNXXXXXX,{'n' if turn else '1'},{line}\n" for turn, line in enumerate(lines))


def _watched(name: str, host: str, *options: str) -> str:
    return chan_sip(name, host, *options).replace("qualify=no", "qualify=yes")


@dataclass
class Bench:
    """The lab, reset once; each carrier has a prefix of two digits of its own."""

    lab: Lab
    wizard: CommandLine
    _stack: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def set_up(cls, lab: Lab, folder: Path) -> Self:
        lab.reset()
        bench = cls(lab, CommandLine(folder, lab))
        silent = bench._stack.enter_context(silence())
        for teller in (
            Teller(TELLS),
            Teller({}, MORE_CODES, options=0),
            Teller({}, SLOW, options_after=2.4),
            Teller(TELLS, REFUSES_OPTIONS, options=405),
            Teller({}, UNKNOWN, registers="404"),
            Teller({}, BARRED, registers="403"),
            Teller({}, PATIENT, options_every=10),
            Teller({}, WALLED),
        ):
            bench._stack.enter_context(teller)
        lab.dialer.query("UPDATE vicidial_campaigns SET active='N'")
        bench._add_carriers(silent)
        rebuild(lab)
        for command in ("dialplan reload", "sip reload", "iax2 reload", "module reload res_pjsip.so"):
            lab.dialer.asterisk(command)
        return bench

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def _add_carriers(self, silent: str) -> None:
        lab = self.lab
        healthy = {
            "H_REG": ("registration", "SIP"), "H_IP": ("ip", "SIP"),
            "H_CRED": ("credentials", "PJSIP"), "H_IAX": ("ip", "IAX2"),
        }  # fmt: skip
        for position, (name, (auth, protocol)) in enumerate(healthy.items()):
            values, secret = carrier_answers(lab, auth, protocol=protocol, carrier_id=name, dial_prefix=str(61 + position))
            read, _ = read_answers({**values, "secret": secret} if secret else values)
            columns = {**render_carrier(read, Place(lab.dialer.address)).columns(), "active": "Y"}
            add_carrier(lab, columns.pop("carrier_id"), **columns)
        ours = {
            "CODES": (chan_sip("codes", CODES), _dials(71, "SIP/codes/${EXTEN:2}")),
            "SIGNS": (
                chan_sip("signs", lab.carriers["credentials"].address, f"defaultuser={PERCALL.username}", f"secret={_WRONG}"),
                _dials(72, "SIP/signs/${EXTEN:2}"),
            ),
            "TWICE": (
                chan_sip("twice", CODES),
                _dials(75, "SIP/twice/${EXTEN:2}", 'GotoIf($["${DIALSTATUS}" != "X"]?5)', "Dial(SIP/codes/${EXTEN:2},,To)"),
            ),
            "MUTE": (chan_sip("mute", CODES, "rtptimeout=1"), _dials(76, "SIP/mute/${EXTEN:2}")),
            "FULL": (chan_sip("full", CODES), _dials(77, "SIP/full/${EXTEN:2}")),
            # The same pattern as CODES has, and written after it.
            "TAKEN": (chan_sip("taken", MORE_CODES), _dials(71, "SIP/taken/${EXTEN:2}")),
            "SPARE": (chan_sip("spare", CODES), _dials(78, "SIP/spare/${EXTEN:2}")),
            "GLOBAL": (chan_sip("global", CODES), _dials(79, "${NOSUCHTRUNK}/${EXTEN:2}")),
            "NAMES": (chan_sip("names", CODES), _dials(80, "SIP/nobodys/${EXTEN:2}")),
            "GLUED": (chan_sip("glued", "example.invalidtransport=tls"), ""),
            "NODNS": (_watched("nodns", "nowhere.invalid"), ""),
            "QUIET": (_watched("quiet", silent), ""),
            "LAGS": (_watched("lags", SLOW), ""),
            "REFUSES": (_watched("refuses", REFUSES_OPTIONS), _dials(81, "SIP/refuses/${EXTEN:2}")),
            "OFTEN": (_watched("often", PATIENT, "qualifyfreq=2"), ""),
            "WALLED": (_watched("walled", WALLED, "qualifyfreq=3"), ""),
            "G729": (chan_sip("passed", CODES, "disallow=all", "allow=g729"), _dials(82, "SIP/passed/${EXTEN:2}")),
            "IN_S": (chan_sip("incoming", INCOMING), ""),
            "IN_PLUS": (chan_sip("incomingplus", INCOMING_PLUS), ""),
        }  # fmt: skip
        for name, (account, dialplan) in ours.items():
            add_carrier(lab, name, account_entry=account, dialplan_entry=dialplan)
        registrar = lab.carriers["registration"].address
        for name, account, register in (
            ("WORD", chan_sip("word", registrar), f"register => {ACME.username}:{_WRONG}@{registrar}"),
            ("NOBODY", chan_sip("nobody", registrar), f"register => nobody:{_WRONG}@{registrar}"),
            ("NOREPLY", chan_sip("noreply", silent), f"register => acme:{_WRONG}@{silent}"),
            ("DEAF", _watched("deaf", MORE_CODES), f"register => acme:{_WRONG}@{MORE_CODES}"),
        ):
            add_carrier(lab, name, account_entry=account, registration_string=register)
        private = pjsip("private", f"sip:{CODES}:5060", "media_address=10.9.8.7")
        add_carrier(
            lab, "PRIVATE", protocol="PJSIP", account_entry=private, dialplan_entry=_dials(73, "PJSIP/${EXTEN:2}@private")
        )
        broken = pjsip("broken", f"sip:{CODES}:5060", "no_such_option=yes")
        add_carrier(lab, "BROKEN", protocol="PJSIP", account_entry=broken)
        blocked = pjsip("blocked", f"sip:{registrar}:5060") + (
            f"[blockedauth]\ntype=auth\nauth_type=userpass\nusername={BLOCKED.username}\npassword={_WRONG}\n"
            f"[blockedreg]\ntype=registration\noutbound_auth=blockedauth\nserver_uri=sip:{registrar}:5060\n"
            f"client_uri=sip:{BLOCKED.username}@{registrar}\n"
        )
        add_carrier(lab, "BLOCKED", protocol="PJSIP", account_entry=blocked)
        add_carrier(
            lab, "IAXWORD", protocol="IAX2", account_entry=iax2("iaxword", registrar),
            registration_string=f"register => {IAX_ACME.username}:{_WRONG}@{registrar}",
        )  # fmt: skip

    def status(self, carrier_id: str) -> Any:
        return self.wizard("status", carrier_id, "--dialer", self.wizard.address, *self.wizard.access).document

    def check(self, host: str, secret: str = "", **values: Any) -> Any:
        secrets = ("--secret-env", "SIP_SECRET") if secret else ()
        path = self.wizard.answers(**{"carrier_id": "NEW", "host": host, "dial_prefix": "98", **values})
        return self.wizard(
            "check", path, "--dialer", self.wizard.address, *self.wizard.access, *secrets, secret=secret
        ).document

    def call(self, carrier_id: str, last_four: str, *, caller_id: str = "5551239999") -> Any:
        return self.wizard(
            "test-call", carrier_id, f"212555{last_four}", "--dialer", self.wizard.address, *self.wizard.access,
            "--caller-id", caller_id,
        ).document  # fmt: skip

    def calls_of_campaigns(self, digits: str, count: int) -> None:
        """Place calls all at once, and wait until VICIdial has logged them."""
        codes = [place_call(self.lab, digits, seconds=1, wait=8) for _ in range(count)]
        deadline = time.monotonic() + 25
        marks = ", ".join(["%s"] * count)
        while time.monotonic() < deadline:
            statement = f"SELECT COUNT(*) AS calls FROM vicidial_carrier_log WHERE caller_code IN ({marks})"
            [row] = self.lab.dialer.query(statement, *codes)
            if row["calls"] == count:
                return
            time.sleep(0.1)
        raise AssertionError("VICIdial did not log the calls")
