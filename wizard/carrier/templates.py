"""Conf templates: lines that several accounts share, which VICIdial writes after the account entry (vicidial.md §1.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wizard.secret import MASK

from .answers import Answers
from .conf import Section, has_open_block_comment, read_conf
from .drivers import driver_of
from .drivers.base import Driver
from .findings import Finding, error, warning
from .model import NO_TEMPLATE, Carrier, Protocol
from .option_names import holds_secret, known_options
from .profile import ConfTemplate


def split_for_template(sections: list[Section], generic: frozenset[str]) -> tuple[list[Section], str]:
    """(the sections without the trunk's generic lines, those lines)."""
    *others, trunk = sections
    shared = [option for option in trunk.options if option.key in generic]
    own = tuple(option for option in trunk.options if option.key not in generic)
    text = "".join(f"{option.line()}\n" for option in shared)
    return [*others, Section(trunk.name, own, trunk.kind)], text


def merged_text(carrier: Carrier, template: ConfTemplate | None) -> str:
    """The account as Asterisk reads it."""
    return carrier.account_entry if template is None else f"{carrier.account_entry}{template.template_contents}"


def without_secrets(template: ConfTemplate) -> ConfTemplate:
    """The template for showing: it must hold no password, and some do."""
    lines = template.template_contents.splitlines()
    masked = "".join(f"{_masked(line)}\n" for line in lines)
    return replace(template, template_contents=masked)


def _masked(line: str) -> str:
    key, equals, _ = line.partition("=")
    return f"{key}={MASK}" if equals and holds_secret(key.strip()) else line


def check_template(carrier: Carrier, template: ConfTemplate) -> Iterator[Finding]:
    """What an existing template would do to this entry: its lines come last, so they win. Capital letters don't count."""
    driver = driver_of(carrier.protocol)
    sections = read_conf(template.template_contents)
    if len(sections) > 1:
        yield error("template_opens_section", "template_id", template=template.template_id, section=sections[1].name)
    if has_open_block_comment(template.template_contents):
        yield error("template_opens_comment", "template_id", template=template.template_id)
    trunk = read_conf(carrier.account_entry)[-1]
    for option in sections[0].options:
        key = option.key.lower()
        before = [each.value for each in trunk.options if each.key == key]
        if option.value in before:
            continue
        values = {"template": template.template_id, "option": option.key}
        if not _is_known(driver, key):
            yield error("template_unknown_option", "template_id", **values)
        elif _is_the_accounts_own(driver, key):
            # Without the value: some templates hold passwords, though none should.
            yield error("template_takes_over", "template_id", **values)
        elif before and not holds_secret(key):
            yield warning("template_changes", "template_id", **values, value=option.value, before=", ".join(before))


def _kind_and_option(driver: Driver, key: str) -> tuple[str, str]:
    """PJSIP's own wizard writes ``endpoint/context``; everything else of it is the wizard's."""
    kind, slash, option = key.partition("/")
    if slash:
        return kind, option
    return ("wizard" if driver.protocol is Protocol.PJSIP_WIZ else driver.kinds[0]), key


def _is_known(driver: Driver, key: str) -> bool:
    """PJSIP drops a whole section for one option that it doesn't know; the other drivers pass over it."""
    kind, option = _kind_and_option(driver, key)
    names = known_options(driver.protocol, kind) if driver.documentation else None
    return names is None or option in names


def _is_the_accounts_own(driver: Driver, key: str) -> bool:
    """Whether an option makes the trunk what it is, or decides who may come in through it."""
    answer = driver.answered.get(_kind_and_option(driver, key))
    return answer is not None and (key not in driver.generic or answer in ("inbound_context", "match"))


def template_of(answers: Answers, contents: str) -> ConfTemplate | None:
    """The template that comes with an entry, where one is to be made."""
    if not answers.audio.make_template:
        return None
    carrier = answers.carrier
    name = f"Lines of {carrier.carrier_id}"
    return ConfTemplate(answers.audio.template_id, name, contents, carrier.user_group)


def template_id_of(answers: Answers) -> str:
    return answers.audio.template_id or NO_TEMPLATE
