"""What stands on a draft's pages of the carrier that it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding, Severity
from wizard.store.drafts import Draft
from wizard.words.adopting import ADOPTED_TITLE, adopted_words
from wizard.words.findings import sentence


@dataclass(frozen=True)
class AdoptedNotice:
    """In words: what could not be placed, and what makes little difference, each as (column, sentence)."""

    title: str
    words: str
    lines: Sequence[tuple[str, str]] = ()
    notes: Sequence[tuple[str, str]] = ()


def adopted_notice(draft: Draft) -> AdoptedNotice | None:
    """None for answers that were given by hand."""
    source = draft.adopted
    if source is None:
        return None
    notes = [each for each in source.findings if each.severity is Severity.NOTE]
    lines = [each for each in source.findings if each.severity is not Severity.NOTE]
    title = ADOPTED_TITLE.format(carrier_id=source.carrier_id)
    return AdoptedNotice(title, adopted_words(is_whole=source.is_whole), _said(lines), _said(notes))


def _said(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(_label(finding.field), sentence(finding)) for finding in findings]


def _label(field: str) -> str:
    """A column, or an answer, as VICIdial's own screen has it: ``Account Entry``."""
    return field.replace("_", " ").title()
