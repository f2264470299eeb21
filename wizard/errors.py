"""Everything that can go wrong, by type. Each has a stable code; the words are in :mod:`wizard.words.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from wizard.carrier.findings import Finding


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


# --- reaching the dialer ---------------------------------------------------------------------------------------------


class DialerError(WizardError):
    """The dialer can't be reached, or can't be worked with; nothing was changed."""

    code = "dialer"


class CannotConnectError(DialerError):
    """Nothing answers at that address and port. values: host, port, reason"""

    code = "cannot_connect"
    temporary = True


class CannotResolveError(DialerError):
    """The dialer's own name has no address, seen from here. values: host"""

    code = "cannot_resolve"


class HostKeyUnknownError(DialerError):
    """Nobody has confirmed this host key yet. values: host, fingerprint, key_type, variant"""

    code = "host_key_unknown"

    def __init__(self, *, host: str, fingerprint: str, key_type: str, key: str, address: str = "", variant: str = "") -> None:
        super().__init__(host=host, fingerprint=fingerprint, key_type=key_type, variant=variant)
        self.fingerprint = fingerprint
        #: which host it is, as host keys are kept: the dialer's or a jump host's
        self.address = address
        #: the public key as a ``known_hosts`` line has it, to be stored once confirmed
        self.key = key


class HostKeyChangedError(DialerError):
    """Another host key than the confirmed one. values: host, fingerprint, expected, variant (``jump``, ``known_hosts``)"""

    code = "host_key_changed"


class InvalidAuthError(DialerError):
    """The SSH server refused the user, password or key. values: user, host"""

    code = "invalid_auth"


class NoSshKeysError(DialerError):
    """No agent has a key, and there is no key file that ssh would try. values: user, host"""

    code = "no_ssh_keys"


class TooManyKeysError(DialerError):
    """The SSH server hung up after several keys that it does not know. values: host, count"""

    code = "too_many_keys"


class SecondFactorError(DialerError):
    """The key or password was right, and the server wants something more. values: host, methods"""

    code = "second_factor"


class JumpRefusedError(DialerError):
    """A jump host lets us in, and does not pass us on. values: host, port (where to), before (the jump host)"""

    code = "jump_refused"


class SshConfigError(DialerError):
    """``~/.ssh/config`` can't be followed.

    values: host, path, option, reason (``exec``, ``proxy_command``, ``jump``, ``circle``, ``value``, ``too_deep``,
    ``unreadable``)
    """

    code = "ssh_config"


class KeyFileError(DialerError):
    """The private key can't be read: no such file, not a key, or a wrong passphrase. values: path, reason"""

    code = "key_file"


class UnsupportedAlgorithmsError(DialerError):
    """The SSH server is too old for the algorithms that are still considered safe. values: host, reason"""

    code = "unsupported_algorithms"


class SudoError(DialerError):
    """sudo did not let us. values: user, reason (``password_wrong``, ``password_needed``, ``not_allowed``, ``needs_tty``)"""

    code = "sudo"


class NoPerlError(DialerError):
    """There is no usable perl on the host. values: detail"""

    code = "no_perl"


class ConnectionLostError(DialerError):
    """The connection ended in the middle of something."""

    code = "connection_lost"
    temporary = True


class CommandError(DialerError):
    """Something on the dialer failed in a way that has no error of its own. values: what, detail"""

    code = "command"


# --- is it a dialer, and can it do its part --------------------------------------------------------------------------


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


# --- an install ------------------------------------------------------------------------------------------------------


class InstallInProgressError(WizardError):
    """Somebody is at work on the same dialer. values: where (``here``, ``elsewhere``)"""

    code = "already_in_progress"
    temporary = True


class InstallError(WizardError):
    """An install could not go on; what was done is undone."""

    code = "install"


class WriteMismatchError(InstallError):
    """What the database holds is not what was sent. values: columns"""

    code = "write_mismatch"


class RecordChangedError(InstallError):
    """A record is no longer as it was read, so it was not overwritten. values: what (kind of change), name"""

    code = "record_changed"


class NotProvedError(InstallError):
    """Campaigns were moved, and their digits don't lead to the new carrier. values: number, campaign, carrier"""

    code = "switch_not_proved"


class WorseCarrierError(InstallError):
    """The carrier that campaigns were moved to refuses more numbers than the one before. values: carrier"""

    code = "switch_worse"


class NoSwitchError(WizardError):
    """No switch from the one carrier to the other is known on this dialer. values: from_carrier, to_carrier"""

    code = "no_switch"


class RebuildTimeoutError(InstallError):
    """The dialer did not generate its files in time. values: seconds, picked_up"""

    code = "rebuild_timeout"


class NotLoadedError(InstallError):
    """The file has the carrier, and Asterisk does not. values: what"""

    code = "not_loaded"


class StillLoadedError(InstallError):
    """The files don't have the carrier any more, and Asterisk does. values: none"""

    code = "still_loaded"


class NeighbourDownError(InstallError):
    """Other carriers that were up before are not any more. values: carriers"""

    code = "neighbour_down"


class StoppedError(InstallError):
    """The user stopped the install."""

    code = "stopped"


class RollbackFailedError(WizardError):
    """An undo could not be finished; ``steps`` are what a person would have to do. values: detail"""

    code = "rollback_failed"

    def __init__(self, *, steps: list[str], **values: object) -> None:
        super().__init__(**values)
        self.steps = steps


class OtherDialerError(DialerError):
    """The address leads to another dialer than it did. values: found, expected (server_ip)"""

    code = "other_dialer"


class DriftError(WizardError):
    """Somebody else changed the row; it was left alone. ``diff``: (column, sign, shown line). values: carrier_id, columns"""

    code = "drift"

    def __init__(self, *, diff: Sequence[tuple[str, str, str]] = (), **values: object) -> None:
        super().__init__(**values)
        self.diff = tuple(diff)


# --- the wizard itself -----------------------------------------------------------------------------------------------


class NotFoundError(WizardError):
    """No such dialer, draft or install. values: what, name"""

    code = "not_found"


class BackupNotUpError(WizardError):
    """A backup carrier that was to be installed first isn't up, so its carrier was not installed. values: backup"""

    code = "backup_not_up"


class BackupInUseError(WizardError):
    """This install is the backup of a carrier that stands. values: backup, carrier, install_id"""

    code = "backup_in_use"


class NothingToUndoError(WizardError):
    """The install is at work, was undone already, or never wrote anything. values: install_id"""

    code = "nothing_to_undo"


class NameTakenError(WizardError):
    """A dialer of this name is saved already. values: name"""

    code = "name_taken"


class StoreError(WizardError):
    """The wizard's own folder, or what is kept in it, can't be used. values: path, detail"""

    code = "store"


class VaultError(WizardError):
    """The key that the store's secrets are encrypted with is missing or another one. values: path"""

    code = "vault"


class ChangedMeanwhileError(WizardError):
    """The answers, or the dialer, are no longer those of the page whose button was pressed."""

    code = "changed_meanwhile"


class NeedsSecretError(WizardError):
    """A password that is not kept is needed now. values: which"""

    code = "needs_secret"
