"""What goes wrong in an install, a switch or an undo."""

from __future__ import annotations

from collections.abc import Sequence

from .base import DialerError, WizardError


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


class MisunderstoodError(InstallError):
    """Asterisk holds another host, user or context than the entry says. values: option, meant, held"""

    code = "misunderstood"


class NotLoadedError(InstallError):
    """The file has the carrier, and Asterisk does not. values: what"""

    code = "not_loaded"


class StillLoadedError(InstallError):
    """The files don't have the carrier any more, and Asterisk does. values: none"""

    code = "still_loaded"


class NeighbourDownError(InstallError):
    """Other carriers that were up before are not any more. values: carriers"""

    code = "neighbour_down"


class FirewallClosedError(InstallError):
    """The dialer's firewall did not take a rule, or did not give it up. values: rule, detail"""

    code = "firewall_closed"


class StoppedError(InstallError):
    """The user stopped the install."""

    code = "stopped"


class RollbackFailedError(WizardError):
    """An undo could not be finished; ``steps`` are what a person would have to do. values: detail"""

    code = "rollback_failed"

    def __init__(self, *, steps: list[str], **values: object) -> None:
        super().__init__(**values)
        self.steps = steps


class LaterRunError(WizardError):
    """A later run stands on the one that is to be undone. values: carrier, act, install_id (of the later run)"""

    code = "later_run"


class OtherDialerError(DialerError):
    """The address leads to another dialer than it did. values: found, expected (server_ip)"""

    code = "other_dialer"


class DriftError(WizardError):
    """Somebody else changed the row; it was left alone. ``diff``: (column, sign, shown line). values: carrier_id, columns"""

    code = "drift"

    def __init__(self, *, diff: Sequence[tuple[str, str, str]] = (), **values: object) -> None:
        super().__init__(**values)
        self.diff = tuple(diff)
