"""What Asterisk understood of an entry, held against what the entry says: a module per channel driver.

Only what both say is compared. An option that the entry doesn't set has no meaning to differ from, and a line that this version
of Asterisk doesn't print is no evidence. Commands that cut names are left alone, or their cut column is taken for what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from wizard.carrier.conf import ReadSection, read_conf
from wizard.carrier.diagnosis.observations import Understood
from wizard.carrier.model import Carrier, Protocol

from . import chan_sip, iax2, pjsip
from .values import Ask

_Compare = Callable[[Sequence[ReadSection], Ask], Iterator[Understood]]
_DRIVERS: dict[Protocol, _Compare] = {
    Protocol.SIP: chan_sip.compare,
    Protocol.PJSIP: pjsip.compare,
    Protocol.PJSIP_WIZ: pjsip.compare,
    Protocol.IAX2: iax2.compare,
}
#: where these differ calls go elsewhere, under another name, or come in somewhere else
_DECISIVE = frozenset(
    {
        "host",
        "port",
        "contact",
        "server_uri",
        "client_uri",
        "defaultuser",
        "username",
        "fromuser",
        "from_user",
        "context",
    }
)

__all__ = ["decisive", "differences", "questions_of"]


def questions_of(carrier: Carrier, account: str | None = None) -> list[str]:
    """What to ask Asterisk. ``account`` is the account entry with its template's lines, where it has one.

    What is asked depends on the entry alone, so a comparison that gets no answers tells what it would ask.
    """
    asked: list[str] = []

    def learn(question: str) -> str:
        asked.append(question)
        return ""

    list(_compared(carrier, account, learn))
    return list(dict.fromkeys(asked))


def differences(carrier: Carrier, said: Sequence[str], account: str | None = None) -> tuple[Understood, ...]:
    """What it holds otherwise; ``said`` are the answers to :func:`questions_of`, in the same order. No secret is in them."""
    answers = dict(zip(questions_of(carrier, account), said, strict=True))
    return tuple(dict.fromkeys(_compared(carrier, account, answers.__getitem__)))


def decisive(found: Iterable[Understood]) -> tuple[Understood, ...]:
    """Those that make it another carrier: its host, its user, or where its calls come in."""
    return tuple(each for each in found if each.option in _DECISIVE)


def _compared(carrier: Carrier, account: str | None, ask: Ask) -> Iterator[Understood]:
    sections = [section for section in read_conf(carrier.account_entry if account is None else account) if section.name]
    compare = _DRIVERS.get(carrier.protocol)
    return compare(sections, ask) if compare else iter(())
