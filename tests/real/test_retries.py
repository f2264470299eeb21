"""Registrations that a carrier turns down: Asterisk goes on asking, and the wizard says what became of them."""

from __future__ import annotations

import re

import pytest

from tests.carrier.samples import PROTOCOLS
from tests.lab import Lab
from tests.lab.asterisk import CONFIG, AsteriskHost
from tests.lab.carriers import ACME, BLOCKED, IAX_ACME, Account
from tests.real.entries import IAX2_KINDS, PJSIP_KINDS, SIP_KINDS, Trunk, entry, load, until
from tests.real.raw_sip import CARRIER, RawSipCarrier
from wizard.carrier.answers import Answers

SECRET = "R4w-Secret"
#: nobody lives there
SILENT = "127.0.0.77"
REFUSED, PENDING, FAILED = "registration_refused", "registration_pending", "registration_failed"


def registering(protocol: str, host: str, account: Account, secret: str = "") -> Answers:
    return entry(protocol=protocol, auth="registration", host=host, username=account.username,
                 secret=secret or account.secret, qualify=False)  # fmt: skip


def reason(trunk: Trunk) -> str:
    return trunk.seen().judgement.reason


def comes_to(trunk: Trunk, wanted: str, within: float = 8) -> bool:
    return until(lambda: reason(trunk) == wanted, within)


def impatient(text: str) -> str:
    """The entry with a second in the place of minutes."""
    return re.sub(r"^((?:registration/)?\w*retry_interval)=(?:60|300)$", r"\1=1", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("protocol", "host"), PJSIP_KINDS)
def test_pjsip_never_gives_up_whatever_the_carrier_says(lab: Lab, protocol: str, host: str) -> None:
    answers = {"u403": "403 Forbidden", "u404": "404 Not Found", "u486": "486 Busy Here", "u503": "503 Service Unavailable"}
    # With a wrong password they are told 403 too, after the challenge.
    usernames = [*answers, "wrong"]
    table = [
        entry(carrier_id=each.upper(), protocol=protocol, auth="registration", host=CARRIER, username=each, secret=SECRET)
        for each in usernames
    ]
    with RawSipCarrier("another-one", answers=answers) as carrier:
        trunks = load(getattr(lab, host), *table, change=impatient)
        assert until(lambda: all(carrier.attempts[each] >= 4 for each in usernames), 60)
        carrier.answers.clear()
        carrier.secret = SECRET
        assert until(lambda: all(trunk.seen().is_registered for trunk in trunks), 60)


class TestWhatTheWizardSays:
    @pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
    def test_a_blocked_account_is_a_refusal(self, lab: Lab, protocol: str, host: str) -> None:
        [trunk] = load(getattr(lab, host), registering(protocol, lab.carriers["registration"].address, BLOCKED))

        assert comes_to(trunk, REFUSED)
        assert trunk.seen().judgement.final

    @pytest.mark.parametrize(("protocol", "host"), [*SIP_KINDS, *IAX2_KINDS])
    def test_so_is_a_wrong_password(self, lab: Lab, protocol: str, host: str) -> None:
        account = IAX_ACME if protocol == "IAX2" else ACME
        [trunk] = load(getattr(lab, host), registering(protocol, lab.carriers["registration"].address, account, "wr0ng-One"))

        assert comes_to(trunk, REFUSED)

    @pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
    def test_one_that_is_answered_by_another_challenge_is_a_refusal_to_pjsip_alone(
        self, lab: Lab, protocol: str, host: str
    ) -> None:
        """chan_sip says ``Auth. Sent`` for ever, as it does before the carrier has answered."""
        [trunk] = load(getattr(lab, host), registering(protocol, lab.carriers["credentials"].address, ACME, "wr0ng-One"))

        if protocol == "SIP":
            assert until(lambda: trunk.seen().states["registration"] == "Auth. Sent", 60)
            assert reason(trunk) == "registration_challenged"
            assert any("Failed to authenticate on REGISTER" in line for line in trunk.host.complaints())
        else:
            assert comes_to(trunk, REFUSED)

    @pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
    def test_a_carrier_that_is_out_of_order_has_refused_nothing(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        with RawSipCarrier(SECRET, answers={"acme": "503 Service Unavailable"}) as carrier:
            [trunk] = load(own, registering(protocol, CARRIER, Account("acme", SECRET)))
            assert until(lambda: carrier.attempts["acme"] > 0, 60)
            assert comes_to(trunk, PENDING if protocol == "SIP" else FAILED)

    def test_nor_has_one_that_says_nothing(self, lab: Lab) -> None:
        give_up_sooner(lab)
        table = [
            entry(carrier_id=f"T_{protocol}", protocol=protocol, auth="registration", host=SILENT, username="acme",
                  secret=SECRET, qualify=False)
            for protocol in PROTOCOLS
        ]  # fmt: skip
        trunks = load(lab.dialer, *table)
        seen: dict[str, set[str]] = {protocol: set() for protocol in PROTOCOLS}

        def is_over() -> bool:
            for trunk in trunks:
                seen[trunk.carrier.protocol].add(reason(trunk))
            return all(FAILED in seen[protocol] for protocol in ("PJSIP", "PJSIP_WIZ"))

        assert until(is_over, 60)
        assert all(REFUSED not in reasons for reasons in seen.values())
        assert all(seen[protocol] & {PENDING, "registration_unanswered"} for protocol in PROTOCOLS)


def give_up_sooner(lab: Lab) -> None:
    """PJSIP waits 32 seconds for an answer, or 64 times as long as it is told that one takes; a reset tells it otherwise."""
    path = lab.dialer.root / CONFIG / "pjsip.conf"
    path.write_text(path.read_text() + "\n[system]\ntype=system\ntimer_t1=100\ntimer_b=6400\n")
    lab.dialer.control("stop-asterisk")
    lab.dialer.control("start-asterisk")
