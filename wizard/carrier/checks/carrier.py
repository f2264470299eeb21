"""What the carrier is called in VICIdial, and where it lives."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier import names
from wizard.carrier.answers import AUTO, Answers, Auth, CarrierAnswers
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import ALL_SERVERS, COLUMN_LIMITS

from .values import check_column, is_ipv4

#: what a section and a variable of Asterisk's may be long; far more than VICIdial's carrier ids
_LONGEST_NAME = 40


def check_carrier(answers: Answers) -> Iterator[Finding]:
    """The findings of this step."""
    carrier = answers.carrier
    yield from _check_carrier_id(carrier)
    yield from check_column("carrier_name", carrier.carrier_name)
    yield from check_column("carrier_description", carrier.carrier_description)
    yield from check_column("user_group", carrier.user_group)
    if not carrier.user_group:
        yield error("required", "user_group")
    if carrier.protocol not in SUPPORTED_PROTOCOLS:
        yield error("not_supported", "protocol", value=carrier.protocol.value)
    if carrier.server_ip not in (AUTO, ALL_SERVERS) and not is_ipv4(carrier.server_ip):
        yield error("server_ip", "server_ip")
    if carrier.server_ip == ALL_SERVERS and answers.sign_in.auth is Auth.REGISTRATION:
        yield warning("registers_everywhere", "server_ip")
    yield from _check_names(carrier)
    yield from _check_no_secret(answers)


def _check_carrier_id(carrier: CarrierAnswers) -> Iterator[Finding]:
    carrier_id = carrier.carrier_id
    if not carrier_id:
        yield error("required", "carrier_id")
    elif len(carrier_id) < 2:
        yield error("too_short", "carrier_id", least=2)
    else:
        yield from check_column("carrier_id", carrier_id)
        reason = names.unfit_section(names.trunk_name(carrier)) if not carrier.trunk_name else None
        if reason in ("reserved", "looks_internal") and len(carrier_id) <= COLUMN_LIMITS["carrier_id"]:
            yield error(f"name_{reason}", "carrier_id", name=names.trunk_name(carrier))


def _check_names(carrier: CarrierAnswers) -> Iterator[Finding]:
    """Names that the user chose."""
    trunk, variable = carrier.trunk_name, carrier.global_name
    if trunk:
        reason = names.unfit_section(trunk)
        if reason is not None:
            yield error(f"name_{reason}", "trunk_name", name=trunk)
        elif len(trunk) > _LONGEST_NAME:
            yield error("longer_name", "trunk_name", most=_LONGEST_NAME)
    if variable:
        if names.unfit_section(variable) == "characters":
            yield error("name_characters", "global_name", name=variable)
        elif len(variable) > _LONGEST_NAME:
            yield error("longer_name", "global_name", most=_LONGEST_NAME)
        elif names.is_reserved_global(variable):
            yield error("name_reserved", "global_name", name=variable)
        elif names.could_be_a_channels(variable):
            yield error("global_ending", "global_name", name=variable)


def _check_no_secret(answers: Answers) -> Iterator[Finding]:
    """These texts go into comments of files that everyone can read."""
    secret = answers.sign_in.secret.reveal()
    carrier = answers.carrier
    for name, text in (("carrier_name", carrier.carrier_name), ("carrier_description", carrier.carrier_description)):
        if len(secret) > 3 and secret in text:
            yield error("secret_in_comment", name)
