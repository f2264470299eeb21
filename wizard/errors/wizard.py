"""What goes wrong in the wizard itself."""

from __future__ import annotations

from .base import WizardError


class NotFoundError(WizardError):
    """No such dialer, draft or install. values: what, name"""

    code = "not_found"


class NotificationUrlError(WizardError):
    """Nobody can be told by this URL. values: reason (``no_url``, ``unknown``, ``local``); never the URL"""

    code = "notification_url"


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


class SentBeforeError(WizardError):
    """A form was sent twice, and its first sending is at work or done."""

    code = "sent_before"
