"""Sending one notification with Apprise, by whatever way its URL names; what goes wrong comes out without the URL.

Apprise logs what it does, addresses among it, and plugins raise what they like: nothing of that leaves this module but a code.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import Any

from wizard.errors import NotificationUrlError
from wizard.secret import Secret

#: ways whose URL has a host name in the host's place, which is no secret
_WITH_HOST = ("json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
#: ways that lead to the computer that the wizard runs on, where nobody may be looking
_LOCAL = frozenset({"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog"})


@dataclass(frozen=True)
class Message:
    """What is told."""

    title: str
    body: str
    is_good: bool | None = None


def shown_url(url: Secret) -> str:
    """What of a URL may be seen: its way, and its host where that is no secret. User names and tokens are left out.

    :raises NotificationUrlError: Apprise knows no such way, or misses something in it
    """
    _plugin(url)
    scheme, _, rest = url.reveal().strip().partition("://")
    place = re.split(r"[/?#]", rest, maxsplit=1)
    host = place[0].rpartition("@")[2]
    # A password with an unescaped slash would leave its own beginning in the host's place; then an @ follows.
    is_plain = scheme.lower() in _WITH_HOST and _HOST.fullmatch(host) and "@" not in "".join(place[1:])
    return f"{scheme.lower()}://{host if is_plain else ''}…"


def send(url: Secret, message: Message) -> str:
    """Send it; returns nothing where it was taken, otherwise a code: ``url``, ``http:NNN``, ``connection``, ``refused``.

    It takes a few seconds at most: each way has a time limit of its own.
    """
    try:
        plugin = _plugin(url)
    except NotificationUrlError:
        return "url"
    from apprise import NotifyType

    kind = {True: NotifyType.SUCCESS, False: NotifyType.FAILURE, None: NotifyType.INFO}[message.is_good]
    _ear.forget()
    try:
        taken = plugin.notify(body=message.body, title=message.title, notify_type=kind)
    except Exception:  # noqa: BLE001 (whatever a plugin raises may quote its URL)
        return "refused"
    return "" if taken else _ear.problem


def _plugin(url: Secret) -> Any:
    """:raises NotificationUrlError: Apprise knows no such way, or misses something in it"""
    # Imported late: it takes half a second, and most commands tell nobody anything.
    from apprise import Apprise, AppriseAsset

    text = url.reveal().strip()
    scheme = text.partition("://")[0].lower()
    if scheme in _LOCAL:
        raise NotificationUrlError(reason="local")
    asset = AppriseAsset(app_id="Carrier Wizard", app_desc="Carrier Wizard", app_url="", secure_logging=True)
    try:
        plugin = Apprise.instantiate(text, asset=asset, suppress_exceptions=True)
    except Exception:  # noqa: BLE001 (as above)
        plugin = None
    if plugin is None:
        raise NotificationUrlError(reason="unknown" if "://" in text else "no_url")
    return plugin


class _Ear(logging.Filter):
    """Lets nothing of Apprise's log through to anybody, since it quotes addresses; of what this thread's sending says, it
    keeps the kind of trouble.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heard = threading.local()

    @property
    def problem(self) -> str:
        return getattr(self._heard, "problem", "refused")

    def forget(self) -> None:
        self._heard.problem = "refused"

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if found := re.search(r"\berror=([1-5]\d\d)\b", said):
            self._heard.problem = f"http:{found[1]}"
        elif record.levelno >= logging.WARNING and "connection error" in said.lower():
            self._heard.problem = "connection"
        return False


_ear = _Ear()
logging.getLogger("apprise").addFilter(_ear)
