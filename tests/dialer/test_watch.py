"""How a carrier's trunk is watched: what is asked, how the answers are read, and what is made of them.

The samples are what Asterisk 16.28 and 22.10 printed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from tests.carrier.samples import CREDENTIALS, DIALER, HERE, IP, PROTOCOLS, REGISTRATION, answers
from tests.carrier.strategies import good_answers
from tests.fake_asterisk import FakeAsterisk
from wizard.carrier.answers import Answers, Auth
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.names import trunk_name
from wizard.carrier.render import render_carrier
from wizard.dialer.verdict import Verdict
from wizard.dialer.watch import WATCHED_PROTOCOLS, Seen, watch_of
from wizard.dialer.watch.base import Registration
from wizard.dialer.watch.chan_sip import registration_of
from wizard.dialer.watch.peers import PeerState, RegistryRow, parse_peer, parse_registry
from wizard.dialer.watch.pjsip import Aor, Endpoint, OutboundRegistration, parse_aor, parse_endpoint, parse_registration

COMPLAINT = "No ethernet interface found for seeding global EID. You will have to set it manually.\n"
NO_SUCH_COMMAND = "No such command 'sip show peer acme' (type 'core show help sip show' for other possible commands)\n"
NOT_RUNNING = "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)\n"
MISSING = "Unable to find object acme.\n\n"

SIP_REGISTRY = """\
Host                                    dnsmgr Username       Refresh State                Reg.Time                 
127.0.0.20:5060                         N      acme               105 Registered           Mon, 23 Nov 2026 06:27:51
127.0.2.11:5070                         N      acme@from.do       105 Registered           Mon, 23 Nov 2026 12:50:07
sip.a-very-long-host-name.example.com:5 N      averylonguse       120 Request Sent                                  
sip.example.com:5060                    Y      acme               120 No Authentication                             
4 SIP registrations.
"""  # noqa: W291
IAX_REGISTRY = """\
Host                                           dnsmgr  Username    Perceived                                      Refresh  State
(null)                                         N       iaxacme     <Unregistered>                                      60  Unregistered
127.0.0.20:4569                                N       justuser    <Unregistered>                                      60  No Authentication
127.0.0.30:4569                                N       averylongu  <Unregistered>                                      60  Rejected
127.0.0.78:14569                               N       iaxacme     <Unregistered>                                      60  Request Sent
127.0.0.20:4569                                N       iaxacme     127.0.0.10:4569                                     60  Registered
5 IAX2 registrations.
"""  # noqa: E501


def sip_peer(status: str = "OK (1 ms)", address: str = "203.0.113.7:5060") -> str:
    return f"\n\n  * Name       : acme\n  Secret       : <Set>\n  Addr->IP     : {address}\n  Status       : {status}\n\n"


def iax_peer(status: str = "OK (3 ms)", address: str = "203.0.113.7 Port 4569") -> str:
    return f"""

  * Name       : acme
  Description  : 
  Secret       : <Set>
  Context      : trunkinbound
  Callerid     : "" <>
  Expire       : -1
  ACL          : No
  Addr->IP     : {address}
  Defaddr->IP  : (null) Port (null)
  Username     : acme
  Codecs       : (ulaw|alaw)
  Status       : {status}
  Qualify      : every 60000ms when OK, every 10000ms when UNREACHABLE (sample smoothing Off)

"""  # noqa: W291


@pytest.mark.parametrize(
    ("output", "state"),
    [
        (sip_peer(), PeerState(found=True, status="OK", delay=1, address="203.0.113.7:5060")),
        (sip_peer("LAGGED (2500 ms)"), PeerState(found=True, status="LAGGED", delay=2500, address="203.0.113.7:5060")),
        (sip_peer("UNREACHABLE"), PeerState(found=True, status="UNREACHABLE", address="203.0.113.7:5060")),
        (sip_peer("UNKNOWN", "(null)"), PeerState(found=True, status="UNKNOWN")),
        (sip_peer("Unmonitored"), PeerState(found=True, status="Unmonitored", address="203.0.113.7:5060")),
        (iax_peer(), PeerState(found=True, status="OK", delay=3, address="203.0.113.7:4569")),
        (iax_peer("UNKNOWN"), PeerState(found=True, status="UNKNOWN", address="203.0.113.7:4569")),
        (iax_peer("Unmonitored", "(null) Port (null)"), PeerState(found=True, status="Unmonitored")),
        (COMPLAINT + sip_peer(), PeerState(found=True, status="OK", delay=1, address="203.0.113.7:5060")),
        ("Peer acme not found.\n\n", PeerState(found=False)),
        (COMPLAINT + "Peer acme not found.\n\n", PeerState(found=False)),
        (NO_SUCH_COMMAND, PeerState(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_show_peer(output: str, state: PeerState | None) -> None:
    assert parse_peer(output) == state


def test_sip_show_registry() -> None:
    assert parse_registry(SIP_REGISTRY) == [
        RegistryRow("127.0.0.20:5060", "acme", "Registered"),
        RegistryRow("127.0.2.11:5070", "acme@from.do", "Registered"),
        RegistryRow("sip.a-very-long-host-name.example.com:5", "averylonguse", "Request Sent"),
        RegistryRow("sip.example.com:5060", "acme", "No Authentication"),
    ]
    assert parse_registry(COMPLAINT + SIP_REGISTRY) == parse_registry(SIP_REGISTRY)


def test_iax2_show_registry() -> None:
    assert parse_registry(COMPLAINT + IAX_REGISTRY) == [
        RegistryRow("(null)", "iaxacme", "Unregistered"),
        RegistryRow("127.0.0.20:4569", "justuser", "No Authentication"),
        RegistryRow("127.0.0.30:4569", "averylongu", "Rejected"),
        RegistryRow("127.0.0.78:14569", "iaxacme", "Request Sent"),
        RegistryRow("127.0.0.20:4569", "iaxacme", "Registered"),
    ]


def test_no_answer_is_not_the_answer_that_nothing_is_registered() -> None:
    assert parse_registry(NO_SUCH_COMMAND) == []
    assert parse_registry("") is None
    assert parse_registry(NOT_RUNNING) is None


LONG = "long-carrier-name-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
ENDPOINT_HEAD = """
 Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>
    I/OAuth:  <AuthId/UserName...........................................................>
        Aor:  <Aor............................................>  <MaxContact>
      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>
  Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress..................>
   Identify:  <Identify/Endpoint.........................................................>
        Match:  <criteria.........................>
    Channel:  <ChannelId......................................>  <State.....>  <Time.....>
        Exten: <DialedExten...........>  CLCID: <ConnectedLineCID.......>
==========================================================================================

"""
ENDPOINT = f"""{ENDPOINT_HEAD} Endpoint:  acme                                                 Not in use    0 of inf
    OutAuth:  acme/ok
        Aor:  acme                                               0
      Contact:  acme/sip:127.0.12.1:5060                   4800ed6582 Avail         0.367
  Transport:  transport-udp             udp      0      0  127.0.0.10:5061
   Identify:  acme/acme
        Match: 127.0.12.1/32


 ParameterName                      : ParameterValue
 =========================================================
 context                            : trunkinbound

"""
BARE_ENDPOINT = f"{ENDPOINT_HEAD} Endpoint:  acme                 Unavailable   0 of inf\n        Aor:  acme         0\n\n"
LONG_ENDPOINT = f"""{ENDPOINT_HEAD} Endpoint:  {LONG[:49]}  Not in use    0 of inf
    OutAuth:  {LONG}/two
        Aor:  {LONG[:41]}            0
      Contact:  {LONG}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767
   Identify:  {LONG}/{LONG}
        Match: 127.0.12.1/32

"""


@pytest.mark.parametrize(
    ("output", "endpoint"),
    [
        (ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (COMPLAINT + ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (LONG_ENDPOINT, Endpoint(found=True, has_auth=True, has_identify=True)),
        (BARE_ENDPOINT, Endpoint(found=True)),
        (MISSING, Endpoint(found=False)),
        (COMPLAINT + MISSING, Endpoint(found=False)),
        (NO_SUCH_COMMAND, Endpoint(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_endpoint(output: str, endpoint: Endpoint | None) -> None:
    assert parse_endpoint(output) == endpoint


def aor(rows: str, frequency: int = 60, name: str = "acme", extra: str = "") -> str:
    return f"""
      Aor:  <Aor..............................................>  <MaxContact>
    Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

      Aor:  {name:50.43}   0
{rows}

 ParameterName        : ParameterValue
 ==========================================
 authenticate_qualify : false
 contact              : sip:127.0.12.1:5060
 default_expiration   : 3600
 mailboxes            : 
{extra} qualify_frequency    : {frequency}
 qualify_timeout      : 3.000000
 voicemail_extension  : 

"""  # noqa: W291


AVAILABLE = "    Contact:  acme/sip:127.0.12.1:5060                     4800ed6582 Avail         0.367"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (aor(AVAILABLE), Aor(found=True, contacts=(("Avail", 0),), qualify_frequency=60)),
        (
            aor(AVAILABLE.replace("0.367", "302.533"), extra=" qualify_2xx_only     : false\n"),
            Aor(found=True, contacts=(("Avail", 303),), qualify_frequency=60),
        ),
        (
            aor(AVAILABLE.replace("Avail         0.367", "Unavail         nan")),
            Aor(found=True, contacts=(("Unavail", None),), qualify_frequency=60),
        ),
        (
            aor(AVAILABLE.replace("Avail         0.367", "NonQual        -nan"), 0),
            Aor(found=True, contacts=(("NonQual", None),), qualify_frequency=0),
        ),
        (
            aor(f"    Contact:  {LONG}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767", 3, LONG),
            Aor(found=True, contacts=(("Avail", 1),), qualify_frequency=3),
        ),
        (aor(""), Aor(found=True, qualify_frequency=60)),
        (MISSING, Aor(found=False)),
        (NO_SUCH_COMMAND, Aor(found=False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_aor(output: str, expected: Aor | None) -> None:
    assert parse_aor(output) == expected


def registration(status: str, name: str = "acme", refused: int = 20, extra: str = "") -> str:
    row = f" {name + '/sip:127.0.12.1:5060':55} {name:27} {status}"
    return f"""
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

{row}

 ParameterName            : ParameterValue
 =================================================
 auth_rejection_permanent : true
 client_uri               : sip:ok@127.0.12.1:5060
{extra} contact_user             : 
 expiration               : 300
 fatal_retry_interval     : {refused}
 forbidden_retry_interval : {refused}
 max_retries              : 10
 retry_interval           : 20
 server_uri               : sip:127.0.12.1:5060
 transport                : transport-udp

"""  # noqa: W291


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (registration("Registered        (exp. 279s)"), OutboundRegistration(True, "Registered", 279, 20)),
        (
            registration("Registered        (exp. 279s)", extra=" contact_header_params    : \n"),
            OutboundRegistration(True, "Registered", 279, 20),
        ),
        (registration("Unregistered      (exp. 3s)"), OutboundRegistration(True, "Unregistered", 3, 20)),
        (registration("Unregistered      (exp. 5s ago)"), OutboundRegistration(True, "Unregistered", -5, 20)),
        (registration("Rejected          (exp. 53s)", refused=60), OutboundRegistration(True, "Rejected", 53, 60)),
        (registration("Rejected          (exp. 6s ago)"), OutboundRegistration(True, "Rejected", -6, 20)),
        (registration("Rejected"), OutboundRegistration(True, "Rejected", None, 20)),
        (registration("Registered        (exp. 280s)", LONG), OutboundRegistration(True, "Registered", 280, 20)),
        (COMPLAINT + registration("Registered  (exp. 9s)"), OutboundRegistration(True, "Registered", 9, 20)),
        (MISSING, OutboundRegistration(False)),
        (NO_SUCH_COMMAND, OutboundRegistration(False)),
        ("", None),
        (NOT_RUNNING, None),
    ],
)
def test_pjsip_show_registration(output: str, expected: OutboundRegistration | None) -> None:
    assert parse_registration(output) == expected


def carrier(raw: dict[str, Any], protocol: str, **changed: Any) -> Carrier:
    return render_carrier(answers(raw, protocol=protocol, **changed), HERE)


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


class TestChanSip:
    def see(self, peer: str, *rows: tuple[str, str, str], lookalikes: int = 0, **changed: Any) -> Seen:
        lines = [f"{host:39} N      {user:12}       105 {state:20} now" for host, user, state in rows]
        head = "Host                                    dnsmgr Username       Refresh State                Reg.Time"
        watch = watch_of(carrier(REGISTRATION, "SIP", **changed), lookalikes)
        return watch.read([peer, "\n".join([head, *lines, ""])])

    @pytest.mark.parametrize(
        ("status", "state", "verdict", "reason", "final"),
        [
            ("OK (1 ms)", "Registered", Verdict.UP, "registered", False),
            ("LAGGED (2500 ms)", "Registered", Verdict.UP, "registered", False),
            ("Unmonitored", "Registered", Verdict.UP, "registered", False),
            ("OK (1 ms)", "Request Sent", Verdict.NOT_YET, "registration_pending", False),
            ("OK (1 ms)", "Auth. Sent", Verdict.NOT_YET, "registration_challenged", False),
            ("OK (1 ms)", "Unregistered", Verdict.NOT_YET, "registration_pending", False),
            ("OK (1 ms)", "No Authentication", Verdict.DOWN, "registration_refused", True),
            ("OK (1 ms)", "Rejected", Verdict.DOWN, "registration_refused", True),
            ("UNREACHABLE", "No Authentication", Verdict.DOWN, "registration_refused", True),
            ("OK (1 ms)", "Timeout", Verdict.DOWN, "registration_unanswered", False),
            ("UNREACHABLE", "Request Sent", Verdict.DOWN, "peer_unreachable", False),
            ("UNREACHABLE", "Registered", Verdict.DOWN, "registered_but_unreachable", False),
            ("UNKNOWN", "Request Sent", Verdict.NOT_YET, "peer_unknown", False),
        ],
    )
    def test_peer_and_registration_are_judged_together(
        self, status: str, state: str, verdict: Verdict, reason: str, final: bool
    ) -> None:
        own, other = ("sip.example.com:5060", "acme", state), ("other.example.com:5060", "acme", "Registered")

        judgement = self.see(sip_peer(status), other, own).judgement
        assert (judgement.verdict, judgement.reason, judgement.final) == (verdict, reason, final)

    @pytest.mark.parametrize(
        ("output", "verdict", "reason"),
        [
            (sip_peer(), Verdict.UP, "reachable"),
            (sip_peer("LAGGED (2500 ms)"), Verdict.UP, "reachable_slowly"),
            (sip_peer("UNREACHABLE"), Verdict.DOWN, "peer_unreachable"),
            (sip_peer("Unmonitored"), Verdict.CANNOT_TELL, "qualify_off"),
            (sip_peer("UNKNOWN", "(null)"), Verdict.DOWN, "host_unresolved"),
            ("Peer acme not found.\n", Verdict.NOT_YET, "not_loaded"),
        ],
    )
    def test_without_a_registration_the_peer_decides(self, output: str, verdict: Verdict, reason: str) -> None:
        judgement = watch_of(carrier(IP, "SIP")).read([output, SIP_REGISTRY]).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_registration_that_is_not_listed_is_not_up(self) -> None:
        assert self.see(sip_peer()).judgement.reason == "registration_missing"
        elsewhere = ("sip.example.com:5080", "acme", "Registered")
        assert self.see(sip_peer(), elsewhere).judgement.reason == "registration_missing"

    def test_two_registrations_that_the_table_cuts_alike_can_not_be_told_apart(self) -> None:
        host, cut = "sip.a-very-long-host-name.example.com", "sip.a-very-long-host-name.example.com:5"
        both = [(cut, "acme", "Registered"), (cut, "acme", "Rejected")]

        assert self.see(sip_peer(), *both, host=host).judgement.verdict is Verdict.CANNOT_TELL
        assert self.see(sip_peer(), both[0], host=host).judgement.verdict is Verdict.UP
        assert self.see(sip_peer(), both[0], host=host, lookalikes=1).judgement.reason == "registration_missing"
        assert self.see(sip_peer(), both[0], both[0], host=host, lookalikes=1).judgement.verdict is Verdict.UP

    def test_a_from_domain_stands_in_the_table_too(self) -> None:
        row = ("sip.example.com:5060", "acme@from.do", "Registered")

        assert self.see(sip_peer(), row, from_domain="from.domain.example.com").judgement.verdict is Verdict.UP

    def test_asterisks_own_words_are_kept_for_people(self) -> None:
        seen = self.see(sip_peer("LAGGED (2500 ms)"), ("sip.example.com:5060", "acme", "Auth. Sent"))

        assert seen.states == {"peer": "LAGGED (2500 ms)", "registration": "Auth. Sent"}
        assert (seen.is_reachable, seen.is_registered) == (True, False)

    def test_an_asterisk_without_chan_sip_has_nothing_loaded(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "SIP"))

        assert watch.read([NO_SUCH_COMMAND, NO_SUCH_COMMAND]).judgement.reason == "not_loaded"

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("register => acme:pass@sip.example.com", ("sip.example.com:5060", "acme")),
            ("register => acme:p@ss@sip.example.com:5080/100~300", ("sip.example.com:5080", "acme")),
            ("register => acme?acme@sip.example.com~300", ("sip.example.com:5060", "acme")),
            ("register => acme?15551230000::auth@dom@sip.example.com", ("sip.example.com:5060", "15551230000")),
            ("register => peer?tls://acme:pass:auth@sip.example.com", ("sip.example.com:5061", "acme")),
            ("register => tcp://acme:pass@sip.example.com", ("sip.example.com:5060", "acme")),
            ("register => acme@example.com:pass@sip.example.com", ("sip.example.com:5060", "acme@example.com")),
            ("; register => acme:pass@sip.example.com", None),
            ("", None),
        ],
    )
    def test_register_lines_as_people_write_them(self, line: str, found: tuple[str, str] | None) -> None:
        assert registration_of(line) == (Registration(*found) if found else None)

    @pytest.mark.parametrize(
        "changed",
        [
            {},
            {"port": 5080, "did": "2125550100", "registration_expiry": 600},
            {"transport": "tcp", "auth_username": "acme-auth"},
            {"auth_username": "auth@example.com"},
        ],
    )
    def test_our_own_lines_are_read_as_they_are_meant(self, changed: dict[str, Any]) -> None:
        port = changed.get("port", 5060)

        assert watch_of(carrier(REGISTRATION, "SIP", **changed)).registration == Registration(f"sip.example.com:{port}", "acme")
        assert watch_of(carrier(CREDENTIALS, "SIP", **changed)).registration is None

    def test_how_many_look_alike_is_counted_before_ours_is_there(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "SIP", host="127.0.0.20"))

        assert watch.alike(["", SIP_REGISTRY], ()) == 1
        assert watch_of(carrier(REGISTRATION, "SIP", host="127.0.0.99")).alike(["", SIP_REGISTRY], ()) == 0
        assert not watch.is_registration_cut
        assert watch_of(carrier(REGISTRATION, "SIP", username="averylongusername")).is_registration_cut

    def test_a_trunk_of_the_name_is_known(self) -> None:
        watch = watch_of(carrier(IP, "SIP"))

        assert watch.is_known([sip_peer(), SIP_REGISTRY])
        assert not watch.is_known(["Peer acme not found.\n", SIP_REGISTRY])


class TestIax2:
    def see(self, peer: str, *rows: tuple[str, str, str], **changed: Any) -> Seen:
        lines = [f"{host:45}  N       {user:10.10}  {'<Unregistered>':45}       60  {state}" for host, user, state in rows]
        watch = watch_of(carrier({**REGISTRATION, "host": "iax.example.com", **changed}, "IAX2"))
        return watch.read([peer, "\n".join([IAX_REGISTRY.splitlines()[0], *lines, ""])])

    @pytest.mark.parametrize(
        ("state", "verdict", "reason"),
        [
            ("Registered", Verdict.UP, "registered"),
            ("Rejected", Verdict.DOWN, "registration_refused"),
            ("No Authentication", Verdict.DOWN, "registration_refused"),
            ("Request Sent", Verdict.NOT_YET, "registration_pending"),
            ("Auth. Sent", Verdict.NOT_YET, "registration_challenged"),
            ("Timeout", Verdict.DOWN, "registration_unanswered"),
        ],
    )
    def test_a_registration_is_listed_by_the_address_that_its_peer_resolved_to(
        self, state: str, verdict: Verdict, reason: str
    ) -> None:
        others = [("127.0.0.1:40569", "ASTloop", "Request Sent"), ("(null)", "acme", "Unregistered")]

        judgement = self.see(iax_peer(), *others, ("203.0.113.7:4569", "acme", state)).judgement
        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_port_of_its_own(self) -> None:
        row = ("203.0.113.7:4570", "acme", "Registered")

        assert self.see(iax_peer(address="203.0.113.7 Port 4570"), row, port=4570).judgement.verdict is Verdict.UP
        assert self.see(iax_peer(), row).judgement.reason == "registration_missing"

    def test_a_name_that_does_not_resolve(self) -> None:
        seen = self.see(iax_peer("Unmonitored", "(null) Port (null)"), ("(null)", "acme", "Unregistered"))

        assert (seen.judgement.verdict, seen.judgement.reason) == (Verdict.DOWN, "host_unresolved")

    def test_a_long_user_name_is_cut(self) -> None:
        seen = self.see(iax_peer(), ("203.0.113.7:4569", "averylonguser", "Registered"), username="averylonguser")

        assert seen.judgement.verdict is Verdict.UP
        assert watch_of(carrier(REGISTRATION, "IAX2", username="averylonguser")).is_registration_cut

    @pytest.mark.parametrize(
        ("status", "verdict", "reason"),
        [
            ("OK (3 ms)", Verdict.UP, "reachable"),
            ("LAGGED (2500 ms)", Verdict.UP, "reachable_slowly"),
            ("UNREACHABLE", Verdict.DOWN, "peer_unreachable"),
            ("UNKNOWN", Verdict.NOT_YET, "peer_unknown"),
            ("Unmonitored", Verdict.CANNOT_TELL, "qualify_off"),
        ],
    )
    def test_without_a_registration_the_peer_decides(self, status: str, verdict: Verdict, reason: str) -> None:
        judgement = watch_of(carrier(IP, "IAX2")).read([iax_peer(status), IAX_REGISTRY]).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_how_many_look_alike_is_counted_before_ours_is_there(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "IAX2", host="127.0.0.20", username="iaxacme"))

        assert watch.alike(["", IAX_REGISTRY], {"127.0.0.20"}) == 1
        assert watch_of(carrier(REGISTRATION, "IAX2", host="127.0.0.99")).alike(["", IAX_REGISTRY], {"127.0.0.99"}) == 0

    def test_its_register_line_is_read_as_it_is_meant(self) -> None:
        assert watch_of(carrier(REGISTRATION, "IAX2")).registration == Registration("sip.example.com:4569", "acme")
        assert watch_of(carrier(REGISTRATION, "IAX2", port=4570)).registration == Registration("sip.example.com:4570", "acme")
        assert watch_of(carrier(IP, "IAX2")).registration is None


@pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
class TestPjsip:
    def see(
        self,
        protocol: str,
        endpoint: str = ENDPOINT,
        contact: str = aor(AVAILABLE),
        signed_in: str = registration("Registered        (exp. 279s)", refused=60),
        sample: dict[str, str] = REGISTRATION,
        **changed: Any,
    ) -> Seen:
        watch = watch_of(carrier(sample, protocol, **changed))
        texts = {"endpoint": endpoint, "aor": contact, "registration": signed_in}
        return watch.read([texts[question.split()[2]] for question in watch.questions])

    @pytest.mark.parametrize(
        ("status", "verdict", "reason"),
        [
            ("Registered        (exp. 279s)", Verdict.UP, "registered"),
            ("Unregistered      (exp. 3s)", Verdict.NOT_YET, "registration_pending"),
            ("Unregistered      (exp. 5s ago)", Verdict.NOT_YET, "registration_pending"),
            # tried again after the retry interval: Asterisk has one word for a refusal and for silence
            ("Rejected          (exp. 53s)", Verdict.DOWN, "registration_failed"),
            # a wait as only a refusal has it
            ("Rejected          (exp. 290s)", Verdict.DOWN, "registration_refused"),
            # an attempt under way
            ("Rejected          (exp. 14s ago)", Verdict.NOT_YET, "registration_pending"),
            # given up for good
            ("Rejected          (exp. 90s ago)", Verdict.DOWN, "registration_refused"),
            ("Stopped", Verdict.DOWN, "registration_refused"),
            # the carrier's own Retry-After
            ("Rejected          (exp. 117s)", Verdict.DOWN, "registration_failed"),
        ],
    )
    def test_rejected_means_several_things(self, protocol: str, status: str, verdict: Verdict, reason: str) -> None:
        judgement = self.see(protocol, signed_in=registration(status, refused=300)).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    @pytest.mark.parametrize(
        ("rows", "frequency", "verdict", "reason"),
        [
            (AVAILABLE, 60, Verdict.UP, "reachable"),
            (AVAILABLE.replace("Avail         0.367", "Unavail         nan"), 60, Verdict.DOWN, "peer_unreachable"),
            (AVAILABLE.replace("Avail         0.367", "NonQual         nan"), 60, Verdict.NOT_YET, "peer_unknown"),
            (AVAILABLE.replace("Avail         0.367", "NonQual        -nan"), 0, Verdict.CANNOT_TELL, "qualify_off"),
            ("", 60, Verdict.NOT_YET, "peer_unknown"),
        ],
    )
    def test_without_a_registration_the_contact_decides(
        self, protocol: str, rows: str, frequency: int, verdict: Verdict, reason: str
    ) -> None:
        judgement = self.see(protocol, contact=aor(rows, frequency), sample=IP).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_registration_whose_carrier_is_out_of_reach(self, protocol: str) -> None:
        contact = aor(AVAILABLE.replace("Avail         0.367", "Unavail         nan"))

        assert self.see(protocol, contact=contact).judgement.reason == "registered_but_unreachable"

    @pytest.mark.parametrize(
        "lost",
        [
            {"endpoint": MISSING},
            {"contact": MISSING},
            {"signed_in": MISSING},
            {"endpoint": ENDPOINT.replace("    OutAuth:  acme/ok\n", "")},
            {"endpoint": ENDPOINT.replace("   Identify:  acme/acme\n", "")},
        ],
    )
    def test_each_section_must_be_there(self, protocol: str, lost: dict[str, Any]) -> None:
        """One wrong option loses one of them, and leaves the others."""
        seen = self.see(protocol, **lost)

        assert (seen.answered, seen.found, seen.judgement.reason) == (True, False, "not_loaded")

    def test_what_was_never_promised_is_not_missed(self, protocol: str) -> None:
        without_auth = ENDPOINT.replace("    OutAuth:  acme/ok\n", "")

        assert self.see(protocol, endpoint=without_auth, sample=IP).judgement.reason == "reachable"

    def test_half_an_answer_is_none(self, protocol: str) -> None:
        for part in ("endpoint", "contact", "signed_in"):
            missing: dict[str, Any] = {part: ""}
            seen = self.see(protocol, **missing)
            assert (seen.answered, seen.judgement.reason) == (False, "asterisk_silent")

    def test_a_long_name(self, protocol: str) -> None:
        name = LONG.replace("-", "_")[:40]
        seen = self.see(
            protocol,
            endpoint=LONG_ENDPOINT.replace("-", "_"),
            contact=aor(f"    Contact:  {name}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767", 60, name),
            signed_in=registration("Registered        (exp. 280s)", name),
            trunk_name=name,
        )

        assert seen.judgement.verdict is Verdict.UP

    def test_asterisks_own_words_are_kept_for_people(self, protocol: str) -> None:
        seen = self.see(protocol, signed_in=registration("Rejected          (exp. 53s)"))

        assert seen.states == {"contact": "Avail (0 ms)", "registration": "Rejected"}
        assert (seen.is_reachable, seen.is_registered) == (True, False)

    @pytest.mark.parametrize("said", [[BARE_ENDPOINT, MISSING], [MISSING, aor("")]])
    def test_any_object_of_the_name_is_in_the_way(self, protocol: str, said: list[str]) -> None:
        watch = watch_of(carrier(IP, protocol))

        assert watch.is_known(said)
        assert not watch.is_known([MISSING, MISSING])


def test_an_endpoint_of_somebody_elses_without_an_aor_is_no_silent_asterisk() -> None:
    by_hand = replace(carrier(IP, "PJSIP"), account_entry="[out]\ntype=endpoint\ncontext=trunkinbound\n")
    watch = watch_of(by_hand)

    assert watch.questions == ("pjsip show endpoint out",)
    assert watch.read([ENDPOINT]).judgement.reason != "asterisk_silent"
