"""Sentences about a carrier that was read back into answers, and what of it could not be."""

from __future__ import annotations

from collections.abc import Sequence

ADOPTING: dict[str, str] = {
    "adopt_changed": "Line {line} could not be placed as it is: “{text}”. Written again from these answers it would be “{instead}”.",
    "adopt_column_changed": "This is “{text}” on the dialer. Written again from these answers it would be “{instead}”.",
    "adopt_lost": (
        "Line {line} could not be placed: “{text}”. The wizard has no answer that writes it, so a new entry would lack it. "
        "If your carrier needs it, look whether another answer, or the options for experts, can say the same."
    ),
    "adopt_added": "Written again, the entry would also have “{text}”.",
    "adopt_comment": "A comment in line {line} has no place in the answers: “{text}”.",
    "adopt_unread": "Line {line} does nothing as it is, so it was left out: “{text}”.",
    "adopt_renamed": "The section “{text}” in line {line} would be called “{instead}”; nothing else names it.",
    "adopt_spelling": "Written again, this means the same in another spelling.",
    "adopt_output_exists": "There is a file “{path}” already, and it was left as it is. Choose another name.",
    "adopt_output_unwritable": "The file “{path}” can't be written ({reason}). Choose another place.",
}

ADOPTED_TITLE = "Read from the carrier {carrier_id}"
ADOPTED_WHOLE = "All that its entry says is in these answers. Nothing has changed on the dialer."
ADOPTED_PARTLY = (
    "Most of its entry is in these answers, and nothing has changed on the dialer. What is listed here could not be placed: an "
    "entry made from the answers would be different there."
)


def adopted_words(*, is_whole: bool) -> str:
    return ADOPTED_WHOLE if is_whole else ADOPTED_PARTLY


def file_heading(carrier_id: str, dialer: str, *, secrets: Sequence[str], with_secret: bool) -> list[str]:
    """The comments at the top of an answers file; ``secrets`` are the names of the answers that are secret."""
    lines = [f"Read from the carrier {carrier_id} on {dialer}."]
    named = " and ".join(secrets)
    if secrets and with_secret:
        lines += [f"This file holds what is secret ({named}): keep it where nobody else can read it."]
    elif secrets:
        lines += [
            f"What is secret is left out ({named}). Add it, or use --secret-env for the password; --with-secret writes it here."
        ]
    return lines
