"""chan_iax2's peers and its registry (vicidial.md §9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wizard.carrier.conf import read_conf

from .base import Registration
from .peers import Columns, PeerState, PeerWatch, parse_registry

IAX_PORT = "4569"


class Iax2Watch(PeerWatch):
    """A peer, and the register line's row: under the address that its host resolved to, never under its name."""

    account_file = "/etc/asterisk/iax-vicidial.conf"
    reloads = ("dialplan reload", "iax2 reload")
    family = "iax2"
    columns = Columns(host=45, username=10)

    @property
    def registration(self) -> Registration | None:
        """``register => user[:secret]@host[:port]``."""
        for option in read_conf(self.carrier.registration_string)[0].options:
            if option.key == "register" and "@" in option.value:
                user, _, host = option.value.rpartition("@")
                return Registration(host if ":" in host else f"{host}:{IAX_PORT}", user.partition(":")[0])
        return None

    def alike(self, said: Sequence[str], addresses: Collection[str]) -> int:
        own, rows = self.registration, parse_registry(said[1]) or []
        if own is None:
            return 0
        port = own.host.rpartition(":")[2]
        listed = [Registration(f"{address}:{port}", own.username) for address in addresses]
        return sum(len(self.columns.states_of(each, rows)) for each in listed)

    def _as_listed(self, peer: PeerState | None) -> Registration | None:
        """The registration under its resolved address, which is the peer's where both name one host."""
        own = self.registration
        if own is None or peer is None or not peer.address:
            return own
        host, _, port = own.host.rpartition(":")
        is_ours = any(host in section.values("host") for section in self.sections)
        return Registration(f"{peer.address.partition(':')[0]}:{port}", own.username) if is_ours else own
