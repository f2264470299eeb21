"""What the wizard says of a firewall's rules, held against what the kernel does with real packets."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.carrier.firewall.strategies import IPSETS, iptables_rules
from tests.real.firewall_network import FAR, INTERFACE, OWN, Outcome, Sent, Trial, play
from wizard.carrier.firewall.ipsets import read_ipsets
from wizard.carrier.firewall.iptables import read_iptables
from wizard.carrier.firewall.judging import Decided, Fate, judge
from wizard.carrier.firewall.model import PROTOCOLS, Packet, Ruleset
from wizard.carrier.firewall.nftables import read_nftables
from wizard.carrier.firewall.values import address

PORTS = (5060, 5061, 10000, 15001, 20000)
PACKETS = tuple(
    [Sent(source, "udp", port) for source in FAR for port in PORTS]
    + [Sent(source, "udp", port, answers=True) for source in FAR[:2] for port in (5060, 15001)]
    + [Sent(FAR[0], "tcp", port) for port in (5060, 5061)]
)
FEW = settings(
    max_examples=30, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), derandomize=True
)


def judged(ruleset: Ruleset, sent: Sent, source_port: int) -> Decided:
    state = "established" if sent.answers else "new"
    numbers = (address(sent.source), address(OWN), PROTOCOLS[sent.protocol], sent.port, source_port)
    return judge(ruleset, Packet(*numbers, state=state, interface=INTERFACE))


def require_agreement(ruleset: Ruleset, packets: Sequence[Sent], outcome: Outcome, text: str) -> int:
    """How many packets could not be told."""
    unknown = 0
    for sent, (port, arrived) in zip(packets, outcome.arrived, strict=True):
        decided = judged(ruleset, sent, port)
        if decided.fate is Fate.CANNOT_TELL:
            unknown += 1
        else:
            assert (decided.fate is Fate.ACCEPTED) is arrived, (sent, port, decided, text)
    return unknown


# --- iptables -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tool:
    restore: str
    save: str


@pytest.mark.parametrize(
    "tool",
    [Tool("iptables-restore", "iptables-save"), Tool("iptables-legacy-restore", "iptables-legacy-save")],
    ids=lambda t: t.save,
)
class TestIptables:
    @FEW
    @given(rules=iptables_rules())
    def test_the_kernel_does_what_the_wizard_says(self, tool: Tool, rules: str) -> None:
        commands = [(["ipset", "restore"], IPSETS), ([tool.restore], rules)]
        outcome = play(Trial(commands, {"rules": [tool.save], "sets": ["ipset", "save"]}, PACKETS))

        ruleset = read_iptables(outcome.said["rules"], read_ipsets(outcome.said["sets"]))

        assert require_agreement(ruleset, PACKETS, outcome, outcome.said["rules"]) == 0


def test_tools_are_there() -> None:
    assert all(map(shutil.which, ("nft", "iptables-save", "iptables-legacy-save", "ipset")))


# --- nftables -------------------------------------------------------------------------------------------------------------

NFT_SETS = """
  set white { type ipv4_addr; flags interval; elements = { 10.9.0.20, 10.9.1.0/24, 10.9.5.1-10.9.5.9 }; }
  set fresh { type ipv4_addr; timeout 1h; elements = { 10.9.0.21 timeout 30m }; }
  set six { type ipv6_addr; elements = { fe80::1 }; }
  set pairs { type ipv4_addr . inet_service; elements = { 10.9.0.20 . 5060, 10.9.1.20 . 15001 }; }
  map zones { type ipv4_addr : verdict; elements = { 10.9.0.20 : jump second, 10.9.0.21 : drop }; }
"""
_IS = st.sampled_from(["", "!= "])
_NFT_MATCHES = st.one_of(
    st.builds(
        lambda no, net: f"ip saddr {no}{net}",
        _IS,
        st.sampled_from(["10.9.0.20", "10.9.0.0/24", "@white", "@fresh", "{ 10.9.0.21, 10.9.1.0/24 }", "10.9.0.20-10.9.0.30"]),
    ),
    st.builds(lambda no, name: f"iifname {no}{name}", _IS, st.sampled_from([f'"{INTERFACE}"', '"eth*"', '{ "lo", "eth1" }'])),
    st.builds(
        lambda way, no, port: f"{way} dport {no}{port}",
        st.sampled_from(["udp", "tcp"]),
        _IS,
        st.sampled_from(["5060", "{ 5060, 10000-20000 }", "10000-15000"]),
    ),
    st.sampled_from(["udp sport < 45000", "udp sport >= 45000", "udp dport > 10000"]),
    st.builds(
        lambda states: f"ct state {states}",
        st.sampled_from(["established,related", "{ established, related }", "new", "invalid", "new,untracked"]),
    ),
    st.sampled_from(
        ["ip saddr . udp dport @pairs", "meta l4proto { tcp, udp } th dport 5060", "meta l4proto udp", "ip protocol tcp"]
    ),
    st.sampled_from(
        [
            "tcp flags & (fin|syn|rst|ack) == syn",
            "tcp flags syn",
            "fib daddr type local",
            "meta nfproto ipv4",
            "meta nfproto ipv6",
        ]
    ),
    st.sampled_from(
        [
            "ip6 saddr fe80::/10",
            "ip6 saddr @six",
            "meta pkttype { broadcast, multicast }",
            "meta mark 0x5",
            "meta mark != 0x5",
            "icmp type echo-request",
            "ct status dnat",
            "",
        ]
    ),
)
_NFT_ENDS = ["accept", "drop", "reject", "return", "counter", "counter accept"]
_NFT_MAPS = st.sampled_from(
    [
        "ct state vmap { established : accept, related : accept, invalid : drop }",
        "ip saddr vmap @zones",
        "udp dport vmap { 5060 : goto second, 10000-15001 : accept }",
        'iifname vmap { "lo" : accept, "eth0" : jump second }',
        "ip saddr . udp dport vmap { 10.9.0.20 . 5061 : drop, 10.9.0.21 . 5060 : accept }",
    ]
)  # fmt: skip


@st.composite
def nft_rules(draw: st.DrawFn) -> str:
    family = draw(st.sampled_from(["inet", "ip"]))
    onward = {"second": [], "first": ["jump second", "goto second"], "input": ["jump first", "jump second", "goto first"]}
    lines = [f"table {family} filter {{", NFT_SETS]
    for chain, further in onward.items():
        lines.append(f"  chain {chain} {{")
        if chain == "input":
            lines.append(f"    type filter hook input priority 0; policy {draw(st.sampled_from(['accept', 'drop']))};")
        for _ in range(draw(st.integers(1, 5))):
            matches = draw(st.lists(_NFT_MATCHES, max_size=2))
            end = draw(st.sampled_from([*_NFT_ENDS, *further, *further]))
            is_map = chain == "input" and draw(st.booleans())
            lines.append(f"    {draw(_NFT_MAPS)}" if is_map else f"    {' '.join([*matches, end])}")
        lines.append("  }")
    lines.append("}")
    if draw(st.booleans()):
        rule = "ip saddr 10.9.0.21 udp dport 15001 drop"
        chain = f"chain before {{ type filter hook prerouting priority -300; policy accept; {rule}\n }}"
        lines.append(f"table ip early {{ {chain}\n}}")
    return "\n".join(lines) + "\n"


def is_taken_by_nft(rules: str) -> bool:
    """nft itself says what contradicts itself."""
    check = ["unshare", "--net", "nft", "-c", "-f", "-"]
    return subprocess.run(check, input=rules, text=True, capture_output=True, check=False).returncode == 0


INPUT = "table inet filter {{ chain input {{ type filter hook input priority 0; policy {}; {}\n }}\n}}\n"
READS = {"json": ["nft", "-j", "list", "ruleset"], "text": ["nft", "-a", "-t", "list", "ruleset"]}


class TestNftables:
    @FEW
    @given(rules=nft_rules())
    def test_the_kernel_does_what_the_wizard_says(self, rules: str) -> None:
        assume(is_taken_by_nft(rules))
        outcome = play(Trial([(["nft", "-f", "-"], rules)], READS, PACKETS))

        ruleset = read_nftables(json.loads(outcome.said["json"])["nftables"], outcome.said["text"])

        assert require_agreement(ruleset, PACKETS, outcome, outcome.said["text"]) == 0

    def test_a_rule_is_quoted_as_nft_prints_it(self) -> None:
        rules = INPUT.format("accept", "udp dport 5060 counter drop")
        outcome = play(Trial([(["nft", "-f", "-"], rules)], READS, PACKETS[:1]))

        ruleset = read_nftables(json.loads(outcome.said["json"])["nftables"], outcome.said["text"])

        assert judged(ruleset, PACKETS[0], 1).rule == "udp dport 5060 counter drop"

    def test_what_nobody_can_tell_is_not_told(self) -> None:
        rules = INPUT.format("drop", "limit rate 3/minute accept")
        outcome = play(Trial([(["nft", "-f", "-"], rules)], READS, PACKETS[:1]))

        ruleset = read_nftables(json.loads(outcome.said["json"])["nftables"], outcome.said["text"])

        decided = judged(ruleset, PACKETS[0], 1)
        assert (decided.fate, decided.rule) == (Fate.CANNOT_TELL, "limit rate 3/minute accept")
