"""What the wizard wrote it reads back: the same row again, with nothing left over."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.carrier.samples import DIALER, REGISTRATION, answers
from tests.carrier.strategies import good_answers
from wizard.carrier.adopting.adopt import Adoption, adopt
from wizard.carrier.answers import Answers, Auth, FailoverReason
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.backups import Backup, backups_of, leg_for
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Place
from wizard.carrier.reading import plain_answers, read_answers
from wizard.carrier.render import render_carrier, render_template

_SETTINGS = settings(max_examples=150, deadline=None)
#: what somebody may put into an entry, whatever column it is
ODD_LINES = ["", "x=y", "; note", "nonsense", "secret=an0ther", "exten => h,1,NoOp", "[other]", "allow=gsm"]


def adopted(own: Answers, place: Place) -> tuple[Carrier, Adoption]:
    template = render_template(own, place)
    carrier = render_carrier(own, place)
    return carrier, adopt(carrier, place, [template] if template else [])


def assert_whole(own: Answers, place: Place) -> None:
    carrier, adoption = adopted(own, place)

    assert adoption.differences == ()
    assert adoption.wrong == ()
    assert adoption.is_whole
    assert render_carrier(adoption.answers, place) == carrier
    assert render_template(adoption.answers, place) == render_template(own, place)


@_SETTINGS
@given(good_answers())
def test_an_entry_of_ours_is_read_back_whole_and_makes_the_same_row_again(own: Answers) -> None:
    assert_whole(own, DIALER.place)


def _backup(carrier_id: str, protocol: str, destinations: list[str], **more: object) -> Carrier:
    values = {**REGISTRATION, "carrier_id": carrier_id, "protocol": protocol, "dial_prefix": "8"}
    return render_carrier(answers({**values, "destinations": destinations, **more}), DIALER.place)


BACKUPS = backups_of(
    [
        _backup("HOME", "SIP", ["nanp", "nanp10"]),
        _backup("FAR", "PJSIP", ["international"], tech_prefix="77#"),
        _backup("ALL", "IAX2", ["nanp", "international"], number_format="e164"),
    ]
)


@_SETTINGS
@given(good_answers(), st.permutations(["HOME", "FAR", "ALL"]), st.integers(1, 3), st.booleans())
def test_so_is_one_with_backups_of_the_dialers_own(own: Answers, order: list[str], count: int, tells_ringing: bool) -> None:
    place = replace(DIALER.place, backups=BACKUPS, tells_ringing=tells_ringing)
    taking = [each for each in order[:count] if _takes_some(own, place.backup(each))]
    own = own.with_values(backup_carrier=tuple(taking), failover_on=own.routing.failover_on or tuple(FailoverReason))
    assume(errors_of(check_answers(own)) == [])

    assert_whole(own, place)


def test_calls_abroad_that_tiltx_never_signed_have_no_headers_to_take_back() -> None:
    own = answers({**REGISTRATION, "stir_shaken": "tiltx", "destinations": ["international"], "backup_carrier": ["FAR"]})
    place = replace(DIALER.place, backups=BACKUPS)

    assert "SIPRemoveHeader" not in render_carrier(own, place).dialplan_entry
    assert_whole(own, place)


def _takes_some(own: Answers, backup: Backup | None) -> bool:
    """An install refuses a backup that takes none of the numbers: it has no part in the entry."""
    return backup is not None and any(leg_for(route, backup) is not None for route in routes(own.numbers))


@pytest.mark.parametrize(("first", "second"), list(product(FailoverReason, repeat=2)))
def test_the_reasons_to_go_on_are_read_from_the_rule(first: FailoverReason, second: FailoverReason) -> None:
    reasons = tuple(each for each in FailoverReason if each in (first, second))
    own = answers({**REGISTRATION, "backup_carrier": ["HOME"], "failover_on": list(reasons)})

    assert adopted(own, replace(DIALER.place, backups=BACKUPS))[1].answers.routing.failover_on == reasons


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ", "IAX2"])
@pytest.mark.parametrize("auth", ["registration", "credentials", "ip"])
def test_plain_answers_come_back_as_they_were_given(protocol: str, auth: str) -> None:
    raw = {
        **REGISTRATION,
        "protocol": protocol,
        "auth": auth,
        "port": 5070,
        "match": ["203.0.113.9"],
        "codecs": ["alaw", "gsm"],
    }
    raw |= {"destinations": ["nanp", "international"], "tech_prefix": "1234#", "qualify_frequency": 40, "host": "203.0.113.7"}
    if auth == "ip":
        raw = {name: value for name, value in raw.items() if name not in ("username", "secret")}

    _, adoption = adopted(answers(raw), DIALER.place)

    assert plain_answers(adoption.answers, with_secret=True) == plain_answers(answers(raw), with_secret=True)


@_SETTINGS
@given(good_answers(), st.data())
def test_a_line_that_somebody_adds_takes_away_or_changes_never_goes_without_a_word(own: Answers, data: st.DataObject) -> None:
    """Whatever is done to an entry, reading it back either makes the same text again or says where it doesn't."""
    carrier = render_carrier(own.with_values(template_id="", make_template=False), DIALER.place)
    column = data.draw(st.sampled_from(["account_entry", "dialplan_entry", "registration_string", "globals_string"]))
    lines = carrier.columns()[column].splitlines()
    assume(lines)
    at = data.draw(st.integers(0, len(lines) - 1))
    added = [line for line in [data.draw(st.sampled_from(ODD_LINES))] if line]
    changed = [*lines[:at], *added, *lines[at + data.draw(st.integers(0, 1)) :]]
    text = "".join(f"{line}\n" for line in changed)
    other = Carrier(**{**carrier.columns(), column: text, "protocol": carrier.protocol})  # type: ignore[arg-type]

    adoption = adopt(other, DIALER.place)

    if not adoption.wrong and render_carrier(adoption.answers, DIALER.place).columns()[column] != text:
        assert any(each.column == column for each in adoption.differences)
    shown = " ".join(str(finding.values) for finding in adoption.findings())
    assert "an0ther" not in shown
    secret = own.sign_in.secret.reveal()
    assert len(secret) < 12 or own.sign_in.auth is Auth.IP or secret not in shown


@_SETTINGS
@given(good_answers())
def test_what_is_adopted_is_an_answers_file_again(own: Answers) -> None:
    _, adoption = adopted(own, DIALER.place)

    plain = plain_answers(adoption.answers, with_secret=True)

    assert read_answers(plain) == (adoption.answers, [])
