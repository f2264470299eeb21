"""What is known of the other servers after an install or an undo, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import words_for
from .verdicts import VERDICTS, verdict_sentence

#: by whether the generator of a server picked the request up
PICKED_UP: dict[bool | None, str] = {
    True: "picked up",
    False: "not picked up",
    None: "unknown",
}


#: reasons that come from no look at the server itself
_UNSEEN = frozenset({"not_looked_at", "server_not_reached", "other_database"})


def server_verdict(server: Mapping[str, Any]) -> str:
    """A word for a server that was looked at, and another one for those that were not."""
    if server["reason"] in _UNSEEN:
        return "Not verified"
    return "Gone" if server["reason"] == "removed" else VERDICTS[server["verdict"]]


def server_sentence(server: Mapping[str, Any]) -> str:
    """What is so on one server, and what to do; why it could not be looked at, where something stood in the way."""
    said = verdict_sentence(server["verdict"], server["reason"], server.get("states", {}))
    problem = server.get("error") or {}
    if not problem:
        return said
    words = words_for(problem["code"], problem.get("values", {}))
    return f"{words.happened} {said}"


def server_json(server: Mapping[str, Any]) -> dict[str, Any]:
    """A server as ``--json`` prints it."""
    shown = {name: server[name] for name in ("server_ip", "rebuilt", "verdict", "reason")}
    return {**shown, "message": server_sentence(server), "states": dict(server.get("states", {}))}
