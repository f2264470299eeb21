"""PJSIP's objects, whether VICIdial wrote them as sections or as one wizard's section (vicidial.md §9)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from wizard.carrier.conf import ReadSection
from wizard.carrier.model import Protocol
from wizard.dialer.asterisk_output import is_unknown_command, parameters
from wizard.dialer.verdict import Reach, SignedIn

from .base import Registration, Seen, Watch, with_delay

#: Asterisk's words for yes
_TRUE = ("yes", "true", "y", "t", "1", "on")
_FILES = {
    Protocol.PJSIP: "/etc/asterisk/pjsip-vicidial.conf",
    Protocol.PJSIP_WIZ: "/etc/asterisk/pjsip_wizard-vicidial.conf",
}


#: how long an attempt can be under way (SIP's timer B, and some); what is overdue for longer was given up for good
_ATTEMPT_SECONDS = 40


@dataclass(frozen=True)
class Endpoint:
    """``pjsip show endpoint NAME``: what is tied to it."""

    found: bool
    has_auth: bool = False
    has_identify: bool = False


@dataclass(frozen=True)
class Aor:
    """``pjsip show aor NAME``: (Asterisk's word, delay in ms) of each contact."""

    found: bool
    contacts: tuple[tuple[str, int | None], ...] = ()
    #: in seconds; 0 means that nobody asks
    qualify_frequency: int = 0


@dataclass(frozen=True)
class OutboundRegistration:
    """``pjsip show registration NAME``."""

    found: bool
    state: str = ""
    #: seconds until the next attempt, or until the registration ends; below zero once that time is over
    due_in: int | None = None
    #: seconds that it waits after a 403 or another final answer; 0 where it would not go on
    refused_interval: int = 0


class PjsipWatch(Watch):
    """An endpoint, the contact that it calls, and a registration."""

    #: the generator types "pjsip reload", an alias that most dialers lack (vicidial.md §2.5)
    reload_patience = 1.0
    reloads = ("dialplan reload", "module reload res_pjsip.so", "module reload res_pjsip_outbound_registration.so")

    @property
    def account_file(self) -> str:  # type: ignore[override]
        return _FILES[self.carrier.protocol]

    @property
    def trunk(self) -> str:
        return self._named("endpoint") or super().trunk

    @property
    def questions(self) -> tuple[str, ...]:
        names = {"endpoint": self.trunk, "aor": self._aor, "registration": self._registration}
        return tuple(f"pjsip show {kind} {name}" for kind, name in names.items() if name) or ("pjsip show endpoint none",)

    @property
    def nudges(self) -> tuple[str, ...]:
        """The first OPTIONS come at a random moment of the interval.

        Not "send register": that unregisters first, and then waits up to ten seconds again.
        """
        return (f"pjsip qualify {self.trunk}",) if self._is_watched else ()

    @property
    def _is_watched(self) -> bool:
        options = [option for section in self.sections for option in section.options]
        return any(option.key in ("qualify_frequency", "aor/qualify_frequency") and option.value != "0" for option in options)

    def read(self, said: Sequence[str]) -> Seen:
        texts = dict(zip((question.split()[2] for question in self.questions), said, strict=True))
        endpoint, aor = parse_endpoint(texts["endpoint"]), parse_aor(texts["aor"]) if self._aor else Aor(found=True)
        registration = parse_registration(texts["registration"]) if "registration" in texts else None
        states = {"contact": _contact_words(endpoint, aor)}
        answered = endpoint is not None and aor is not None
        if "registration" in texts:
            answered = answered and registration is not None
            states["registration"] = _registration_words(registration)
        reach = _reach_of(aor) if answered and aor is not None else None
        signed_in = _signed_in(registration) if registration is not None else None
        return self._seen(states, reach, signed_in, found=self._has_all(endpoint, aor, registration))

    def is_known(self, said: Sequence[str]) -> bool:
        """Any object of the name is in the way."""
        return any(re.search(r"^\s*(?:(?:Endpoint|Aor):\s+[^<\s]|\S+/sips?:)", text, re.MULTILINE) is not None for text in said)

    def _has_all(self, endpoint: Endpoint | None, aor: Aor | None, registration: OutboundRegistration | None) -> bool:
        """Each section is an object of its own, and one wrong option loses it (symptoms.md 12)."""
        if endpoint is None or aor is None or not (endpoint.found and aor.found):
            return False
        if self._signs_in and not endpoint.has_auth:
            return False
        if self._is_identified and not endpoint.has_identify:
            return False
        return not self._registration or (registration is not None and registration.found)

    @property
    def registration(self) -> Registration | None:
        """The account that is registered, for comparing; Asterisk lists it by the section's name."""
        if not self._registration:
            return None
        if self._wizard is not None:
            host = (self._wizard.values("remote_hosts") or [""])[-1]
            user = (self._wizard.values("client_uri_pattern") or self._wizard.values("outbound_auth/username") or [""])[-1]
        else:
            section = next(each for each in self.sections if "registration" in each.values("type"))
            host, user = ((section.values(key) or [""])[-1] for key in ("server_uri", "client_uri"))
        plain = re.sub(r"^sips?:", "", host).partition(";")[0]
        account = unquote(re.sub(r"^sips?:", "", user).rpartition("@")[0] or user)
        return Registration(plain if ":" in plain else f"{plain}:5060", account)

    @property
    def _wizard(self) -> ReadSection | None:
        return next((section for section in self.sections if "wizard" in section.values("type")), None)

    def _named(self, kind: str) -> str:
        """The section of a kind; the last, as Asterisk would have it."""
        if self._wizard is not None:
            return self._wizard.name
        return next((section.name for section in reversed(self.sections) if kind in section.values("type")), "")

    @property
    def _aor(self) -> str:
        """The one that the endpoint names; a row that somebody wrote by hand may name none."""
        endpoints = [section for section in self.sections if "endpoint" in section.values("type")]
        named = [name.split(",")[0].strip() for section in endpoints for name in section.values("aors")]
        return named[-1] if named else self._named("aor")

    @property
    def _registration(self) -> str:
        if self._wizard is not None:
            # Asterisk numbers a wizard's registrations by its remote hosts.
            return f"{self._wizard.name}-reg-0" if self._says("sends_registrations") else ""
        return self._named("registration")

    @property
    def _signs_in(self) -> bool:
        if self._wizard is not None:
            return self._says("sends_auth")
        return any("endpoint" in section.values("type") and section.values("outbound_auth") for section in self.sections)

    @property
    def _is_identified(self) -> bool:
        if self._wizard is not None:
            # Asterisk makes no identify section beside either of these.
            return not (self._says("accepts_registrations") or self._says("sends_line_with_registrations"))
        return bool(self._named("identify"))

    def _says(self, option: str) -> bool:
        """Whether the wizard's section switches something on."""
        values = self._wizard.values(option) if self._wizard is not None else []
        return bool(values) and values[-1].lower() in _TRUE


def _reach_of(aor: Aor) -> Reach:
    if aor.found and aor.qualify_frequency == 0:
        return Reach.UNWATCHED
    words = {word for word, _ in aor.contacts}
    if "Avail" in words:
        return Reach.ANSWERS
    return Reach.SILENT if words and words <= {"Unavail"} else Reach.ASKED


def _signed_in(registration: OutboundRegistration) -> SignedIn:
    if not registration.found:
        return SignedIn.MISSING
    match registration.state:
        case "Registered":
            return SignedIn.REGISTERED
        case "Rejected":
            return _rejected(registration)
        case "Stopped":
            return SignedIn.REFUSED
        case _:
            return SignedIn.PENDING


def _rejected(registration: OutboundRegistration) -> SignedIn:
    """Asterisk has one word for refusals and for silence."""
    due_in = registration.due_in
    if due_in is None:
        return SignedIn.FAILED
    if 0.75 * registration.refused_interval < due_in <= registration.refused_interval:
        # A refusal waits longer than silence: the entry names two intervals, so that they can be told apart. What lies in
        # between is the carrier's own Retry-After.
        return SignedIn.REFUSED
    if due_in < -_ATTEMPT_SECONDS:
        return SignedIn.REFUSED
    return SignedIn.PENDING if due_in < 0 else SignedIn.FAILED


def _contact_words(endpoint: Endpoint | None, aor: Aor | None) -> str:
    if endpoint is None or aor is None:
        return "no answer"
    if not endpoint.found:
        return "not loaded"
    return ", ".join(with_delay(word, delay) for word, delay in aor.contacts) or "no contact"


def _registration_words(registration: OutboundRegistration | None) -> str:
    if registration is None:
        return "no answer"
    if not registration.found:
        return "not loaded"
    return registration.state


def _is_missing(output: str) -> bool:
    return "Unable to find object" in output or is_unknown_command(output)


def parse_endpoint(output: str) -> Endpoint | None:
    """None where this is no answer."""
    if _is_missing(output):
        return Endpoint(found=False)
    if not re.search(r"^\s*Endpoint:\s+[^<\s]", output, re.MULTILINE):
        return None
    rows = {kind: re.search(rf"^\s*{kind}:\s+[^<\s]", output, re.MULTILINE) is not None for kind in ("OutAuth", "Identify")}
    return Endpoint(found=True, has_auth=rows["OutAuth"], has_identify=rows["Identify"])


def parse_aor(output: str) -> Aor | None:
    """None where this is no answer. The columns cut names, and never the status."""
    if _is_missing(output):
        return Aor(found=False)
    if not re.search(r"^\s*Aor:\s+[^<\s]", output, re.MULTILINE):
        return None
    rows = re.findall(r"^\s*Contact:\s+[^<\s]\S*\s+(?:\S+\s+)?([A-Z][A-Za-z]+)\s+(\S+)\s*$", output, re.MULTILINE)
    frequency = parameters(output).get("qualify_frequency", "0")
    return Aor(
        found=True,
        contacts=tuple((word, _milliseconds(delay)) for word, delay in rows),
        qualify_frequency=int(frequency) if frequency.isdigit() else 0,
    )


def _milliseconds(text: str) -> int | None:
    return round(float(text)) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def parse_registration(output: str) -> OutboundRegistration | None:
    """None where this is no answer."""
    if _is_missing(output):
        return OutboundRegistration(found=False)
    row = re.search(
        r"^\s*\S+/sips?:\S+\s.*?\s(Unregistered|Registered|Rejected|Stopped|Stopping)\b\s*(.*)$", output, re.MULTILINE
    )
    if row is None:
        return None
    due = re.search(r"exp\. (\d+)s( ago)?", row[2])
    refused = parameters(output).get("forbidden_retry_interval", "0")
    return OutboundRegistration(
        found=True,
        state=row[1],
        due_in=int(due[1]) * (-1 if due[2] else 1) if due else None,
        refused_interval=int(refused) if refused.isdigit() else 0,
    )
