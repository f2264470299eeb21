"""Pairs of trunks of which the second is the first's backup: what they are like, as the wizard writes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.lab import Lab
from tests.lab.accounts import IAX_PERCALL, PERCALL
from tests.real.calls import place_call
from tests.real.entries import Trunk, entry, load, load_dialplan, until
from tests.real.raw_iax2 import DeafIax2Carrier
from tests.real.sip_codes import CODES, SILENT, SipCodes, silence
from wizard.carrier.answers import Answers
from wizard.carrier.dialing.backups import backup_of
from wizard.carrier.render import render_carrier

PROTOCOLS = ("SIP", "PJSIP", "IAX2")
PAIRS = list(itertools.product(PROTOCOLS, PROTOCOLS))
#: what the first trunk is like: the carrier `ip`; one whose password is wrong; one that gives any SIP answer, but none over
#: IAX2, though it says that it is there; one that has long been gone; and one that has gone together with the backup
KINDS = ("there", "wrong password", "raw", "dead", "both dead")


@dataclass(frozen=True)
class Chain:
    """A first trunk and its backup, reached by a prefix of their own."""

    first: str
    second: str
    kind: str

    @property
    def prefix(self) -> str:
        return f"6{KINDS.index(self.kind) + 1}{PROTOCOLS.index(self.first)}{PROTOCOLS.index(self.second)}"

    @property
    def area(self) -> str:
        """No two pairs dial the same numbers, so that a carrier's calls can be told apart."""
        return f"3{PROTOCOLS.index(self.first) + 2}{PROTOCOLS.index(self.second) + 2}"

    @property
    def carrier_id(self) -> str:
        return f"P{self.prefix}"

    @property
    def backup_id(self) -> str:
        return f"{'GONE' if self.kind == 'both dead' else 'BKUP'}{self.second}"

    def number(self, exchange: str, last_four: str) -> str:
        return f"1{self.area}{exchange}{last_four}"


def first_answers(lab: Lab, chain: Chain) -> Answers:
    """The first carrier wants national digits."""
    host = {"there": lab.carriers["ip"].address, "raw": CODES}.get(chain.kind, SILENT)
    sign_in: dict[str, Any] = {"auth": "ip"}
    if chain.kind == "wrong password":
        name, account = ("registration", IAX_PERCALL) if chain.first == "IAX2" else ("credentials", PERCALL)
        host = lab.carriers[name].address
        sign_in = {"auth": "credentials", "username": account.username, "secret": "not-this-one"}
    return entry(
        carrier_id=chain.carrier_id, protocol=chain.first, host=host, dial_prefix=chain.prefix, number_format="nanp11",
        caller_id_format="nanp11", qualify_frequency=5 if "dead" in chain.kind else 60, backup_carrier=[chain.backup_id],
        **sign_in,
    )  # fmt: skip


def backup_answers(lab: Lab, backup_id: str, protocol: str) -> Answers:
    """The backup wants +E.164."""
    host = SILENT if backup_id.startswith("GONE") else lab.carriers["backup"].address
    return entry(
        carrier_id=backup_id, protocol=protocol, auth="ip", host=host, dial_prefix=f"7{PROTOCOLS.index(protocol)}",
        number_format="plus_e164", caller_id_format="plus_e164", qualify_frequency=5 if host == SILENT else 60,
    )  # fmt: skip


def is_gone(trunk: Trunk) -> bool:
    """Whether Asterisk has found out that nobody is there; before that it knows nothing, and would wait for an answer."""
    return any(word in state for state in trunk.seen().states.values() for word in ("UNREACHABLE", "Unavail"))


@dataclass(frozen=True)
class Journey:
    """All that is known of one call afterwards."""

    #: (hangup_cause, dialstatus, sip_hangup_cause) as VICIdial's carrier log has them
    row: tuple[int, str, int]
    #: the calls that reached the first carrier and the backup: (number, caller's number)
    first: list[tuple[str, str]]
    second: list[tuple[str, str]]
    #: what the dialplan logged
    notices: list[str]


@dataclass
class Chains:
    """All pairs of all kinds, on the lab's dialer."""

    lab: Lab
    raw: SipCodes
    _codes: dict[str, str] = field(default_factory=dict)

    def load(self) -> None:
        chains = [Chain(*pair, kind) for kind in KINDS for pair in PAIRS]
        backups = {chain.backup_id: chain.second for chain in chains}
        second = [backup_answers(self.lab, name, protocol) for name, protocol in backups.items()]
        known = tuple(backup_of(render_carrier(own)) for own in second)
        first = [first_answers(self.lab, chain) for chain in chains]
        trunks = load(self.lab.dialer, *first, *second, backups=known)
        load_dialplan(*trunks)
        gone = [trunk for trunk in trunks if trunk.answers.connection.host == SILENT]
        assert until(lambda: all(map(is_gone, gone)), 30)

    def place(self, chain: Chain, number: str, **options: Any) -> None:
        self._codes[number] = place_call(self.lab, chain.prefix + number, **options)

    def journeys(self, *, within: float = 40) -> dict[str, Journey]:
        """What became of the calls, by number, once all of them have ended."""
        deadline = time.monotonic() + within
        found: list[dict[str, Any]] = []
        rows: dict[str, dict[str, Any]] = {}
        while len(rows) < len(self._codes):
            assert time.monotonic() < deadline, {number for number, code in self._codes.items() if code not in rows}
            time.sleep(0.2)
            found = self.lab.dialer.query("SELECT * FROM vicidial_carrier_log")
            rows = {row["caller_code"]: row for row in found}
        assert len(found) == len(rows), "a call was logged twice"
        first, second = (
            [(call.number, call.caller_number) for call in self.lab.carriers[name].calls()] for name in ("ip", "backup")
        )
        first += [(call.user_of("to"), call.user_of("from")) for call in self.raw.calls]
        notices = self._notices()
        return {
            number: Journey(
                _answers_of(rows[code]), _calls_to(number, first), _calls_to(number, second),
                [line for line in notices if number in line],
            )
            for number, code in self._codes.items()
        }  # fmt: skip

    def _notices(self) -> list[str]:
        """What the dialplan logged. Asterisk's logger is a thread of its own, and late after so many calls."""
        found: list[str] = []
        while True:
            time.sleep(1)
            longer = [line for line in self.lab.dialer.complaints() if "carrier-wizard" in line]
            if len(longer) == len(found):
                return found
            found = longer


def _answers_of(row: dict[str, Any]) -> tuple[int, str, int]:
    return row["hangup_cause"], row["dialstatus"], row["sip_hangup_cause"]


def _calls_to(number: str, calls: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [call for call in calls if call[0].removeprefix("+") == number]


@contextmanager
def chains(lab: Lab) -> Iterator[Chains]:
    with ExitStack() as stack:
        stack.enter_context(silence(SILENT))
        raw = stack.enter_context(SipCodes(CODES))
        stack.enter_context(DeafIax2Carrier({}, CODES))
        own = Chains(lab, raw)
        own.load()
        yield own
