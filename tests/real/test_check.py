"""``carrier-wizard check``: what it says of the lab's carriers, and that nothing is changed there."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.accounts import ACME, BLOCKED, IAX_ACME, PERCALL
from tests.lab.carriers import LabCarrier
from tests.real.conftest import Answered, CommandLine
from tests.real.raw_sip import RawSipCarrier
from tests.real.sip_codes import CODES, SilentToOptions, SipCodes, silence

REGISTERS = {"auth": "registration", "username": ACME.username}


def check(wizard: CommandLine, host: str, secret: str = "", **changed: Any) -> Answered:
    secrets = ("--secret-env", "SIP_SECRET") if secret else ()
    path = wizard.answers(**{"carrier_id": "ACME", "host": host, **changed})
    checked = wizard("check", path, "--dialer", wizard.address, *wizard.access, *secrets, secret=secret)
    assert checked.status == 2 or "findings" in checked.document, checked.output
    return checked


def errors(checked: Answered) -> set[str]:
    return {each["code"] for each in checked.document["findings"] if each["severity"] == "error"}


def contact_of(carrier: LabCarrier) -> list[str]:
    """Where the carrier would send the account's calls."""
    shown = carrier.asterisk(f"sip show peer {ACME.username}").splitlines()
    return [line for line in shown if "Addr->IP" in line or "Reg. Contact" in line]


class TestARegistration:
    @pytest.mark.parametrize("protocol", ["SIP", "PJSIP"])
    def test_with_the_right_password_is_accepted_and_binds_nothing(self, lab: Lab, wizard: CommandLine, protocol: str) -> None:
        carrier = lab.carriers["registration"]
        carrier.asterisk(f"sip unregister {ACME.username}")
        before = contact_of(carrier)

        checked = check(wizard, carrier.host_name, ACME.secret, protocol=protocol, **REGISTERS)

        assert (checked.status, errors(checked)) == (0, set())
        assert checked.document["sign_in"]["outcome"] == "accepted"
        assert checked.document["sign_in"]["challenged"]
        assert checked.document["host_addresses"] == [carrier.address]
        assert checked.document["door"]["code"] > 0
        assert checked.document["door"]["seconds"] < 2
        assert ACME.secret not in checked.output
        assert contact_of(carrier) == before
        assert "(null)" in before[0]

    def test_of_somebody_who_is_registered_stays_as_it_was(self, lab: Lab, wizard: CommandLine) -> None:
        carrier = lab.carriers["registration"]
        assert (
            wizard.install(secret=ACME.secret, carrier_id="OTHER", host=carrier.host_name, dial_prefix="7", **REGISTERS).status
            == 0
        )

        before = contact_of(carrier)
        check(wizard, carrier.host_name, ACME.secret, **REGISTERS)

        assert contact_of(carrier) == before
        assert lab.dialer.address in before[0]

    @pytest.mark.parametrize(("username", "secret"), [(ACME.username, "wr0ng-Pass"), ("nobody", "wr0ng-Pass")])
    def test_with_a_wrong_password_or_user_is_refused(self, lab: Lab, wizard: CommandLine, username: str, secret: str) -> None:
        checked = check(wizard, lab.carriers["registration"].host_name, secret, auth="registration", username=username)

        assert (checked.status, errors(checked)) == (1, {"sign_in_refused"})
        assert checked.document["sign_in"]["outcome"] == "refused"
        assert secret not in checked.output

    def test_of_a_blocked_account_is_refused(self, lab: Lab, wizard: CommandLine) -> None:
        host = lab.carriers["registration"].host_name

        checked = check(wizard, host, "wr0ng-Pass", auth="registration", username=BLOCKED.username)

        assert (checked.status, checked.document["sign_in"]["outcome"]) == (1, "refused")

    def test_over_tcp_is_asked_over_tcp(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.control("enable-transports")

        checked = check(wizard, lab.carriers["registration"].host_name, ACME.secret, transport="tcp", **REGISTERS)

        assert (checked.status, checked.document["sign_in"]["outcome"]) == (0, "accepted")

    def test_over_tls_is_not_asked_by_a_dialer_that_has_nothing_to_do_it_with(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.control("enable-transports")

        checked = check(wizard, lab.carriers["registration"].host_name, ACME.secret, transport="tls", **REGISTERS)

        assert (checked.status, checked.document["door"]["trouble"]) == (0, "unsupported")
        assert "carrier_not_asked" in {each["code"] for each in checked.document["findings"]}

    def test_that_is_answered_by_something_else_proves_nothing(self, lab: Lab, wizard: CommandLine) -> None:
        with RawSipCarrier(answers={"acme": "500 Server Error"}):
            checked = check(wizard, "127.0.0.30", "any-Secret", **REGISTERS)

        assert (checked.status, checked.document["sign_in"]["outcome"]) == (0, "unknown")
        assert checked.document["sign_in"]["last"]["code"] == 500


class TestCallsWithAPassword:
    def test_are_signed_in_as_the_calls_would_be(self, lab: Lab, wizard: CommandLine) -> None:
        host = lab.carriers["credentials"].host_name
        sign_in = {"auth": "credentials", "username": PERCALL.username, "protocol": "PJSIP"}

        right = check(wizard, host, PERCALL.secret, **sign_in)
        wrong = check(wizard, host, "wr0ng-Pass", **sign_in)

        assert (right.status, right.document["sign_in"]["outcome"]) == (0, "accepted")
        assert (wrong.status, errors(wrong)) == (1, {"sign_in_refused"})


class TestACarrierThatKnowsUsByAddress:
    def test_answers_and_has_no_password_to_try(self, lab: Lab, wizard: CommandLine) -> None:
        checked = check(wizard, lab.carriers["ip"].host_name, auth="ip")

        assert checked.status == 0
        assert (checked.document["sign_in"]["outcome"], checked.document["sign_in"]["why"]) == ("unknown", "by_address")
        assert checked.document["door"]["sent_from"]["host"] == lab.dialer.address

    def test_over_iax2_is_poked(self, lab: Lab, wizard: CommandLine) -> None:
        checked = check(
            wizard, lab.carriers["registration"].host_name, IAX_ACME.secret,
            auth="registration", username=IAX_ACME.username, protocol="IAX2",
        )  # fmt: skip

        assert (checked.status, checked.document["door"]["reason"]) == (0, "PONG")
        assert (checked.document["sign_in"]["outcome"], checked.document["sign_in"]["why"]) == ("unknown", "iax2")


class TestNobodyThere:
    @pytest.mark.parametrize("transport", ["udp", "tcp"])
    def test_a_closed_port(self, lab: Lab, wizard: CommandLine, transport: str) -> None:
        lab.dialer.control("enable-transports")

        checked = check(wizard, lab.carriers["ip"].address, auth="ip", port=5999, transport=transport)

        assert (checked.status, errors(checked)) == (1, {"carrier_port_closed"})
        assert checked.document["door"]["trouble"] == "refused"

    def test_a_silent_host(self, lab: Lab, wizard: CommandLine) -> None:
        with silence() as address:
            checked = check(wizard, address, auth="ip")

        assert (checked.status, errors(checked)) == (1, {"carrier_silent"})

    def test_a_silent_host_over_iax2(self, lab: Lab, wizard: CommandLine) -> None:
        with silence() as address:
            checked = check(wizard, address, auth="ip", protocol="IAX2")

        assert (checked.status, errors(checked)) == (1, {"carrier_silent"})

    def test_a_name_without_an_address(self, lab: Lab, wizard: CommandLine) -> None:
        checked = check(wizard, "nowhere.carrier.test", auth="ip")

        assert (checked.status, errors(checked)) == (1, {"host_unresolved"})
        assert checked.document["door"]["trouble"] == "unresolved"

    def test_a_carrier_that_ignores_options_and_takes_the_sign_in(self, lab: Lab, wizard: CommandLine) -> None:
        with SilentToOptions():
            watched = check(wizard, CODES, "any-Secret", **REGISTERS)
            unwatched = check(wizard, CODES, "any-Secret", qualify=False, **REGISTERS)

        assert (watched.status, errors(watched)) == (1, {"carrier_ignores_options"})
        assert (unwatched.status, errors(unwatched)) == (0, set())

    def test_a_carrier_that_refuses_options_answers_all_the_same(self, lab: Lab, wizard: CommandLine) -> None:
        with SipCodes(options=405):
            checked = check(wizard, CODES, auth="ip")

        assert (checked.status, checked.document["door"]["code"]) == (0, 405)


def test_what_is_in_the_way_on_the_dialer_is_part_of_it(lab: Lab, wizard: CommandLine) -> None:
    checked = check(wizard, lab.carriers["ip"].host_name, auth="ip", carrier_id="sipexample")

    assert checked.status == 1
    assert "carrier_exists" in errors(checked)
    assert checked.document["door"]["code"] > 0


def test_bad_answers_are_bad_input(wizard: CommandLine) -> None:
    assert check(wizard, "sip.example.com").status == 2


class _NameServer:
    """Answers every question with one SRV record."""

    ADDRESS = "127.0.0.53"

    def __enter__(self) -> _NameServer:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.ADDRESS, 53))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        record = b"\xc0\x0c\0\x21\0\1\0\0\0\x3c\0\x0e" + b"\0\x0a\0\0\x13\xc4" + b"\x04edge\1x\0"
        with contextlib.suppress(OSError):
            while True:
                asked, whence = self._socket.recvfrom(512)
                is_srv = asked[-4:-2] == b"\0\x21"
                head = asked[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_srv else b"\0\0") + b"\0\0\0\0"
                self._socket.sendto(head + asked[12:] + (record if is_srv else b""), whence)


def test_a_name_that_has_only_srv_records_is_told_where_they_lead(lab: Lab, wizard: CommandLine) -> None:
    resolv = lab.dialer.root / "etc/resolv.conf"
    before = resolv.read_text() if resolv.exists() else ""
    with _NameServer() as server:
        resolv.write_text(f"nameserver {server.ADDRESS}\n")
        try:
            checked = check(wizard, "srv-only.example.com", auth="ip")
        finally:
            resolv.write_text(before)

    said = next((each for each in checked.document["findings"] if each["code"] == "host_has_services"), None)
    assert said is not None, checked.output
    assert "edge.x port 5060" in said["message"]
