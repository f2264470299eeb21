"""What holds for the watch of every driver."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.carrier.samples import CREDENTIALS, DIALER, IP, PROTOCOLS, REGISTRATION
from tests.carrier.strategies import good_answers
from tests.dialer.watch.samples import COMPLAINT, MISSING, NOT_RUNNING, carrier
from tests.fake_asterisk import FakeAsterisk
from wizard.carrier.answers import Answers, Auth
from wizard.carrier.model import Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.render import render_carrier
from wizard.dialer.verdict import Verdict
from wizard.dialer.watch import WATCHED_PROTOCOLS, watch_of


def test_every_protocol_that_vicidial_writes_is_watched() -> None:
    assert {protocol.value for protocol in WATCHED_PROTOCOLS} == set(PROTOCOLS)
    with pytest.raises(KeyError):
        watch_of(replace(carrier(IP, "SIP"), protocol=Protocol.EXTERNAL))


@pytest.mark.parametrize(
    ("protocol", "raw", "questions"),
    [
        ("SIP", REGISTRATION, ("sip show peer acme", "sip show registry")),
        ("SIP", IP, ("sip show peer acme", "sip show registry")),
        ("IAX2", REGISTRATION, ("iax2 show peer acme", "iax2 show registry")),
        ("PJSIP", REGISTRATION, ("pjsip show endpoint acme", "pjsip show aor acme", "pjsip show registration acme")),
        ("PJSIP", CREDENTIALS, ("pjsip show endpoint acme", "pjsip show aor acme")),
        ("PJSIP_WIZ", REGISTRATION, ("pjsip show endpoint acme", "pjsip show aor acme", "pjsip show registration acme-reg-0")),
        ("PJSIP_WIZ", IP, ("pjsip show endpoint acme", "pjsip show aor acme")),
    ],
)
def test_what_asterisk_is_asked(protocol: str, raw: dict[str, str], questions: tuple[str, ...]) -> None:
    assert watch_of(carrier(raw, protocol)).questions[: len(questions)] == questions


@pytest.mark.parametrize(
    ("protocol", "file", "reload"),
    [
        ("SIP", "sip-vicidial.conf", "sip reload"),
        ("IAX2", "iax-vicidial.conf", "iax2 reload"),
        ("PJSIP", "pjsip-vicidial.conf", "module reload res_pjsip.so"),
        ("PJSIP_WIZ", "pjsip_wizard-vicidial.conf", "module reload res_pjsip.so"),
    ],
)
def test_where_vicidial_writes_it_and_what_makes_asterisk_read_that(protocol: str, file: str, reload: str) -> None:
    watch = watch_of(carrier(IP, protocol))

    assert watch.account_file == f"/etc/asterisk/{file}"
    assert {"dialplan reload", reload} <= set(watch.reloads)


@pytest.mark.parametrize(
    ("protocol", "raw", "nudges"),
    [
        ("SIP", REGISTRATION, set()),
        ("IAX2", REGISTRATION, set()),
        ("PJSIP", REGISTRATION, {"pjsip qualify acme"}),
        ("PJSIP", IP, {"pjsip qualify acme"}),
        ("PJSIP_WIZ", REGISTRATION, {"pjsip qualify acme"}),
    ],
)
def test_what_asks_the_carrier_at_once(protocol: str, raw: dict[str, str], nudges: set[str]) -> None:
    assert set(watch_of(carrier(raw, protocol)).nudges) == nudges


def test_the_trunk_is_the_section_that_calls_go_out_through() -> None:
    assert watch_of(carrier(IP, "SIP", match=["203.0.113.8"])).trunk == "acme"
    by_hand = replace(carrier(IP, "PJSIP"), account_entry="[out]\ntype=endpoint\naors=a\n[a]\ntype=aor\n")
    assert watch_of(by_hand).questions == ("pjsip show endpoint out", "pjsip show aor a")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_row_without_a_section_can_not_be_watched(protocol: str) -> None:
    watch = watch_of(replace(carrier(IP, protocol), account_entry=""))

    seen = watch.read(["Peer none not found.\n" if "peer" in each else MISSING for each in watch.questions])
    assert (watch.trunk, seen.judgement.verdict, seen.judgement.reason) == ("", Verdict.CANNOT_TELL, "no_section")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("silence", ["", NOT_RUNNING, COMPLAINT])
def test_silence_proves_nothing(protocol: str, silence: str) -> None:
    watch = watch_of(carrier(REGISTRATION, protocol))

    seen = watch.read([silence] * len(watch.questions))

    assert not seen.answered
    assert not watch.is_known([silence] * len(watch.questions))
    assert (seen.judgement.verdict, seen.judgement.reason) == (Verdict.CANNOT_TELL, "asterisk_silent")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("sample", [REGISTRATION, IP], ids=["registration", "ip"])
def test_what_asterisk_does_not_have_is_not_loaded(protocol: str, sample: dict[str, str]) -> None:
    watch = watch_of(carrier(sample, protocol))
    nothing = {"peer": "Peer acme not found.\n\n", "registry": "Host  dnsmgr Username  Refresh State\n0 registrations.\n"}

    said = [nothing.get(each.split()[2], MISSING) for each in watch.questions]
    seen = watch.read(said)

    assert (seen.answered, seen.found, seen.judgement.reason) == (True, False, "not_loaded")
    assert not watch.is_known(said)


@settings(max_examples=200, deadline=None)
@given(good_answers())
def test_whatever_can_be_answered_is_found_and_up_on_an_asterisk_that_has_it(own: Answers) -> None:
    own = own.with_values(qualify=True, qualify_frequency=60, template_id="", make_template=False)
    carrier = render_carrier(own, DIALER.place)
    watch, asterisk = watch_of(carrier), FakeAsterisk()

    said = [asterisk.say(question, {"ACME": carrier.columns()}) for question in watch.questions]
    seen = watch.read(said)

    assert (watch.trunk, seen.answered, seen.found) == (trunk_name(own.carrier), True, True)
    expected = "registered" if own.sign_in.auth is Auth.REGISTRATION else "reachable"
    assert (seen.judgement.verdict, seen.judgement.reason) == (Verdict.UP, expected)
    assert watch.is_known(said)
