"""Each rule sees its own cause, and each cause that is sure comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.carrier.diagnosis.seen import (
    BY_IP,
    IAX2,
    REGISTERED,
    answered,
    call,
    door,
    invite,
    of,
    ready,
    reply,
    row,
    sign_in,
)
from wizard.carrier.diagnosis.cause import Certainty
from wizard.carrier.diagnosis.diagnose import diagnose
from wizard.carrier.diagnosis.observations import (
    Address,
    Advertised,
    CampaignCalls,
    Firewall,
    Observations,
    RecentCalls,
    SignInAnswer,
    SipAnswer,
    Understood,
)
from wizard.carrier.diagnosis.rules import RULES
from wizard.carrier.diagnosis.symptoms import COUNT, SYMPTOMS
from wizard.carrier.model import Protocol

_DOWN: dict[str, Any] = {"verdict": "down", "reason": "peer_unreachable"}
_WAITING: dict[str, Any] = {"verdict": "not_yet", "reason": "not_loaded"}
_UP: dict[str, Any] = {"verdict": "up", "reason": "reachable"}
_REFUSED: dict[str, Any] = {"verdict": "down", "reason": "registration_refused"}
_SDP = "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000"
_TWO_DIALS = row(
    dialplan_entry="exten => _91NXX,1,Dial(SIP/acme/${EXTEN:1},,To)\nexten => _91NXX,n,Dial(SIP/other/${EXTEN:1},,To)\n"
)
_QUALIFIED = row(account_entry="[acme]\ntype=peer\nhost=203.0.113.7\nqualifyfreq=5\n")
_LOST_AND_BACK = ("Peer 'acme' is now UNREACHABLE!  Last qualify: 1", "Peer 'acme' is now Reachable. (1ms / 2000ms)") * 2
_TURNED_AWAY = ("Call from 'acme' to extension 's' rejected because extension not found",)
_NO_FORMAT = ("No format found to offer. Cancelling call to 12125550100",)
_UNHEARD = call(unheard=True, dialstatus="CANCEL", hangup_cause=0)
_TIMED_OUT = ("chan_sip.c: -- Registration for 'acme@sip.example.com' timed out, trying again (Attempt #1)",) * 3

#: (cause, what was seen)
SEEN: list[tuple[str, Observations]] = [
    ("inactive", of(verdict="down", reason="inactive")),
    ("other_server", of(verdict="down", reason="other_server")),
    ("protocol_not_written", of(verdict="cannot_tell", reason="protocol_not_supported")),
    ("asterisk_silent", of(verdict="cannot_tell", reason="asterisk_silent")),
    ("generation_off", of(preconditions=ready(generates_conf=False))),
    ("not_an_asterisk_server", of(preconditions=ready(is_active_asterisk_server=False))),
    ("keepalive_missing", of(preconditions=ready(keepalive_in_cron=False))),
    ("cron_stopped", of(verdict="down", reason="not_generated", preconditions=ready(cron_runs=False))),
    ("driver_missing", of(**_WAITING, preconditions=ready(driver_loaded=False, listens_on=()))),
    ("port_taken", of(**_DOWN, log_lines=("chan_sip.c: Failed to bind to 10.0.0.1:5060: Address already in use",))),
    ("port_taken", of(**_DOWN, preconditions=ready(port_lost_to="chan_pjsip"))),
    ("listens_nowhere", of(**_DOWN, preconditions=ready(listens_on=()))),
    ("section_refused", of(**_WAITING, log_lines=("sorcery: Could not create an object of type 'endpoint' with id 'acme'",))),
    ("screen_missing", of(**_WAITING, preconditions=ready(screen_runs=False))),
    ("not_rebuilt", of(verdict="down", reason="not_generated")),
    ("not_loaded", of(**_WAITING)),
    ("setting_not_taken", of(**_UP, understood=(Understood("acme", "nat", "no", "yes"),))),
    ("semicolon_lost", of(row(account_entry="[acme]\nhost=sip.example.comtransport=tls\n"), **_DOWN)),
    ("global_missing", of(findings=("global_undefined",))),
    ("dials_another_trunk", of(row(dialplan_entry="exten => _9X.,1,Dial(SIP/acmee/${EXTEN:1})\n"), **_UP)),
    ("taken_by_another", of(findings=("pattern_taken",))),
    ("numbers_shared", of(findings=("pattern_shares_numbers",))),
    ("wrong_domain", of(row(account_entry="[acme]\nhost=sip.twilio.com\n"))),
    ("prefix_taken", of(**_UP, campaigns=(CampaignCalls("SALES", "9", "912125550100", ("OTHER",), is_ours=True),))),
    ("prefix_unused", of(**_UP, campaigns=(CampaignCalls("SALES", "8", "812125550100"),))),
    ("host_unresolved", of(verdict="down", reason="host_unresolved")),
    ("port_closed", of(door=door(trouble="refused"))),
    ("no_route", of(door=door(trouble="no_route"))),
    ("tls_failed", of(door=door(trouble="tls"))),
    ("transport_missing", of(door=door(trouble="unsupported"))),
    ("firewall_signalling", of(**_DOWN, firewall=Firewall("iptables", signalling_blocked=True, blocks=("-j DROP",)))),
    ("firewall_signalling", of(**_UP, call=_UNHEARD, firewall=Firewall("iptables", signalling_blocked=True))),
    ("answers_lost", of(**_UP, call=_UNHEARD)),
    ("answers_lost", of(**_UP, call=_UNHEARD, firewall=Firewall("unknown", why="not_root"))),
    ("options_ignored", of(verdict="down", reason="registered_but_unreachable")),
    ("only_asterisk_unanswered", of(**_DOWN, door=door(code=200))),
    ("asked_too_often", of(_QUALIFIED, **_DOWN, log_lines=_LOST_AND_BACK[1:2])),
    ("comes_and_goes", of(**_UP, log_lines=_LOST_AND_BACK)),
    ("carrier_silent", of(**_DOWN, door=door(trouble="no_answer"))),
    ("dns_stalls", of(verdict="not_yet", reason="peer_unknown", log_lines=("Unable to lookup 'sip.example.com'",))),
    ("slow_answers", of(verdict="up", reason="reachable_slowly", states={"peer": "LAGGED (2500 ms)"})),
    ("account_unknown", of(REGISTERED, sign_in=sign_in("refused", 404))),
    ("account_barred", of(REGISTERED, sign_in=sign_in("refused", 403))),
    ("sign_in_refused", of(REGISTERED, **_REFUSED)),
    ("iax2_refused", of(IAX2, **_REFUSED)),
    ("iax2_call_token", of(IAX2, **_REFUSED, log_lines=("chan_iax2.c: Call rejected, CallToken Support required",))),
    ("registration_unanswered", of(REGISTERED, verdict="down", reason="registration_unanswered")),
    ("no_carrier_for_digits", of(**_UP, call=call(left=False))),
    ("another_carrier_takes_it", of(**_UP, call=call(503, trunk="elsewhere"))),
    ("dial_string_wrong", of(call=call(), log_lines=("Could not create dialog to invalid URI 'acme'",))),
    ("trunk_unknown", of(call=call(404, sip_reason="Trunk not found", messages=(reply("404 X", "X-Twilio-Error: 32001"),)))),
    ("call_sign_in_refused", of(REGISTERED, **_UP, call=call(401))),
    ("not_registered", of(call=call(403, sip_reason="User not registered"))),
    ("ip_not_allowed", of(**_UP, call=call(403))),
    ("ip_not_allowed", of(REGISTERED, call=call(403, sip_reason="Source IP not allowed"))),
    ("caller_id_refused", of(REGISTERED, **_UP, call=call(403))),
    ("caller_id_refused", of(call=call(403, sip_reason="Caller Origination Number is Invalid D35"))),
    ("caller_id_refused", of(call=call(messages=(reply("603 Declined", 'Warning: 399 x "Caller ID not verified"'),)))),
    ("destination_off", of(call=call(403, sip_reason="Destination not enabled"))),
    ("account_limited", of(call=call(403, sip_reason="Account balance too low D14"))),
    ("account_limited", of(call=call(402))),
    ("digits_refused", of(**_UP, call=call(404))),
    ("digits_refused", of(**_UP, call=call(484))),
    ("digits_refused", of(IAX2, **_UP, call=call(hangup_cause=1))),
    ("codec_refused", of(**_UP, call=call(488))),
    ("calls_too_fast", of(**_UP, call=call(429))),
    ("calls_too_fast", of(**_UP, call=call(503, sip_reason="CPS limit exceeded"))),
    ("carrier_full", of(**_UP, call=call(503))),
    ("carrier_full", of(**_UP, call=call(403, sip_reason="User channel limit exceeded D1"))),
    ("carrier_full", of(**_UP, recent=RecentCalls({("CONGESTION", 34, 503): 9, ("ANSWER", 16, 200): 1}))),
    ("carrier_trouble", of(**_UP, call=call(500))),
    ("calls_blocked", of(**_UP, call=call(608))),
    ("calls_blocked", of(**_UP, call=call(603))),
    ("iax2_barred", of(IAX2, **_UP, call=call(hangup_cause=21, dialstatus="CHANUNAVAIL"))),
    ("trunk_not_usable", of(verdict="cannot_tell", call=call(hangup_cause=20, dialstatus="CHANUNAVAIL", left=False))),
    ("call_unanswered", of(**_UP, call=call(hangup_cause=0, dialstatus="CANCEL", seconds=26))),
    ("backup_not_tried", of(_TWO_DIALS, **_UP, call=call(503, trunk="acme", messages=(invite(), reply("503 X"))))),
    ("number_busy", of(**_UP, call=call(486, dialstatus="BUSY", hangup_cause=17))),
    ("person_declined", of(**_UP, call=call(603, messages=(reply("180 Ringing"), reply("603 Declined"))))),
    ("nobody_there", of(**_UP, call=call(480))),
    ("sample_address", of(**_UP, advertised=Advertised(media="99.99.99.99", is_sample=True))),
    ("private_address", of(**_UP, host_addresses=("203.0.113.7",), advertised=Advertised(media="192.168.1.9"))),
    ("private_address", of(**_UP, host_addresses=("203.0.113.7",), call=answered(audio_in=0, messages=(invite("c=IN IP4 10.1.1.1"),)))),  # noqa: E501
    ("firewall_audio", of(**_UP, call=answered(audio_in=0), firewall=Firewall("nftables", audio_blocked=True))),
    ("firewall_audio", of(**_UP, call=answered(audio_in=40), firewall=Firewall("nftables", audio_blocked=True))),
    ("codec_untranslatable", of(**_UP, call=call(left=False, dialstatus="CHANUNAVAIL", log_lines=_NO_FORMAT))),
    ("codec_untranslatable", of(**_UP, call=answered(log_lines=("No path to translate from SIP/acme to Local/x",)))),
    ("no_sound_in", of(**_UP, call=answered(audio_in=0))),
    ("no_sound_out", of(**_UP, call=answered(audio_out=0))),
    ("answer_not_confirmed", of(**_UP, call=answered(seconds=32))),
    ("answer_not_confirmed", of(**_UP, call=answered(messages=(invite(), *[reply("200 OK")] * 4)))),
    ("session_timer", of(**_UP, call=answered(seconds=900))),
    ("silence_timeout", of(**_UP, log_lines=("Disconnecting call 'SIP/acme' for lack of RTP activity in 61 seconds",))),
    ("digits_not_heard", of(**_UP, call=answered(messages=(invite(_SDP), reply("200 OK", sdp="m=audio 4000 RTP/AVP 0"))))),
    ("no_ringing", of(**_UP, call=answered(messages=(invite(), reply("200 OK", at=6))))),
    ("incoming_without_number", of(**_UP, log_lines=("Call from 'acme' to extension 's' rejected because extension not found",))),  # noqa: E501
    ("incoming_with_plus", of(**_UP, log_lines=("Call from 'acme' to extension '+12125550100' rejected because extension not found",))),  # noqa: E501
    ("incoming_from_stranger", of(**_UP, log_lines=("Request 'INVITE' from '<sip:x@y>' failed - No matching endpoint found",))),
]  # fmt: skip
#: causes that stand beside a surer one, or that nothing proves: (cause, what was seen)
BESIDE: list[tuple[str, Observations]] = [
    ("incoming_on_wrong_trunk", of(**_UP, findings=("address_shared",), log_lines=_TURNED_AWAY)),
    ("registration_gave_up", of(REGISTERED, **_REFUSED, states={"registration": "Stopped"})),
    ("registration_failed", of(REGISTERED, verdict="down", reason="registration_failed")),
    ("registration_comes_and_goes", of(REGISTERED, verdict="up", reason="registered", log_lines=_TIMED_OUT)),
    ("options_may_be_ignored", of(**_DOWN)),
    ("unusual_port", of(**_DOWN, preconditions=ready(listens_on=("udp:5080",)))),
    ("backup_not_tried", of(_TWO_DIALS, **_UP, call=call(503, trunk="acme"))),
    ("codec_missing", of(**_UP, call=call(0, hangup_cause=127), preconditions=ready(codecs_missing=("g729",)))),
    ("number_dead", of(**_UP, call=call(404))),
]


@pytest.mark.parametrize(("code", "observations"), SEEN, ids=[f"{code}-{at}" for at, (code, _) in enumerate(SEEN)])
def test_a_cause_that_comes_first(code: str, observations: Observations) -> None:
    causes = diagnose(observations)

    assert causes[0].code == code
    assert causes[0].evidence


@pytest.mark.parametrize(("code", "observations"), BESIDE, ids=[code for code, _ in BESIDE])
def test_a_cause_beside_others(code: str, observations: Observations) -> None:
    assert code in [cause.code for cause in diagnose(observations)]


def test_every_rule_has_a_test_here() -> None:
    codes = [rule.code for rule in RULES]

    assert len(codes) == len(set(codes))
    assert {code for code, _ in SEEN + BESIDE} == set(codes)


def test_every_symptom_is_seen_by_a_rule_and_every_number_is_one_of_theirs() -> None:
    assert [symptom.number for symptom in SYMPTOMS if not symptom.causes] == []
    assert all(1 <= number <= COUNT for rule in RULES for number in rule.symptoms)


def codes_of(observations: Observations) -> list[str]:
    return [cause.code for cause in diagnose(observations)]


class TestRefusals:
    def test_a_final_refusal_and_a_temporary_one_are_told_apart(self) -> None:
        assert diagnose(of(**_UP, call=call(503)))[0].code == "carrier_full"
        assert diagnose(of(REGISTERED, **_UP, call=call(403)))[0].code == "caller_id_refused"
        assert diagnose(of(**_UP, call=call(500)))[0].code == "carrier_trouble"

    def test_a_code_of_the_carriers_own_is_proof_and_words_or_a_bare_answer_are_not(self) -> None:
        own_code = diagnose(of(call=call(403, sip_reason="Caller Origination Number is Invalid D35")))[0]
        words = diagnose(of(call=call(403, sip_reason="IP 198.51.100.9 not authorized")))[0]

        assert (own_code.code, own_code.certainty) == ("caller_id_refused", Certainty.PROVED)
        assert (words.code, words.certainty) == ("ip_not_allowed", Certainty.LIKELY)
        assert diagnose(of(call=call(403, sip_reason="Forbidden")))[0].certainty is Certainty.LIKELY

    def test_how_most_of_the_newest_calls_ended_is_never_proof(self) -> None:
        causes = diagnose(of(**_UP, recent=RecentCalls({("CHANUNAVAIL", 1, 484): 20})))

        assert [(causes[0].code, causes[0].certainty)] == [("digits_refused", Certainty.LIKELY)]

    def test_people_who_are_busy_or_do_not_answer_are_no_fault(self) -> None:
        assert diagnose(of(**_UP, recent=RecentCalls({("BUSY", 17, 486): 20, ("NOANSWER", 19, 480): 30}))) == ()


class TestBackups:
    def test_one_that_was_asked_too_is_not_said_to_be_unused(self) -> None:
        again = replace(invite(), text=invite().text.replace("Call-ID: 1", "Call-ID: 2"))
        tried = call(503, trunk="acme", messages=(invite(), reply("503 X"), again, reply("503 X")))

        assert "backup_not_tried" not in codes_of(of(_TWO_DIALS, **_UP, call=tried))

    def test_two_patterns_with_one_dial_each_have_none(self) -> None:
        entry = "exten => _91NXX,1,Dial(SIP/acme/${EXTEN:1},,To)\nexten => _9011.,1,Dial(SIP/acme/${EXTEN:1},,To)\n"

        assert "backup_not_tried" not in codes_of(of(row(dialplan_entry=entry), **_UP, call=call(503, trunk="acme")))


class TestWhoseLineItIs:
    def test_another_account_at_the_same_host_is_none_of_ours(self) -> None:
        line = "Registration for 'other@sip.example.com' : stopping outbound registration"

        assert codes_of(of(REGISTERED, verdict="cannot_tell", reason="qualify_off", log_lines=(line,))) == []


class TestTheDoor:
    def test_a_sign_in_that_was_never_asked_proves_no_answer(self) -> None:
        unasked = SignInAnswer("unknown", SipAnswer(), why="by_address")

        assert codes_of(of(door=door(trouble="no_answer"), sign_in=unasked)) == ["carrier_silent"]

    def test_a_carrier_that_takes_the_sign_in_and_ignores_options_does_just_that(self) -> None:
        accepted = sign_in("accepted", 200, challenged=True)

        assert codes_of(of(REGISTERED, door=door(trouble="no_answer"), sign_in=accepted)) == ["options_ignored"]

    def test_we_tell_the_carrier_the_address_that_leads_there(self) -> None:
        """Of several addresses of a dialer, not just any."""
        inside = door(code=200, asked=Address("10.0.0.9", 5060), sent_from=Address("10.0.0.1", 5060))

        assert codes_of(of(door=inside, advertised=Advertised(own=("198.51.100.1",)))) == []


class TestContradictions:
    def test_a_carrier_that_ignores_options_while_calls_go_through(self) -> None:
        causes = diagnose(of(**_DOWN, call=answered(), door=door(trouble="no_answer")))

        assert [cause.code for cause in causes] == ["options_ignored"]

    def test_an_unanswered_door_is_no_fault_where_calls_go_through_and_nobody_asks(self) -> None:
        assert diagnose(of(verdict="cannot_tell", reason="qualify_off", call=answered(), door=door(trouble="no_answer"))) == ()

    def test_a_firewall_rule_that_blocks_nothing_is_not_blamed(self) -> None:
        blocked = Firewall("iptables", signalling_blocked=True)

        assert "firewall_signalling" not in [each.code for each in diagnose(of(**_DOWN, firewall=blocked, door=door(code=200)))]
        assert diagnose(of(**_UP, firewall=blocked)) == ()

    def test_a_stopped_cron_does_not_matter_to_a_carrier_that_is_up(self) -> None:
        assert diagnose(of(**_UP, preconditions=ready(cron_runs=False, screen_runs=False))) == ()


def test_no_cause_says_a_password() -> None:
    told = [str(each) for _, observations in SEEN for cause in diagnose(observations) for each in cause.evidence]
    assert not any("s3cret.Word" in each for each in told)


def test_a_protocol_that_is_not_watched_is_told_as_such() -> None:
    zap = of(row(BY_IP, protocol=Protocol.ZAP), verdict="cannot_tell", reason="protocol_not_supported")
    assert diagnose(zap)[0].code == "protocol_not_written"
