"""Every code has its words, and no words are left over."""

from __future__ import annotations

import re
from pathlib import Path

from wizard import errors
from wizard.carrier.answers import STEP_OF
from wizard.carrier.diagnosis.cause import Certainty
from wizard.carrier.diagnosis.rules import RULES
from wizard.dialer.journal import Phase
from wizard.flow.path import STEP_ORDER
from wizard.words.causes import CAUSES, CERTAINTIES
from wizard.words.errors import ERRORS, words_for
from wizard.words.findings import FINDINGS
from wizard.words.questions import CHOICES, QUESTIONS
from wizard.words.steps import STEP_WORDS
from wizard.words.verdicts import OUTCOMES, PHASES, REASONS

PACKAGE = Path(errors.__file__).parents[1]
SOURCES = {path: path.read_text() for path in PACKAGE.rglob("*.py") if "words" not in path.parts}


def test_every_question_has_its_words_and_every_choice_a_label() -> None:
    assert set(QUESTIONS) == set(STEP_OF)
    for name, labels in CHOICES.items():
        assert name in STEP_OF
        assert all(labels.values())


def test_every_step_has_its_words() -> None:
    assert tuple(STEP_WORDS) == STEP_ORDER


def test_every_phase_has_its_words() -> None:
    assert set(PHASES) == set(Phase)


def test_every_finding_that_the_code_makes_has_a_sentence_and_none_is_left_over() -> None:
    made = _codes(r'(?:error|warning|note)\(\s*"(\w+)"')
    built = {"name_reserved", "name_looks_internal", "secret_outer_blank", "secret_line_break", "secret_unprintable"}
    built |= {"wrong_type", "not_a_choice", "transport_missing_chan_sip", "transport_missing_pjsip"}
    built |= {"call_number_short", "call_number_premium", "call_number_invalid"}
    built |= {"address_shared", "address_shared_told_apart"}
    built |= _codes(r'UnfitCell\("(\w+)"\)')

    assert (made | built) - set(FINDINGS) - set(ERRORS) == set()
    assert set(FINDINGS) - made - built == set()


def test_every_error_has_a_title_what_happened_and_what_to_try() -> None:
    classes = _subclasses(errors.WizardError)
    codes = {kind.code for kind in classes if isinstance(kind.code, str)}

    assert codes <= set(ERRORS)
    for code in ERRORS:
        words = words_for(code, {})
        assert words.title
        assert words.happened
        assert words.try_next


def test_every_reason_of_a_verdict_has_its_words() -> None:
    made = _codes(r'Judgement\(\s*Verdict\.\w+,\s*"(\w+)"')

    assert made == set(REASONS)


def test_every_outcome_has_its_words() -> None:
    assert {"up", "not_up", "rolled_back", "rollback_failed", "refused", "done", "interrupted", ""} == set(OUTCOMES)


def test_every_cause_has_its_words_and_no_words_are_left_over() -> None:
    assert set(CAUSES) == {rule.code for rule in RULES}
    for words in CAUSES.values():
        assert words.happened
        assert words.why
        assert words.try_next
    assert set(CERTAINTIES) == set(Certainty)


def _codes(pattern: str) -> set[str]:
    return {code for text in SOURCES.values() for code in re.findall(pattern, text)}


def _subclasses(kind: type[errors.WizardError]) -> set[type[errors.WizardError]]:
    return {kind}.union(*(_subclasses(each) for each in kind.__subclasses__()))
