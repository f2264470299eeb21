"""The row that is there against the row that the answers make: nothing of it may go without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.conf import read_conf
from wizard.carrier.model import NO_TEMPLATE, Carrier, Protocol
from wizard.carrier.option_names import holds_secret
from wizard.carrier.profile import ConfTemplate
from wizard.secret import Secret

from .account_lines import account_differences
from .dialplan_steps import dialplan_differences, lines_of_steps
from .differences import Difference, Fate
from .parts import Part, dialled_trunk, parts_of
from .register_line import Register, register_lines
from .short_lines import short_line

_PLAIN_COLUMNS = (
    "carrier_id",
    "carrier_name",
    "template_id",
    "protocol",
    "server_ip",
    "active",
    "carrier_description",
    "user_group",
)
_PJSIP = (Protocol.PJSIP, Protocol.PJSIP_WIZ)


@dataclass(frozen=True)
class Merged:
    """A row and the template behind its account entry, where there is one."""

    carrier: Carrier
    template: ConfTemplate | None = None

    @property
    def account(self) -> str:
        """The account as Asterisk reads it (vicidial.md §1.7)."""
        entry = self.carrier.account_entry
        if self.template is None:
            return entry
        return f"{entry}{'' if entry.endswith(chr(10)) or not entry else chr(10)}{self.template.template_contents}"


def differences_between(written: Merged, rendered: Merged) -> list[Difference]:
    """Every difference of the two rows. Where a column isn't the same text, at least one difference says so."""
    secrets = secrets_of(written)
    found: list[Difference] = []
    old, new = written.carrier.columns(), rendered.carrier.columns()
    for column, value in old.items():
        if value == new[column] and not (column == "account_entry" and written.account != rendered.account):
            continue
        own = list(_column(column, written, rendered, secrets))
        own += _comments(column, value, secrets)
        found += own or [Difference(column, Fate.SPELLING)]
    return found


def _column(column: str, written: Merged, rendered: Merged, secrets: Sequence[str]) -> Iterator[Difference]:
    old, new = written.carrier, rendered.carrier
    if column in _PLAIN_COLUMNS:
        yield from _plain(column, old.columns()[column], new.columns()[column], secrets)
    elif column == "registration_string":
        yield from _registrations(old, new, written.account, rendered.account, secrets)
    elif column == "account_entry":
        yield from account_differences(old, written.account, new, rendered.account, secrets)
    elif column == "globals_string":
        yield from _globals(old, new, secrets)
    else:
        yield from dialplan_differences(old, new, secrets)
        yield from _unread_steps(old, secrets)


def _plain(column: str, old: str, new: str, secrets: Sequence[str]) -> Iterator[Difference]:
    if column == "template_id" and {old, new} <= {"", NO_TEMPLATE}:
        return
    yield Difference(column, Fate.CHANGED, 0, short_line(column, old, secrets), short_line(column, new, secrets))


def _registrations(
    old: Carrier, new: Carrier, account: str, account_again: str, secrets: Sequence[str]
) -> Iterator[Difference]:
    column = "registration_string"
    again = [_meant(line.register, new, account_again) for line in register_lines(new)]
    text = short_line(column, new.registration_string, secrets) if new.registration_string else ""
    lines = old.registration_string.splitlines()
    read = {line.at: line.register for line in register_lines(old)}
    is_written = False
    for number, raw in enumerate(lines, 1):
        if not raw.strip() or raw.strip().startswith(";"):
            continue
        own = short_line(column, raw, secrets)
        register = _meant(read.get(number), old, account)
        if number not in read or old.protocol in _PJSIP:
            yield Difference(column, Fate.UNREAD, number, own)
        elif register is not None and not is_written and again and _same(register, again[0]):
            is_written = True
            if register.expiry is None and again[0] is not None and again[0].expiry is not None:
                yield Difference(column, Fate.ADDED, 0, f"~{again[0].expiry}")
        elif text and not is_written:
            is_written = True
            yield Difference(column, Fate.CHANGED, number, own, text)
        else:
            yield Difference(column, Fate.LOST, number, own)
    if text and not is_written:
        yield Difference(column, Fate.ADDED, 0, text)


def _same(old: Register, new: Register | None) -> bool:
    return new is not None and replace(old, expiry=None) == replace(new, expiry=None)


def _meant(register: Register | None, carrier: Carrier, account: str) -> Register | None:
    """With the password of the section that it names: where it comes from makes no difference."""
    if register is None:
        return None
    trunk = dialled_trunk(carrier).lower()
    parts = {part.name.lower(): part for part in parts_of(account, carrier.protocol)}
    peer = parts.get(register.peer.lower()) if register.peer else None
    if peer is None:
        return register
    secret = register.secret or Secret(peer.value("secret"))
    return replace(
        register, peer="" if register.peer.lower() == trunk else register.peer, secret=secret, domain=_domain(register, peer)
    )


def _domain(register: Register, peer: Part) -> str:
    return register.domain or peer.value("fromdomain")


def _globals(old: Carrier, new: Carrier, secrets: Sequence[str]) -> Iterator[Difference]:
    column = "globals_string"
    again = {(option.key, option.value.lower()): option for option in read_conf(new.globals_string)[0].options}
    before = {(option.key, option.value.lower()) for option in read_conf(old.globals_string)[0].options}
    added = [new.globals_string.splitlines()[option.at - 1] for key, option in again.items() if key not in before]
    read: dict[int, tuple[str, str]] = {
        option.at: (option.key, option.value.lower()) for option in read_conf(old.globals_string)[0].options
    }
    for number, raw in enumerate(old.globals_string.splitlines(), 1):
        if not raw.strip() or raw.strip().startswith(";") or read.get(number) in again:
            continue
        text = short_line(column, raw, secrets)
        if number not in read:
            yield Difference(column, Fate.UNREAD, number, text)
        elif added:
            yield Difference(column, Fate.CHANGED, number, text, short_line(column, added.pop(), secrets))
        else:
            yield Difference(column, Fate.LOST, number, text)
    for line in added:
        yield Difference(column, Fate.ADDED, 0, short_line(column, line, secrets))


def _unread_steps(carrier: Carrier, secrets: Sequence[str]) -> Iterator[Difference]:
    """Lines that are no step of anything: after a gap, a priority that was taken, or no line of a dialplan."""
    steps = lines_of_steps(carrier.dialplan_entry)
    for number, raw in enumerate(carrier.dialplan_entry.splitlines(), 1):
        if raw.strip() and not raw.strip().startswith(";") and number not in steps:
            yield Difference("dialplan_entry", Fate.UNREAD, number, short_line("dialplan_entry", raw, secrets))


def _comments(column: str, text: str, secrets: Sequence[str]) -> Iterator[Difference]:
    """Whole lines of it; and what stands behind an option."""
    if column in _PLAIN_COLUMNS:
        return
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.replace("\\;", "")
        start = line.find(";")
        if start >= 0:
            yield Difference(column, Fate.COMMENT, number, short_line(column, line[start:], secrets))


def secrets_of(written: Merged) -> list[str]:
    """What must not be shown of a row, wherever it stands."""
    carrier = written.carrier
    parts = parts_of(written.account, carrier.protocol)
    # "auth=md5" is no secret, though the option's value could be one.
    values = [option.value for part in parts for option in part.options if holds_secret(option.key) and _may_be(option.value)]
    registers = [line.register.secret.reveal() for line in register_lines(carrier) if line.register]
    return [each for each in {*values, *registers} if each]


def _may_be(value: str) -> bool:
    return value.lower() not in ("md5", "plaintext", "rsa", "userpass")
