"""The words of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from wizard.words.glossary import GLOSSARY, Term

from .pages import Page

blueprint = Blueprint("glossary", __name__)


@dataclass(frozen=True)
class GlossaryPage(Page):
    template: ClassVar[str] = "glossary.html"
    #: (anchor, term)
    terms: Sequence[tuple[str, Term]]


@blueprint.get("/glossary")
def show() -> str:
    return GlossaryPage(sorted(GLOSSARY.items(), key=lambda each: each[1].name.lower())).render()
