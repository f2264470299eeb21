"""Verdicts, reasons, outcomes and phases, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wizard.dialer.journal import Phase


class Reason(NamedTuple):
    """What is so, what it proves or means, and what to do."""

    happened: str
    means: str
    try_next: str


_FIRST_CALL = "Set the dial prefix on a campaign and make a first call."

VERDICTS: dict[str, str] = {"up": "Up", "not_yet": "Not yet", "down": "Down", "cannot_tell": "Cannot tell"}

REASONS: dict[str, Reason] = {
    "registered": Reason("The carrier accepted our registration.", "It knows us and our password is right.", _FIRST_CALL),
    "reachable": Reason("The carrier answers.", "Its address is right and nothing blocks the way. Whether it takes our calls only a call can show: a carrier of this kind checks the sign-in with each call.", _FIRST_CALL),
    "reachable_slowly": Reason("The carrier answers, but slowly (more than 2 seconds).", "Calls may work, with a delay.", "Ask the carrier for a nearer host, and check the dialer's network."),
    "peer_unreachable": Reason("The carrier doesn't answer.", "Wrong host or port, a firewall in between, or the carrier answers only addresses that it knows. Some carriers never answer this kind of question (OPTIONS).", "Check host and port; ask the carrier to allow your dialer's address. If your carrier ignores OPTIONS, switch qualify off."),
    "registered_but_unreachable": Reason("Registered, but the carrier doesn't answer OPTIONS.", "Asterisk won't send calls to a peer that it holds for unreachable.", "Switch qualify off for this carrier."),
    "registration_refused": Reason("The carrier refused the sign-in.", "User name or password is wrong, or the account is not active.", "Check both in the carrier's portal and type them again."),
    "registration_unanswered": Reason("The carrier doesn't answer our registration.", "It may not register at all, or on another host or port.", "Check the carrier's instructions for its registration host."),
    "registration_challenged": Reason("The carrier asked for the password, and we sent it; it has not agreed yet.", "If it stays so, user name or password is wrong: some carriers ask again and again where others refuse.", "Check both in the carrier's portal and type them again."),
    "registration_failed": Reason("The registration failed.", "The carrier refused it, or didn't answer: Asterisk says the same of both.", "Check host, user name and password. Asterisk tries again by itself."),
    "registration_pending": Reason("The registration was sent; no answer yet.", "Usually it takes a second.", "Wait a moment."),
    "registration_missing": Reason("Asterisk doesn't list the registration.", "The register line was not loaded.", "Look at Asterisk's log."),
    "registration_ambiguous": Reason("Several registrations look alike.", "Asterisk cuts long names in its table, so nobody can tell which one is this carrier's.", "Make a call to find out."),
    "qualify_off": Reason("Qualify is off, so Asterisk doesn't watch this carrier.", "The entry is loaded; whether the carrier answers only a call can show.", "Make a call, or switch qualify on."),
    "host_unresolved": Reason("The dialer can't find the carrier's address.", "Its name is wrong, or the dialer's DNS doesn't work.", "Check the host, and the dialer's DNS."),
    "peer_unknown": Reason("Asterisk is still asking the carrier.", "The first answer takes a moment.", "Wait a moment."),
    "not_loaded": Reason("Asterisk doesn't know this carrier yet.", "The entry has not been loaded.", "Wait for the rebuild."),
    "asterisk_silent": Reason("Asterisk doesn't answer the wizard's questions.", "It may be very busy, or hang; nothing can be said about the carrier.", "On the dialer, try `asterisk -rx 'core show uptime'`."),
    "no_section": Reason("The carrier's account entry has no section.", "There is no trunk to ask Asterisk about.", "Look at its account entry in VICIdial: it begins with a name in square brackets."),
    "other_server": Reason("The carrier belongs to another server.", "Its server IP is not this dialer's, so this dialer never loads it.", "Ask about it on the server that it belongs to."),
    "inactive": Reason("The carrier is switched off in VICIdial.", "VICIdial doesn't write inactive carriers into Asterisk's files.", "Set Active to Y in VICIdial."),
    "not_generated": Reason("VICIdial's generated files don't have this carrier.", "Since it was saved, the dialer has not rebuilt its files.", "Set “Rebuild conf files” to Y for the server in VICIdial, and wait a minute."),
    "not_looked_at": Reason("Nobody looked at this server.", "That it picked the rebuild up says that its generator has begun, and no more.", "Save it here as a dialer, with its password, to have it looked at, or look at the carrier there yourself."),
    "server_not_reached": Reason("This server could not be looked at.", "So nobody knows whether the carrier is up there.", "See to the way in, then ask again with `carrier-wizard status`."),
    "not_rebuilt": Reason("This server has not picked the rebuild up.", "Its keepalive script looks for it once a minute, so it is down, or cron doesn't run there.", "Look at that server; it rebuilds as soon as its keepalive script runs."),
    "not_generating": Reason("This server generates no configuration.", "In Admin → Servers, “Generate conf files” (generate_vicidial_conf) is not Y for it, so the carrier never gets there.", "Set it to Y there, or leave that server out of the campaigns."),
    "other_database": Reason("This server's database says something else.", "It isn't the database that the install wrote to, so this is another cluster.", "Check the server IP of the saved dialer."),
    "still_there": Reason("The carrier is still on this server.", "Its files or its Asterisk still have it, although it is deleted.", "Set “Rebuild conf files” to Y for that server in Admin → Servers, and see that cron runs there."),
    "deleted": Reason("The carrier is deleted.", "Its row is gone, and neither VICIdial's files nor Asterisk have anything of it.", "If it is missed, put it back: it comes as it was, to the byte."),
    "put_back": Reason("The carrier is as it was before again.", "You asked for it.", "Change it again whenever you like."),
    "removed": Reason("The carrier was taken off the dialer again.", "You asked for it.", "Install it again whenever you like."),
    "protocol_not_supported": Reason("VICIdial writes no files for carriers of this protocol.", "It knows the protocols Zap and EXTERNAL only by name.", "Store the carrier with protocol SIP, PJSIP or IAX2."),
}  # fmt: skip

OUTCOMES: dict[str, str] = {
    "up": "Installed, and up",
    "not_up": "Installed, but not confirmed up",
    "rolled_back": "The dialer was put back as it was before",
    "rollback_failed": "The undo is not finished",
    "refused": "Not installed; nothing was changed",
    "done": "Done",
    "interrupted": "The wizard was interrupted",
    "": "Working",
}

#: what an interruption means and what to do, by whether something may be on the dialer
INTERRUPTED_WORDS: dict[bool, tuple[str, str, str]] = {
    True: (
        "It ended in the middle, with the wizard. What it wrote may be on the dialer, and may even work.",
        "",
        "Undo it, which is safe whatever is there, and do it again.",
    ),
    False: ("It ended in the middle, with the wizard, before anything was written.", "", "Do it again."),
}

PHASES: dict[Phase, str] = {
    Phase.CONNECTED: "Connected to the dialer",
    Phase.CHECKED: "Nothing stands in the way",
    Phase.SNAPSHOT: "Way back recorded",
    Phase.ROW_WRITTEN: "Carrier's row written, and read back",
    Phase.SETTINGS_SET: "Settings and firewall rules written, and read back",
    Phase.ACTIVATED: "Carrier switched on",
    Phase.REBUILD_REQUESTED: "Rebuild requested",
    Phase.CONF_SEEN: "Files generated by VICIdial",
    Phase.LOADED: "Loaded by Asterisk",
    Phase.REACHABLE: "Carrier answers",
    Phase.REGISTERED: "Registered with the carrier",
    Phase.CAMPAIGNS_SET: "Campaigns dial through it",
    Phase.OTHER_SERVERS: "Other servers followed",
    Phase.ROLLING_BACK: "Undoing",
    Phase.ROLLED_BACK: "Undone: the dialer is as it was",
}


_LEAVING = {Phase.LOADED: "Asterisk let go of it"}
#: act → phases that have other words with it
_PHASES_OF_ACTS: dict[str, dict[Phase, str]] = {"deactivate": _LEAVING, "delete": _LEAVING}
#: act → what is going on
WORKING: dict[str, str] = {
    "install": "Installing",
    "replace": "Changing the carrier",
    "deactivate": "Switching the carrier off",
    "activate": "Switching the carrier on",
    "delete": "Deleting the carrier",
}


#: act → its name in a list of runs
RUNS: dict[str, str] = {
    "install": "Install",
    "replace": "Change",
    "deactivate": "Switch off",
    "activate": "Switch on",
    "delete": "Delete",
}


def phase_words(phase: Phase, act: str) -> str:
    """A phase of an install, or of what is done to a carrier that is there."""
    return _PHASES_OF_ACTS.get(act, {}).get(phase, PHASES[phase])


def next_words(reason: Reason, campaigns: Sequence[str]) -> str:
    """What to do; ``campaigns`` dial through the carrier already."""
    if reason.try_next == _FIRST_CALL and campaigns:
        return f"Make a first call from {', '.join(campaigns)}."
    return reason.try_next


def headline_of(outcome: str, error: Mapping[str, object]) -> str:
    """How an install, or its undo, ended."""
    if error.get("during") == "undo" and outcome != "rollback_failed":
        return "The undo did not begin, and nothing was changed"
    return OUTCOMES[outcome]


def verdict_sentence(verdict: str, reason: str, states: Mapping[str, str]) -> str:
    """One paragraph for the command line."""
    words = REASONS.get(reason)
    if words is None:
        return VERDICTS.get(verdict, verdict)
    said = ", ".join(f"{name}: {state}" for name, state in states.items() if state)
    evidence = f" Asterisk says {said}." if said else ""
    return f"{words.happened} {words.means}{evidence} {words.try_next}"
