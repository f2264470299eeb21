"""Asking one dialer's Asterisk what it understood."""

from __future__ import annotations

from wizard.carrier.adopting.comparing import Merged
from wizard.carrier.diagnosis.observations import Understood
from wizard.carrier.model import NO_TEMPLATE, Carrier
from wizard.dialer import operations
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import asterisk, printed, table_of
from wizard.dialer.rows import template_of_row

from . import differences, questions_of


def ask_understood(connection: Connection, carrier: Carrier) -> tuple[Understood, ...]:
    """What Asterisk holds otherwise than the carrier's entry, with its template, says.

    :raises DialerError: the way to the dialer broke
    """
    account = _account(connection, carrier)
    questions = questions_of(carrier, account)
    replies = connection.ask(list(map(asterisk, questions)), stop_at_error=False) if questions else []
    return differences(carrier, list(map(printed, replies)), account)


def _account(connection: Connection, carrier: Carrier) -> str:
    if carrier.template_id in ("", NO_TEMPLATE):
        return carrier.account_entry
    [reply] = connection.ask([operations.select_template(carrier.template_id)])
    rows = table_of(reply).rows
    return Merged(carrier, template_of_row(rows[0]) if rows else None).account
