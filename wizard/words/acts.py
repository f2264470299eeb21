"""What may be done to a carrier that is there, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wizard.dialer.row_editor import Act


class ActWords(NamedTuple):
    """The heading and the button, what it does, and what the button says where somebody insists."""

    title: str
    does: str
    button: str
    insists: str


ACT_WORDS: Mapping[Act, ActWords] = {
    Act.DEACTIVATE: ActWords(
        "Switch off",
        "VICIdial leaves the carrier out of Asterisk's files and keeps its row, so it can be switched on again at any time. Calls under way go on.",
        "Switch it off",
        "Switch it off all the same",
    ),
    Act.ACTIVATE: ActWords(
        "Switch on",
        "VICIdial writes the carrier into Asterisk's files again, and the wizard watches it come up. If it doesn't, it is switched off again.",
        "Switch it on and watch it come up",
        "Switch it on all the same",
    ),
    Act.DELETE: ActWords(
        "Delete",
        "The carrier's row goes, and VICIdial leaves it out of Asterisk's files. The wizard keeps the row, locked, so this can be undone from its history.",
        "Delete it",
        "Delete it all the same",
    ),
}
