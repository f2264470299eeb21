"""Every carrier that is known by name makes an entry that a real Asterisk reads as it was meant."""

from __future__ import annotations

import pytest

from tests.lab import Lab
from tests.real.test_understood import Loaded, is_watchable, numbered
from wizard.carrier.answers import Answers, Auth
from wizard.carrier.presets import Preset, SignIn
from wizard.carrier.reading import read_answers
from wizard.service.presets import all_presets, fill_from_preset


def answers_of(preset: Preset, way: SignIn, protocol: str) -> Answers:
    raw: dict[str, object] = {"preset": preset.id, "auth": way.auth.value, "protocol": protocol, "host": "own.example.com"}
    if way.auth is not Auth.IP:
        raw |= {"username": "acme", "secret": "s3cret.Word"}
    if way.needs_tech_prefix:
        raw["tech_prefix"] = "1234#"
    answers, findings = read_answers(fill_from_preset(raw).answers)
    assert findings == []
    return answers


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ"])
def test_every_preset_is_understood_as_meant(lab: Lab, protocol: str) -> None:
    ways = [(preset, way) for preset in all_presets() for way in preset.sign_ins]
    entries = [own for own in numbered([answers_of(*each, protocol) for each in ways]) if is_watchable(own)]
    assert len(entries) > 60

    loaded = Loaded(lab, entries)

    assert loaded.differences() == {}
    assert loaded.complaints == []
