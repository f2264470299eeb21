"""PJSIP by its configuration wizard (protocol PJSIP_WIZ): one section of which Asterisk makes the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.conf import Application, Option, Section
from wizard.carrier.model import Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.profile import Place

from . import pjsip
from .base import Driver, yes_no


class PjsipWizard(Driver):
    """What :class:`wizard.carrier.drivers.pjsip.Pjsip` writes, as ``endpoint/context`` and so on."""

    protocol = Protocol.PJSIP_WIZ
    modules = (*pjsip.Pjsip.modules, "res_pjsip_config_wizard")
    kinds = ("endpoint", "aor", "outbound_auth", "identify", "registration", "wizard")
    answered = {  # noqa: RUF012
        **{
            ("outbound_auth" if kind == "auth" else kind, option): name for (kind, option), name in pjsip.Pjsip.answered.items()
        },
        **{
            ("wizard", option): answer
            for option, answer in {
                "type": "protocol",
                "transport": "transport",
                "remote_hosts": "host",
                "outbound_proxy": "outbound_proxy",
                "sends_auth": "auth",
                "sends_registrations": "auth",
                "accepts_auth": "auth",
                "accepts_registrations": "auth",
                "sends_line_with_registrations": "match",
                "contact_pattern": "host",
                "server_uri_pattern": "host",
                "client_uri_pattern": "username",
            }.items()
        },
    }
    documentation = {  # noqa: RUF012
        **{"outbound_auth" if kind == "auth" else kind: place for kind, place in pjsip.Pjsip.documentation.items()},
        "wizard": ("res_pjsip_config_wizard", "wizard"),
    }
    generic = frozenset(f"endpoint/{option}" for option in pjsip.Pjsip.generic)
    refused_in_secret = pjsip.Pjsip.refused_in_secret
    refused_in_username = pjsip.Pjsip.refused_in_username
    refused_in_auth_username = pjsip.Pjsip.refused_in_auth_username

    def sections(self, answers: Answers, place: Place) -> list[Section]:
        auth = answers.sign_in.auth
        registers = auth is Auth.REGISTRATION
        options = [
            Option("type", "wizard"),
            *pjsip.transport(answers, place),
            Option("remote_hosts", pjsip.host_port(answers)),
            *pjsip.outbound_proxy(answers),
            Option("sends_auth", yes_no(auth is not Auth.IP)),
            Option("sends_registrations", yes_no(registers)),
            *_prefixed("aor", pjsip.qualify(answers)),
        ]
        if auth is not Auth.IP:
            options += _prefixed("outbound_auth", pjsip.credentials(answers))
        if registers:
            domain = answers.sign_in.from_domain or "${REMOTE_HOST}"
            registration = [option for option in pjsip.registration(answers) if option.key != "outbound_proxy"]
            options += [
                Option("client_uri_pattern", f"sip:{pjsip.uri_user(answers)}@{domain}"),
                # Not sends_line_with_registrations: that makes Asterisk forget the identify section.
                *_prefixed("registration", [*registration, *pjsip.line(trunk_name(answers.carrier), answers)]),
            ]
        options += _prefixed("identify", [Option("match", each) for each in pjsip.matches(answers)])
        endpoint = [option for option in pjsip.endpoint(answers) if option.key != "outbound_proxy"]
        options += _prefixed("endpoint", endpoint)
        return [Section(trunk_name(answers.carrier), tuple(options), kind="wizard")]

    def kinds_in(self, answers: Answers) -> frozenset[str]:
        auth = answers.sign_in.auth
        absent = {"outbound_auth", "registration"} if auth is Auth.IP else set()
        if auth is Auth.CREDENTIALS:
            absent = {"registration"}
        return frozenset(self.kinds) - absent

    def global_value(self, trunk: str) -> str:
        return trunk

    @property
    def technology(self) -> str:
        return "PJSIP"

    def added_header(self, name: str, value: str) -> list[Application]:
        return pjsip.added_header(name, value)

    def dialled(self, variable: str, number: str) -> str:
        return f"PJSIP/{number}@{variable}"


def _prefixed(kind: str, options: Iterable[Option]) -> list[Option]:
    return [replace(option, key=f"{kind}/{option.key}") for option in options]
