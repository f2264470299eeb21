"""A page for each diagnosis: the same words on the command line, in the web and in docs/diagnoses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from wizard.carrier.diagnosis.rules import RULES
from wizard.words.verdicts import REASONS

from . import CAUSES
from .calls import CALLS
from .dialer import DIALER
from .reaching import REACHING
from .sound import SOUND

REASONS_TITLE = "What a verdict says"
_GROUPS = {
    "The dialer and the entry": DIALER,
    "Reaching the carrier and signing in": REACHING,
    "Calls": CALLS,
    "Sound": SOUND,
}
_SYMPTOMS = {rule.code: rule.symptoms for rule in RULES}


@dataclass(frozen=True)
class DiagnosisPage:
    """``symptoms``: numbers of :mod:`wizard.carrier.diagnosis.symptoms`; none where it is a verdict's reason."""

    code: str
    group: str
    happened: str
    why: str
    try_next: str
    tell_carrier: str = ""
    symptoms: tuple[int, ...] = ()

    @property
    def is_cause(self) -> bool:
        return self.group != REASONS_TITLE

    def document(self) -> dict[str, Any]:
        """As ``--json`` prints it, with the names that causes have there."""
        told = asdict(self)
        return {**told, "next": told.pop("try_next"), "symptoms": list(self.symptoms)}


def _pages() -> Iterator[DiagnosisPage]:
    for group, causes in _GROUPS.items():
        for code, words in causes.items():
            yield DiagnosisPage(code, group, *words, symptoms=_SYMPTOMS.get(code, ()))
    for code, reason in REASONS.items():
        # Some reasons are causes too, and those say more.
        if code not in CAUSES:
            yield DiagnosisPage(code, REASONS_TITLE, *reason)


PAGES: dict[str, DiagnosisPage] = {page.code: page for page in _pages()}


def groups() -> list[tuple[str, list[DiagnosisPage]]]:
    """Title and pages, in the order in which a carrier comes up."""
    titles = dict.fromkeys(page.group for page in PAGES.values())
    return [(title, [page for page in PAGES.values() if page.group == title]) for title in titles]


def page_lines(page: DiagnosisPage) -> list[str]:
    """For a terminal."""
    lines = [page.happened, f"  Why: {page.why}", f"  Next: {page.try_next}"]
    if page.tell_carrier:
        lines.append(f"  Tell the carrier: {page.tell_carrier}")
    if page.symptoms:
        lines.append(f"  Symptoms: {', '.join(map(str, page.symptoms))}")
    return lines
