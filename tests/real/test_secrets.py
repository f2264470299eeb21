"""Any password either works on a real Asterisk, for registration and for calls, or is refused at its field."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator, Mapping

import pytest

from tests.carrier.samples import PROTOCOLS, answers
from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from tests.lab.carriers import LabCarrier
from tests.real.entries import SIP_KINDS, Trunk, entry, load, until
from tests.real.raw_iax2 import CARRIER as RAW_CARRIER
from tests.real.raw_iax2 import RawIax2Carrier
from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.dialer.watch.peers import parse_registry

SIGNS = [chr(code) for code in range(32, 127) if chr(code) not in string.ascii_letters + string.digits]
#: all letters and digits, and every other printable sign: in the middle, first, and last
PASSWORDS = [string.ascii_letters + string.digits]
PASSWORDS += [password for sign in SIGNS for password in (f"Ab{sign}9x", f"{sign}Ab9x", f"Ab9x{sign}")]
#: protocol and sign-in → signs that no password may have, anywhere, and those that may not be the first; blanks may stand
#: at neither end
REFUSED: dict[tuple[str, str], tuple[str, str]] = {
    ("SIP", "registration"): ("';\\", ""),
    ("SIP", "credentials"): ("';\\", ""),
    ("PJSIP", "registration"): ("';\\", ""),
    ("PJSIP", "credentials"): ("';\\", ""),
    ("PJSIP_WIZ", "registration"): ("';\\", ""),
    ("PJSIP_WIZ", "credentials"): ("';\\", ""),
    ("IAX2", "registration"): ("';\\\":@", "["),
    ("IAX2", "credentials"): ("';\\", ""),
}


def with_password(password: str, protocol: str, auth: str) -> Answers:
    return answers({"carrier_id": "ACME", "protocol": protocol, "auth": auth, "host": "127.0.0.20", "username": "acme",
                    "secret": password})  # fmt: skip


def allowed(protocol: str, auth: str) -> list[str]:
    return [password for password in PASSWORDS if not errors_of(check_answers(with_password(password, protocol, auth)))]


@pytest.mark.parametrize(("protocol", "auth"), REFUSED)
def test_the_refused_passwords_are_these_and_refused_at_their_field(protocol: str, auth: str) -> None:
    anywhere, first = REFUSED[protocol, auth]
    refused = [
        password
        for password in PASSWORDS
        if set(anywhere) & set(password) or password.startswith(tuple(f" {first}")) or password.endswith(" ")
    ]

    found = {password: errors_of(check_answers(with_password(password, protocol, auth))) for password in PASSWORDS}

    assert [password for password in PASSWORDS if found[password]] == refused
    assert {finding.field for findings in found.values() for finding in findings} == {"secret"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_password_is_outside_what_vicidials_tables_hold(protocol: str) -> None:
    for password in ("Abé9x", "Ab\u20ac9x", "Ab\t9x", "Ab\x7f9x", "Ab\n9x"):
        found = errors_of(check_answers(with_password(password, protocol, "credentials")))
        assert [finding.field for finding in found] == ["secret"], password


def accounts(protocol: str, auth: str, host: str) -> list[Answers]:
    """An account for each password that is accepted."""
    return [
        entry(carrier_id=f"T{number}", protocol=protocol, auth=auth, host=host, username=f"user{number}", secret=password,
              qualify=False)
        for number, password in enumerate(allowed(protocol, auth))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def sip_carrier(running_lab: Lab) -> Iterator[LabCarrier]:
    """A SIP carrier that knows all passwords by their digest, so that its own file can't mangle them."""
    carrier = running_lab.carriers["registration"]
    folder = carrier.root / "etc/asterisk"
    before = {name: (folder / name).read_text() for name in ("sip.conf", "rtp.conf")}
    sections = []
    for number, password in enumerate(allowed("SIP", "registration")):
        digest = hashlib.md5(f"user{number}:{carrier.host_name}:{password}".encode()).hexdigest()
        sections.append(f"[user{number}]\ntype=friend\nhost=dynamic\nmd5secret={digest}\ncontext=calls\n")
    last = f"sip show peer user{len(sections) - 1}"

    def read(texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            (folder / name).write_text(text)
        carrier.asterisk("module reload res_rtp_asterisk.so")
        carrier.asterisk("sip reload")

    # Calls that are over keep their ports for half a minute.
    read({"sip.conf": before["sip.conf"] + "".join(sections), "rtp.conf": "[general]\nrtpstart=25000\nrtpend=31998\n"})
    assert until(lambda: "not found" not in carrier.asterisk(last), 60)
    yield carrier
    read(before)
    assert until(lambda: "not found" in carrier.asterisk(last), 60)


def registered(host: AsteriskHost, protocol: str) -> set[str]:
    """The user names; PJSIP tells the trunks' instead, which bear the same number."""
    if protocol == "SIP":
        return {row.username for row in parse_registry(host.asterisk("sip show registry")) or [] if row.state == "Registered"}
    rows = re.findall(r"^ t(\d+)(?:-reg-0)?/.* Registered ", host.asterisk("pjsip show registrations"), re.MULTILINE)
    return {f"user{number}" for number in rows}


def number_of(trunk: Trunk) -> str:
    """A number that is busy, so that no call stays."""
    return f"2125{trunk.name.removeprefix('t'):0>4}0017"


def failed(trunks: list[Trunk], worked: set[str]) -> list[str]:
    """The passwords of those that didn't."""
    return [trunk.answers.sign_in.secret.reveal() for trunk in trunks if trunk.answers.sign_in.username not in worked]


@pytest.mark.parametrize("auth", ["registration", "credentials"])
@pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
def test_every_other_password_registers_and_carries_a_call(
    lab: Lab, sip_carrier: LabCarrier, protocol: str, host: str, auth: str
) -> None:
    trunks = load(getattr(lab, host), *accounts(protocol, auth, sip_carrier.address))
    assert until(lambda: trunks[-1].seen().found, 60)

    if auth == "registration":
        until(lambda: len(registered(trunks[0].host, protocol)) == len(trunks), 30)
        assert failed(trunks, registered(trunks[0].host, protocol)) == []
    for trunk in trunks:
        trunk.dial(number_of(trunk))
    until(lambda: len(sip_carrier.calls()) >= len(trunks), 20)

    assert failed(trunks, {call.account for call in sip_carrier.calls()}) == []


@pytest.mark.parametrize("auth", ["registration", "credentials"])
@pytest.mark.parametrize("host", ["dialer", "asterisk22"])
def test_every_other_password_registers_and_carries_a_call_over_iax2(lab: Lab, host: str, auth: str) -> None:
    table = accounts("IAX2", auth, RAW_CARRIER)
    usernames = {own.sign_in.username for own in table}
    with RawIax2Carrier({own.sign_in.username: own.sign_in.secret.reveal() for own in table}) as carrier:
        trunks = load(getattr(lab, host), *table)
        if auth == "registration":
            until(lambda: carrier.registered == usernames, 30)
            assert failed(trunks, carrier.registered) == []
        for trunk in trunks:
            trunk.dial(number_of(trunk))
        until(lambda: carrier.called == usernames, 20)

    assert failed(trunks, carrier.called) == []
