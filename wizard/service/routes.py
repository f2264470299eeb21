"""What a dialer's address becomes by ``~/.ssh/config``, for people to see."""

from __future__ import annotations

from wizard.dialer.ssh_config import options_for
from wizard.dialer.target import DialerTarget
from wizard.errors import SshConfigError


def route_words(target: DialerTarget) -> list[str]:
    """``user@host`` of each hop, the dialer's last; nothing where the configuration can't be followed."""
    try:
        return [hop.shown for hop in target.route()]
    except SshConfigError:
        return []


def usual_user(host: str) -> str:
    """Whom to sign in as where nobody said: root, unless ``~/.ssh/config`` names a user for this host (empty: it decides)."""
    try:
        return "" if options_for(host).get("user") else "root"
    except SshConfigError:
        return ""


def leads_elsewhere(target: DialerTarget) -> bool:
    """Whether the way is another than the address says by itself."""
    route = route_words(target)
    return len(route) > 1 or (bool(route) and route[-1] != target.address)
