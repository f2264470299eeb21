"""What a dialer can't do, beside the questions: said before it is chosen, not after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.carrier.answers import Answers, Codec, Transport
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS, driver_of
from wizard.carrier.findings import error
from wizard.carrier.model import Protocol
from wizard.words.findings import sentence


def unasked(answers: Answers) -> frozenset[str]:
    """Questions that mean nothing with the protocol; one that was answered before is shown, so that it can be cleared."""
    if answers.carrier.protocol not in SUPPORTED_PROTOCOLS:
        return frozenset()
    idle = dict(driver_of(answers.carrier.protocol).unused)
    if answers.carrier.protocol is Protocol.IAX2:
        idle["transport"] = Transport.UDP
    return frozenset(name for name, value in idle.items() if answers.value(name) == value)


def impossible(protocol: Protocol, dialer: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Question → choice → why not, for a dialer that was looked at (:func:`wizard.service.dialers.summary_of`)."""
    return {
        "protocol": {each.value: "not on this dialer" for each in SUPPORTED_PROTOCOLS if not _has_driver(each, dialer)},
        "transport": {each.value: "not set up on this dialer" for each in Transport if not _listens(protocol, each, dialer)},
        "codecs": {each.value: "silent on this dialer" for each in Codec if not _translates(each, dialer)},
    }


def lacking(protocol: Protocol, dialer: Mapping[str, Any]) -> list[str]:
    """What to add to the dialer, and where, for the transports that it doesn't have."""
    if protocol not in SUPPORTED_PROTOCOLS or protocol is Protocol.IAX2:
        return []
    code = "transport_missing_chan_sip" if protocol is Protocol.SIP else "transport_missing_pjsip"
    missing = [each for each in Transport if not _listens(protocol, each, dialer)]
    return [sentence(error(code, "transport", transport=each.value, shown=each.value.upper())) for each in missing]


def _has_driver(protocol: Protocol, dialer: Mapping[str, Any]) -> bool:
    modules = dialer.get("modules")
    needed = driver_of(protocol).modules
    return modules is None or (all(module in modules for module in needed) and protocol.value in dialer["protocols"])


def _listens(protocol: Protocol, transport: Transport, dialer: Mapping[str, Any]) -> bool:
    listeners = dialer.get("listeners")
    if listeners is None or protocol not in SUPPORTED_PROTOCOLS or protocol is Protocol.IAX2:
        return True
    driver = driver_of(protocol).channel_driver
    return any(each["driver"] == driver and each["transport"] == transport.value for each in listeners)


def _translates(codec: Codec, dialer: Mapping[str, Any]) -> bool:
    codecs = dialer.get("codecs")
    return codecs is None or codec.value in codecs
