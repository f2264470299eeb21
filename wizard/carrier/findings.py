"""What the domain has to say about answers and entries."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """``error`` stops a render or an install; ``warning`` and ``note`` are shown."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One finding: a stable code, the answer it is about, and safe values for its sentence (never a secret).

    The sentence itself is in :mod:`wizard.words`.
    """

    code: str
    field: str
    severity: Severity = Severity.ERROR
    values: Mapping[str, object] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


def error(code: str, field: str, **values: object) -> Finding:
    return Finding(code, field, Severity.ERROR, values)


def warning(code: str, field: str, **values: object) -> Finding:
    return Finding(code, field, Severity.WARNING, values)


def note(code: str, field: str, **values: object) -> Finding:
    return Finding(code, field, Severity.NOTE, values)


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop a render or an install."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
