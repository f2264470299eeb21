"""Which dialers are watched, and whom to tell: the URLs of notifications hold secrets, so they are encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.errors import NameTakenError, NotFoundError
from wizard.secret import Secret

from .database import Store, new_id, now
from .vault import Vault

USUAL_SECONDS = 60
#: more often would be a burden, more seldom no watch
LEAST_SECONDS, MOST_SECONDS = 10, 3600


@dataclass(frozen=True)
class WatchSetting:
    """Whether a dialer is watched, and how often somebody looks."""

    dialer_id: str
    is_on: bool = False
    interval_seconds: int = USUAL_SECONDS


@dataclass(frozen=True)
class NotifyTarget:
    """Somebody to tell; ``shown`` is what of its URL may be seen. ``dialer_id`` is None where it is for all dialers."""

    id: str
    name: str
    dialer_id: str | None
    shown: str


class WatchStore:
    """The tables ``watches``, ``watch_options`` and ``watch_targets``."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def setting(self, dialer_id: str) -> WatchSetting:
        """As it was set, or off."""
        for row in self._table("watches").rows_where("dialer_id = ?", [dialer_id]):
            return _setting(row)
        return WatchSetting(dialer_id)

    def set(self, setting: WatchSetting) -> None:
        row = {
            "dialer_id": setting.dialer_id,
            "is_on": int(setting.is_on),
            "interval_seconds": min(max(setting.interval_seconds, LEAST_SECONDS), MOST_SECONDS),
        }
        self._table("watches").upsert(row, pk="dialer_id")

    def switched_on(self) -> list[WatchSetting]:
        return [_setting(row) for row in self._table("watches").rows_where("is_on = 1", order_by="dialer_id")]

    @property
    def link(self) -> str:
        """Where the wizard's pages are, for messages; empty where nobody said."""
        return next((row["value"] for row in self._table("watch_options").rows_where("name = 'link'")), "")

    def set_link(self, link: str) -> None:
        self._table("watch_options").upsert({"name": "link", "value": link}, pk="name")

    def add_target(self, name: str, url: Secret, shown: str, dialer_id: str | None = None) -> NotifyTarget:
        """:raises NameTakenError: there is one of this name"""
        row = {"id": new_id(), "name": name, "dialer_id": dialer_id, "shown": shown, "created_at": now()}
        with self._store.changing():
            if self.find_target(name) is not None:
                raise NameTakenError(name=name, variant="target")
            self._table("watch_targets").insert({**row, "url": self._vault.lock(url)})
        return self.target(str(row["id"]))

    def target(self, target_id: str) -> NotifyTarget:
        """:raises NotFoundError: no such target"""
        for row in self._table("watch_targets").rows_where("id = ?", [target_id]):
            return _target(row)
        raise NotFoundError(what="notification", name=target_id)

    def find_target(self, name: str) -> NotifyTarget | None:
        """By name, capital letters aside."""
        for row in self._table("watch_targets").rows_where("name = ? COLLATE NOCASE", [name]):
            return _target(row)
        return None

    def targets(self) -> list[NotifyTarget]:
        return [_target(row) for row in self._table("watch_targets").rows_where(order_by="name COLLATE NOCASE")]

    def targets_of(self, dialer_id: str) -> list[NotifyTarget]:
        """Those who are told of a dialer."""
        return [target for target in self.targets() if target.dialer_id in (None, dialer_id)]

    def url_of(self, target_id: str) -> Secret:
        """:raises VaultError: the key is missing, or another one"""
        for row in self._table("watch_targets").rows_where("id = ?", [target_id]):
            return self._vault.unlock(row["url"])
        raise NotFoundError(what="notification", name=target_id)

    def remove_target(self, target_id: str) -> None:
        """Forget it, and what was still to be told it."""
        with self._store.changing():
            self._table("watch_targets").delete_where("id = ?", [target_id])
            self._table("watch_deliveries").delete_where("target_id = ? AND state = 'pending'", [target_id])

    def _table(self, name: str) -> Any:
        return self._store.database.table(name)


def _setting(row: Mapping[str, Any]) -> WatchSetting:
    return WatchSetting(row["dialer_id"], bool(row["is_on"]), row["interval_seconds"])


def _target(row: Mapping[str, Any]) -> NotifyTarget:
    return NotifyTarget(row["id"], row["name"], row["dialer_id"], row["shown"])
