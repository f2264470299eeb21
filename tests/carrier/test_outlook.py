"""What stands in the way, from what the carrier said."""

from __future__ import annotations

import pytest

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.diagnosis.observations import Address, Advertised, SignInAnswer, SipAnswer
from wizard.carrier.on_dialer.outlook import check_outlook
from wizard.words.findings import sentence

ANSWERS = Answers().with_values(host="sip.example.com", auth=Auth.REGISTRATION, username="acme")
HERE, THERE = Address("10.0.0.5", 40000), Address("198.51.100.1", 5060)
FINE = SipAnswer(code=200, asked=THERE, sent_from=HERE, seen_as=HERE)
OWN = Advertised(own=("10.0.0.5",))


@pytest.mark.parametrize("trouble", ["", "no_answer", "refused", "unresolved", "no_route", "tls", "unsupported"])
@pytest.mark.parametrize("outcome", ["accepted", "refused", "unanswered", "unknown"])
@pytest.mark.parametrize("why", ["", "not_challenged", "unsupported_digest", "other_answer"])
def test_everything_that_can_be_seen_is_said_in_words(trouble: str, outcome: str, why: str) -> None:
    sign_in = SignInAnswer(outcome, SipAnswer(code=403, reason="Forbidden", asked=THERE), challenged=not why, why=why)
    for finding in check_outlook(ANSWERS, SipAnswer(trouble=trouble, asked=THERE), sign_in, OWN):
        assert "{" not in sentence(finding)


def advertised(own: Advertised, seen: str) -> list[str]:
    door = SipAnswer(code=200, asked=THERE, sent_from=HERE, seen_as=Address(seen, 40000))
    return [each.code for each in check_outlook(ANSWERS, door, SignInAnswer("accepted", FINE), own)]


def test_an_address_that_the_carrier_sees_otherwise_is_said() -> None:
    assert advertised(Advertised("203.0.113.1", own=("10.0.0.5",)), "203.0.113.9") == ["advertised_otherwise"]
    assert advertised(Advertised("203.0.113.9", own=("10.0.0.5",)), "203.0.113.9") == []


def test_a_dialer_behind_nat_that_says_nothing_of_it_is_told() -> None:
    assert advertised(OWN, "203.0.113.9") == ["advertised_private"]
    assert advertised(OWN, "10.0.0.5") == []
