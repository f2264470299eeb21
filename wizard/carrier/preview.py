"""The entry as far as it is known, while questions are still open."""

from __future__ import annotations

from wizard.secret import MASK, Secret

from .answers import Answers, Auth
from .checks import check_answers
from .findings import errors_of
from .model import Carrier
from .profile import NOWHERE, ConfTemplate, Place
from .render import render_carrier, render_template

#: Stand for an answer that is missing or can't be used; made of characters that the grammar takes.
_GAPS: dict[str, object] = {
    "carrier_id": "gap_carrier_id",
    "username": "gap_username",
    "secret": Secret("gap_secret"),
    "host": "gap_host",
    "dial_prefix": "",
    "destinations": ("nanp",),
}
GAP_MARKS = {
    "gap_carrier_id": "carrier_id",
    "GAP_CARRIER_ID": "carrier_id",
    "gap_username": "username",
    "gap_secret": "secret",
    "gap_host": "host",
}


def preview_carrier(answers: Answers, place: Place = NOWHERE) -> Carrier:
    """The entry with the secret masked, and a mark (:data:`GAP_MARKS`) wherever an answer is missing or not usable."""
    return preview_entry(answers, place)[0]


def preview_entry(answers: Answers, place: Place = NOWHERE) -> tuple[Carrier, ConfTemplate | None]:
    """The same, with the template that comes with it, where there is one."""
    default = Answers()
    broken = {finding.field for finding in errors_of(check_answers(answers))}
    filled = {name: _GAPS.get(name, default.value(name)) for name in broken}
    if "auth" in broken:
        filled["auth"] = Auth.IP
    if "secret" not in broken and answers.sign_in.secret:
        filled["secret"] = Secret(_ASCII_MASK)
    if "extra_headers" not in broken:
        filled["extra_headers"] = tuple((name, Secret(_ASCII_MASK)) for name, _ in answers.numbers.extra_headers)
    usable = answers.with_values(**filled)
    carrier = render_carrier(usable, place)
    masked = {name: value.replace(_ASCII_MASK, MASK) for name, value in carrier.columns().items()}
    shown = Carrier(**{**masked, "protocol": carrier.protocol})  # type: ignore[arg-type]
    return shown, render_template(usable, place)


_ASCII_MASK = "masked_secret_value"
