"""What the wizard wrote it reads back: the same row again, with nothing left over."""

from __future__ import annotations

from hypothesis import given, settings

from tests.carrier.samples import DIALER
from tests.carrier.strategies import good_answers
from wizard.carrier.adopting.adopt import Adoption, adopt
from wizard.carrier.answers import Answers
from wizard.carrier.dialing.backups import Backup, leg_for
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier, render_template

_SETTINGS = settings(max_examples=300, deadline=None)


def adopted(own: Answers, place: Place) -> tuple[Carrier, Adoption]:
    template = render_template(own, place)
    carrier = render_carrier(own, place)
    return carrier, adopt(carrier, place, [template] if template else [])


def leaves_traces(own: Answers, place: Place) -> bool:
    """Whether each backup has a part in the entry: one that takes no number of ours is refused by an install."""
    if place.backups is None:
        return True
    found = [place.backup(each) for each in own.routing.backup_carrier]
    return all(backup is not None and _takes_some(own, backup) for backup in found)


def _takes_some(own: Answers, backup: Backup) -> bool:
    return any(leg_for(route, backup) is not None for route in routes(own.numbers))


@_SETTINGS
@given(good_answers())
def test_an_entry_of_ours_is_read_back_whole_and_makes_the_same_row_again(own: Answers) -> None:
    place = DIALER.place
    carrier, adoption = adopted(own, place)

    assert adoption.differences == ()
    assert adoption.wrong == ()
    assert render_carrier(adoption.answers, place) == carrier
    assert render_template(adoption.answers, place) == render_template(own, place)
