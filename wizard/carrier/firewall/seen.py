"""The firewall as one observation, and what stands in a carrier's way there as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.carrier.diagnosis.observations import Firewall, FirewallWay
from wizard.carrier.findings import Finding, error, warning

from .judging import Fate
from .opening import Opening, shown_command
from .ways import Judged, What, shown_ports


def firewall_seen(kind: str, judged: Sequence[Judged], openings: Sequence[Opening] | None, carrier_id: str) -> Firewall:
    """``kind`` as :class:`Firewall` has it; ``openings`` None: there is no narrow way."""
    dropped = [each for each in judged if each.fate is Fate.DROPPED]
    shut = {each.way.what for each in dropped}
    return Firewall(
        kind,
        signalling_blocked=What.ANSWERS in shut,
        audio_blocked=What.SOUND_ANSWERS in shut,
        blocks=tuple(dict.fromkeys(each.decided.rule for each in dropped)),
        sources=tuple(dict.fromkeys(each.way.route.source for each in judged)),
        ways=tuple(map(_way, judged)),
        opens=None if openings is None else tuple(shown_command(each.make(carrier_id)) for each in openings),
        closes=tuple(shown_command(each.remove(carrier_id)) for each in reversed(openings or ())),
    )


def _way(judged: Judged) -> FirewallWay:
    way = judged.way
    ports = shown_ports(way.first_port, way.last_port)
    closed = shown_ports(judged.closed_from, judged.closed_to) if judged.closed_to else ""
    return FirewallWay(
        way.what.value,
        way.route.source,
        way.protocol,
        "" if way.from_any_port else ports,
        judged.fate.value,
        judged.decided.rule,
        "" if closed == ports else closed,
    )


def check_firewall(firewall: Firewall) -> Iterator[Finding]:
    """An error where calls can't work, a warning where only some do or where nobody can tell; each kind once."""
    shut = {each.what: each for each in reversed(firewall.ways) if each.fate == Fate.DROPPED}
    if What.ANSWERS in shut:
        yield error("firewall_drops_answers", "host", **_values(firewall, shut[What.ANSWERS]))
    elif What.CALLS in shut:
        yield warning("firewall_drops_calls", "host", **_values(firewall, shut[What.CALLS]))
    if What.SOUND_ANSWERS in shut:
        yield error("firewall_drops_sound", "host", **_values(firewall, shut[What.SOUND_ANSWERS]))
    elif What.SOUND in shut:
        yield warning("firewall_drops_first_sound", "host", **_values(firewall, shut[What.SOUND]))
    if firewall.questions_blocked and not firewall.signalling_blocked:
        yield warning("firewall_drops_questions", "host", addresses=", ".join(firewall.sources[:1]))
    doubtful = next((each for each in firewall.ways if each.fate == Fate.CANNOT_TELL), None)
    if doubtful is not None:
        yield warning("firewall_unclear", "host", **_values(firewall, doubtful))


def _values(firewall: Firewall, way: FirewallWay) -> dict[str, str]:
    same = {each.source for each in firewall.ways if (each.what, each.fate) == (way.what, way.fate)}
    ports = way.closed_ports or way.ports
    shown = f"{way.protocol.upper()} port {ports}" if ports else way.protocol.upper()
    return {"addresses": ", ".join(sorted(same)), "ports": shown, "rule": way.rule, "firewall": firewall.kind}
