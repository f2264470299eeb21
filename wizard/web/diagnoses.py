"""A page for each diagnosis, and all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, abort

from wizard.words.causes.pages import PAGES, DiagnosisPage, groups

from .pages import Page

blueprint = Blueprint("diagnoses", __name__, url_prefix="/diagnoses")


@dataclass(frozen=True)
class DiagnosesPage(Page):
    template: ClassVar[str] = "diagnosis/index.html"
    groups: list[tuple[str, list[DiagnosisPage]]]


@dataclass(frozen=True)
class OneDiagnosisPage(Page):
    template: ClassVar[str] = "diagnosis/show.html"
    diagnosis: DiagnosisPage


@blueprint.get("")
def index() -> str:
    return DiagnosesPage(groups()).render()


@blueprint.get("/<code>")
def show(code: str) -> str:
    if code not in PAGES:
        abort(404)
    return OneDiagnosisPage(PAGES[code]).render()
