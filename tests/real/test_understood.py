"""Every entry is read by a real Asterisk as it was meant: written by the generator, loaded, asked for field by field."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.carrier.samples import answers
from tests.carrier.strategies import good_answers
from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from tests.real.understood import Ask, differences, unknown_variable
from wizard.carrier.answers import Answers, Auth, Transport
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Listener, Place
from wizard.carrier.reading import plain_answers
from wizard.carrier.render import render_carrier
from wizard.dialer.asterisk_output import parse_dialplan_show
from wizard.dialer.operations import BUILD_FILE
from wizard.dialer.understanding import differences as product_differences
from wizard.dialer.understanding import questions_of

PROTOCOLS = ("SIP", "PJSIP", "PJSIP_WIZ", "IAX2")
SIGN_INS = {
    "registration": {"auth": "registration", "username": "acme", "secret": "s3cret.Word"},
    "credentials": {"auth": "credentials", "username": "acme", "secret": "s3cret.Word"},
    "ip": {"auth": "ip"},
}
#: one at a time, over every protocol and sign-in
VARIATIONS: list[dict[str, Any]] = [
    {},
    {"port": 5080},
    {"qualify": False},
    {"qualify_frequency": 30},
    {"codecs": ["g729", "ulaw"]},
    {"codecs": ["opus", "g722", "alaw", "gsm"]},
    {"dtmf_mode": "inband"},
    {"dtmf_mode": "info"},
    {"dtmf_mode": "auto"},
    {"session_timers": False},
    {"srtp": True},
    {"caller_id_header": "pai"},
    {"caller_id_header": "rpid"},
    {"match": ["198.51.100.4", "198.51.100.5"]},
    {"inbound_context": "fromcarrier"},
    {"from_domain": "sip.example.com"},
    {"from_user": "acme", "caller_id_header": "pai"},
    {"outbound_proxy": "127.0.9.9:5070"},
]
WITH_SIGN_IN: list[dict[str, Any]] = [
    {"auth_username": "acme-auth"},
    {"username": "+12125550100", "secret": "ab~c%d#e,f=g[h]i(j)k$l&m!n^o*p+q|r{s}t<u>v/w?x y z"},
    {"secret": ">first"},
    {"username": "a" * 40},
]
WITH_REGISTRATION: list[dict[str, Any]] = [
    {"did": "2125550100"},
    {"registration_expiry": 120, "registration_retry": 20},
    {"did": "2125550100", "auth_username": "acme-auth", "from_domain": "sip.example.com", "outbound_proxy": "127.0.9.9"},
]
#: what only one protocol has a use for, or can write
ONLY: dict[str, list[dict[str, Any]]] = {
    "SIP": [{"secret": "a:b@c/d?e", "username": "acme"}],
    "PJSIP": [{"match": ["198.51.100.0/24", "203.0.113.7"]}, {"realm": "example.com"}, {"username": "acme@example.com:1"}],
    "PJSIP_WIZ": [{"match": ["198.51.100.0/24"]}, {"realm": "example.com"}],
    "IAX2": [{"match": ["198.51.100.0/24"]}],
}
UNUSED_BY_IAX2 = frozenset(
    {"dtmf_mode", "session_timers", "srtp", "caller_id_header", "from_domain", "from_user", "outbound_proxy", "auth_username"}
)


def named_combinations() -> list[dict[str, Any]]:
    """The table: each protocol and sign-in with each variation that means something to it."""
    table: list[dict[str, Any]] = []
    for protocol, (auth, sign_in) in itertools.product(PROTOCOLS, SIGN_INS.items()):
        variations = [*VARIATIONS, *ONLY.get(protocol, [])]
        variations += WITH_SIGN_IN if auth != "ip" else []
        variations += WITH_REGISTRATION if auth == "registration" and protocol != "IAX2" else []
        table += [{"protocol": protocol, **sign_in, **each} for each in variations if not _is_idle(protocol, each)]
    return table


def _is_idle(protocol: str, variation: dict[str, Any]) -> bool:
    return protocol == "IAX2" and not UNUSED_BY_IAX2.isdisjoint(variation)


def numbered(table: Iterable[Answers]) -> list[Answers]:
    """Each with a name, an address and a prefix of its own, so that none is in another's way."""
    return [
        own.with_values(
            carrier_id=f"T{number:03}",
            carrier_name="",
            trunk_name="",
            global_name="",
            host=f"127.0.{4 + number // 250}.{1 + number % 250}",
            dial_prefix=f"77{number:03}",
            destinations=("nanp",),
            server_ip="auto",
            template_id="",
            make_template=False,
            # Their values are the expert's: a wrong one is seen by the install, which finds the section missing.
            extra_options="",
        )
        for number, own in enumerate(table)
    ]


def settled(find: Callable[[], dict[str, list[Any]]], seconds: float = 30) -> dict[str, list[Any]]:
    """What is still different once Asterisk has had its time: it answers a reload before it has carried it out."""
    deadline = time.monotonic() + seconds
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(1)
    return found


def found_by(host: AsteriskHost, compare: Callable[[Ask], dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """Run a comparison once to learn what it asks, and once with the answers: a thousand questions in one go."""
    asked: list[str] = []

    def learn(command: str) -> str:
        asked.append(command)
        return ""

    compare(learn)
    commands = list(dict.fromkeys(asked))
    loop = "while IFS= read -r command; do asterisk -rx \"$command\"; printf '\\036'; done"
    printed = host.run("/bin/sh", "-c", loop, text="".join(f"{command}\n" for command in commands)).stdout
    answered = dict(zip(commands, printed.split("\x1e"), strict=False))
    return {carrier_id: wrong for carrier_id, wrong in compare(answered.__getitem__).items() if wrong}


def _place(host: AsteriskHost) -> Place:
    return Place(host.address, (Listener("chan_pjsip", Transport.UDP, host.address, 5061, "transport-udp"),))


def found_otherwise(ask: Ask, carrier: Carrier) -> list[Any]:
    """What the wizard itself would say."""
    return list(product_differences(carrier, [ask(question) for question in questions_of(carrier)]))


class Loaded:
    """Entries on the lab's dialer, put there by VICIdial's own way."""

    def __init__(self, lab: Lab, entries: Sequence[Answers]) -> None:
        self.entries = entries
        self._dialer = lab.dialer
        place = _place(lab.dialer)
        for own in entries:
            assert errors_of(check_answers(own)) == []
            self._insert(render_carrier(own, place))
        self._rebuild()

    def _insert(self, carrier: Carrier) -> None:
        columns = carrier.columns()
        assignments = ", ".join(f"{column}=%s" for column in columns)
        self._dialer.query(f"INSERT INTO vicidial_server_carriers SET {assignments}", *columns.values())

    def _rebuild(self) -> None:
        dialer = self._dialer
        (dialer.root / "var/log/asterisk/messages").write_text("")
        dialer.query("UPDATE servers SET rebuild_conf_files='Y' WHERE server_ip=%s", dialer.address)
        deadline = time.monotonic() + 60
        while self._is_flagged() or self._is_building():
            assert time.monotonic() < deadline, "the generator did not run"
            time.sleep(0.1)
        for command in ("sip reload", "iax2 reload", "module reload res_pjsip.so", "dialplan reload"):
            dialer.asterisk(command)

    def _is_flagged(self) -> bool:
        [row] = self._dialer.query("SELECT rebuild_conf_files FROM servers WHERE server_ip=%s", self._dialer.address)
        return bool(row["rebuild_conf_files"] == "Y")

    def _is_building(self) -> bool:
        return (self._dialer.root / BUILD_FILE.lstrip("/")).exists()

    @property
    def complaints(self) -> list[str]:
        """What Asterisk logged as a warning or an error, but for carriers that nobody answers at."""
        lines = self._dialer.read("var/log/asterisk/messages").splitlines()
        return [line for line in lines if re.search(r"\b(WARNING|ERROR)\b", line) and not re.search(_NOT_OURS, line)]

    def differences(self) -> dict[str, list[Any]]:
        """carrier id → what Asterisk understood otherwise."""

        def compare(ask: Ask) -> dict[str, list[Any]]:
            return {own.carrier.carrier_id: self._compare(ask, own) for own in self.entries}

        return settled(lambda: found_by(self._dialer, compare))

    def _compare(self, ask: Ask, own: Answers) -> list[Any]:
        return [
            *differences(ask, own),
            *found_otherwise(ask, render_carrier(own, _place(self._dialer))),
            *unknown_variable(ask, own),
            *self._wrong_routes(ask, own),
        ]

    def _wrong_routes(self, ask: Ask, own: Answers) -> list[str]:
        wrong = []
        for route in routes(own.numbers):
            reached = parse_dialplan_show(ask(f"dialplan show {route.example}@default"))
            if reached is None or reached.extension != route.pattern:
                wrong.append(f"{route.example} reaches {reached}")
        return wrong


#: what comes of nobody listening there, and of VICIdial's own loops
_NOT_OURS = (
    r"(Registration for '.*' timed out|No response received from|Maximum retries exceeded on transmission|Connection refused"
    # A carrier that says nothing for 20 s is asked anew, and chan_sip then takes it for its name, even where it is an address.
    r"|Probably a DNS error for registration to"
    r"|Auth method for (user|peer) 'AST(loop|blind|play)')"
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_named_combinations_are_understood_as_meant(lab: Lab, protocol: str) -> None:
    table = [answers({"carrier_id": "T", "host": "198.51.100.1", **each}) for each in named_combinations()]
    own = [each for each in numbered(table) if each.carrier.protocol.value == protocol]

    loaded = Loaded(lab, own)

    assert loaded.differences() == {}
    assert loaded.complaints == []


def accepted_answers(count: int) -> list[Answers]:
    """Whatever hypothesis thinks of and the checks let pass."""
    found: list[Answers] = []

    @settings(max_examples=count, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(own=good_answers())
    def collect(own: Answers) -> None:
        found.append(own)

    collect()
    # Names that nobody has would only be looked up in vain.
    plain = [own.with_values(outbound_proxy="", from_domain="") for own in numbered(found)]
    return [own for own in plain if errors_of(check_answers(own)) == [] and is_watchable(own)]


def test_whatever_is_accepted_is_understood_as_meant(lab: Lab) -> None:
    entries = accepted_answers(150)
    assert len(entries) > 75

    loaded = Loaded(lab, entries)

    assert loaded.differences() == {}
    assert loaded.complaints == []


@pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
def test_asterisk_22_understands_the_same(lab: Lab, protocol: str) -> None:
    table = [answers({"carrier_id": "T", "host": "198.51.100.1", **each}) for each in named_combinations()]
    own = [each for each in numbered(table) if each.carrier.protocol.value == protocol]
    newer = lab.asterisk22
    place = Place(newer.address, (Listener("chan_pjsip", Transport.UDP, newer.address, 5061, "transport-udp"),))
    file = {"PJSIP": "pjsip-vicidial.conf", "PJSIP_WIZ": "pjsip_wizard-vicidial.conf"}[protocol]

    newer.load({file: "".join(render_carrier(each, place).account_entry for each in own)})

    def compare(ask: Ask) -> dict[str, list[Any]]:
        return {
            each.carrier.carrier_id: [*differences(ask, each), *found_otherwise(ask, render_carrier(each, place))]
            for each in own
        }

    assert settled(lambda: found_by(newer, compare)) == {}
    assert [line for line in newer.complaints() if not re.search(_NOT_OURS, line)] == []


def is_watchable(own: Answers) -> bool:
    """The lab's dialer has UDP only, as VICIdial's sample has it; the other transports have tests of their own."""
    return own.connection.transport is Transport.UDP


def test_the_table_has_every_protocol_with_every_sign_in() -> None:
    table = named_combinations()

    assert {(each["protocol"], each["auth"]) for each in table} == set(itertools.product(PROTOCOLS, map(str, Auth)))
    assert len(table) > 200


#: what the entry says in the end, and the option that has to be named
OTHERWISE: dict[str, list[tuple[dict[str, Any], str]]] = {
    "SIP": [
        ({"host": "127.0.99.1"}, "host"),
        ({"port": 5099}, "port"),
        ({"username": "other"}, "defaultuser"),
        ({"from_domain": "other.example.com"}, "fromdomain"),
        ({"from_user": "other"}, "fromuser"),
        ({"inbound_context": "elsewhere"}, "context"),
        ({"codecs": ["alaw", "ulaw"]}, "allow"),
        ({"dtmf_mode": "info"}, "dtmfmode"),
        ({"qualify": False}, "qualify"),
        ({"qualify_frequency": 17}, "qualifyfreq"),
        ({"match": ["198.51.100.9"]}, "type"),
    ],
    "PJSIP": [
        ({"host": "127.0.99.1"}, "contact"),
        ({"port": 5099}, "server_uri"),
        ({"username": "other"}, "client_uri"),
        ({"auth_username": "other"}, "username"),
        ({"secret": "another.Word"}, "password"),
        ({"from_domain": "other.example.com"}, "from_domain"),
        ({"from_user": "other"}, "from_user"),
        ({"inbound_context": "elsewhere"}, "context"),
        ({"codecs": ["alaw", "ulaw"]}, "allow"),
        ({"dtmf_mode": "info"}, "dtmf_mode"),
        ({"qualify_frequency": 17}, "qualify_frequency"),
        ({"match": ["198.51.100.9"]}, "match"),
    ],
    "IAX2": [
        ({"host": "127.0.99.1"}, "host"),
        ({"port": 5099}, "port"),
        ({"username": "other"}, "username"),
        ({"inbound_context": "elsewhere"}, "context"),
        ({"codecs": ["alaw", "ulaw"]}, "allow"),
        ({"qualify": False}, "qualify"),
        ({"qualify_frequency": 17}, "qualifyfreqok"),
    ],
}
OTHERWISE["PJSIP_WIZ"] = OTHERWISE["PJSIP"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_asterisk_holds_otherwise_is_named(lab: Lab, protocol: str) -> None:
    [own] = numbered([answers({"carrier_id": "T", "host": "198.51.100.1", "protocol": protocol, **SIGN_INS["registration"]})])
    assert Loaded(lab, [own]).differences() == {}
    unnoticed = []

    for change, option in OTHERWISE[protocol]:
        meant = render_carrier(answers({**_plain(own), **change}), _place(lab.dialer))
        found = found_otherwise(lab.dialer.asterisk, meant)
        if option not in {each.option for each in found}:
            unnoticed.append((change, found))
        assert not any("Word" in f"{each.meant}{each.held}" for each in found)

    assert unnoticed == []


def _plain(own: Answers) -> dict[str, Any]:
    return {**plain_answers(own, with_secret=True)}
