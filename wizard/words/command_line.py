"""The command line's own words: groups of commands, examples, and what is going on."""

from __future__ import annotations

from collections.abc import Iterable

#: heading → commands, as ``--help`` lists them
GROUPS: dict[str, tuple[str, ...]] = {
    "Begin": ("serve", "practice", "presets", "dialer"),
    "Write an entry": ("schema", "render", "adopt"),
    "Bring a carrier up": ("check", "install", "status", "test-call", "explain"),
    "Change what is there": ("activate", "deactivate", "delete", "rollback", "recover", "history"),
    "Calls and campaigns": ("simulate", "switch", "rates"),
    "Keep an eye on it": ("watch",),
    "This wizard itself": ("backup", "completion"),
}

#: command, with its subcommand if it has one → what somebody types
EXAMPLES: dict[str, tuple[str, ...]] = {
    "serve": ("serve", "serve --behind-proxy https://wizard.example.com --without-token"),
    "practice": ("practice",),
    "presets": ("presets --search voip", "presets telnyx"),
    "schema": ("schema > answers.schema.json",),
    "render": ("render acme.toml", "render acme.toml --format sheet"),
    "dialer": ("dialer add main root@192.0.2.10 --accept-host-key new", "dialer show main"),
    "dialer add": ("dialer add main root@192.0.2.10 --ssh-key ~/.ssh/id_ed25519",),
    "dialer list": ("dialer list",),
    "dialer show": ("dialer show main",),
    "dialer remove": ("dialer remove main",),
    "check": ("check acme.toml --dialer main",),
    "install": ("install acme.toml --dialer main", "install acme.toml --dialer main --dry-run"),
    "status": ("status ACME --dialer main",),
    "activate": ("activate ACME --dialer main",),
    "deactivate": ("deactivate ACME --dialer main --dry-run",),
    "delete": ("delete ACME --dialer main --dry-run",),
    "adopt": ("adopt ACME --dialer main --output acme.toml",),
    "simulate": ("simulate 12125550100 --dialer main --campaign SALES",),
    "test-call": ("test-call ACME 12125550100 --dialer main",),
    "explain": ("explain", "explain sign_in_refused"),
    "rollback": ("rollback 4f1c09ab2e",),
    "recover": ("recover --dialer main",),
    "switch": ("switch OLD ACME --dialer main --dry-run", "switch OLD ACME --dialer main --undo"),
    "history": ("history --dialer main",),
    "rates": ("rates lookup 12125550100 --dialer main",),
    "rates import": ("rates import deck.csv --carrier ACME --dialer main --dry-run",),
    "rates show": ("rates show --dialer main",),
    "rates lookup": ("rates lookup 12125550100 --dialer main",),
    "rates remove": ("rates remove --carrier ACME --dialer main",),
    "watch": ("watch --once --dialer main", "watch on main --every 60"),
    "watch on": ("watch on main --every 60",),
    "watch off": ("watch off main",),
    "watch show": ("watch show main --hours 48",),
    "watch link": ("watch link https://wizard.example.com",),
    "watch notify": ("watch notify add night-shift --url-env NOTIFY_URL",),
    "watch notify add": ("watch notify add night-shift --url-env NOTIFY_URL --dialer main",),
    "watch notify list": ("watch notify list",),
    "watch notify remove": ("watch notify remove night-shift",),
    "watch notify test": ("watch notify test night-shift",),
    "backup": ("backup carrier-wizard.tar",),
    "completion": ("completion bash > ~/.local/share/bash-completion/completions/carrier-wizard",),
}

#: stage of a check, a test call, a look → what is being done
STAGES: dict[str, str] = {
    "reading_dialer": "Reading the dialer",
    "holding_entry": "Holding the entry against the dialer",
    "asking_carrier": "Asking the carrier, from the dialer",
    "reading_firewall": "Reading the dialer's firewall",
    "reading_dialplan": "Reading the dialplan",
    "calling": "Calling; it rings for 30 seconds at most",
    "looking_closer": "Looking at the carrier once more",
    "loading_rates": "Loading the rates",
    "reading_deck": "Reading the file",
}


def did_you_mean(said: str, close: Iterable[str]) -> str:
    names = " or ".join(f"“{name}”" for name in close)
    return f"There is no command “{said}”." + (f" Did you mean {names}?" if names else "")
