"""Which moments meet which faults: a set that every run of the tests can afford, and the whole."""

from __future__ import annotations

import os

from wizard.dialer.journal import Phase

from .boundaries import BOUNDARIES, Work, boundary
from .faults import FAULTS

#: moment, fault and protocol
Pair = tuple[str, str, str]

#: Every moment and every fault is in it; fault → moments.
_SIP = {
    "killed": (
        "install-checked-done", "install-row_written-acted", "install-rebuild_requested-acted", "install-campaigns_set-done",
        "undo-rolling_back-begun", "undo-rolled_back-done", "rollback-rolling_back-acted", "rollback-rolled_back-done",
    ),
    "cut": (
        "install-connected-done", "install-checked-begun", "install-row_written-acted", "install-settings_set-acted",
        "install-loaded-acted", "install-campaigns_set-begun", "install-campaigns_set-acted", "rollback-rolling_back-acted",
    ),
    "ssh-away": ("install-conf_seen-acted",),
    "ssh-gone": ("install-rebuild_requested-acted",),
    "mariadb-restart": ("install-row_written-done", "undo-rolling_back-begun"),
    "mariadb-gone": ("install-conf_seen-acted",),
    "asterisk-restart": ("install-rebuild_requested-done", "install-loaded-done"),
    "asterisk-gone": ("undo-rolling_back-acted",),
    "screen-killed": ("install-conf_seen-done",),
    "cron-away": ("install-rebuild_requested-begun",),
    "cron-frozen": ("undo-rolling_back-begun",),
    "disk-full": ("install-connected-begun", "install-rebuild_requested-begun"),
    "wizard-disk-full": (
        "install-snapshot-done", "install-row_written-acted", "install-registered-done", "rollback-rolling_back-acted",
    ),
    "grant-revoked": ("install-connected-begun",),
    "grant-and-cut": ("install-settings_set-done",),
    "row-changed": ("install-row_written-begun", "install-row_written-done", "rollback-rolling_back-begun"),
    "generator-dies": ("install-rebuild_requested-begun",),
}  # fmt: skip
#: where another driver answers, loads and registers in its own way
_PJSIP = {
    "killed": ("install-rebuild_requested-acted",),
    "cut": ("install-conf_seen-acted",),
    "asterisk-restart": ("install-loaded-acted",),
}
USUAL: tuple[Pair, ...] = tuple(
    (moment, name, protocol)
    for protocol, chosen in (("SIP", _SIP), ("PJSIP", _PJSIP))
    for name, moments in chosen.items()
    for moment in moments
)
ALL: tuple[Pair, ...] = tuple(
    dict.fromkeys([*((each.name, fault.name, "SIP") for fault in FAULTS for each in BOUNDARIES), *USUAL])
)
_WRITING = (Phase.CONNECTED, Phase.CHECKED, Phase.SNAPSHOT, Phase.ROW_WRITTEN, Phase.SETTINGS_SET)
_GENERATING = (Phase.REBUILD_REQUESTED, Phase.CONF_SEEN)


def chosen() -> tuple[Pair, ...]:
    """What this run plays."""
    return ALL if os.environ.get("FAULTS") == "all" else USUAL


def while_writing() -> list[Pair]:
    """Until the carrier is switched on."""
    return [pair for pair in chosen() if _is_install(pair) and boundary(pair[0]).phase in _WRITING]


def while_generating() -> list[Pair]:
    """From the switch until VICIdial's generator has written its files."""
    return [pair for pair in chosen() if _is_install(pair) and boundary(pair[0]).phase in _GENERATING]


def while_coming_up() -> list[Pair]:
    """From there to the moved campaigns."""
    return [pair for pair in chosen() if _is_install(pair) and boundary(pair[0]).phase not in (*_WRITING, *_GENERATING)]


def while_undoing() -> list[Pair]:
    return [pair for pair in chosen() if boundary(pair[0]).work is not Work.INSTALL]


def _is_install(pair: Pair) -> bool:
    return boundary(pair[0]).work is Work.INSTALL
