"""``simulate`` on the lab's dialer: carriers written by VICIdial's generator, read back from Asterisk."""

from __future__ import annotations

import pytest

from tests.lab import Lab
from tests.real.conftest import CommandLine
from tests.real.entries import until

STEPS = """exten => {0},1,AGI(agi://127.0.0.1:4577/call_log)
exten => {0},2,Dial(SIP/{1}/${{EXTEN:2}},,To)
exten => {0},3,Hangup()
"""


@pytest.fixture
def two_carriers(lab: Lab) -> None:
    """AAA takes North America; BBB one area code of it, and what AAA has already."""
    entries = {
        "AAA": STEPS.format("_91NXXNXXXXXX", "aaa"),
        "BBB": STEPS.format("_91312NXXXXXX", "bbb") + STEPS.format("_91[2-9]XXNXXXXXX", "bbb"),
    }
    for carrier_id, dialplan in entries.items():
        lab.dialer.query(
            "INSERT INTO vicidial_server_carriers SET carrier_id=%s, carrier_name='x', registration_string='', "
            "template_id='--NONE--', account_entry=%s, protocol='SIP', globals_string='', dialplan_entry=%s, "
            "server_ip='0.0.0.0', active='Y'",
            carrier_id,
            f"[{carrier_id.lower()}]\ntype=peer\nhost=203.0.113.7\n",
            dialplan,
        )
    lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
    assert until(lambda: "91312N" in lab.dialer.asterisk("dialplan show vicidial-auto-external"), 90)
    # The dialplan comes first; the accounts' file is written after it.
    assert until(lambda: "not found" not in lab.dialer.asterisk("sip show peer bbb"), 30)


@pytest.mark.usefixtures("two_carriers")
def test_each_number_goes_where_asterisk_sends_it_and_the_status_says_whether_a_carrier_takes_it(
    wizard: CommandLine, lab: Lab
) -> None:
    def simulate(number: str, *options: str) -> tuple[int, dict[str, object]]:
        answered = wizard("simulate", number, "--dialer", wizard.address, *wizard.access, *options)
        return answered.status, answered.document["ways"][0]

    status, way = simulate("212 555 0100", "--campaign", "SALES")
    assert (status, way["carrier_id"], way["sent"], way["receives"]) == (0, "AAA", "912125550100", "2125550100")
    assert "BBB wrote the same pattern" in str(way["notes"])

    status, way = simulate("312 555 0100", "--campaign", "SALES")
    assert (status, way["carrier_id"], way["pattern"]) == (0, "BBB", "_91312NXXXXXX")

    # VICIdial's sample has this pattern in [default], which is asked first.
    status, way = simulate("911812345678", "--as-dialled")
    assert (status, way["carrier_id"], way["context"]) == (1, None, "default")

    status, way = simulate("212 555 0100", "--campaign", "SURVEY")
    assert (status, way["carrier_id"], way["pattern"]) == (1, None, None)


@pytest.mark.usefixtures("two_carriers")
def test_all_active_campaigns_are_followed_and_nothing_on_the_dialer_changes(wizard: CommandLine, lab: Lab) -> None:
    before = lab.dialer.generated(), lab.dialer.query("SELECT * FROM vicidial_server_carriers")

    answered = wizard("simulate", "2125550100", "--dialer", wizard.address, *wizard.access)

    callers = {caller["campaign"] for way in answered.document["ways"] for caller in way["callers"]}
    assert callers == {"SALES", "SURVEY"}
    assert (lab.dialer.generated(), lab.dialer.query("SELECT * FROM vicidial_server_carriers")) == before
    assert lab.carriers["ip"].calls() == []


def test_what_is_no_number_and_what_is_no_campaign_is_bad_input(wizard: CommandLine) -> None:
    for arguments in (("hello",), ("2125550100", "--campaign", "NOPE"), ("91@default", "--as-dialled")):
        assert wizard("simulate", *arguments, "--dialer", wizard.address, *wizard.access).status == 2
