"""chan_sip's peers and its registry (vicidial.md §9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from wizard.carrier.conf import read_conf

from .base import Registration
from .peers import Columns, PeerWatch, parse_registry

_PORTS = {"tls": "5061"}


class ChanSipWatch(PeerWatch):
    """A peer, and the register line's row under the host that the line names."""

    account_file = "/etc/asterisk/sip-vicidial.conf"
    reloads = ("dialplan reload", "sip reload")
    family = "sip"
    columns = Columns(host=39, username=12)

    @property
    def registration(self) -> Registration | None:
        return registration_of(self.carrier.registration_string)

    def alike(self, said: Sequence[str], addresses: Collection[str]) -> int:  # noqa: ARG002
        return len(self.columns.states_of(self.registration, parse_registry(said[1]) or [])) if self.registration else 0


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
