"""Something is wrong with a carrier on the lab's dialer, and ``status`` names it first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import PROTOCOLS, carrier_answers
from tests.real.conftest import CommandLine
from tests.real.rows import add_carrier, rebuild
from tests.real.sip_codes import silence

_PEER = "[acme]\ntype=peer\nhost={host}\nqualify=yes\ndisallow=all\nallow=ulaw\n"


def causes_of(wizard: CommandLine) -> list[dict[str, Any]]:
    document = wizard("status", "ACME", "--dialer", wizard.address, *wizard.access).document
    causes: list[dict[str, Any]] = document["causes"]
    return causes


def first_of(wizard: CommandLine) -> str:
    return str(causes_of(wizard)[0]["code"])


def keep(wizard: CommandLine, values: dict[str, Any], secret: str = "") -> None:
    """On the dialer, up or not."""
    assert wizard.install("--keep", "--wait", "8", secret=secret, **values).document["outcome"] in ("up", "not_up")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_carrier_that_is_up_has_no_cause(lab: Lab, wizard: CommandLine, protocol: str) -> None:
    values, secret = carrier_answers(lab, "ip", protocol=protocol)
    assert wizard.install(secret=secret, **values).status == 0

    assert causes_of(wizard) == []


def test_a_wrong_password_is_never_told(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(lab, "registration")
    keep(wizard, values, "wrong.Word")

    causes = causes_of(wizard)

    assert causes[0]["code"] == "sign_in_refused"
    assert "wrong.Word" not in str(causes)


def test_an_unknown_user(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration", username="nobody")
    keep(wizard, values, secret)

    assert first_of(wizard) == "sign_in_refused"


def test_a_carrier_that_never_answers(lab: Lab, wizard: CommandLine) -> None:
    with silence() as host:
        keep(wizard, {"carrier_id": "ACME", "auth": "ip", "host": host})

        assert [cause["code"] for cause in causes_of(wizard)][:2] == ["carrier_silent", "options_may_be_ignored"]


def test_a_name_without_an_address(lab: Lab, wizard: CommandLine) -> None:
    add_carrier(lab, "ACME", account_entry=_PEER.format(host="nowhere.invalid"))
    rebuild(lab)
    lab.dialer.asterisk("sip reload")

    assert first_of(wizard) == "host_unresolved"


def test_a_carrier_that_is_switched_off(lab: Lab, wizard: CommandLine) -> None:
    add_carrier(lab, "ACME", account_entry=_PEER.format(host=lab.carriers["ip"].address), active="N")

    assert first_of(wizard) == "inactive"


@pytest.mark.parametrize(
    ("column", "cause"),
    [("generate_vicidial_conf", "generation_off"), ("active_asterisk_server", "not_an_asterisk_server")],
)
def test_a_server_that_generates_nothing(lab: Lab, wizard: CommandLine, column: str, cause: str) -> None:
    lab.dialer.query(f"UPDATE servers SET {column}='N'")
    add_carrier(lab, "ACME", account_entry=_PEER.format(host=lab.carriers["ip"].address))

    assert first_of(wizard) == cause


def test_a_crontab_without_vicidial(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.run("crontab", "-r")
    add_carrier(lab, "ACME", account_entry=_PEER.format(host=lab.carriers["ip"].address))

    assert first_of(wizard) == "keepalive_missing"


def test_a_module_that_is_not_loaded(lab: Lab, wizard: CommandLine) -> None:
    keep(wizard, {"carrier_id": "ACME", "auth": "ip", "host": lab.carriers["ip"].address, "protocol": "IAX2"})
    lab.dialer.asterisk("module unload chan_iax2.so")
    try:
        assert first_of(wizard) == "driver_missing"
    finally:
        lab.dialer.asterisk("module load chan_iax2.so")
