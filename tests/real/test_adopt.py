"""Carriers that are on a real dialer, read back: those of the wizard, and those of other hands."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.accounts import ACME
from tests.lab.carriers import Call
from tests.real.answers import PROTOCOLS, carrier_answers, sign_in_of
from tests.real.calls import place_call, received
from tests.real.conftest import Answered, CommandLine
from tests.real.rows import add_carrier, rebuild

_LOG = "AGI(agi://127.0.0.1:4577/call_log)"
NUMBER = "2125550100"


def adopt(wizard: CommandLine, carrier_id: str, *options: str) -> Answered:
    return wizard("adopt", carrier_id, "--dialer", wizard.address, *wizard.access, *options)


def row_of(lab: Lab, carrier_id: str = "ACME") -> dict[str, Any]:
    [row] = lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id=%s", carrier_id)
    return row


@pytest.mark.parametrize(("protocol", "auth"), list(itertools.product(PROTOCOLS, ["registration", "credentials", "ip"])))
def test_what_was_installed_comes_back_as_it_was_answered_and_makes_the_same_row(
    lab: Lab, wizard: CommandLine, tmp_path: Path, protocol: str, auth: str
) -> None:
    told = {"destinations": ["nanp", "international"], "tech_prefix": "55", "qualify_frequency": 30}
    values, secret = carrier_answers(lab, auth, protocol=protocol, **told)
    installed = wizard.install(secret=secret, **values)
    assert installed.status == 0, installed.output
    file = tmp_path / "adopted.toml"

    adopted = adopt(wizard, "acme", "--with-secret", "--output", str(file))

    assert adopted.status == 0, adopted.output
    given = {**values, **({"secret": secret} if secret else {})}
    assert adopted.document["answers"] == {name: value for name, value in given.items() if (name, value) != ("protocol", "SIP")}
    row = row_of(lab)
    rendered = wizard("render", str(file)).document
    same = set(row) & set(rendered) - {"server_ip"}
    # Only a dialer knows what its transports are called.
    written = {**row, "account_entry": row["account_entry"].replace("transport=transport-udp\n", "")}
    assert {name: rendered[name] for name in same} == {name: written[name] for name in same}


def test_so_does_one_with_everything(lab: Lab, wizard: CommandLine) -> None:
    backup, _ = carrier_answers(lab, "ip", carrier_id="SPARE", dial_prefix="8")
    assert wizard.install(**backup).status == 0
    values, secret = carrier_answers(
        lab, "registration", backup_carrier=["SPARE"], failover_on=["unreachable", "congested"], caller_id_name="ACME INC",
        extra_headers={"X-Token": "k3y.Value"}, extra_options="rtpkeepalive=20\n", template_id="ACMEGEN", make_template=True,
        caller_id_header="pai", allow_premium=True, destination_digits={"nanp": "strip 1"}, codecs=["alaw", "ulaw"],
    )  # fmt: skip
    installed = wizard.install(secret=secret, **values)
    assert installed.status == 0, installed.output

    adopted = adopt(wizard, "ACME", "--with-secret")

    assert adopted.status == 0, adopted.output
    assert adopted.document["findings"] == []
    answers = {**adopted.document["answers"]}
    # A rule of one destination alone, and a format that does the same, leave the same digits.
    for name in ("destination_digits", "number_format"):
        answers.pop(name, None)
    assert answers == {**{name: value for name, value in values.items() if name != "destination_digits"}, "secret": secret}


#: name → (the carrier that it goes to, columns, dialled digits)
def by_hand(lab: Lab, name: str) -> tuple[str, dict[str, Any], str]:
    registration, ip = lab.carriers["registration"].host_name, lab.carriers["ip"].host_name
    _, iax_user, iax_secret = sign_in_of("IAX2", "registration")
    entries: dict[str, tuple[str, dict[str, Any], str]] = {
        "the sample's style": (
            "registration",
            {
                "registration_string": f"register => {ACME.username}:{ACME.secret}@{registration}:5060",
                "account_entry": f"[handmade]\ndisallow=all\nallow=ulaw\ntype=friend\nusername={ACME.username}\n"
                f"secret={ACME.secret}\nhost={registration}\ndtmfmode=rfc2833\ncontext=trunkinbound\n",
                "globals_string": "TESTSIPTRUNK = SIP/handmade",
                "dialplan_entry": f"exten => _91NXXNXXXXXX,1,{_LOG}\n"
                "exten => _91NXXNXXXXXX,2,Dial(${TESTSIPTRUNK}/${EXTEN:2},,tTor)\nexten => _91NXXNXXXXXX,3,Hangup\n",
            },
            f"91{NUMBER}",
        ),
        "by address, with same and a tech prefix": (
            "ip",
            {
                "account_entry": f"; a guide's trunk\n[hand-made]\ntype=peer\nhost={ip}\ninsecure=invite,port\ncanreinvite=no\n"
                "qualify=yes\ndisallow=all\nallow=alaw,ulaw\ncontext=trunkinbound\n",
                "dialplan_entry": f"exten => _81NXXNXXXXXX,1,{_LOG}\nsame => n,Dial(SIP/hand-made/7788#${{EXTEN:1}},60,To)\n"
                "same => n,Hangup()\n",
            },
            f"81{NUMBER}",
        ),
        "PJSIP in sections": (
            "ip",
            {
                "protocol": "PJSIP",
                "account_entry": f"[hand-aor]\ntype=aor\ncontact=sip:{ip}\nqualify_frequency=60\n\n[handmade]\ntype=endpoint\n"
                "transport=transport-udp\n"
                "context=trunkinbound\ndisallow=all\nallow=ulaw,alaw\naors=hand-aor\n\n[hand-id]\ntype=identify\n"
                f"endpoint=handmade\nmatch={ip}\n",
                "dialplan_entry": f"exten => _91NXXNXXXXXX,1,{_LOG}\n"
                "exten => _91NXXNXXXXXX,n,Dial(PJSIP/+${EXTEN:1}@handmade,${CAMPDTO},To)\nexten => _91NXXNXXXXXX,n,Hangup\n",
            },
            f"91{NUMBER}",
        ),
        "PJSIP's own wizard": (
            "ip",
            {
                "protocol": "PJSIP_WIZ",
                "account_entry": f"[handmade]\ntype=wizard\ntransport=transport-udp\nremote_hosts={ip}\n"
                "endpoint/context=trunkinbound\nendpoint/allow=!all,ulaw\naor/qualify_frequency=30\n",
                "globals_string": "HANDTRUNK=handmade",
                "dialplan_entry": f"exten => _9NXXNXXXXXX,1,{_LOG}\n"
                f"exten => _9NXXNXXXXXX,2,Dial(PJSIP/1${{EXTEN:1}}@${{HANDTRUNK}})\n",
            },
            f"9{NUMBER}",
        ),
        "an IAX2 friend": (
            "registration",
            {
                "protocol": "IAX2",
                "registration_string": f"register => {iax_user}:{iax_secret}@{registration}",
                "account_entry": f"[handmade]\ntype=friend\nhost={registration}\nusername={iax_user}\nsecret={iax_secret}\n"
                "auth=md5\ndisallow=all\nallow=ulaw\nqualify=yes\ntrunk=no\n",
                "globals_string": "HANDTRUNK=IAX2/handmade",
                "dialplan_entry": f"exten => _8X.,1,{_LOG}\nexten => _8X.,2,Dial(${{HANDTRUNK}}/${{EXTEN:1}},,o)\n"
                "exten => _8X.,3,Hangup\n",
            },
            f"81{NUMBER}",
        ),
    }  # fmt: skip
    return entries[name]


STYLES = (
    "the sample's style",
    "by address, with same and a tech prefix",
    "PJSIP in sections",
    "PJSIP's own wizard",
    "an IAX2 friend",
)


@pytest.mark.parametrize("style", STYLES)
def test_a_handmade_entry_and_the_one_of_its_answers_send_the_carrier_the_same_digits(
    lab: Lab, wizard: CommandLine, tmp_path: Path, style: str
) -> None:
    carrier, columns, digits = by_hand(lab, style)
    add_carrier(lab, "HANDMADE", **columns)
    load(lab)
    before = called(lab, carrier, digits)
    file = tmp_path / "handmade.toml"

    adopted = adopt(wizard, "HANDMADE", "--with-secret", "--output", str(file))

    # Each of these has something that the wizard would write otherwise, and it is told.
    assert adopted.document["answers"]["carrier_id"] == "HANDMADE", adopted.output
    assert adopted.status == (0 if adopted.document["all_placed"] else 1)
    lab.dialer.query("DELETE FROM vicidial_server_carriers WHERE carrier_id='HANDMADE'")
    load(lab)
    lab.carriers[carrier].forget_calls()
    installed = wizard("install", str(file), "--dialer", wizard.address, *wizard.access)
    assert installed.status == 0, json.dumps(installed.document, indent=1)
    after = called(lab, carrier, digits)
    assert after.number == before.number
    assert after.caller_number == before.caller_number


def load(lab: Lab) -> None:
    """VICIdial's own word for PJSIP's reload is no command of this Asterisk's (vicidial.md §2.5)."""
    rebuild(lab)
    lab.dialer.asterisk("module reload res_pjsip.so")
    time.sleep(1)


def called(lab: Lab, carrier: str, digits: str) -> Call:
    place_call(lab, digits)
    return received(lab.carriers[carrier])


def test_what_could_not_be_placed_is_told_and_nothing_is_changed(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration")
    assert wizard.install(secret=secret, **values).status == 0
    lab.dialer.query(
        "UPDATE vicidial_server_carriers SET account_entry=CONCAT(account_entry, 'md5secret=d34db33f\n'),"
        " dialplan_entry=CONCAT(dialplan_entry, 'exten => h,1,NoOp(bye)\n') WHERE carrier_id='ACME'"
    )
    before = row_of(lab)

    adopted = adopt(wizard, "ACME")

    assert adopted.status == 1
    assert {each["column"] for each in adopted.document["not_placed"]} == {"account_entry", "dialplan_entry"}
    assert secret not in adopted.output
    assert "d34db33f" not in adopted.output
    assert row_of(lab) == before


def test_a_carrier_that_is_not_there(wizard: CommandLine) -> None:
    missing = adopt(wizard, "NONE")

    assert (missing.status, missing.document["error"]["code"]) == (2, "not_found")
