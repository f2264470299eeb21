"""A draft's dialer, and the backup carriers that an install of the draft would put there first."""

from __future__ import annotations

from dataclasses import replace

from wizard.carrier.answers import Answers
from wizard.carrier.dialing.backups import backup_of
from wizard.carrier.profile import NOWHERE, Place
from wizard.carrier.render import render_carrier
from wizard.errors import NotFoundError
from wizard.flow.path import Path
from wizard.service.dialers import place_of
from wizard.store.dialers import SavedDialer
from wizard.store.drafts import Draft

from .services import services


def dialer_of(draft: Draft) -> SavedDialer | None:
    """The dialer that was chosen, if it is still saved."""
    try:
        return services().workspace.dialers.get(draft.dialer_id) if draft.dialer_id else None
    except NotFoundError:
        return None


def backup_drafts(draft: Draft) -> list[Draft]:
    """Backup carriers that are not on the draft's dialer, and whose answers are here and complete: they are installed first."""
    if not draft.answers.routing.backup_carrier:
        return []
    dialer = dialer_of(draft)
    there = {each["carrier_id"].lower() for each in dialer.summary.get("carriers", ())} if dialer else set()
    wanted = [each.lower() for each in draft.answers.routing.backup_carrier if each.lower() not in there]
    drafts = {each.answers.carrier.carrier_id.lower(): each for each in _companions(draft)}
    return [drafts[each] for each in wanted if each in drafts]


def companion_ids(draft: Draft) -> list[str]:
    """Carriers whose answers could be installed with this draft's."""
    return [each.answers.carrier.carrier_id for each in _companions(draft)]


def _companions(draft: Draft) -> list[Draft]:
    """Other answers for the same dialer that could be installed as they are."""
    others = services().workspace.drafts.all()
    return [
        each
        for each in others
        if each.id != draft.id
        and draft.dialer_id
        and each.dialer_id == draft.dialer_id
        and Path(each.answers, each.saved_steps).is_complete
    ]


def place_for(draft: Draft) -> Place:
    """The draft's dialer as it will be when the draft is installed: with the backups that go there first."""
    dialer = dialer_of(draft)
    place = place_of(dialer.summary) if dialer else NOWHERE
    for each in backup_drafts(draft):
        place = _with_backup(place, each.answers)
    return place


def _with_backup(place: Place, answers: Answers) -> Place:
    if place.backups is None:  # nobody looked yet: every backup is guessed alike
        return place
    return replace(place, backups=(*place.backups, backup_of(render_carrier(answers, place))))
