"""Entries that tests look into, as Asterisk reads them."""

from __future__ import annotations

from typing import Any

from tests.carrier.samples import DIALER, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import ReadSection, read_conf
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier


def entry(raw: dict[str, Any], place: Place = DIALER.place, /, **changed: Any) -> Carrier:
    """The entry made of answers that pass."""
    own = answers(raw, **changed)
    assert errors_of(check_answers(own)) == []
    return render_carrier(own, place)


def sections(carrier: Carrier) -> list[ReadSection]:
    return read_conf(carrier.account_entry)[1:]


def section(carrier: Carrier, kind: str) -> ReadSection:
    """The section of a kind; there must be one."""
    [found] = [each for each in sections(carrier) if kind in each.values("type")]
    return found


def kinds(carrier: Carrier) -> list[str]:
    return [kind for each in sections(carrier) for kind in each.values("type")]


def option(carrier: Carrier, kind: str, key: str) -> str | None:
    """The value of an option that may stand once."""
    found = section(carrier, kind).values(key)
    assert len(found) < 2
    return found[0] if found else None
