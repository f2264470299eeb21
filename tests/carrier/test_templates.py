"""Conf templates: made from an entry's generic lines, or there already."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.carrier.entries import section, sections
from tests.carrier.samples import CREDENTIALS, HERE, IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import read_conf
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import NO_TEMPLATE, Carrier
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.render import render_carrier, render_template
from wizard.carrier.templates import check_template, merged_text

SAMPLES = {"registration": REGISTRATION, "credentials": CREDENTIALS, "ip": IP}


def options_of(text: str) -> list[tuple[str, Counter[tuple[str, str]]]]:
    """Section by section, what Asterisk reads in it."""
    return [(own.name, Counter((each.key, each.value) for each in own.options)) for own in read_conf(text)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_template_that_is_made_changes_nothing_of_what_asterisk_reads(protocol: str, sample: str) -> None:
    plain: dict[str, Any] = {**SAMPLES[sample], "protocol": protocol, "match": ["203.0.113.8"]}
    own = answers(plain, template_id="ACME_T", make_template=True)
    carrier, template = render_carrier(own, HERE), render_template(own, HERE)

    assert template is not None
    assert options_of(merged_text(carrier, template)) == options_of(render_carrier(answers(plain), HERE).account_entry)
    assert errors_of(lint_carrier(carrier)) == []


def test_the_generic_lines_move_and_the_account_stays() -> None:
    own = answers(REGISTRATION, template_id="ACME_T", make_template=True, user_group="SALES")
    carrier = render_carrier(own, HERE)

    assert carrier.template_id == "ACME_T"
    assert carrier.account_entry == (
        "[acme]\ntype=peer\nhost=sip.example.com\ntransport=udp\ndefaultuser=acme\nsecret=s3cret.Word\n"
        "insecure=port,invite\ncontext=trunkinbound\ntrustrpid=no\n"
    )
    assert render_template(own, HERE) == ConfTemplate(
        "ACME_T",
        "Lines of ACME",
        """\
disallow=all
allow=ulaw
allow=alaw
dtmfmode=rfc2833
nat=force_rport,comedia
directmedia=no
encryption=no
session-timers=accept
sendrpid=no
qualify=yes
qualifyfreq=60
""",
        "SALES",
    )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_template_holds_nothing_of_the_account(protocol: str) -> None:
    own = answers(
        REGISTRATION, host="203.0.113.7", did="2125550100", template_id="ACME_T", make_template=True, protocol=protocol
    )
    template = render_template(own, HERE)

    assert template is not None
    for word in ("s3cret.Word", "203.0.113.7", "acme", "2125550100", "["):
        assert word not in template.template_contents


def test_an_experts_line_moves_with_the_others_of_its_kind() -> None:
    own = answers(IP, template_id="ACME_T", make_template=True, extra_options="nat=no\nrtptimeout=60")
    template = render_template(own, HERE)

    assert template is not None
    assert "nat=no\n" in template.template_contents
    assert section(render_carrier(own, HERE), "peer").values("rtptimeout") == ["60"]


def test_an_existing_template_is_only_named() -> None:
    own = answers(IP, template_id="SIP_generic")

    assert render_template(own, HERE) is None
    assert render_carrier(own, HERE).template_id == "SIP_generic"
    assert render_carrier(own, HERE).account_entry == render_carrier(answers(IP), HERE).account_entry
    assert render_carrier(answers(IP), HERE).template_id == NO_TEMPLATE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"make_template": True}, "required"),
        ({"template_id": "A"}, "template_id_characters"),
        ({"template_id": "MY TEMPLATE"}, "template_id_characters"),
        ({"template_id": "T;x"}, "template_id_characters"),
        ({"template_id": "--NONE--"}, "template_id_characters"),
        ({"template_id": "X--NONE--X", "make_template": True}, "template_id_characters"),
        ({"template_id": "x" * 16}, "too_long"),
    ],
)
def test_a_templates_name_is_one_that_vicidial_keeps_and_uses(changed: dict[str, object], code: str) -> None:
    """Whatever holds --NONE-- is no template to VICIdial (vicidial.md §1.4)."""
    refused = errors_of(check_answers(answers(IP, **changed)))

    assert [(each.field, each.code) for each in refused] == [("template_id", code)]


def found(protocol: str, contents: str, sample: dict[str, str] | None = None) -> list[tuple[str, object]]:
    carrier = render_carrier(answers(sample or REGISTRATION, protocol=protocol), HERE)
    return [(each.code, each.values.get("option")) for each in check_template(carrier, ConfTemplate("T", "", contents))]


@pytest.mark.parametrize(
    ("protocol", "contents", "option"),
    [
        ("SIP", "type=friend", "type"),
        ("SIP", "host=dynamic", "host"),
        ("SIP", "secret=other", "secret"),
        ("SIP", "context=default", "context"),
        ("SIP", "Context=default", "Context"),
        ("SIP", "fromuser=somebody", "fromuser"),
        ("PJSIP", "aors=other", "aors"),
        ("PJSIP", "context=default", "context"),
        ("PJSIP", "CONTEXT=default", "CONTEXT"),
        ("PJSIP_WIZ", "endpoint/context=default", "endpoint/context"),
        ("PJSIP_WIZ", "remote_hosts=198.51.100.1", "remote_hosts"),
        ("PJSIP_WIZ", "outbound_auth/password=other", "outbound_auth/password"),
        ("PJSIP_WIZ", "registration/retry_interval=1", "registration/retry_interval"),
        ("IAX2", "username=other", "username"),
        ("IAX2", "HOST=198.51.100.1", "HOST"),
    ],
)
def test_a_template_that_would_take_the_account_over_is_refused(protocol: str, contents: str, option: str) -> None:
    """Its lines come last, so they win."""
    assert found(protocol, contents) == [("template_takes_over", option)]


@pytest.mark.parametrize(
    ("protocol", "contents"),
    [
        ("SIP", "secret=sesame"),
        ("SIP", "secret=s3cret.Word\nsecret=sesame"),
        ("PJSIP_WIZ", "outbound_auth/password=sesame"),
        ("IAX2", "secret=sesame"),
    ],
)
def test_no_finding_shows_a_password_neither_theirs_nor_ours(protocol: str, contents: str) -> None:
    carrier = render_carrier(answers(REGISTRATION, protocol=protocol), HERE)

    for finding in check_template(carrier, ConfTemplate("T", "", contents)):
        shown = " ".join(map(str, finding.values.values()))
        assert "sesame" not in shown
        assert "s3cret.Word" not in shown


@pytest.mark.parametrize(
    ("protocol", "contents", "option", "before"),
    [
        ("SIP", "nat=no", "nat", "force_rport,comedia"),
        ("SIP", "qualify=no", "qualify", "yes"),
        ("SIP", "dtmfmode=info", "dtmfmode", "rfc2833"),
        ("PJSIP", "rtp_symmetric=no", "rtp_symmetric", "yes"),
        ("PJSIP_WIZ", "endpoint/rtp_symmetric=no", "endpoint/rtp_symmetric", "yes"),
        ("IAX2", "trunk=yes", "trunk", "no"),
    ],
)
def test_a_generic_line_that_it_changes_is_a_warning_that_says_how(
    protocol: str, contents: str, option: str, before: str
) -> None:
    carrier = render_carrier(answers(REGISTRATION, protocol=protocol), HERE)

    [finding] = check_template(carrier, ConfTemplate("T", "", contents))

    assert (finding.code, finding.severity) == ("template_changes", "warning")
    assert (finding.values["option"], finding.values["before"]) == (option, before)


@pytest.mark.parametrize(
    "contents", ["", "rtptimeout=60\n", "nat=force_rport,comedia\n", "; a comment\n", "disallow=all\nallow=ulaw\n"]
)
def test_lines_that_are_new_or_the_same_are_nobodys_trouble(contents: str) -> None:
    assert found("SIP", contents) == []


def test_a_template_that_opens_a_section_of_its_own() -> None:
    assert found("SIP", "nat=no\n[other]\nhost=dynamic\n") == [("template_opens_section", None), ("template_changes", "nat")]


def test_a_template_that_opens_a_comment_swallows_the_carriers_after_it() -> None:
    assert ("template_opens_comment", None) in found("SIP", "rtptimeout=60\n;-- ours\n")


def test_the_sections_before_the_trunk_keep_their_lines() -> None:
    own = answers(IP, match=["203.0.113.8"], template_id="T1", make_template=True)
    carrier: Carrier = render_carrier(own, HERE)

    door, trunk = sections(carrier)
    assert door.values("dtmfmode") == ["rfc2833"]
    assert trunk.values("dtmfmode") == []


@pytest.mark.parametrize(
    ("protocol", "line", "code"),
    [
        ("PJSIP", "nat=yes", "template_unknown_option"),
        ("PJSIP_WIZ", "endpoint/nat=yes", "template_unknown_option"),
        ("PJSIP", "RTP_TIMEOUT=60", None),
        ("SIP", "rtp_timeout=60", None),  # which chan_sip passes over
    ],
)
def test_an_option_that_would_cost_pjsip_the_section(protocol: str, line: str, code: str | None) -> None:
    assert [found_code for found_code, _ in found(protocol, f"{line}\n")] == ([code] if code else [])
