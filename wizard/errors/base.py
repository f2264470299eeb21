"""The root of all errors."""

from __future__ import annotations

from typing import ClassVar


class WizardError(Exception):
    """Root of all. ``values`` are for the sentence and never hold a secret."""

    code: str = "unknown"
    #: whether trying again, unchanged, could help
    temporary: ClassVar[bool] = False

    def __init__(self, **values: object) -> None:
        super().__init__()
        self.values = values

    def __str__(self) -> str:
        return self.code


class DialerError(WizardError):
    """The dialer can't be reached, or can't be worked with; nothing was changed."""

    code = "dialer"
