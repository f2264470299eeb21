"""Each fault: what is injected, which symptoms it has, which command is asked, and what it must name first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from tests.lab.accounts import ACME, PERCALL
from tests.real.sip_codes import MORE_CODES, SILENT

from .bench import BARRED, INCOMING, INCOMING_PLUS, SLOW, STRANGER, UNKNOWN, Bench
from .injecting import (
    called_in,
    campaign,
    full,
    no_answer_through,
    no_cron,
    no_crontab,
    no_iax2,
    no_screen,
    no_sound_through,
    nothing_through,
    on_the_others_port,
    row,
    server_without,
    turned_away,
)

Ask = Callable[[Bench], Any]
_REGISTERS = {"auth": "registration", "username": ACME.username}


@dataclass(frozen=True)
class Fault:
    """``first``: the cause that must come first; ``certainty``: as sure as it may be said; ``ask`` returns the document."""

    name: str
    symptoms: tuple[int, ...]
    injected: str
    command: str
    first: str
    certainty: str
    ask: Ask
    #: around the question, where more is needed than the bench has
    injecting: Callable[[Bench], AbstractContextManager[None]] = lambda _: nullcontext()


def _status(name: str) -> Ask:
    return lambda bench: bench.status(name)


def _call(last_four: str, carrier: str = "CODES", **options: Any) -> Ask:
    return lambda bench: bench.call(carrier, last_four, **options)


def _check(host: str, secret: str = "", **values: Any) -> Ask:
    return lambda bench: bench.check(host, secret, **{"auth": "ip", **values})


def _check_of(name: str, secret: str = "", **values: Any) -> Ask:
    return lambda bench: bench.check(bench.lab.carriers[name].address, secret, **{"auth": "ip", **values})


def _all() -> Iterator[Fault]:
    """In this order: what takes Asterisk some seconds to find out is asked for late."""
    call, status, check = "test-call", "status", "check"
    yield Fault(
        "check-port", (3, 8), "a port at which nobody listens", check, "port_closed", "proved", _check_of("ip", port=5999)
    )
    yield Fault(
        "check-dns", (3, 39), "a host name without an address", check, "host_unresolved", "proved", _check("nowhere.invalid")
    )
    yield Fault("check-silent", (3,), "a host that never says anything", check, "carrier_silent", "likely", _check(SILENT))
    yield Fault(
        "check-word",
        (10,),
        "a wrong password",
        check,
        "sign_in_refused",
        "proved",
        _check_of("registration", "wr0ng-Pass", **_REGISTERS),
    )
    yield Fault(
        "check-word-calls",
        (13,),
        "a wrong password for calls",
        check,
        "sign_in_refused",
        "proved",
        _check_of("credentials", "wr0ng-Pass", auth="credentials", username=PERCALL.username, protocol="PJSIP"),
    )
    yield Fault(
        "check-user",
        (10,),
        "a user name that the carrier doesn't know (404)",
        check,
        "account_unknown",
        "proved",
        _check(UNKNOWN, "any-Secret", **_REGISTERS),
    )
    yield Fault(
        "check-barred",
        (10, 14),
        "403 to the registration before a password is asked for",
        check,
        "account_barred",
        "proved",
        _check(BARRED, "any-Secret", **_REGISTERS),
    )
    yield Fault(
        "check-options",
        (4,),
        "a carrier that ignores OPTIONS and takes the registration",
        check,
        "options_ignored",
        "proved",
        _check(MORE_CODES, "any-Secret", **_REGISTERS),
    )
    yield Fault("check-slow", (7,), "OPTIONS answered after 2.4 s", check, "slow_answers", "likely", _check(SLOW))
    yield Fault(
        "check-tls",
        (42,),
        "TLS on a dialer without a transport for it",
        check,
        "transport_missing",
        "proved",
        _check_of("ip", transport="tls"),
    )
    yield Fault(
        "check-codec",
        (24,),
        "a codec that Asterisk has no module for",
        check,
        "codec_missing",
        "possible",
        _check_of("ip", codecs=["g729"]),
    )
    yield Fault(
        "call-403", (14, 6), "403 to calls, the carrier knows us by address", call, "ip_not_allowed", "likely", _call("0403")
    )
    yield Fault(
        "call-403-registered",
        (15, 6),
        "403 to calls with another caller ID than one's own",
        call,
        "caller_id_refused",
        "likely",
        _call("0022", "H_REG", caller_id="3125550000"),
    )
    yield Fault(
        "call-caller-id",
        (15,),
        "403 with the carrier's own code for a caller ID (D35)",
        call,
        "caller_id_refused",
        "proved",
        _call("0710"),
    )
    yield Fault(
        "call-domain",
        (43,),
        "403 with the carrier's own code for an unknown trunk (32001)",
        call,
        "trunk_unknown",
        "proved",
        _call("0711"),
    )
    yield Fault("call-402", (16,), "402 to calls", call, "account_limited", "proved", _call("0402"))
    yield Fault(
        "call-401", (13,), "a wrong password with each call", call, "call_sign_in_refused", "proved", _call("0100", "SIGNS")
    )
    yield Fault("call-404", (17, 6), "404: a digit too many", call, "digits_refused", "likely", _call("0404"))
    yield Fault("call-484", (18,), "484: another number format is wanted", call, "digits_refused", "proved", _call("0484"))
    yield Fault("call-486", (), "486", call, "number_busy", "likely", _call("0486"))
    yield Fault("call-488", (23,), "488: no codec in common", call, "codec_refused", "proved", _call("0488"))
    yield Fault("call-503", (20,), "503 to calls", call, "carrier_full", "likely", _call("0503"))
    yield Fault("call-429", (21,), "429 to calls", call, "calls_too_fast", "proved", _call("0429"))
    yield Fault("call-603", (35,), "603 at once", call, "calls_blocked", "likely", _call("0603"))
    yield Fault("call-608", (35,), "608: a filter", call, "calls_blocked", "proved", _call("0608"))
    yield Fault("call-500", (20,), "500", call, "carrier_trouble", "likely", _call("0500"))
    yield Fault("call-silent", (3,), "not a word to a call", call, "call_unanswered", "likely", _call("9999"))
    yield Fault("call-deaf", (26,), "an answered call whose sound never comes", call, "no_sound_in", "likely", _call("0721"))
    yield Fault(
        "call-private", (25,), "a private address in our SDP", call, "private_address", "proved", _call("0721", "PRIVATE")
    )
    yield Fault(
        "call-ack",
        (28,),
        "a carrier that never sees our ACK and repeats its 200",
        call,
        "answer_not_confirmed",
        "proved",
        _call("0723"),
    )
    yield Fault("call-digits", (36,), "an answer without telephone events", call, "digits_not_heard", "likely", _call("0722"))
    yield Fault(
        "call-ringing", (38,), "an answer after 2.6 s without a word before", call, "no_ringing", "possible", _call("0724")
    )
    yield Fault("call-timeout", (30,), "silence, and rtptimeout=1", call, "silence_timeout", "proved", _call("0721", "MUTE"))
    yield Fault(
        "call-backup",
        (37,),
        "a dialplan that doesn't go on to its second Dial() after 503",
        call,
        "backup_not_tried",
        "proved",
        _call("0503", "TWICE"),
    )
    yield Fault(
        "recent-503",
        (20, 21),
        "six calls of a campaign, each refused with 503",
        status,
        "carrier_full",
        "likely",
        _status("FULL"),
        lambda bench: full(bench),
    )
    yield Fault(
        "prefix-nowhere",
        (19,),
        "a campaign's prefix that matches nothing",
        status,
        "prefix_unused",
        "likely",
        _status("SPARE"),
        lambda bench: campaign(bench, "97"),
    )
    yield Fault(
        "prefix-taken",
        (44, 19),
        "two carriers with one pattern",
        status,
        "prefix_taken",
        "likely",
        _status("TAKEN"),
        lambda bench: campaign(bench, "71"),
    )
    yield Fault(
        "global",
        (45,),
        "Dial() through a global variable that nothing sets",
        status,
        "global_missing",
        "proved",
        _status("GLOBAL"),
    )
    yield Fault(
        "dials", (22,), "Dial() through a name that no account has", status, "dials_another_trunk", "likely", _status("NAMES")
    )
    yield Fault(
        "glued", (42,), "a semicolon that the screen took out of the host", status, "semicolon_lost", "proved", _status("GLUED")
    )
    yield Fault("dns", (3, 39), "a host name without an address", status, "host_unresolved", "proved", _status("NODNS"))
    yield Fault("section", (12,), "an option that PJSIP doesn't know", status, "section_refused", "proved", _status("BROKEN"))
    yield Fault("word", (10,), "a wrong password", status, "sign_in_refused", "proved", _status("WORD"))
    yield Fault(
        "user", (10,), "a user name that the carrier doesn't know (403)", status, "sign_in_refused", "proved", _status("NOBODY")
    )
    yield Fault(
        "blocked", (11, 10), "403 to a PJSIP registration, for ever", status, "sign_in_refused", "proved", _status("BLOCKED")
    )
    yield Fault("iax2-word", (41,), "a wrong password over IAX2", status, "iax2_refused", "proved", _status("IAXWORD"))
    yield Fault(
        "registration-silent",
        (8,),
        "a registration that nobody answers",
        status,
        "registration_unanswered",
        "likely",
        _status("NOREPLY"),
    )
    yield Fault(
        "incoming-s",
        (31,),
        "a call that comes in without a number",
        status,
        "incoming_without_number",
        "proved",
        _status("IN_S"),
        lambda bench: called_in(bench, INCOMING, "s"),
    )
    yield Fault(
        "incoming-plus",
        (33,),
        "a call that comes in for +12125550100",
        status,
        "incoming_with_plus",
        "proved",
        _status("IN_PLUS"),
        lambda bench: called_in(bench, INCOMING_PLUS, "+12125550100"),
    )
    yield Fault("slow", (7,), "OPTIONS answered after 2.4 s", status, "slow_answers", "proved", _status("LAGS"))
    yield Fault(
        "options", (4,), "OPTIONS ignored, and the registration taken", status, "options_ignored", "proved", _status("DEAF")
    )
    yield Fault("silent", (3,), "a host that never says anything", status, "carrier_silent", "likely", _status("QUIET"))
    yield Fault(
        "inactive", (1,), "Active=N", status, "inactive", "proved", _status("LATE"), lambda bench: row(bench, active="N")
    )
    yield Fault(
        "generation",
        (2,),
        "generate_vicidial_conf=N",
        status,
        "generation_off",
        "proved",
        _status("LATE"),
        lambda bench: server_without(bench, "generate_vicidial_conf"),
    )
    yield Fault(
        "asterisk-server",
        (2,),
        "active_asterisk_server=N",
        status,
        "not_an_asterisk_server",
        "proved",
        _status("LATE"),
        lambda bench: server_without(bench, "active_asterisk_server"),
    )
    yield Fault("keepalive", (2,), "no keepalive in cron", status, "keepalive_missing", "proved", _status("LATE"), no_crontab)
    yield Fault("cron", (2,), "cron is not running", status, "cron_stopped", "proved", _status("LATE"), no_cron)
    yield Fault(
        "screen",
        (2,),
        "the screen is gone, so the reload is lost",
        status,
        "screen_missing",
        "proved",
        _status("LATE"),
        no_screen,
    )
    yield Fault("module", (40,), "chan_iax2 isn't loaded", status, "driver_missing", "proved", _status("H_IAX"), no_iax2)
    yield Fault(
        "codec-call",
        (24,),
        "an answered call in G.729, which Asterisk can only pass through",
        call,
        "codec_untranslatable",
        "proved",
        _call("0725", "G729"),
    )
    yield Fault(
        "firewall-sound",
        (26,),
        "a firewall that lets signalling in, and no sound",
        call,
        "firewall_audio",
        "proved",
        _call("0720"),
        no_sound_through,
    )
    yield Fault(
        "firewall-call",
        (3, 8),
        "a firewall that throws away what the carrier answers to a call",
        call,
        "firewall_signalling",
        "proved",
        _call("0720"),
        no_answer_through,
    )
    yield Fault(
        "firewall",
        (3, 8),
        "a firewall that throws away all that the carrier sends",
        status,
        "firewall_signalling",
        "proved",
        _status("WALLED"),
        nothing_through,
    )
    yield Fault(
        "port",
        (40,),
        "chan_sip on a port that PJSIP holds",
        status,
        "port_taken",
        "proved",
        _status("WALLED"),
        on_the_others_port,
    )
    yield Fault(
        "asked-often",
        (5,),
        "a carrier that answers OPTIONS once in ten seconds, asked every two",
        status,
        "asked_too_often",
        "likely",
        _status("OFTEN"),
    )
    yield Fault(
        "stranger",
        (32,),
        "a call that comes in from another address of the carrier's network",
        status,
        "incoming_from_stranger",
        "likely",
        _status("H_CRED"),
        lambda bench: turned_away(bench, STRANGER),
    )


FAULTS = tuple(_all())
