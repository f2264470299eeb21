"""Every fault that the lab can produce is injected, and the command that somebody would ask names it first."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.diagnosing.bench import Bench
from tests.real.diagnosing.faults import FAULTS, Fault
from tests.real.diagnosing.results import Diagnosed
from wizard.dialer.calling import CallOrder

#: a phone that nobody picks up needn't ring for half a minute to prove it
_SHORT = partial(CallOrder, ring_seconds=6, talk_seconds=2)


@pytest.fixture(scope="module")
def bench(running_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench.set_up(running_lab, tmp_path_factory.mktemp("bench") / "instance") as bench:
        yield bench


@pytest.fixture(autouse=True)
def short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.service.calls.CallOrder", _SHORT)


@pytest.mark.parametrize("carrier", ["H_REG", "H_IP", "H_CRED", "H_IAX", "REFUSES"])
def test_a_healthy_carrier_has_no_cause(bench: Bench, carrier: str) -> None:
    """REFUSES answers 405 to OPTIONS."""
    called = bench.call(carrier, "0720" if carrier == "REFUSES" else "0060", caller_id="5551239999")

    assert called["answered"], called["message"]
    assert called["causes"] == []
    assert bench.status(carrier)["causes"] == []


@pytest.mark.parametrize(
    ("auth", "protocol"), [("registration", "SIP"), ("credentials", "PJSIP"), ("ip", "SIP"), ("ip", "IAX2")]
)
def test_a_check_of_a_healthy_carrier_has_no_cause(bench: Bench, auth: str, protocol: str) -> None:
    values, secret = carrier_answers(bench.lab, auth, protocol=protocol)

    assert bench.check(values.pop("host"), secret, **{**values, "carrier_id": "NEW"})["causes"] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.name))
def test_the_first_cause_is_the_fault(bench: Bench, fault: Fault) -> None:
    with fault.injecting(bench):
        began = time.monotonic()
        document = fault.ask(bench)
        seconds = time.monotonic() - began

    causes = tuple((cause["code"], cause["certainty"]) for cause in document["causes"])
    if folder := os.environ.get("DIAGNOSED_RESULTS"):
        Diagnosed(fault.name, fault.command, causes, seconds).save(Path(folder))
    assert causes[:1] == ((fault.first, fault.certainty),), causes
