"""The path of a number through an entry that is on no dialer yet: the same simulation, on the rendered entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.conf import read_conf
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import CARRIERS_CONTEXT, Carrier
from wizard.carrier.names import global_name
from wizard.carrier.preview import preview_carrier
from wizard.carrier.profile import NOWHERE, Campaign, Place

from .loaded import Dialplan, context_of_entries
from .paths import CallPath, call_path
from .sending import Number, Way, read_number, sent


@dataclass(frozen=True)
class PreviewedPath:
    """What becomes of one number: sent with its phone code, or by a campaign that leaves it out."""

    typed: str
    number: Number
    sends_phone_code: bool
    path: CallPath


def preview_paths(answers: Answers, typed: Sequence[str], caller_id: str, place: Place = NOWHERE) -> list[PreviewedPath]:
    """The paths of numbers as a user types them, each with and without its phone code.

    What is no number is left out. ``caller_id`` is as VICIdial has it: digits only.
    """
    numbers = ((text, read_number(text)) for text in typed)
    asked = [
        (text, number, omits, sent(number, _campaign(answers, omits=omits), Way.AUTO))
        for text, number in numbers
        if number is not None
        for omits in (False, True)
    ]
    paths = preview_digits(answers, [digits for *_, digits in asked], caller_id, place)
    return [PreviewedPath(text, number, not omits, path) for (text, number, omits, _), path in zip(asked, paths, strict=True)]


def preview_digits(answers: Answers, digits: Sequence[str], caller_id: str, place: Place = NOWHERE) -> list[CallPath]:
    """The paths of digits as they are sent, prefix and all: those of a destination's own example, say."""
    carrier = preview_carrier(answers, place)
    own = entry_dialplan(carrier)
    dialplan = replace(own, variables={**_backup_trunks(answers, place), **own.variables})
    return [call_path(dialplan, CARRIERS_CONTEXT, each, caller_id, [carrier]) for each in digits]


def entry_dialplan(*carriers: Carrier) -> Dialplan:
    """What Asterisk would have of these carriers' entries alone."""
    context = context_of_entries(CARRIERS_CONTEXT, [carrier.dialplan_entry for carrier in carriers])
    variables = {option.key: option.value for carrier in carriers for option in read_conf(carrier.globals_string)[0].options}
    return Dialplan({context.name: context}, variables)


def _backup_trunks(answers: Answers, place: Place) -> dict[str, str]:
    """The variables that backups' entries dial, each with the carrier's own id for a trunk: nobody here knows more."""
    variables: dict[str, str] = {}
    for carrier_id in answers.routing.backup_carrier:
        namesake = global_name(replace(answers.carrier, carrier_id=carrier_id, trunk_name="", global_name=""))
        driver = driver_of(answers.carrier.protocol)
        backup = place.backup(carrier_id)
        dialled = [(route.dialled, route.technology) for route in backup.routes] if backup else []
        for text, technology in dialled or [(driver.dialled(f"${{{namesake}}}", ""), driver.technology)]:
            for before, name in re.findall(r"(.?)\$\{(?!EXTEN)(\w+)\}", text):
                variables[name] = carrier_id if before == "@" else f"{technology}/{carrier_id}"
    return variables


def _campaign(answers: Answers, *, omits: bool) -> Campaign:
    """A campaign that dials with this carrier's prefix; an X stands for none."""
    return Campaign("", "", active=True, dial_prefix=answers.numbers.dial_prefix or "X", omit_phone_code=omits)
