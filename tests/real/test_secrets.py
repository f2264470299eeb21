"""Any password either works on a real Asterisk, for registration and for calls, or is refused at its field."""

from __future__ import annotations

import hashlib
import string
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.carrier.samples import answers
from tests.lab import Lab
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier
from wizard.dialer.asterisk_output import parse_sip_registry

PRINTABLE = [chr(code) for code in range(32, 127)]
SIGNS = [sign for sign in PRINTABLE if sign not in string.ascii_letters + string.digits]
#: what has no way through, by kind of sign-in (blanks only at the ends)
REFUSED = {"credentials": set(";'\\"), "registration": set(";'\\\"/:?")}


@dataclass(frozen=True)
class Account:
    username: str
    secret: str
    carrier: Carrier


def accounts(lab: Lab, auth: str) -> tuple[list[Account], set[str]]:
    """An account for each password that we accept, and the signs of those that we refuse."""
    host = lab.carriers["registration"].address
    secrets = [(f"Ab{sign}9x", sign) for sign in PRINTABLE]
    secrets += [(secret, sign) for sign in SIGNS for secret in (f"{sign}Ab9x", f"Ab9x{sign}")]
    accepted, refused = [], set()
    for number, (secret, sign) in enumerate(secrets):
        own = answers(
            {
                "carrier_id": f"T{number}",
                "auth": auth,
                "host": host,
                "username": f"user{number}",
                "secret": secret,
                "qualify": False,
            }
        )
        if errors_of(check_answers(own)):
            refused.add(sign)
        else:
            accepted.append(Account(f"user{number}", secret, render_carrier(own, lab.dialer.address)))
    return accepted, refused


@pytest.fixture
def carrier_with_accounts(lab: Lab) -> Iterator[None]:
    """Keeps the carrier's own configuration for afterwards."""
    path = lab.carriers["registration"].root / "etc/asterisk/sip.conf"
    before = path.read_text()
    yield
    path.write_text(before)
    lab.carriers["registration"].asterisk("sip reload")


def open_accounts(lab: Lab, opened: list[Account]) -> None:
    """The carrier knows the passwords by their digest, so its own file can't mangle them."""
    carrier = lab.carriers["registration"]
    path = carrier.root / "etc/asterisk/sip.conf"
    sections = []
    for each in opened:
        digest = hashlib.md5(f"{each.username}:registration.carrier.test:{each.secret}".encode()).hexdigest()
        sections.append(f"[{each.username}]\ntype=friend\nhost=dynamic\nmd5secret={digest}\ncontext=calls\n")
    path.write_text(path.read_text() + "".join(sections))
    carrier.asterisk("sip reload")


def load(lab: Lab, opened: list[Account]) -> None:
    registrations = "".join(f"{each.carrier.registration_string}\n" for each in opened)
    peers = "".join(each.carrier.account_entry for each in opened)
    (lab.dialer.root / "etc/asterisk/sip-vicidial.conf").write_text(registrations + peers)
    lab.dialer.asterisk("sip reload")


def test_every_password_that_is_accepted_registers_and_the_others_are_named(lab: Lab, carrier_with_accounts: None) -> None:
    opened, refused = accounts(lab, "registration")
    assert refused == REFUSED["registration"] | {" "}
    open_accounts(lab, opened)

    load(lab, opened)

    wanted = {each.username for each in opened}
    registered: set[str] = set()
    deadline = time.monotonic() + 60
    while registered != wanted and time.monotonic() < deadline:
        time.sleep(0.5)
        rows = parse_sip_registry(lab.dialer.asterisk("sip show registry")) or []
        registered = {row.username for row in rows if row.state == "Registered"}
    failed = [each.secret for each in opened if each.username not in registered]
    assert failed == []


def test_every_password_that_is_accepted_carries_a_call(lab: Lab, carrier_with_accounts: None) -> None:
    carrier = lab.carriers["registration"]
    opened, refused = accounts(lab, "credentials")
    assert refused == REFUSED["credentials"] | {" "}
    open_accounts(lab, opened)
    load(lab, opened)

    for number, each in enumerate(opened):
        peer = each.carrier.globals_string.partition("=")[2]
        lab.dialer.asterisk(f"channel originate {peer}/2125{number:04}0017 application Wait 1")

    deadline = time.monotonic() + 30
    while len(carrier.calls()) < len(opened) and time.monotonic() < deadline:
        time.sleep(0.2)
    through = {call.number: call.account for call in carrier.calls()}
    failed = [each.secret for number, each in enumerate(opened) if through.get(f"2125{number:04}0017") != each.username]
    assert failed == []
