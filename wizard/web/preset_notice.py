"""What stands on a draft's pages of the preset that its answers began with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.answers import STEP_OF, Auth
from wizard.carrier.presets import Confidence, Preset, names_a_place
from wizard.errors import NotFoundError
from wizard.service.presets import preset_named
from wizard.store.drafts import Draft
from wizard.words.presets import NEEDS_ADDRESS, NEEDS_TECH_PREFIX, NOTES, NOTICE_TITLE, OWN_HOST
from wizard.words.questions import CHOICES, QUESTIONS

#: step → what is known that belongs to it and fills no answer
_NOTES = {
    "sign_in": ("user_name", "from_user"),
    "connection": ("qualify", "inbound"),
    "audio": ("media",),
    "numbers": ("numbers", "caller_id", "inbound_numbers"),
    "routing": ("limits", "dialer_policy", "stir_shaken"),
}


@dataclass(frozen=True)
class PresetNotice:
    """In words, for one step: what was filled in and is certain, what is to be confirmed, and what else is known."""

    preset: Preset
    title: str
    verified: Sequence[tuple[str, str]]
    to_confirm: Sequence[tuple[str, str]]
    notes: Sequence[tuple[str, str]]
    advice: Sequence[str]
    traps: Sequence[str]


def preset_notice(draft: Draft, step: str) -> PresetNotice | None:
    """None for answers that began without a preset, or where nothing is known for this step."""
    try:
        preset = preset_named(draft.answers.carrier.preset) if draft.answers.carrier.preset else None
    except NotFoundError:  # its file is gone since
        preset = None
    if preset is None:
        return None
    facts = [fact for fact in preset.facts if STEP_OF[fact.answer] == step]
    notice = PresetNotice(
        preset,
        NOTICE_TITLE.format(name=preset.name),
        [_said(fact.answer, fact.value) for fact in facts if fact.confidence is Confidence.HIGH],
        [_said(fact.answer, fact.value) for fact in facts if fact.confidence is not Confidence.HIGH],
        [(NOTES[name], preset.notes[name]) for name in _NOTES.get(step, ()) if name in preset.notes],
        list(_advice(preset, draft, step)),
        preset.traps if step == "connection" else (),
    )
    parts = (notice.verified, notice.to_confirm, notice.notes, notice.advice, notice.traps)
    return notice if any(parts) else None


def _advice(preset: Preset, draft: Draft, step: str) -> list[str]:
    host = preset.default_host
    if step == "connection" and host is not None and names_a_place(host.host):
        return [OWN_HOST.format(example=host.host)]
    way = next((each for each in preset.sign_ins if each.auth is (draft.answers.sign_in.auth or Auth.IP)), None)
    if way is None:
        return []
    if step == "sign_in" and way.needs_your_address:
        return [NEEDS_ADDRESS.format(name=preset.name)]
    if step == "numbers" and way.needs_tech_prefix:
        return [NEEDS_TECH_PREFIX.format(name=preset.name)]
    return []


def _said(answer: str, value: object) -> tuple[str, str]:
    """An answer by its question's label, and its value as the form shows it."""
    values = value if isinstance(value, list | tuple) else [value]
    labels = CHOICES.get(answer, {})
    return QUESTIONS[answer].label, ", ".join(_plain(labels, each) for each in values)


def _plain(labels: dict[str, str], value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else labels.get(str(value), str(value))
