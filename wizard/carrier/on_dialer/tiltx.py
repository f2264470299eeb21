"""Signing by TILTX: VICIdial's own script, which hangs up every call where it lacks something (vicidial.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import NORTH_AMERICAN, Answers, StirShaken
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import Protocol
from wizard.carrier.profile import DialerProfile, Tiltx

SCRIPT = "agi-TILTX_SHAKEN.agi"
CONTAINER_ID = "TILTX_SHAKEN_API_KEY"
CONTAINER_TYPE = "OTHER"
#: where its log and its requests go, and where the key is
TABLES = ("vicidial_tiltx_shaken_log", "vicidial_url_log", "vicidial_settings_containers")
#: the script hands the key to a shell, in double quotes
_KEY = re.compile(r"[-A-Za-z0-9._~+/=]{4,255}")


def read_key(entry: str) -> str:
    """The key in a container's entry, as the script reads it: the last line of more than three characters that is no URL."""
    lines = [re.sub(r";.*|[\r\t ]", "", line) for line in entry.split("\n")]
    keys = [line for line in lines if len(line) > 3 and not line.startswith("URL=>")]
    return keys[-1] if keys else ""


def check_tiltx_answers(answers: Answers) -> Iterator[Finding]:
    """What can be said without a dialer."""
    key = answers.routing.tiltx_api_key
    if answers.routing.stir_shaken is not StirShaken.TILTX:
        if key:
            yield warning("tiltx_key_unused", "tiltx_api_key")
        return
    if answers.carrier.protocol is not Protocol.SIP:
        yield error("tiltx_needs_chan_sip", "stir_shaken", protocol=answers.carrier.protocol.value)
    if key and not _KEY.fullmatch(key.reveal()):
        yield error("tiltx_key_form", "tiltx_api_key")
    others = [each for each in answers.numbers.destinations if each not in NORTH_AMERICAN]
    if others:
        yield note("tiltx_only_at_home", "stir_shaken", destinations=", ".join(others))


def tiltx_lacks(tiltx: Tiltx) -> Iterator[Finding]:
    """What this dialer would need before TILTX could be chosen at all."""
    if not tiltx.has_script:
        yield error("tiltx_script_missing", "stir_shaken", script=SCRIPT)
    if not tiltx.has_wget:
        yield error("tiltx_wget_missing", "stir_shaken")
    for table in tiltx.missing_tables:
        yield error("tiltx_table_missing", "stir_shaken", table=table)


def check_tiltx(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Where TILTX is to sign: whether its script would work here."""
    if answers.routing.stir_shaken is not StirShaken.TILTX:
        return
    yield from tiltx_lacks(dialer.tiltx)
    there, given = dialer.tiltx.key, answers.routing.tiltx_api_key
    if there is None:
        if not given:
            yield error("tiltx_key_missing", "tiltx_api_key", container=CONTAINER_ID)
    elif given and given != there:
        yield error("tiltx_container_exists", "tiltx_api_key", container=CONTAINER_ID)
    elif not there:
        yield error("tiltx_container_empty", "tiltx_api_key", container=CONTAINER_ID)
