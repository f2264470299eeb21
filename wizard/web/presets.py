"""Picking a carrier by its name, and starting from what is known of it."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.answers import Answers
from wizard.carrier.presets import fill_in, names_a_place, search
from wizard.carrier.reading import read_answers
from wizard.service.presets import all_presets, preset_named
from wizard.words.presets import BEFORE_SIGNING

from .pages import PresetPage, PresetsPage
from .services import services

blueprint = Blueprint("presets", __name__, url_prefix="/carriers")
_LONGEST_ID = 15


@blueprint.get("")
def index() -> str:
    """Every carrier, or those that fit what was typed."""
    text = request.args.get("q", "").strip()
    return PresetsPage(text, search(all_presets(), text), BEFORE_SIGNING).render()


@blueprint.get("/<preset_id>")
def show(preset_id: str) -> str:
    return PresetPage(preset_named(preset_id)).render()


@blueprint.post("/<preset_id>/begin")
def begin(preset_id: str) -> ResponseReturnValue:
    """A new draft, with what is known of the carrier and what was chosen on its page."""
    preset = preset_named(preset_id)
    chosen = {name: request.form.get(name, "").strip() for name in ("host", "auth")}
    given: dict[str, object] = {name: value for name, value in chosen.items() if value and not names_a_place(value)}
    if not preset.is_generic:
        given |= {"carrier_id": _carrier_id(preset.id), "carrier_name": preset.name[:50]}
    answers, _ = read_answers(fill_in(preset, given).answers, into=Answers())
    draft = services().workspace.drafts.create(answers)
    return redirect(url_for("drafts.go_on", draft_id=draft.id), 303)


def _carrier_id(preset_id: str) -> str:
    """What VICIdial takes as an id: ``VOIPMS``."""
    return re.sub(r"[^A-Z0-9]", "", preset_id.upper())[:_LONGEST_ID]
