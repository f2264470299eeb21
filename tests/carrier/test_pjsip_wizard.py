"""What a carrier of protocol PJSIP_WIZ looks like: one section, of which Asterisk makes the others."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry, option, section, sections
from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier

WIZARD = {"protocol": "PJSIP_WIZ"}
SIGN_INS = [REGISTRATION, CREDENTIALS, IP]


def value(carrier: Carrier, key: str) -> str | None:
    return option(carrier, "wizard", key)


def test_a_registering_carrier() -> None:
    carrier = entry(REGISTRATION, **WIZARD)

    assert carrier.registration_string == ""
    assert carrier.globals_string == "ACME_TRUNK=acme"
    assert "Dial(PJSIP/+${EXTEN:1}@${ACME_TRUNK},${CAMPDTO},To)" in carrier.dialplan_entry
    assert (
        carrier.account_entry
        == """\
[acme]
type=wizard
transport=transport-udp
remote_hosts=sip.example.com
sends_auth=yes
sends_registrations=yes
aor/qualify_frequency=60
outbound_auth/auth_type=userpass
outbound_auth/username=acme
outbound_auth/password=s3cret.Word
client_uri_pattern=sip:acme@${REMOTE_HOST}
registration/expiration=300
registration/retry_interval=60
registration/forbidden_retry_interval=300
registration/fatal_retry_interval=300
registration/max_retries=4294967295
registration/auth_rejection_permanent=yes
identify/match=sip.example.com
endpoint/context=trunkinbound
endpoint/disallow=all
endpoint/allow=ulaw
endpoint/allow=alaw
endpoint/identify_by=ip
endpoint/dtmf_mode=rfc4733
endpoint/direct_media=no
endpoint/rtp_symmetric=yes
endpoint/force_rport=yes
endpoint/rewrite_contact=no
endpoint/send_pai=no
endpoint/send_rpid=no
endpoint/trust_id_inbound=no
endpoint/media_encryption=no
endpoint/timers=yes
"""
    )


def test_a_carrier_that_challenges_each_call() -> None:
    carrier = entry(CREDENTIALS, **WIZARD)

    assert (value(carrier, "sends_auth"), value(carrier, "sends_registrations")) == ("yes", "no")
    assert value(carrier, "client_uri_pattern") is None


def test_a_carrier_that_knows_us_by_address() -> None:
    carrier = entry(IP, username="left", secret="over-from-before", **WIZARD)

    assert (value(carrier, "sends_auth"), value(carrier, "sends_registrations")) == ("no", "no")
    assert "over-from-before" not in carrier.account_entry


@pytest.mark.parametrize("sample", SIGN_INS, ids=["registration", "credentials", "ip"])
def test_it_says_what_pjsip_says(sample: dict[str, str]) -> None:
    """Section by section, apart from what the wizard ties together by itself."""
    changed = {"from_user": "15551230000", "realm": "example.com", "match": ["203.0.113.8"], "caller_id_header": "pai"}
    [wizard] = sections(entry(sample, host="203.0.113.7", **changed, **WIZARD))
    pjsip = entry(sample, host="203.0.113.7", **changed, protocol="PJSIP")
    tied = {"type", "transport", "aors", "outbound_auth", "contact", "server_uri", "client_uri"}

    said = {
        ("outbound_auth" if kind == "auth" else kind, each.key, each.value)
        for own in sections(pjsip)
        for kind in own.values("type")
        for each in own.options
        if each.key not in tied and not (kind == "identify" and each.key == "endpoint")
    }
    assert said == {(*each.key.split("/"), each.value) for each in wizard.options if "/" in each.key}


def test_the_identity_is_never_left_to_the_registrations_mark_alone() -> None:
    """With sends_line_with_registrations the wizard makes no identify section at all, and the mark opens the trunk."""
    for host in ("sip.example.com", "203.0.113.7"):
        carrier = entry(REGISTRATION, host=host, **WIZARD)
        assert value(carrier, "sends_line_with_registrations") in (None, "no")
        assert value(carrier, "identify/match") == host
        assert (value(carrier, "registration/line") == "yes") == (host == "203.0.113.7")


def test_calls_come_in_from_any_port_of_the_host() -> None:
    """Without a match of its own the wizard would take the port into it."""
    carrier = entry(IP, port=5080, **WIZARD)

    assert value(carrier, "remote_hosts") == "203.0.113.7:5080"
    assert value(carrier, "identify/match") == "203.0.113.7"


def test_an_account_name_of_its_own() -> None:
    carrier = entry(REGISTRATION, username="1555<1", auth_username="acme-auth", **WIZARD)

    assert value(carrier, "outbound_auth/username") == "acme-auth"
    assert value(carrier, "client_uri_pattern") == "sip:1555%3C1@${REMOTE_HOST}"


def test_one_proxy_is_everybodys() -> None:
    carrier = entry(REGISTRATION, outbound_proxy="proxy.example.com", **WIZARD)

    proxies = [each for each in section(carrier, "wizard").options if "outbound_proxy" in each.key]
    assert [(each.key, each.value) for each in proxies] == [("outbound_proxy", "sip:proxy.example.com;lr")]
    assert [each.code for each in lint_carrier(carrier)] == ["proxy_lost_when_saved"]


def test_networks_match_too() -> None:
    carrier = entry(IP, match=["198.51.100.0/24"], **WIZARD)

    assert section(carrier, "wizard").values("identify/match") == ["203.0.113.7", "198.51.100.0/24"]
    assert section(carrier, "wizard").values("endpoint/permit") == ["203.0.113.7", "198.51.100.0/24"]
