"""chan_sip's peers and its registry (vicidial.md §9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from wizard.carrier.conf import read_conf

from .base import Registration, Seen, Watch
from .registry import Columns, parse_peer, parse_registry, signed_in

#: how ``sip show registry`` cuts
COLUMNS = Columns(host=39, username=12)
_PORTS = {"tls": "5061"}


class ChanSipWatch(Watch):
    """A peer, and the register line's row in a table that cuts names."""

    account_file = "/etc/asterisk/sip-vicidial.conf"
    reloads = ("dialplan reload", "sip reload")

    @property
    def questions(self) -> tuple[str, ...]:
        return (f"sip show peer {self.trunk or 'none'}", "sip show registry")

    def read(self, said: Sequence[str]) -> Seen:
        peer, registry = parse_peer(said[0]), parse_registry(said[1])
        states = {"peer": peer.words if peer else "no answer"}
        rows = COLUMNS.states_of(self.registration, registry or []) if self.registration else []
        if self.registration is not None and registry is not None:
            states["registration"] = ", ".join(sorted(set(rows)))
        reach = None if peer is None or registry is None else peer.reach
        about_registration = None if self.registration is None else signed_in(rows, self.lookalikes)
        return self._seen(states, reach, about_registration, found=peer is not None and peer.found)

    def is_known(self, said: Sequence[str]) -> bool:
        peer = parse_peer(said[0])
        return peer is not None and peer.found

    @property
    def registration(self) -> Registration | None:
        return registration_of(self.carrier.registration_string)

    @property
    def is_registration_cut(self) -> bool:
        return self.registration is not None and COLUMNS.is_cut(self.registration)

    def alike(self, said: Sequence[str], addresses: Collection[str]) -> int:  # noqa: ARG002
        return len(COLUMNS.states_of(self.registration, parse_registry(said[1]) or [])) if self.registration else 0


def registration_of(registration_string: str) -> Registration | None:
    """What ``sip show registry`` would list for a register line."""
    for option in read_conf(registration_string)[0].options:
        if option.key == "register" and "@" in option.value:
            user_part, _, host_part = option.value.rpartition("@")
            transport, _, user_part = user_part.rpartition("?")[2].rpartition("://")
            host = re.split(r"[/~]", host_part)[0]
            username = user_part.partition(":")[0]
            port = _PORTS.get(transport.lower(), "5060")
            return Registration(host if ":" in host else f"{host}:{port}", username)
    return None
