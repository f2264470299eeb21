"""The steps of the wizard, in words."""

from __future__ import annotations

from typing import NamedTuple


class StepWords(NamedTuple):
    short: str
    title: str
    intro: str


STEP_WORDS: dict[str, StepWords] = {
    "dialer": StepWords("Dialer", "Which dialer?", "The wizard signs in over SSH, looks around, and changes nothing until you say so."),
    "carrier": StepWords("Carrier", "What shall it be called?", "A name for VICIdial. You can have many carriers; each needs its own."),
    "sign_in": StepWords("Sign-in", "Signing in at the carrier", "Have the carrier's welcome mail or portal at hand: it says all of this."),
    "connection": StepWords("Connection", "Where is the carrier?", "The host that calls go to, and how Asterisk watches it."),
    "audio": StepWords("Audio", "How shall it sound?", "The defaults suit nearly every carrier in North America."),
    "numbers": StepWords("Numbers", "Which numbers, in what shape?", "How VICIdial picks this carrier, and what the carrier receives."),
    "routing": StepWords("Routing", "Who uses it, and what if it fails?", "Campaigns, a backup carrier, and the carrier's limits. Nothing here is required."),
    "review": StepWords("Review", "Ready?", "This is the whole entry. It is not on the dialer."),
}  # fmt: skip

#: the review's own words, by what there is to review
REVIEW_WORDS: dict[str, StepWords] = {
    "ready": STEP_WORDS["review"],
    "incomplete": StepWords("Review", "Not ready yet", "This is the entry as far as it is known."),
    "installed": StepWords("Review", "Installed", "This entry is on the dialer."),
    "running": StepWords("Review", "Being installed", "This entry is on its way to the dialer, or off it again, right now."),
    "left_over": StepWords("Review", "Left over", "An install of it ended in the middle, and what it wrote is still on the dialer."),
}  # fmt: skip
