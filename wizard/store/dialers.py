"""Saved dialers. Their passwords are kept only if the user said so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo
from wizard.errors import NameTakenError, NotFoundError, SshConfigError

from .database import Store, new_id, now
from .vault import Vault


@dataclass(frozen=True)
class SavedDialer:
    """A dialer by name, and what was last read of it."""

    id: str
    name: str
    target: DialerTarget
    looked_at: str
    summary: Mapping[str, Any]


class DialerStore:
    """The ``dialers`` table."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def add(self, name: str, target: DialerTarget, kept: DialerSecrets) -> SavedDialer:
        """Save a dialer; ``kept`` holds what may be stored, encrypted.

        :raises NameTakenError: another dialer has this name
        """
        row = {"id": new_id(), "name": name, "created_at": now(), "summary": "{}", "looked_at": ""}
        with self._store.changing():
            if self.find(name) is not None:
                raise NameTakenError(name=name)
            self._table.insert({**row, **target_json(target), **self._secret_columns(kept)})
        return self.get(row["id"])

    def remember_look(self, dialer_id: str, summary: Mapping[str, Any]) -> None:
        """Keep what was read, for the pages that show it; the caller leaves secrets out.

        :raises NotFoundError: it was removed meanwhile
        """
        self.get(dialer_id)
        self._table.update(dialer_id, {"summary": json.dumps(summary), "looked_at": now()})

    def get(self, dialer_id: str) -> SavedDialer:
        """:raises NotFoundError: no such dialer"""
        for row in self._table.rows_where("id = ?", [dialer_id]):
            return _dialer(row)
        raise NotFoundError(what="dialer", name=dialer_id)

    def find(self, name: str) -> SavedDialer | None:
        """By name, capital letters aside."""
        for row in self._table.rows_where("name = ? COLLATE NOCASE", [name]):
            return _dialer(row)
        return None

    def all(self) -> list[SavedDialer]:
        return [_dialer(row) for row in self._table.rows_where(order_by="name COLLATE NOCASE")]

    def secrets(self, dialer_id: str) -> DialerSecrets:
        """What was kept; empty where nothing was."""
        for row in self._table.rows_where("id = ?", [dialer_id]):
            return DialerSecrets(**{name: self._vault.unlock(row[name]) for name in _SECRETS})
        return DialerSecrets()

    def remove(self, dialer_id: str) -> None:
        """Forget a dialer, and what the watch knows of it: whom to tell of it alone, and its history."""
        with self._store.changing():
            database = self._store.database
            database.execute("DELETE FROM dialers WHERE id = ?", [dialer_id])
            database.execute(
                "DELETE FROM watch_deliveries WHERE event_id IN (SELECT id FROM watch_events WHERE dialer_id = ?)", [dialer_id]
            )
            for table in ("watches", "watch_targets", "watch_subjects", "watch_segments", "watch_events"):
                database.execute(f"DELETE FROM {table} WHERE dialer_id = ?", [dialer_id])  # noqa: S608 (our own names)

    @property
    def _table(self) -> Any:
        return self._store.database.table("dialers")

    def _secret_columns(self, kept: DialerSecrets) -> dict[str, str | None]:
        return {name: self._vault.lock(getattr(kept, name)) for name in _SECRETS}


_SECRETS = ("ssh_password", "key_passphrase", "sudo_password")


class HostKeyStore:
    """The ``host_keys`` table: keys that somebody compared and confirmed, by host and port."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def confirm(self, target: DialerTarget, host_key: str, address: str = "") -> None:
        """Keep a key; ``address`` is that of a jump host where the key is not the dialer's own."""
        self._table.upsert({"address": address or target.key, "host_key": host_key, "confirmed_at": now()}, pk="address")

    def forget(self, target: DialerTarget, others: Iterable[DialerTarget] = ()) -> None:
        """Forget the keys on the way to a dialer, but for hosts that lead to other dialers too."""
        needed = {address for other in others for address in _addresses(other)}
        for address in set(_addresses(target)) - needed:
            self._table.delete_where("address = ?", [address])

    def with_key(self, target: DialerTarget) -> DialerTarget:
        """The target with the confirmed keys of its hosts, as far as there are any."""
        known = {
            address: row["host_key"]
            for address in _addresses(target)
            for row in self._table.rows_where("address = ?", [address])
        }
        *jumps, own = _addresses(target)
        pairs = tuple((address, known[address]) for address in jumps if address in known)
        return replace(target, host_key=known.get(own, target.host_key), jump_keys=pairs)

    @property
    def _table(self) -> Any:
        return self._store.database.table("host_keys")


def _addresses(target: DialerTarget) -> list[str]:
    """Of each host on the way, the dialer's last."""
    try:
        return [hop.address for hop in target.route()]
    except SshConfigError:
        return [target.key]


def target_json(target: DialerTarget) -> dict[str, Any]:
    """A target as plain values; its host key is kept apart (:class:`HostKeyStore`)."""
    return {
        "host": target.host,
        "port": target.port,
        "user": target.user,
        "auth": target.auth.value,
        "key_path": target.key_path,
        "sudo": target.sudo.value,
        "jump": target.jump,
    }


def target_of(values: Mapping[str, Any]) -> DialerTarget:
    """The inverse of :func:`target_json`."""
    return DialerTarget(
        host=values["host"],
        user=values["user"],
        port=values["port"],
        auth=SshAuth(values["auth"]),
        key_path=values["key_path"] or "",
        sudo=Sudo(values["sudo"]),
        # What an older version kept has none.
        jump=values.get("jump") or "",
    )


def _dialer(row: Mapping[str, Any]) -> SavedDialer:
    return SavedDialer(row["id"], row["name"], target_of(row), row["looked_at"] or "", json.loads(row["summary"] or "{}"))
