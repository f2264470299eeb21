"""What pages and commands say of carriers known by name."""

from __future__ import annotations

#: about → its heading, in the order in which they are shown
NOTES = {
    "user_name": "User name",
    "from_user": "User in From",
    "numbers": "Numbers",
    "caller_id": "Caller ID",
    "inbound_numbers": "Numbers of incoming calls",
    "inbound": "Where calls come in from",
    "media": "Audio",
    "qualify": "Watching it",
    "limits": "Limits",
    "dialer_policy": "For predictive dialing",
    "stir_shaken": "STIR/SHAKEN",
    "more": "Also",
}

CONFIDENCE = {
    "high": "on a page of the carrier's own",
    "medium": "in somebody's working setup",
    "low": "hearsay",
}

#: short names of the ways to sign in
SIGN_INS = {"registration": "Registration", "credentials": "Password per call", "ip": "Your address"}

NOTICE_TITLE = "From what is known of {name}"
CONFIRM = "Compare with your welcome mail"
VERIFIED = "From the carrier's own pages"
NEEDS_ADDRESS = "{name} has to know your dialer's public address first: it is entered in their portal."
NEEDS_TECH_PREFIX = "{name} also wants a tech prefix before each number. It is in their portal."
OWN_HOST = "The host is your own: {example}."

#: what to ask before signing: (question, why)
BEFORE_SIGNING = (
    (
        "Are predictive dialers and short calls welcome, in writing?",
        "Many carriers close accounts, or add a surcharge, when most calls last under six seconds.",
    ),
    (
        "From which share of short calls on is there a surcharge, and how much?",
        "A predictive campaign has mostly short calls; the surcharge can exceed the price of the minutes.",
    ),
    (
        "How many calls at once, and how many new calls per second?",
        "Over either limit calls are refused, and VICIdial goes on dialing.",
    ),
    (
        "How do you know my calls: registration, password per call, or my address?",
        "An address needs a fixed one; a registration doesn't.",
    ),
    (
        "In which shape do you want numbers, and which code answers a wrong one?",
        "404 and 484 make VICIdial mark the lead as disconnected.",
    ),
    (
        "Where do you look for the caller ID, and which numbers may I show?",
        "Numbers that aren't yours are refused, or signed with a lower attestation.",
    ),
    ("Which attestation do my calls get, and who signs them?", "Without A, calls are more often shown as spam."),
    ("Which addresses do your signalling and your audio come from?", "They have to be let through the dialer's firewall."),
    (
        "Which codecs, and do you answer OPTIONS?",
        "One codec in common is needed; OPTIONS is how the dialer sees that you are there.",
    ),
    (
        "In what steps are calls billed, and from when?",
        "With 60-second steps a six-second call costs ten times as much as with six-second ones.",
    ),
)
