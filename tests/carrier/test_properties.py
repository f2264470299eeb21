"""What holds for any answers at all."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carrier.samples import DIALER
from tests.carrier.strategies import NASTY, good_answers, raw_answers
from wizard.carrier.answers import Answers, Auth
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import ConfError, Option, Section, has_open_block_comment, read_conf
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.drivers import driver_of
from wizard.carrier.extra_options import with_extra_options
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier, Protocol, saved_again
from wizard.carrier.names import global_name, trunk_name
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import plain_answers, read_answers
from wizard.carrier.render import render_carrier, render_template
from wizard.carrier.simulation.previewing import preview_digits
from wizard.carrier.templates import merged_text
from wizard.secret import Secret
from wizard.words.findings import sentence

_SETTINGS = settings(max_examples=200, deadline=None)


#: what an entry may be too long for: the register line's column
_TOO_LONG = {"column_too_long"}


def meant(answers: Answers) -> list[tuple[str, list[Option]]]:
    """The sections of an entry as they are before anything is written."""
    driver = driver_of(answers.carrier.protocol)
    sections = with_extra_options(driver.sections(answers, DIALER.place), answers.audio.extra_options, driver)
    return [(section.name, list(section.options)) for section in sections]


def read(text: str) -> list[tuple[str, list[Option]]]:
    unnamed, *sections = read_conf(text)
    assert unnamed.options == []
    return [(section.name, section.options) for section in sections]


def counted(sections: list[tuple[str, list[Option]]]) -> list[tuple[str, Counter[tuple[str, str]]]]:
    return [(name, Counter((option.key, option.value) for option in options)) for name, options in sections]


def without_template(answers: Answers) -> Answers:
    return answers.with_values(template_id="", make_template=False)


@_SETTINGS
@given(good_answers())
def test_an_entry_reads_back_section_by_section_and_value_by_value_as_meant(answers: Answers) -> None:
    carrier = render_carrier(without_template(answers), DIALER.place)

    assert read(carrier.account_entry) == meant(answers)
    [dialplan] = read_conf(carrier.dialplan_entry)
    assert {option.key for option in dialplan.options} == {"exten"}
    [variable] = read_conf(carrier.globals_string)[0].options
    assert f"${{{variable.key}}}" in carrier.dialplan_entry


@_SETTINGS
@given(good_answers())
def test_an_entry_says_what_was_answered(answers: Answers) -> None:
    carrier = render_carrier(without_template(answers), DIALER.place)
    name, trunk = read(carrier.account_entry)[-1]
    values = [(option.key.split("/")[-1], option.value) for option in trunk]
    everything = [option for _, options in read(carrier.account_entry) for option in options]
    secret = answers.sign_in.secret.reveal()

    assert name == trunk_name(answers.carrier)
    assert carrier.globals_string.startswith(f"{global_name(answers.carrier)}=")
    assert [value for key, value in values if key == "allow"] == [codec.value for codec in answers.audio.codecs]
    assert {option.value for option in everything if option.key.split("/")[-1] == "context"} <= {
        answers.connection.inbound_context
    }
    signed = [option.value for option in everything if option.key.split("/")[-1] in ("secret", "password")]
    assert signed == ([] if answers.sign_in.auth is Auth.IP else [secret])
    assert any(answers.connection.host in option.value for option in everything)


@_SETTINGS
@given(good_answers())
def test_a_trunk_is_no_door_whatever_was_answered(answers: Answers) -> None:
    carrier = render_carrier(without_template(answers), DIALER.place)
    options = {(kind, option.key.split("/")[-1]): option.value for kind, option in kinds_and_options(carrier)}

    match answers.carrier.protocol:
        case Protocol.SIP:
            assert {kind for kind, _ in options} == {"peer"}
            assert options["peer", "host"] != "dynamic"
        case Protocol.IAX2:
            assert {kind for kind, _ in options} <= {"peer", "user"}
            assert ("user", "type") not in options or options["user", "deny"] == "0.0.0.0/0.0.0.0"
        case Protocol.PJSIP:
            assert options["endpoint", "identify_by"] == "ip"
            assert ("identify", "match") in options
            assert options.get(("registration", "line")) != "yes" or ("endpoint", "permit") in options
        case _:
            assert options["wizard", "identify_by"] == "ip"
            assert options.get(("wizard", "line")) != "yes" or ("wizard", "permit") in options
            assert "sends_line_with_registrations=yes" not in carrier.account_entry


def kinds_and_options(carrier: Carrier) -> list[tuple[str, Option]]:
    sections = read_conf(carrier.account_entry)[1:]
    return [(section.values("type")[0], option) for section in sections for option in section.options]


@_SETTINGS
@given(good_answers())
def test_a_register_line_has_every_part_in_its_place(answers: Answers) -> None:
    sign_in, connection = answers.sign_in, answers.connection
    carrier = render_carrier(answers, DIALER.place)
    line = carrier.registration_string

    if sign_in.auth is not Auth.REGISTRATION or answers.carrier.protocol in (Protocol.PJSIP, Protocol.PJSIP_WIZ):
        assert line == ""
        return
    [option] = read_conf(line)[0].options
    account, _, where = option.value.rpartition("@")
    assert option.key == "register"
    if answers.carrier.protocol is Protocol.IAX2:
        assert account == f"{sign_in.username}:{sign_in.secret.reveal()}"
        assert where == connection.host + ("" if connection.port is None else f":{connection.port}")
        return
    peer, _, account = account.partition("?")
    transport, _, account = account.rpartition("://")
    user, secret, auth_user = (*account.split(":"), "", "")[:3]
    name, _, domain = user.partition("@")
    host, expiry = where.split("~")
    host, _, extension = host.partition("/")
    assert (peer, transport or "udp") == (trunk_name(answers.carrier), connection.transport.value)
    assert (name, domain, secret, auth_user) == (sign_in.username, sign_in.from_domain, "", sign_in.auth_username)
    assert host == connection.host + ("" if connection.port_in_use is None else f":{connection.port_in_use}")
    assert (extension, expiry) == (sign_in.did, str(sign_in.registration_expiry))


@_SETTINGS
@given(good_answers())
def test_an_entry_has_no_errors_as_a_row_and_survives_being_saved_again_in_vicidials_screen(answers: Answers) -> None:
    carrier = render_carrier(answers, DIALER.place)
    codes = {finding.code for finding in errors_of(lint_carrier(carrier))}
    assert codes <= _TOO_LONG
    if codes:
        return

    loses_its_proxy = {"proxy_lost_when_saved"} == {finding.code for finding in lint_carrier(carrier)}
    columns = carrier.columns()
    if loses_its_proxy:
        assert answers.connection.outbound_proxy
        columns["account_entry"] = columns["account_entry"].replace("\\;lr", "")
    assert {column: saved_again(column, value) for column, value in columns.items()} == columns


@_SETTINGS
@given(good_answers())
def test_an_entry_with_a_template_of_its_own_means_the_same_as_without(answers: Answers) -> None:
    own = answers.with_values(template_id="OWN_T", make_template=True)
    carrier, template = render_carrier(own, DIALER.place), render_template(own, DIALER.place)

    assert template is not None
    merged = counted(read(merged_text(carrier, template)))
    assert merged == counted(read(render_carrier(without_template(answers), DIALER.place).account_entry))
    assert read_conf(template.template_contents)[1:] == []
    assert not has_open_block_comment(template.template_contents)
    assert {finding.code for finding in errors_of(lint_carrier(carrier))} <= _TOO_LONG
    if answers.sign_in.auth is not Auth.IP and len(answers.sign_in.secret.reveal()) > 15:
        assert answers.sign_in.secret.reveal() not in template.template_contents


@_SETTINGS
@given(raw_answers())
def test_the_preview_never_fails_however_bad_the_answers(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    assert preview_carrier(answers).protocol is answers.carrier.protocol


@_SETTINGS
@given(good_answers())
def test_the_preview_shows_nothing_of_the_secret(answers: Answers) -> None:
    headers = tuple((name, Secret("An0ther")) for name, _ in answers.numbers.extra_headers)
    another = answers.with_values(secret=Secret("An0ther.Secret"), extra_headers=headers)

    assert preview_carrier(answers) == preview_carrier(another)


@_SETTINGS
@given(raw_answers())
def test_every_finding_has_a_sentence(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    for finding in check_answers(answers):
        assert sentence(finding)


@given(raw_answers())
def test_answers_survive_a_file(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    again, findings = read_answers(plain_answers(answers, with_secret=True))

    assert (again, findings) == (answers, [])


@given(
    key=st.text("abcz_", min_size=1, max_size=5).filter(lambda key: key[0] != "_"), value=st.text(NASTY + "ab1", max_size=20)
)
def test_the_writer_refuses_a_value_or_writes_it_so_that_it_reads_back(key: str, value: str) -> None:
    try:
        text = Section("name", (Option(key, value), Option("after", "1"))).text()
    except ConfError:
        return

    assert not has_open_block_comment(text)
    assert read_conf(text)[1].options == [Option(key, value), Option("after", "1")]


@_SETTINGS
@given(good_answers())
def test_followed_through_the_entry_a_number_arrives_as_its_route_says(answers: Answers) -> None:
    numbers = answers.numbers
    for route in routes(numbers):
        [path] = preview_digits(answers, [route.example], "2125550199")
        if path.winner is None or path.winner.extension.pattern != route.pattern:
            continue  # another of its own patterns is more exact
        own = [each for each in path.receipts if each.carrier_id == preview_carrier(answers).carrier_id]
        assert path.is_refused_on_purpose or own
        assert {leg.digits for each in own for leg in each.leg.destinations} <= {route.dial_string.apply(route.example)}
