"""The instance's stores, together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wizard.store.database import Store
from wizard.store.dialers import DialerStore, HostKeyStore
from wizard.store.drafts import DraftStore
from wizard.store.installs import InstallStore
from wizard.store.proofs import ProofStore
from wizard.store.switches import SwitchStore
from wizard.store.vault import Vault
from wizard.store.watch_history import WatchHistory
from wizard.store.watches import WatchStore


@dataclass(frozen=True)
class Workspace:
    """Everything that is kept, and where."""

    folder: Path
    store: Store
    dialers: DialerStore
    watches: WatchStore
    watch_history: WatchHistory
    host_keys: HostKeyStore
    drafts: DraftStore
    installs: InstallStore
    switches: SwitchStore
    proofs: ProofStore


def open_workspace(folder: Path) -> Workspace:
    store, vault = Store(folder), Vault(folder)
    return Workspace(
        folder=folder,
        store=store,
        dialers=DialerStore(store, vault),
        watches=WatchStore(store, vault),
        watch_history=WatchHistory(store),
        host_keys=HostKeyStore(store),
        drafts=DraftStore(store, vault),
        installs=InstallStore(store, vault),
        switches=SwitchStore(store),
        proofs=ProofStore(store),
    )
