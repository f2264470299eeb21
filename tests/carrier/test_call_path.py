"""The way of a call, as it fills in."""

from __future__ import annotations

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.call_path import Stop, call_path
from wizard.carrier.model import Protocol
from wizard.words.call_path import OPEN, OPTIONAL, STOPS


def known(answers: Answers) -> dict[Stop, str]:
    return {hop.stop: hop.value for hop in call_path(answers)}


def test_it_begins_with_what_the_defaults_say_and_leaves_the_rest_open() -> None:
    path = known(Answers())

    assert (path[Stop.DIALLED], path[Stop.PATTERN], path[Stop.DIGITS]) == ("912125550100", "_91NXXNXXXXXX", "+12125550100")
    assert path[Stop.TRUNK] == path[Stop.CARRIER] == path[Stop.BACKUP] == path[Stop.CAMPAIGN] == ""


def test_each_answer_fills_its_stop() -> None:
    answers = Answers().with_values(
        carrier_id="ACME", host="sip.example.com", transport=Transport.TLS, dial_prefix="77", tech_prefix="12#",
        campaigns=("SALES",), backup_carrier=("BKUP",), protocol=Protocol.PJSIP,
    )  # fmt: skip

    path = known(answers)

    assert path[Stop.CAMPAIGN] == "SALES"
    assert path[Stop.DIALLED] == "7712125550100"
    assert path[Stop.DIGITS].startswith("12#")
    assert path[Stop.TRUNK] == "acme"
    assert path[Stop.CARRIER] == "sip.example.com:5061"
    assert path[Stop.BACKUP] == "BKUP"
    assert next(hop.detail for hop in call_path(answers) if hop.stop is Stop.TRUNK) == "PJSIP, TLS"


def test_an_answer_that_cannot_be_used_leaves_its_stop_open() -> None:
    path = known(Answers().with_values(carrier_id="!", host="two words", dial_prefix="x"))

    assert {stop for stop, value in path.items() if value} == set()


def test_every_stop_has_its_words() -> None:
    assert set(STOPS) == set(OPEN) == set(Stop)
    assert set(Stop) > OPTIONAL
