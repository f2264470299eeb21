"""Conf templates and expert options, on a real dialer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.lab import Lab
from tests.real.answers import PROTOCOLS, carrier_answers, sign_in_of
from tests.real.calls import place_call, received
from tests.real.conftest import CommandLine, DialerState
from wizard.dialer.asterisk_output import parameters


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_template_of_the_entrys_generic_lines_comes_and_goes_with_it(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], protocol: str
) -> None:
    before = state()
    values, secret = carrier_answers(lab, "credentials", protocol=protocol, template_id="ACMEGEN", make_template=True)

    installed = wizard.install(secret=secret, **values)

    assert installed.status == 0, installed.output
    [template] = lab.dialer.query("SELECT * FROM vicidial_conf_templates WHERE template_id='ACMEGEN'")
    assert "allow=ulaw" in template["template_contents"]
    assert secret not in template["template_contents"]
    place_call(lab, "912125550100")
    assert received(lab.carriers[sign_in_of(protocol, "credentials")[0]]).number == "+12125550100"

    assert wizard("rollback", installed.document["install_id"], *wizard.access).status == 0
    assert state() == before


def test_a_template_that_somebody_else_uses_by_then_stays(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(lab, "ip", template_id="ACMEGEN", make_template=True)
    installed = wizard.install(**values)
    lab.dialer.query("UPDATE phones SET template_id='ACMEGEN' LIMIT 1")

    assert wizard("rollback", installed.document["install_id"], *wizard.access).status == 0

    assert lab.dialer.query("SELECT * FROM vicidial_conf_templates WHERE template_id='ACMEGEN'")
    assert not lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'")


def test_an_existing_template_is_read_after_the_entry(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query(
        "INSERT INTO vicidial_conf_templates SET template_id='SHARED', template_name='Shared', template_contents=%s",
        "rtp_keepalive=20\ndtmf_mode=info\n",
    )
    values, _ = carrier_answers(lab, "ip", protocol="PJSIP", template_id="shared")

    installed = wizard.install(**values)

    assert installed.status == 0, installed.output
    understood = parameters(lab.dialer.asterisk("pjsip show endpoint acme"))
    assert (understood["rtp_keepalive"], understood["dtmf_mode"]) == ("20", "info")


@pytest.mark.parametrize(
    ("template", "changed", "code"),
    [
        ("SIP_generic", {}, "template_takes_over"),
        ("NOSUCH", {}, "template_missing"),
        ("SIP_generic", {"make_template": True}, "template_exists"),
    ],
)
def test_a_template_that_would_break_the_trunk_is_refused_before_anything_is_written(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], template: str, changed: dict[str, bool], code: str
) -> None:
    before = state()
    values, _ = carrier_answers(lab, "ip", template_id=template, **changed)

    refused = wizard.install(**values)

    assert refused.status == 2, refused.output
    assert code in {finding["code"] for finding in refused.document["findings"]}
    assert state() == before


def test_expert_options_reach_their_sections(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(
        lab, "registration", protocol="PJSIP", extra_options="rtp_timeout=60\nrewrite_contact=yes\n[aor]\nqualify_timeout=4.5\n"
    )

    installed = wizard.install(secret=secret, **values)

    assert installed.status == 0, installed.output
    endpoint = parameters(lab.dialer.asterisk("pjsip show endpoint acme"))
    assert (endpoint["rtp_timeout"], endpoint["rewrite_contact"]) == ("60", "true")
    assert parameters(lab.dialer.asterisk("pjsip show aor acme"))["qualify_timeout"].startswith("4.5")


def test_an_option_that_only_a_newer_asterisk_has_is_refused_on_this_one(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(lab, "ip", protocol="PJSIP", extra_options="[aor]\nqualify_2xx_only=yes\n")

    refused = wizard.install(**values)

    assert refused.status == 2
    assert "extra_option_unknown_here" in {finding["code"] for finding in refused.document["findings"]}


def test_a_template_for_another_driver_is_refused_since_pjsip_would_drop_the_section(lab: Lab, wizard: CommandLine) -> None:
    lab.dialer.query(
        "INSERT INTO vicidial_conf_templates SET template_id='OLD', template_name='Old', template_contents='nat=yes'"
    )
    values, _ = carrier_answers(lab, "ip", protocol="PJSIP", template_id="OLD")

    refused = wizard.install(**values)

    assert refused.status == 2
    assert "template_unknown_option" in {finding["code"] for finding in refused.document["findings"]}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"inbound_context": "nosuchcontext"}, "context_missing"),
        ({"outbound_proxy": "proxy.nowhere.invalid"}, "host_unresolved"),
    ],
)
def test_what_is_not_there_is_refused(lab: Lab, wizard: CommandLine, changed: dict[str, str], code: str) -> None:
    values, _ = carrier_answers(lab, "ip", **changed)

    refused = wizard.install(**values)

    [field] = changed
    assert refused.status == 2
    assert (field, code) in {(finding["field"], finding["code"]) for finding in refused.document["findings"]}


def test_a_context_that_leads_out_again_is_refused(lab: Lab, wizard: CommandLine) -> None:
    path = lab.dialer.root / "etc/asterisk/extensions.conf"
    path.write_text(path.read_text() + "\n[frompartner]\ninclude => default\n")
    lab.dialer.asterisk("dialplan reload")
    values, _ = carrier_answers(lab, "ip", inbound_context="frompartner")

    refused = wizard.install(**values)

    assert refused.status == 2
    assert "context_leads_out" in {finding["code"] for finding in refused.document["findings"]}
