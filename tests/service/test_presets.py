"""Every preset's file, and the entry that comes of it."""

from __future__ import annotations

import pytest

from wizard.carrier.answers import Auth
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.presets import Preset, SignIn, names_a_place
from wizard.carrier.reading import read_answers
from wizard.carrier.render import render_carrier
from wizard.errors import NotFoundError
from wizard.service.presets import all_presets, fill_from_preset, preset_named
from wizard.words.presets import CONFIDENCE, NOTES, SIGN_INS

WAYS = [(preset, way) for preset in all_presets() for way in preset.sign_ins]


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP"])
@pytest.mark.parametrize(("preset", "way"), WAYS, ids=[f"{preset.id}-{way.auth}" for preset, way in WAYS])
def test_with_what_it_asks_for_it_makes_a_whole_entry(preset: Preset, way: SignIn, protocol: str) -> None:
    raw: dict[str, object] = {"preset": preset.id, "carrier_id": "ACME", "auth": way.auth.value, "protocol": protocol}
    if way.auth is not Auth.IP:
        raw |= {"username": "acme", "secret": "s3cret.Word"}
    if way.needs_tech_prefix:
        raw["tech_prefix"] = "1234#"
    if preset.default_host is None or names_a_place(preset.default_host.host):
        raw["host"] = "own.example.com"

    filled = fill_from_preset(raw)
    answers, findings = read_answers(filled.answers)

    assert errors_of([*filled.findings, *findings, *check_answers(answers)]) == []
    carrier = render_carrier(answers)
    assert errors_of(lint_carrier(carrier)) == []
    assert answers.connection.host in carrier.account_entry


def test_each_has_a_name_of_its_own() -> None:
    names = [name.lower() for preset in all_presets() for name in {preset.id, *preset.aliases} if not preset.is_generic]

    assert len(names) == len(set(names))
    assert len(all_presets()) > 45


def test_pages_have_words_for_all_that_is_in_the_files() -> None:
    for preset in all_presets():
        assert set(preset.notes) <= set(NOTES), preset.id
        assert {way.auth for way in preset.sign_ins} <= set(SIGN_INS)
        assert {fact.confidence for fact in preset.facts} <= set(CONFIDENCE)


def test_two_generic_ones_stand_last() -> None:
    assert [preset.id for preset in all_presets() if preset.is_generic] == [each.id for each in all_presets()[-2:]]


def test_an_alias_in_capitals_will_do() -> None:
    assert preset_named("Twilio-Elastic-SIP").id == "twilio"
    with pytest.raises(NotFoundError):
        preset_named("nobody")


@pytest.mark.parametrize(("name", "code"), [("telnix", "preset_unknown_close"), ("xyz", "preset_unknown")])
def test_an_unknown_name_is_said(name: str, code: str) -> None:
    assert [finding.code for finding in fill_from_preset({"preset": name}).findings] == [code]


def test_a_file_without_a_preset_stays_as_it_is() -> None:
    assert fill_from_preset({"host": "sip.example.com"}).answers == {"host": "sip.example.com"}
