"""The options that the wizard knows, held against Asterisk's own documentation, and against its modules where it has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from tests.real.entries import IAX2_KINDS, PJSIP_KINDS, SIP_KINDS, entry, load, until
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import Protocol
from wizard.carrier.option_names import known_options
from wizard.dialer.asterisk_output import parameters, parse_option_names

REGISTERING = {"auth": "registration", "host": "127.0.0.77", "username": "acme", "secret": "s3cret.Word"}
#: protocol → expert's lines, and what Asterisk says then: question → field → value
SHOWN: dict[str, tuple[str, dict[str, dict[str, str]]]] = {
    "SIP": (
        # The entry's own nat= gives way.
        "maxforwards=33\nlanguage=de\nnat=no",
        {"sip show peer acme": {"Max forwards": "33", "Language": "de", "Force rport": "No", "Symmetric RTP": "No"}},
    ),
    "PJSIP": (
        "rtp_timeout=77\nrtp_symmetric=no\n[aor]\nqualify_timeout=2.5\n[auth]\nnonce_lifetime=77\n[identify]\nsrv_lookups=no\n"
        "[registration]\nsupport_path=yes",
        {
            "pjsip show endpoint acme": {"rtp_timeout": "77", "rtp_symmetric": "false"},
            "pjsip show aor acme": {"qualify_timeout": "2.500000"},
            "pjsip show auth acme": {"nonce_lifetime": "77"},
            "pjsip show identify acme": {"srv_lookups": "false"},
            "pjsip show registration acme": {"support_path": "true"},
        },
    ),
    "PJSIP_WIZ": (
        "rtp_timeout=77\nrtp_symmetric=no\n[aor]\nqualify_timeout=2.5\n[outbound_auth]\nnonce_lifetime=77\n"
        "[identify]\nsrv_lookups=no\n[registration]\nsupport_path=yes\n[wizard]\nhas_hint=no",
        {
            "pjsip show endpoint acme": {"rtp_timeout": "77", "rtp_symmetric": "false"},
            "pjsip show aor acme": {"qualify_timeout": "2.500000"},
            "pjsip show auth acme-oauth": {"nonce_lifetime": "77"},
            "pjsip show identify acme-identify": {"srv_lookups": "false"},
            "pjsip show registration acme-reg-0": {"support_path": "true"},
        },
    ),
    "IAX2": (
        "description=Main\ntrunk=yes\n[user]\ncodecpriority=caller",
        {"iax2 show peer acme": {"Description": "Main", "Trunk": "Yes"}},
    ),
}


@pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
def test_pjsips_are_those_that_asterisk_16_and_22_document(lab: Lab, protocol: str) -> None:
    driver = driver_of(Protocol(protocol))
    for kind, (module, name) in driver.documentation.items():
        documented: set[str] = set()
        for host in (lab.dialer, lab.asterisk22):
            own = parse_option_names(host.asterisk(f"config show help {module} {name}"))
            assert own is not None, (kind, host.name)
            documented |= own
        assert known_options(driver.protocol, kind) == frozenset(documented), kind


@pytest.mark.parametrize(("protocol", "host"), [("SIP", "dialer"), *IAX2_KINDS])
def test_the_others_stand_in_their_modules(lab: Lab, protocol: str, host: str) -> None:
    module = {"SIP": "chan_sip.so", "IAX2": "chan_iax2.so"}[protocol]
    root: Path = getattr(lab, host).root
    [path] = [found for found in (root / "usr/lib").glob(f"**/asterisk/modules/{module}") if found.is_file()]
    # A text ends with a zero byte, and may be the end of a longer one; keys of encryption are the main program's matter.
    code, program = path.read_bytes(), (root / "usr/sbin/asterisk").read_bytes()

    for kind in driver_of(Protocol(protocol)).kinds:
        known = known_options(Protocol(protocol), kind)
        assert known
        missing = {name for name in known if name.encode() + b"\0" not in code}
        assert {name for name in missing if name.encode() + b"\0" not in program} == set(), kind
        assert all(name.startswith("dtls") for name in missing)


@pytest.mark.parametrize(("protocol", "host"), PJSIP_KINDS)
def test_one_that_asterisk_does_not_know_loses_pjsip_the_section(lab: Lab, protocol: str, host: str) -> None:
    own: AsteriskHost = getattr(lab, host)
    context = "endpoint/context=" if protocol == "PJSIP_WIZ" else "context="
    unknown = f"{context.replace('context', 'no_such_option')}yes\n{context}"
    [trunk] = load(own, entry(protocol=protocol, **REGISTERING), change=lambda text: text.replace(context, unknown))

    assert until(lambda: "no_such_option" in "".join(own.complaints()), 60)
    assert "Unable to find object" in own.asterisk("pjsip show endpoint acme")
    assert "Unable to find object" not in own.asterisk("pjsip show aor acme")
    assert not trunk.seen().found


@pytest.mark.parametrize(("protocol", "host"), [("SIP", "dialer"), *IAX2_KINDS])
def test_the_other_drivers_say_nothing_of_one(lab: Lab, protocol: str, host: str) -> None:
    own: AsteriskHost = getattr(lab, host)
    answers = entry(protocol=protocol, auth="ip", host="127.0.0.77", qualify=False)
    [trunk] = load(own, answers, change=lambda text: text.replace("disallow=all\n", "no_such_option=yes\ndisallow=all\n"))

    assert until(lambda: trunk.seen().found, 60)
    assert own.complaints() == []


@pytest.mark.parametrize(("protocol", "host"), [*SIP_KINDS, *IAX2_KINDS])
def test_an_experts_options_arrive(lab: Lab, protocol: str, host: str) -> None:
    own: AsteriskHost = getattr(lab, host)
    lines, answers = SHOWN[protocol]
    [trunk] = load(own, entry(protocol=protocol, extra_options=lines, **REGISTERING))
    assert until(lambda: trunk.seen().found, 60)

    for question, meant in answers.items():
        said = own.asterisk(question)
        fields = parameters(said) | dict(re.findall(r"^  (\S.*?)\s*: (.*?)\s*$", said, re.MULTILINE))
        assert {key: fields.get(key) for key in meant} == meant
    if protocol == "IAX2":
        assert re.search(r"^acme .* Caller\s*$", own.asterisk("iax2 show users"), re.MULTILINE)
    assert own.complaints() == []
