"""Rendered entries on one of the lab's Asterisks, loaded as they are, with no VICIdial between."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.carrier.samples import answers
from tests.lab.asterisk import CONFIG, AsteriskHost
from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.backups import Backup
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier
from wizard.dialer.asterisk_output import pjsip_listeners
from wizard.dialer.watch import Seen, watch_of

FILES = {
    Protocol.SIP: "sip-vicidial.conf",
    Protocol.PJSIP: "pjsip-vicidial.conf",
    Protocol.PJSIP_WIZ: "pjsip_wizard-vicidial.conf",
    Protocol.IAX2: "iax-vicidial.conf",
}
#: (protocol, host): both ways to write PJSIP, and both Asterisks
PJSIP_KINDS = [("PJSIP", "dialer"), ("PJSIP_WIZ", "asterisk22")]
PJSIP_EVERYWHERE = [*PJSIP_KINDS, ("PJSIP_WIZ", "dialer"), ("PJSIP", "asterisk22")]
SIP_KINDS = [("SIP", "dialer"), *PJSIP_KINDS]
IAX2_KINDS = [("IAX2", "dialer"), ("IAX2", "asterisk22")]


#: how VICIdial nests what it writes for carriers
CONTEXTS = "[vicidial-auto]\ninclude => vicidial-auto-external\n[vicidial-auto-external]\n"


@dataclass(frozen=True)
class Trunk:
    """An entry that Asterisk has read."""

    host: AsteriskHost
    answers: Answers
    carrier: Carrier

    @property
    def name(self) -> str:
        return trunk_name(self.answers.carrier)

    def dial(self, number: str, *, caller_id: str = "5551239999") -> None:
        """Place a call through it, without a dialplan; it ends a second after it was answered."""
        driver = driver_of(self.carrier.protocol)
        channel = driver.dialled(driver.global_value(self.name), number)
        spool = self.host.root / "var/spool/asterisk"
        # two calls to one number are two files
        file = spool / "tmp" / f"{self.name}-{number}-{time.monotonic_ns()}"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'Channel: {channel}\nCallerID: "Code" <{caller_id}>\nMaxRetries: 0\nApplication: Wait\nData: 1\n')
        file.rename(spool / "outgoing" / file.name)

    def seen(self) -> Seen:
        """What the wizard's own watch makes of it."""
        watch = watch_of(self.carrier)
        return watch.read([self.host.asterisk(question) for question in watch.questions])

    def is_registered(self, within: float = 8) -> bool:
        return until(lambda: self.seen().is_registered, within)


def entry(**values: Any) -> Answers:
    """Answers that nothing is to be said against; PJSIP registers at once, rather than at a moment of the next ten seconds."""
    if values.get("auth") == "registration" and values.get("protocol", "").startswith("PJSIP"):
        at_once = "[registration]\nmax_random_initial_delay=0"
        values["extra_options"] = "\n".join([values.get("extra_options", ""), at_once]).strip()
    own = answers({"carrier_id": "ACME", **values})
    assert errors_of(check_answers(own)) == []
    return own


def load(
    host: AsteriskHost, *entries: Answers, change: Callable[[str], str] = str, backups: tuple[Backup, ...] = ()
) -> list[Trunk]:
    """Put the entries, and nothing else, in the place of what VICIdial generated; ``backups`` are what they know of others."""
    # Without a transport's name PJSIP looks the host's own name up before each request.
    place = Place(host.address, tuple(pjsip_listeners(host.asterisk("pjsip show transports"))), backups=backups)
    trunks = [Trunk(host, own, render_carrier(own, place)) for own in entries]
    here = {protocol: name for protocol, name in FILES.items() if (host.root / CONFIG / name).exists()}
    host.load({name: change(account_text(trunks, protocol)) for protocol, name in here.items()})
    return trunks


def account_text(trunks: list[Trunk], protocol: Protocol) -> str:
    """What the generator would make of the entries: the registrations first."""
    carriers = [trunk.carrier for trunk in trunks if trunk.carrier.protocol is protocol]
    registrations = "".join(f"{each.registration_string}\n" for each in carriers)
    return registrations + "".join(each.account_entry for each in carriers)


def load_dialplan(*trunks: Trunk) -> None:
    """The numbers that go to them, with VICIdial's call log."""
    carriers = [trunk.carrier for trunk in trunks]
    variables = "".join(f"{each.globals_string}\n" for each in carriers)
    dialplan = "".join(each.dialplan_entry for each in carriers)
    trunks[0].host.load({"extensions-vicidial.conf": f"{variables}{CONTEXTS}{dialplan}"})


def until(is_so: Callable[[], bool], within: float) -> bool:
    """Whether it came to be so in time."""
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
