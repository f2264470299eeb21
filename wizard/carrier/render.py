"""The one way from answers to a carrier entry."""

from __future__ import annotations

from . import chan_sip, dialplan
from .answers import AUTO, Answers
from .conf import conf_text
from .model import NO_TEMPLATE, Carrier


def render_carrier(answers: Answers, dialer_server_ip: str | None = None) -> Carrier:
    """Turn answers without error findings (:func:`wizard.carrier.checks.check_answers`) into one row, ``active`` Y.

    ``server_ip`` ``auto`` becomes the dialer's own where that is known, and stays ``auto`` where it is not.

    :raises ConfError: for answers that were not checked
    """
    carrier = answers.carrier
    server_ip = carrier.server_ip
    if server_ip == AUTO and dialer_server_ip is not None:
        server_ip = dialer_server_ip
    return Carrier(
        carrier_id=carrier.carrier_id,
        carrier_name=carrier.carrier_name or carrier.carrier_id,
        registration_string=chan_sip.registration_string(answers),
        template_id=NO_TEMPLATE,
        account_entry=chan_sip.account_entry(answers).text(),
        protocol=carrier.protocol,
        globals_string=dialplan.globals_string(answers),
        dialplan_entry=conf_text(dialplan.extensions(answers)),
        server_ip=server_ip,
        active="Y",
        carrier_description=carrier.carrier_description,
        user_group=carrier.user_group,
    )
