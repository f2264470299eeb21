"""Runs that nobody works on any more although they never ended: the wizard died in the middle."""

from __future__ import annotations

from wizard.dialer.journal import Phase
from wizard.dialer.outcome import Outcome
from wizard.dialer.recovery import is_whole
from wizard.errors import InstallInProgressError
from wizard.store.installs import Install

from .dialers import Connect
from .jobs import INTERRUPTED
from .locks import lock_dialer
from .rollbacks import begin_rollback, standing_parts
from .workspace import Workspace


def find_interrupted(workspace: Workspace) -> list[Install]:
    """Installs that nobody works on any more although they never ended: the wizard died. They are marked as such."""
    found = []
    for install in workspace.installs.running():
        try:
            lock = lock_dialer(workspace.folder, install.target, patience=0)
        except InstallInProgressError:
            continue
        # It may have ended between our question and its letting go of the lock.
        if workspace.installs.get(install.id).is_running:
            workspace.installs.finish(install.id, INTERRUPTED)
            parts = [each.carrier_id for each in standing_parts(workspace, install)]
            if parts:
                workspace.installs.add_also(install.id, "backup_left", {"backups": ", ".join(parts)})
            found.append(workspace.installs.get(install.id))
        lock.release()
    return found


def recover(workspace: Workspace, connect: Connect, install: Install) -> Install:
    """Bring an interrupted run to an end: as it was meant where all of it is there and up, as before otherwise.

    What was being undone is undone. Where the dialer can't be reached the run stays as it is, and the error is the caller's.

    :raises LaterRunError: a later run of the carrier stands on it
    :raises InstallInProgressError: somebody is at work on this dialer
    :raises DialerError: it can't be reached, and is as it was
    """
    installs = workspace.installs
    checkpoint = installs.checkpoint(install.id)
    if checkpoint is not None and _may_be_whole(install) and not standing_parts(workspace, install):
        lock = lock_dialer(workspace.folder, install.target)
        try:
            with connect() as connection:
                observation = is_whole(connection, checkpoint)
            if observation is not None:
                installs.observe(install.id, observation)
                installs.finish(install.id, Outcome.UP.value, {"also": {"code": "recovered_up", "values": {}}})
                return installs.get(install.id)
        finally:
            lock.release()
    done = begin_rollback(workspace, connect, install).run()
    if done.outcome == Outcome.ROLLED_BACK.value:
        installs.add_also(done.id, "recovered_back", {})
    return installs.get(done.id)


def recoverable(workspace: Workspace) -> list[Install]:
    """Interrupted runs that left something on their dialer, the latest first: a later one stands on an earlier."""
    runs = (each for each in workspace.installs.all() if each.outcome == INTERRUPTED and each.part_of is None)
    left = [each for each in runs if each.can_roll_back or standing_parts(workspace, each)]
    ids = {each.id for each in left}
    # Under a later run that ended well nothing is undone; one that broke off itself has its turn first.
    return [each for each in left if (later := workspace.installs.later_than(each)) is None or later.id in ids]


def _may_be_whole(install: Install) -> bool:
    """Whether everything was written, and nobody had begun to undo it."""
    undoing = any(event.phase is Phase.ROLLING_BACK for event in install.events)
    return bool(install.done_at(Phase.REBUILD_REQUESTED)) and not undoing and not install.stop_requested
