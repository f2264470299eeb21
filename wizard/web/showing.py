"""Small things that templates need: times, marks for open answers, and the words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask
from markupsafe import Markup, escape

from wizard.carrier.preview import GAP_MARKS
from wizard.carrier.rates.values import shown_rate
from wizard.words import call_path as path_words
from wizard.words import presets as preset_words
from wizard.words.glossary import GLOSSARY, TERMS_OF
from wizard.words.questions import CHOICES, QUESTIONS
from wizard.words.verdicts import RUNS

from .adopted import adopted_notice
from .preset_notice import preset_notice

_GAP = re.compile("|".join(re.escape(mark) for mark in sorted(GAP_MARKS, key=len, reverse=True)))


def add_filters(app: Flask) -> None:
    app.jinja_env.filters["adopted"] = adopted_notice
    app.jinja_env.filters["known"] = preset_notice
    app.jinja_env.filters["gaps"] = show_gaps
    app.jinja_env.filters["clock"] = clock_time
    app.jinja_env.filters["day"] = day_and_time
    app.jinja_env.filters["rate"] = shown_rate
    app.jinja_env.filters["seconds_since"] = seconds_between
    app.jinja_env.globals["questions"] = QUESTIONS
    app.jinja_env.globals["labels"] = CHOICES
    app.jinja_env.globals["preset_words"] = preset_words
    app.jinja_env.globals["path_words"] = path_words
    app.jinja_env.globals["glossary"] = GLOSSARY
    app.jinja_env.globals["terms_of"] = TERMS_OF
    app.jinja_env.globals["run_labels"] = RUNS


def show_gaps(text: str) -> Markup:
    """Entry text for a page, with a mark in the place of each answer that is still open."""
    parts: list[str] = []
    position = 0
    for match in _GAP.finditer(text):
        label = QUESTIONS[GAP_MARKS[match[0]]].label.lower()
        parts += [escape(text[position : match.start()]), Markup('<span class="gap">{}</span>').format(label)]
        position = match.end()
    return Markup("").join([*parts, escape(text[position:])])


def clock_time(at: str) -> str:
    """``12:34:56`` in this computer's own time."""
    return _local(at).strftime("%H:%M:%S") if at else ""


def day_and_time(at: str) -> str:
    return _local(at).strftime("%Y-%m-%d %H:%M") if at else ""


def seconds_between(later: str, earlier: str) -> str:
    """``4.2 s``; both are the store's timestamps."""
    if not later or not earlier:
        return ""
    seconds = (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    return f"{seconds:.1f} s" if seconds >= 0.05 else "< 0.1 s"


def seconds_until(at: str) -> float:
    return (datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()


def _local(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone()
