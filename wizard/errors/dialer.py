"""It is not a dialer, or can't do its part."""

from __future__ import annotations

from typing import ClassVar

from wizard.carrier.findings import Finding

from .base import DialerError, WizardError


class NotADialerError(DialerError):
    """No VICIdial here. values: missing"""

    code = "not_a_dialer"


class AsteriskSilentError(DialerError):
    """Asterisk doesn't answer its command line."""

    code = "asterisk_silent"
    temporary = True


class DiskFullError(DialerError):
    """A rebuild would leave Asterisk with empty files. values: free (kilobytes)"""

    code = "disk_full"
    temporary = True


class DatabaseError(DialerError):
    """VICIdial's database refused. values: detail"""

    code = "database"
    _DUPLICATE = 1062
    _BUSY = (1205, 1213)
    #: numbers of the client's own, about a connection that ended: whether the statement was carried out nobody knows
    _CLIENT_NUMBERS = range(2000, 3000)

    def __init__(self, *, number: int | None = None, **values: object) -> None:
        super().__init__(**values)
        #: MySQL's own number, where it gave one
        self.number = number

    @property
    def is_duplicate(self) -> bool:
        return self.number == self._DUPLICATE

    @property
    def is_busy(self) -> bool:
        """Whether somebody else held the table, or a deadlock was broken: nothing was written, and the next try may do."""
        return self.number in self._BUSY

    @property
    def is_certain(self) -> bool:
        """Whether the database itself said no, so that nothing was written."""
        return self.number is not None and self.number not in self._CLIENT_NUMBERS


class DatabaseLoginError(DatabaseError):
    """VICIdial's database can't be signed in to from the dialer, with what VICIdial itself uses.

    values: host, port, user, database, detail, reason (``password``, ``address``, ``unreachable``, ``database``, ``other``)
    """

    code = "database_login"
    #: MySQL's numbers → reason
    _REASONS: ClassVar[dict[int | None, str]] = {
        1045: "password", 1698: "password", 1130: "address", 1129: "address", 2002: "unreachable", 2003: "unreachable",
        2005: "unreachable", 2013: "unreachable", 1049: "database", 1044: "database",
    }  # fmt: skip

    def __init__(self, *, number: int | None = None, **values: object) -> None:
        super().__init__(number=number, reason=self._REASONS.get(number, "other"), **values)


class ServerRowError(DialerError):
    """There is not exactly one servers row for this dialer. values: server_ip, count"""

    code = "server_row"


class RatesTableError(DialerError):
    """The dialer has no table for rates, nor may the wizard make it; or it can't be used. values: reason, statement, detail"""

    code = "rates_table"


class UnfitError(DialerError):
    """The dialer can't do its part of an install; code and values are those of the finding that says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(**values)
        self.code = code


class RefusedError(WizardError):
    """The answers can't be installed on this dialer; nothing was changed."""

    code = "refused"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings
