"""Which firewall is at work on a dialer, and what its rules are; read-only, and every tool may be missing."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Transport
from wizard.carrier.diagnosis.observations import Firewall
from wizard.carrier.drivers import driver_of
from wizard.carrier.firewall.ipsets import read_ipsets
from wizard.carrier.firewall.iptables import read_iptables
from wizard.carrier.firewall.judging import Fate
from wizard.carrier.firewall.model import Ruleset
from wizard.carrier.firewall.nftables import read_nftables
from wizard.carrier.firewall.opening import OWN_MARK, Opening, plan_openings
from wizard.carrier.firewall.seen import firewall_seen
from wizard.carrier.firewall.ways import Judged, Needs, Route, judge_way, question, ways
from wizard.carrier.model import Protocol
from wizard.carrier.on_dialer.abilities import SIP_PORT
from wizard.carrier.traffic import Traffic

from .asking_carrier.asking import bound_address
from .connection import Connection
from .facts import DialerFacts
from .listeners import IAX_PORT
from .protocol import AgentReply, Operation, ProgramResult, printed, program_result, run

#: ViciBox's own ways to its firewall, by version
_VICIBOX = tuple(
    f"/usr/{folder}/{name}" for folder in ("bin", "local/bin", "sbin") for name in ("VB-firewall", "vicibox-firewall")
)
_SECONDS = 20
_QUESTIONS: Mapping[str, Operation] = {
    "nft_json": run("nft", "-j", "list", "ruleset", seconds=_SECONDS),
    "nft_text": run("nft", "-a", "-t", "list", "ruleset", seconds=_SECONDS),
    "version": run("iptables", "-V"),
    "iptables": run("iptables-save", seconds=_SECONDS),
    "legacy": run("iptables-legacy-save", seconds=_SECONDS),
    "ipset": run("ipset", "save", seconds=_SECONDS),
    "firewalld": run("firewall-cmd", "--state"),
    "vicibox": run("ls", *_VICIBOX),
}
#: tables that iptables keeps in nftables, where it does
_COMPATIBLE = tuple(("ip", table) for table in ("filter", "nat", "mangle", "raw", "security"))


@dataclass(frozen=True)
class FirewallLook:
    """What was seen, what becomes of the carrier's traffic, and what would let it in (None: no narrow rule would)."""

    seen: Firewall
    judged: tuple[Judged, ...] = ()
    openings: tuple[Opening, ...] | None = ()


def look_at_firewall(connection: Connection, traffic: Traffic, facts: DialerFacts, addresses: Sequence[str]) -> FirewallLook:
    """Read the rules and judge them for this carrier; ``addresses`` are those of its host, resolved.

    One round trip. IPv4 alone, which is all that an entry of the wizard's dials.
    """
    sources = _sources(traffic, addresses)
    carrier_id = traffic.carrier_id
    if not sources:
        return FirewallLook(Firewall("unknown", why="no_address"))
    if facts.host.user_id != 0:
        return FirewallLook(Firewall("unknown", sources=sources, why="not_root"))
    routes = [run("ip", "-o", "-4", "route", "get", _first_address(source)) for source in sources]
    replies = connection.ask([*_QUESTIONS.values(), *routes], stop_at_error=False)
    said = {name: _result(reply) for name, reply in zip(_QUESTIONS, replies, strict=False)}
    ruleset = read_rules(said, carrier_id)
    if ruleset is None:
        return FirewallLook(Firewall("unknown", sources=sources, why="unreadable"))
    own = bound_address(traffic, facts.place)
    found = [_route(source, printed(reply), own) for source, reply in zip(sources, replies[len(_QUESTIONS) :], strict=True)]
    needs = _needs(traffic, facts)
    asked = list(ways(needs, [route for route in found if route is not None]))
    judged = tuple(judge_way(ruleset, way) for way in asked)
    is_mute = any(judge_way(ruleset, question(way)).fate is Fate.DROPPED for way in asked[:1])
    kind = _kind(said, ruleset)
    openings = plan_openings(ruleset, judged, firewalld=kind in ("firewalld", "vicibox"))
    seen = replace(firewall_seen(kind, judged, openings, carrier_id), questions_blocked=is_mute)
    return FirewallLook(seen, judged, openings)


def read_rules(said: Mapping[str, ProgramResult | None], carrier_id: str) -> Ruleset | None:
    """All rules, of whatever tool; None where no tool could read any.

    Rules that the wizard made for other carriers don't count: they go with these.
    """
    sets = read_ipsets(_text(said, "ipset"))
    has_nft_iptables = "nf_tables" in _text(said, "version")
    found: list[Ruleset] = []
    objects = _json_objects(_text(said, "nft_json"))
    if objects is not None:
        read_otherwise: Collection[tuple[str, str]] = _COMPATIBLE if has_nft_iptables and _ran(said, "iptables") else ()
        found.append(read_nftables(objects, _text(said, "nft_text"), without=read_otherwise))
    if _ran(said, "iptables"):
        found.append(read_iptables(_text(said, "iptables"), sets))
    if has_nft_iptables and _ran(said, "legacy"):
        found.append(read_iptables(_text(said, "legacy"), sets, "iptables-legacy"))
    if not found:
        return None
    whole = Ruleset()
    for each in found:
        whole += each
    return whole.without(lambda text: OWN_MARK in text and not re.search(rf"{OWN_MARK}{re.escape(carrier_id)}\b", text))


def _kind(said: Mapping[str, ProgramResult | None], ruleset: Ruleset) -> str:
    if "running" in _text(said, "firewalld"):
        return "vicibox" if _text(said, "vicibox").strip() else "firewalld"
    filtering = [hook for hook in ruleset.hooks if not hook.only_new]
    tools = {hook.place.tool for hook in filtering if ruleset.filters(hook)}
    return "nftables" if "nft" in tools else "iptables" if tools else "none"


def _needs(traffic: Traffic, facts: DialerFacts) -> Needs:
    listeners = facts.place.listeners_of(driver_of(traffic.protocol).channel_driver)
    if traffic.protocol is Protocol.IAX2:
        port = listeners[0].port if listeners else IAX_PORT
        return Needs("udp", port, traffic.port or IAX_PORT)
    usual = SIP_PORT if traffic.transport is not Transport.TLS else 5061
    port = next((each.port for each in listeners if each.transport is traffic.transport), usual)
    kernel = "udp" if traffic.transport is Transport.UDP else "tcp"
    return Needs(kernel, port, traffic.port or usual, facts.host.rtp_range or (0, 0))


def _sources(traffic: Traffic, addresses: Sequence[str]) -> tuple[str, ...]:
    """The carrier's IPv4 addresses and networks: of its host, and those that its calls come in from."""
    found = []
    for each in (*addresses, *traffic.match):
        try:
            network = ipaddress.IPv4Network(each, strict=False)
        except ValueError:
            continue
        found.append(str(network.network_address) if network.prefixlen == 32 else str(network))
    return tuple(dict.fromkeys(found))


def _first_address(source: str) -> str:
    return source.partition("/")[0]


def _route(source: str, printed_route: str, bound: str) -> Route | None:
    """``192.0.2.1 via 10.0.0.1 dev eth0 src 10.0.0.2 uid 0``; a route to ourselves has ``local`` before it."""
    device, own = (re.search(rf"\b{word} (\S+)", printed_route) for word in ("dev", "src"))
    return Route(source, device[1], bound or own[1]) if device and own else None


def _result(reply: AgentReply) -> ProgramResult | None:
    return program_result(reply, "firewall") if reply.status == "ok" else None


def _ran(said: Mapping[str, ProgramResult | None], name: str) -> bool:
    result = said.get(name)
    return result is not None and result.status == 0


def _text(said: Mapping[str, ProgramResult | None], name: str) -> str:
    result = said.get(name)
    return result.output if result is not None and result.status == 0 else ""


def _json_objects(text: str) -> list[dict[str, dict[str, object]]] | None:
    try:
        objects = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError):
        return None
    return objects if isinstance(objects, list) else None
