"""What a preset makes of the answers: verified facts are used as they are, others have to be confirmed."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from ..findings import Finding, warning
from ..model import Protocol
from .model import Confidence, Fact, Preset

#: what chan_sip writes a section of its own for; it can't match a network
_ONE_ADDRESS = 1


@dataclass(frozen=True)
class Filled:
    """Raw answers with the preset's below them, and what should be looked at."""

    answers: Mapping[str, object]
    findings: tuple[Finding, ...]


def fill_in(preset: Preset, given: Mapping[str, object]) -> Filled:
    """The preset's answers, and over them what somebody gave. Which of them need a look is a warning each."""
    ours = _answers(preset, given)
    used = {name: value for name, value in ours.items() if name not in given}
    doubtful = {fact.answer: fact for fact in to_confirm(preset)}
    findings = [
        warning("preset_to_confirm", name, name=preset.name, value=_shown(used[name])) for name in used if name in doubtful
    ]
    if "host" in used and preset.confidence is not Confidence.HIGH:
        findings.append(warning("preset_to_confirm", "host", name=preset.name, value=used["host"]))
    answers = {**ours, **given, "preset": preset.id}
    if _lacks_tech_prefix(preset, answers):
        findings.append(warning("preset_needs_tech_prefix", "tech_prefix", name=preset.name))
    return Filled(answers, tuple(findings))


def _lacks_tech_prefix(preset: Preset, answers: Mapping[str, object]) -> bool:
    way = next((each for each in preset.sign_ins if each.auth.value == answers.get("auth")), None)
    return way is not None and way.needs_tech_prefix and not answers.get("tech_prefix")


def to_confirm(preset: Preset) -> tuple[Fact, ...]:
    """The facts that no page of the carrier's own stands for."""
    return tuple(fact for fact in preset.facts if fact.confidence is not Confidence.HIGH)


def names_a_place(host: str) -> bool:
    """Whether a host has something in it that only the customer knows: ``{trunk}.example.com``."""
    return "{" in host


def _answers(preset: Preset, given: Mapping[str, object]) -> dict[str, object]:
    answers: dict[str, object] = {fact.answer: fact.value for fact in preset.facts}
    if "number_format" in answers:
        # Carriers that take numbers in a shape take the caller's in it, unless they say otherwise.
        answers.setdefault("caller_id_format", answers["number_format"])
    host = preset.default_host
    if host is not None and not names_a_place(host.host):
        answers["host"] = host.host
    if preset.recommended is not None:
        answers["auth"] = preset.recommended.auth.value
    if matches := _matches(preset, str(given.get("protocol", Protocol.SIP.value))):
        answers["match"] = matches
    return answers


def _matches(preset: Preset, protocol: str) -> list[str]:
    """The carrier's own list of addresses that calls come in from, as far as the driver can match them."""
    networks = [ipaddress.ip_network(each.address, strict=False) for each in preset.incoming if each.status == "vendor"]
    if protocol == Protocol.SIP.value:
        networks = [network for network in networks if network.num_addresses == _ONE_ADDRESS]
    return [str(each.network_address if each.num_addresses == _ONE_ADDRESS else each) for each in networks]


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
