"""Rules of all kinds, as iptables-restore takes them."""

from __future__ import annotations

from hypothesis import strategies as st

IPSETS = """create white hash:ip family inet
add white 10.9.0.20
create nets hash:net family inet
add nets 10.9.0.0/16
add nets 10.9.1.0/24 nomatch
create pairs hash:ip,port family inet
add pairs 10.9.0.20,udp:5060
add pairs 10.9.0.21,tcp:5061
create both list:set size 8
add both white
create sip bitmap:port range 5000-5100
add sip 5060
"""
_NOT = st.sampled_from(["", "! "])
_MATCHES = st.one_of(
    st.builds(
        lambda no, net: f"{no}-s {net}",
        _NOT,
        st.sampled_from(["10.9.0.20", "10.9.0.0/24", "10.9.0.0/255.255.255.0", "10.9.1.20"]),
    ),
    st.builds(lambda no: f"{no}-d 10.9.0.1", _NOT),
    st.builds(lambda no, name: f"{no}-i {name}", _NOT, st.sampled_from(["eth0", "eth+", "lo", "eth1"])),
    st.builds(
        lambda no, port: f"-p udp {no}--dport {port}", _NOT, st.sampled_from(["5060", "10000:20000", "10000:15000", "5061:"])
    ),
    st.builds(lambda no, port: f"-p tcp {no}--dport {port}", _NOT, st.sampled_from(["5060", "5061"])),
    st.builds(lambda port: f"-p udp --sport {port}", st.sampled_from(["32768:45000", "45001:", "5060"])),
    st.sampled_from(["-p tcp --syn", "-p udp", "! -p udp", "-p tcp --tcp-flags SYN,ACK ACK", "-p icmp"]),
    st.builds(
        lambda no, ports: f"-p udp -m multiport {no}--dports {ports}", _NOT, st.sampled_from(["5060,5061", "5061,10000:20000"])
    ),
    st.sampled_from(["-p udp -m multiport --ports 5060,20000", "-p udp -m multiport --sports 32768:50000"]),
    st.builds(
        lambda no, states: f"-m conntrack {no}--ctstate {states}",
        _NOT,
        st.sampled_from(["ESTABLISHED", "RELATED,ESTABLISHED", "NEW", "INVALID"]),
    ),
    st.builds(lambda no, states: f"-m state {no}--state {states}", _NOT, st.sampled_from(["NEW", "ESTABLISHED,RELATED"])),
    st.builds(
        lambda no, name: f"-m set {no}--match-set {name}",
        _NOT,
        st.sampled_from(["white src", "nets src", "pairs src,dst", "both src", "white dst"]),
    ),
    st.sampled_from(["-p udp -m set --match-set sip dst", "-p udp -m set ! --match-set sip dst"]),
    st.builds(lambda no: f"-m iprange {no}--src-range 10.9.0.20-10.9.0.22", _NOT),
    st.sampled_from(["-m addrtype --dst-type LOCAL", "-m addrtype --dst-type MULTICAST", "-m pkttype --pkt-type unicast"]),
    st.sampled_from(["-m mark --mark 0x1/0x1", "-m mark ! --mark 0x5", '-m comment --comment "a \\"word\\" -j DROP"', ""]),
)
_ENDS = ["-j ACCEPT", "-j DROP", "-j REJECT", "-j RETURN", ""]


@st.composite
def _any_rules(draw: st.DrawFn) -> str:
    lines = ["*filter", f":INPUT {draw(st.sampled_from(['ACCEPT', 'DROP']))} [0:0]", ":first - [0:0]", ":second - [0:0]"]
    onward = {"INPUT": ["-j first", "-j second", "-g first"], "first": ["-j second", "-g second"], "second": []}
    for chain, further in onward.items():
        for _ in range(draw(st.integers(1, 5))):
            matches = " ".join(draw(st.lists(_MATCHES, max_size=2, unique_by=lambda each: each[:9])))
            target = draw(st.sampled_from([*_ENDS, *further, *further]))
            lines.append(f"-A {chain} {matches} {target}".replace("-p udp -p udp", "-p udp"))
    mangle = draw(
        st.sampled_from(
            ["", "*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.9.0.21 -p udp -m udp --dport 15001 -j DROP\nCOMMIT\n"]
        )
    )
    return "\n".join([*lines, "COMMIT", mangle])


def _is_loadable(rules: str) -> bool:
    """What contradicts itself iptables takes for a mistake: two protocols, two source networks."""
    for line in rules.splitlines():
        if line.startswith("-A "):
            for option in (" -p ", " -s ", " -i ", " -d "):
                if line.replace("!", " ").count(option) > 1:
                    return False
            if (
                line.count("-m set") > 1
                or line.count("--dport") > 1
                or line.count("-m multiport") > 1
                or line.count("-m mark") > 1
            ):
                return False
            if (
                line.count("state ") > 1
                or line.count("-m addrtype") > 1
                or ("! -p udp" in line and ("--sport" in line or "--dport" in line))
            ):
                return False
    return True


def iptables_rules() -> st.SearchStrategy[str]:
    """Chains that call each other, with whatever the wizard claims to understand."""
    return _any_rules().filter(_is_loadable)
