"""What the call sounds like, templates, and what experts add."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Codec, DtmfMode
from wizard.carrier.drivers import driver_of
from wizard.carrier.extra_options import check_extra_options
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.model import COLUMN_LIMITS

_LONGEST_OPTIONS = 4_000


def check_audio(answers: Answers) -> Iterator[Finding]:
    """The findings of this step."""
    audio = answers.audio
    if not audio.codecs:
        yield error("required", "codecs")
    if len(set(audio.codecs)) != len(audio.codecs):
        yield error("repeated", "codecs")
    if audio.dtmf_mode is DtmfMode.INBAND and not set(audio.codecs) <= {Codec.ULAW, Codec.ALAW, Codec.G722}:
        yield warning("inband_needs_clear_audio", "dtmf_mode")
    yield from _check_template(answers)
    driver = driver_of(answers.carrier.protocol)
    if len(audio.extra_options) > _LONGEST_OPTIONS:
        yield error("too_long_text", "extra_options", most=_LONGEST_OPTIONS)
    else:
        yield from check_extra_options(audio.extra_options, driver, driver.kinds_in(answers))
        secret = answers.sign_in.secret.reveal()
        if len(secret) > 3 and secret in audio.extra_options:
            yield error("secret_in_comment", "extra_options")
    yield from driver.check_audio(answers)


def _check_template(answers: Answers) -> Iterator[Finding]:
    template_id = answers.audio.template_id
    if not template_id:
        if answers.audio.make_template:
            yield error("required", "template_id")
    elif not re.fullmatch(r"[-_0-9A-Za-z]{2,}", template_id) or "--NONE--" in template_id:
        yield error("template_id_characters", "template_id")
    elif not answers.audio.make_template:
        yield note("template_unseen", "template_id", template=template_id)
    if len(template_id) > COLUMN_LIMITS["template_id"]:
        yield error("too_long", "template_id", most=COLUMN_LIMITS["template_id"])
