"""chan_iax2's peers and its registry (vicidial.md §9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wizard.carrier.conf import read_conf

from .base import Registration, Seen, Watch
from .registry import Columns, PeerState, parse_peer, parse_registry, signed_in

#: how ``iax2 show registry`` cuts
COLUMNS = Columns(host=45, username=10)
IAX_PORT = "4569"


class Iax2Watch(Watch):
    """A peer, and the register line's row: under the address that its host resolved to, never under its name."""

    account_file = "/etc/asterisk/iax-vicidial.conf"
    reloads = ("dialplan reload", "iax2 reload")

    @property
    def questions(self) -> tuple[str, ...]:
        return (f"iax2 show peer {self.trunk or 'none'}", "iax2 show registry")

    def read(self, said: Sequence[str]) -> Seen:
        peer, registry = parse_peer(said[0]), parse_registry(said[1])
        states = {"peer": peer.words if peer else "no answer"}
        listed = self._as_listed(peer)
        rows = COLUMNS.states_of(listed, registry or []) if listed else []
        if listed is not None and registry is not None:
            states["registration"] = ", ".join(sorted(set(rows)))
        reach = None if peer is None or registry is None else peer.reach
        about_registration = None if listed is None else signed_in(rows, self.lookalikes)
        return self._seen(states, reach, about_registration, found=peer is not None and peer.found)

    def is_known(self, said: Sequence[str]) -> bool:
        peer = parse_peer(said[0])
        return peer is not None and peer.found

    @property
    def registration(self) -> Registration | None:
        """``register => user[:secret]@host[:port]``."""
        for option in read_conf(self.carrier.registration_string)[0].options:
            if option.key == "register" and "@" in option.value:
                user, _, host = option.value.rpartition("@")
                return Registration(host if ":" in host else f"{host}:{IAX_PORT}", user.partition(":")[0])
        return None

    @property
    def is_registration_cut(self) -> bool:
        return self.registration is not None and COLUMNS.is_cut(self.registration)

    def alike(self, said: Sequence[str], addresses: Collection[str]) -> int:
        own, rows = self.registration, parse_registry(said[1]) or []
        if own is None:
            return 0
        port = own.host.rpartition(":")[2]
        listed = [Registration(f"{address}:{port}", own.username) for address in addresses]
        return sum(len(COLUMNS.states_of(each, rows)) for each in listed)

    def _as_listed(self, peer: PeerState | None) -> Registration | None:
        """The registration under its resolved address, which is the peer's where both name one host."""
        own = self.registration
        if own is None or peer is None or not peer.address:
            return own
        host, _, port = own.host.rpartition(":")
        is_ours = any(host in section.values("host") for section in self.sections)
        return Registration(f"{peer.address.partition(':')[0]}:{port}", own.username) if is_ours else own
