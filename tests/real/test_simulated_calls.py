"""What the simulation says that a carrier receives, held against calls that reach the lab's carriers, and its variables and
expressions against Asterisk's own."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from tests.real.calls import place_call, received
from tests.real.entries import entry, load, load_dialplan, until
from wizard.carrier.simulation.expressions import expand
from wizard.carrier.simulation.loaded import Dialplan
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.dialer.dialplan import parse_contexts, parse_globals

CALLER = "5551239999"
CONTEXTS = ("default", "vicidial-auto", "vicidial-auto-external")
#: a primary that may refuse, and a backup with other digits and another caller ID; headers and a name of their own
ROLLOVER = """
exten => _61NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)
same => n,Set(CWCID=${CALLERID(num)})
same => n,Set(CALLERID(num)=1${CWCID:-10})
same => n,Dial(PJSIP/1${EXTEN:2}@acme,${CAMPDTO},Tob(vicidial-auto^acmename^1))
same => n,GotoIf($["${RINGTIME}${PROGRESSTIME}" != ""]?cwend)
same => n,GotoIf($["${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"]?:cwend)
same => n,HangupCauseClear()
same => n,Set(CALLERID(num)=+1${CWCID:-10})
same => n,Dial(SIP/bkup/+1${EXTEN:2},${CAMPDTO},To)
same => n(cwend),Hangup()
exten => acmename,1,Set(CONNECTEDLINE(name,i)=ACME WIDGETS)
same => n,Return()
"""


def simulated(lab: Lab, digits: str, *carriers: Any) -> CallPath:
    """By what Asterisk itself says that it has loaded."""
    printed = [lab.dialer.asterisk(f"dialplan show {name}") for name in CONTEXTS]
    loaded = Dialplan(parse_contexts("\n".join(printed)), parse_globals(lab.dialer.asterisk("dialplan show globals")))
    return call_path(loaded, "default", digits, CALLER, carriers)


#: (protocol, number_format, caller_id_format, caller_id_header, digits)
KINDS = [
    ("SIP", "plus_e164", "plus_e164", "pai", "912125550100"),
    ("SIP", "nanp10", "nanp11", "rpid", "912125550100"),
    ("PJSIP", "e164", "as_dialled", "pai", "9011442079460000"),
    ("PJSIP_WIZ", "plus_e164", "e164", "rpid", "9442079460000"),
    ("IAX2", "nanp11", "plus_e164", "from", "9442079460000"),
    ("IAX2", "nanp10", "nanp10", "from", "912125550100"),
]


@pytest.mark.parametrize(("protocol", "number_format", "caller_id_format", "caller_id_header", "digits"), KINDS)
def test_the_carrier_receives_what_we_said(
    lab: Lab, protocol: str, number_format: str, caller_id_format: str, caller_id_header: str, digits: str
) -> None:
    carrier = lab.carriers["ip"]
    values = {
        "protocol": protocol,
        "number_format": number_format,
        "caller_id_format": caller_id_format,
        "caller_id_header": caller_id_header,
    }
    own = entry(auth="ip", host=carrier.address, dial_prefix="9", destinations=["nanp", "international"], **values)
    [trunk] = load(lab.dialer, own)
    load_dialplan(trunk)

    path = simulated(lab, digits, trunk.carrier)
    place_call(lab, digits, caller_id=CALLER)
    call = received(carrier)

    assert path.first is not None
    [destination] = path.first.leg.destinations
    assert (path.first.carrier_id, destination.trunk) == ("ACME", trunk.name)
    assert (destination.digits, path.first.leg.caller_id) == (call.number, call.caller_number)
    headers = {"From": call.from_header, "P-Asserted-Identity": call.pai_header, "Remote-Party-ID": call.rpid_header}
    seen = {name for name, value in headers.items() if value}
    assert {name for name, _ in path.first.identity} == (seen if protocol != "IAX2" else set())
    assert all(f"sip:{value}@" in headers[name] for name, value in path.first.identity)


def test_each_leg_of_a_rollover_is_as_we_said(lab: Lab) -> None:
    primary, backup = lab.carriers["ip"], lab.carriers["backup"]
    trunks = load(
        lab.dialer,
        entry(auth="ip", host=primary.address, protocol="PJSIP"),
        entry(carrier_id="BKUP", auth="ip", host=backup.address, protocol="SIP"),
    )
    lab.dialer.load({"extensions-vicidial.conf": f"[vicidial-auto]{ROLLOVER}"})
    digits = "612125550021"  # refused

    path = simulated(lab, digits, *(trunk.carrier for trunk in trunks))
    place_call(lab, digits, caller_id=CALLER)
    calls = received(primary), received(backup)

    assert [(receipt.carrier_id, receipt.turn) for receipt in path.receipts] == [("ACME", 1), ("BKUP", 2)]
    for receipt, call in zip(path.receipts, calls, strict=True):
        assert receipt.leg.destinations[0].digits == call.number
        assert receipt.leg.caller_id == call.caller_number
    assert path.receipts[0].leg.caller_name == calls[0].caller_name == "ACME WIDGETS"
    assert path.receipts[1].leg.caller_name is None
    assert calls[1].caller_name.startswith("V")


VARIABLES = {"A": "12125550100", "B": "unknown", "C": "503", "D": "+15551239999", "E": "a b", "ZERO": "0"}
NUMBERS = st.integers(-12, 12)
NAMES = st.sampled_from([*VARIABLES, "EXTEN"])
CUTS = st.one_of(
    st.builds("${{{}}}".format, NAMES),
    st.builds("${{{}:{}}}".format, NAMES, NUMBERS),
    st.builds("${{{}:{}:{}}}".format, NAMES, NUMBERS, NUMBERS),
    st.builds("${{FILTER({},${{{}}})}}".format, st.sampled_from(["0-9", "0-9*#+", "a-z", "0-35-9"]), NAMES),
    st.builds("${{LEN(${{{}}})}}".format, NAMES),
)
QUOTED = st.one_of(CUTS, st.sampled_from(["", "503", "unknown", "0"])).map(lambda text: f'"{text}"')
BARE = st.one_of(st.sampled_from(["0", "1", "503", "17"]), st.builds("${{LEN(${{{}}})}}".format, NAMES))
REGEXES = st.sampled_from(
    ["^[2-9][0-9]{9}$", "^1[2-9][0-9]{9}$", "^(401|402|5..)$", "^[0-9]+$", "", "^$", "nk", "^[+]1", "5{2}"]
)
COMPARED = st.one_of(
    st.builds("{} {} {}".format, QUOTED, st.sampled_from(["=", "!=", "=="]), QUOTED),
    st.builds("{} {} {}".format, BARE, st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), BARE),
    st.builds('{} =~ "{}"'.format, QUOTED, REGEXES),
)
EXPRESSIONS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.builds("{} | {}".format, inner, inner),
        st.builds("{} & {}".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=4,
)
TEXTS = st.one_of(
    CUTS,
    EXPRESSIONS.map(lambda inside: f"$[{inside}]"),
    st.builds("${{IF($[{}]?{}:{})}}".format, EXPRESSIONS, CUTS, CUTS),
    st.builds("+1{}#{}".format, CUTS, CUTS),
)


@pytest.mark.parametrize("host_name", ["dialer", "asterisk22"])
@settings(
    max_examples=25,
    deadline=None,
    phases=set(Phase) - {Phase.shrink},
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=st.lists(TEXTS, min_size=10, max_size=40))
def test_variables_and_expressions_are_asterisks(lab: Lab, host_name: str, texts: list[str]) -> None:
    host: AsteriskHost = getattr(lab, host_name)
    digits = "912125550100"

    known = {**VARIABLES, "EXTEN": digits}
    ours = [expand(text, known.get) for text in texts]

    assert all(text.is_known for text in ours)
    assert [text.value for text in ours] == _asked_of(host, texts, digits)


def _asked_of(host: AsteriskHost, texts: list[str], digits: str) -> list[str]:
    """What Asterisk makes of the texts, in one call that writes them down."""
    log = host.root / "var/log/asterisk/expressions.log"
    log.unlink(missing_ok=True)
    steps = [f"Set({name}={value})" for name, value in VARIABLES.items()]
    steps += [f"Set(FILE(/{log.relative_to(host.root)},,,al,u)={number}|{text})" for number, text in enumerate(texts)]
    lines = [f"exten => _X.,{'n' if number else 1},{step}\n" for number, step in enumerate(steps)]
    host.load({"extensions-vicidial.conf": f"[expressions]\n{''.join(lines)}"})
    host.asterisk(f"channel originate Local/{digits}@expressions application NoOp")

    def written() -> list[str]:
        return log.read_text().splitlines() if log.exists() else []

    assert until(lambda: len(written()) >= len(texts), 60), written()
    time.sleep(0.01)
    return [line.partition("|")[2] for line in written()]
