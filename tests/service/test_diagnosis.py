"""The part of a page that tells the causes."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.carrier.diagnosis.seen import BY_IP, call, of
from wizard.service.diagnosis import causes_part

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def _render(**seen: object) -> str:
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True)
    return pages.get_template("diagnosis/causes.html").render(page=causes_part(of(BY_IP, **seen)))


def test_the_first_cause_comes_with_what_was_seen_what_to_do_and_what_to_tell_the_carrier() -> None:
    shown = _render(verdict="up", call=call(403, sip_reason="IP not allowed <b>"))

    assert "Most likely" in shown
    assert "IP not allowed &lt;b&gt;" in shown
    assert "Tell the carrier" in shown


def test_a_carrier_that_works_shows_nothing() -> None:
    assert _render(verdict="up", reason="reachable").strip() == ""
