"""docs/diagnosis-table.md says what the lab's tests play, and what the rules see."""

from __future__ import annotations

from tests.real.diagnosing.document import DOCUMENT, IN_PART, NOT_PROVED, proved, row_of
from tests.real.diagnosing.faults import FAULTS
from wizard.carrier.diagnosis.rules import RULES
from wizard.carrier.diagnosis.symptoms import COUNT, SYMPTOMS


def test_each_fault_has_its_row() -> None:
    written = DOCUMENT.read_text()
    rows = [line for line in written.splitlines() if line.startswith("|")]

    assert [row for fault in FAULTS for row in rows if row.startswith(row_of(fault))] == rows[2:]
    assert f"**{len(proved())} of {COUNT} symptoms**" in written


def test_each_symptom_is_proved_or_has_a_reason() -> None:
    assert sorted([*proved(), *NOT_PROVED]) == list(range(1, COUNT + 1))
    assert set(IN_PART) <= set(proved())
    assert all(f"* **{number}**: {why}" in DOCUMENT.read_text() for number, why in {**IN_PART, **NOT_PROVED}.items())


def test_each_fault_has_symptoms_that_its_rule_sees() -> None:
    codes = {rule.code for rule in RULES}
    for fault in FAULTS:
        assert fault.first in codes, fault.name
        assert all(fault.first in SYMPTOMS[number - 1].causes for number in fault.symptoms), fault.name
