"""The one way from answers to a carrier entry."""

from __future__ import annotations

from .answers import AUTO, Answers
from .conf import conf_text
from .dialing import dialplan
from .drivers import driver_of
from .extra_options import with_extra_options
from .model import Carrier
from .profile import NOWHERE, ConfTemplate, Place
from .templates import split_for_template, template_id_of, template_of


def render_carrier(answers: Answers, place: Place = NOWHERE) -> Carrier:
    """Turn answers without error findings (:func:`wizard.carrier.checks.check_answers`) into one row, ``active`` Y.

    ``server_ip`` ``auto`` becomes the dialer's own where that is known, and stays ``auto`` where it is not.

    :raises ConfError: for answers that were not checked
    """
    return _render(answers, place)[0]


def render_template(answers: Answers, place: Place = NOWHERE) -> ConfTemplate | None:
    """The template that has to be there before the carrier, where the answers ask for a new one."""
    return _render(answers, place)[1]


def _render(answers: Answers, place: Place) -> tuple[Carrier, ConfTemplate | None]:
    carrier = answers.carrier
    driver = driver_of(carrier.protocol)
    sections = with_extra_options(driver.sections(answers, place), answers.audio.extra_options, driver)
    shared = ""
    if answers.audio.make_template:
        sections, shared = split_for_template(sections, driver.generic)
    server_ip = carrier.server_ip
    if server_ip == AUTO and place.server_ip is not None:
        server_ip = place.server_ip
    row = Carrier(
        carrier_id=carrier.carrier_id,
        carrier_name=carrier.carrier_name or carrier.carrier_id,
        registration_string=driver.registration_string(answers),
        template_id=template_id_of(answers),
        account_entry=conf_text(sections),
        protocol=carrier.protocol,
        globals_string=dialplan.globals_string(answers),
        dialplan_entry=conf_text(dialplan.extensions(answers, place)),
        server_ip=server_ip,
        active="Y",
        carrier_description=carrier.carrier_description,
        user_group=carrier.user_group,
    )
    return row, template_of(answers, shared)
