"""What is found on a dialer before anything is written, and what an old one lacks; against a dialer in memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.carrier.samples import IP, PROTOCOLS, REGISTRATION, answers
from tests.dialer.test_installer import MemoryJournal, install
from tests.dialer.test_ways_out import installed
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.carrier.profile import NOWHERE
from wizard.dialer.facts import DialerFacts
from wizard.dialer.fitness import check_fitness
from wizard.dialer.gathering import COLUMNS, gather_facts
from wizard.dialer.outcome import Outcome
from wizard.dialer.protocol import AgentReply, parse_reply
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import (
    CommandError,
    DatabaseError,
    RefusedError,
)
from wizard.service.dialers import place_of, summary_of

#: what the carrier told us
LIMITS = {"max_channels": 100, "calls_per_second": 10}
TEMPLATE = {"template_id": "ACME_T", "template_name": "Ours", "template_contents": "rtptimeout=60\n", "user_group": ""}


class TestWhatIsFoundBeforeAnythingIsWritten:
    def codes(self, dialer: FakeDialer, **changes: Any) -> set[str]:
        with pytest.raises(RefusedError) as caught:
            install(dialer, answers({**REGISTRATION, **LIMITS}, **changes))
        assert dialer.rows.get("ACME") is None
        return {finding.code for finding in caught.value.findings}

    def test_a_trunk_that_somebody_wrote_by_hand(self) -> None:
        assert "peer_in_asterisk" in self.codes(FakeDialer(other_peers=frozenset({"acme"})))

    def test_the_same_registration_twice(self) -> None:
        dialer = FakeDialer()
        installed(dialer)
        dialer.rows["OTHER"] = {**dialer.rows.pop("ACME"), "carrier_id": "OTHER", "account_entry": "[other]\n"}
        dialer.generated = dialer.loaded = dict(dialer.rows)

        assert "registration_taken" in self.codes(dialer)

    @pytest.mark.parametrize("protocol", ["IAX2", "PJSIP"])
    def test_another_protocols_registration_is_another_one(self, protocol: str) -> None:
        dialer = FakeDialer()
        line = "register => acme:other@SIP.example.com"
        dialer.rows["OTHER"] = {
            **dict.fromkeys(COLUMNS["vicidial_server_carriers"], ""), "carrier_id": "OTHER", "protocol": protocol,
            "active": "Y", "registration_string": line, "server_ip": "10.0.0.1",
        }  # fmt: skip

        assert install(dialer).outcome is Outcome.UP
        dialer = FakeDialer(rows={"OTHER": {**dialer.rows["OTHER"], "protocol": "SIP"}}, generator_runs=False)
        dialer.servers[0]["rebuild_conf_files"] = "Y"
        assert self.codes(dialer) == {"registration_taken"}, "no rebuild will change that"

    @pytest.mark.parametrize("is_flagged", [True, False])
    def test_what_was_deleted_and_is_not_rebuilt_yet_blames_nobody(self, is_flagged: bool) -> None:
        """Its heading would also be taken for ours."""
        dialer = FakeDialer(generator_runs=False)
        dialer.generated = dialer.loaded = {
            "ACME": {
                **dict.fromkeys(COLUMNS["vicidial_server_carriers"], ""), "carrier_id": "ACME" if not is_flagged else "OLD",
                "protocol": "SIP", "account_entry": "[acme]\n",
            }
        }  # fmt: skip
        dialer.servers[0]["rebuild_conf_files"] = "Y" if is_flagged else "N"

        assert self.codes(dialer) == {"rebuild_pending"}

    def test_a_proxy_of_ones_own_on_the_dialer_is_only_asked_about(self) -> None:
        dialer = FakeDialer()
        program = dialer._program
        dialer._program = (  # type: ignore[method-assign]
            lambda command: "127.0.0.1 STREAM\n" if command[0] == "getent" else program(command)
        )

        assert install(dialer, answers(IP, host="localhost", port=5080)).outcome is Outcome.UP

    def test_a_host_that_is_the_dialer_itself(self) -> None:
        dialer = FakeDialer()
        program = dialer._program
        dialer._program = (  # type: ignore[method-assign]
            lambda command: "10.0.0.1 STREAM\n" if command[0] == "getent" else program(command)
        )

        assert "host_is_dialer" in self.codes(dialer)

    def test_a_host_with_several_addresses_is_a_warning_until_they_are_listed(self) -> None:
        dialer = FakeDialer()
        program = dialer._program
        dialer._program = (  # type: ignore[method-assign]
            lambda command: "203.0.113.7 STREAM\n203.0.113.8 STREAM\n" if command[0] == "getent" else program(command)
        )

        def warned(**changed: Any) -> set[str]:
            journal = MemoryJournal()
            install(dialer, answers(IP, host="sip.example.com", **changed), journal)
            dialer.rows.clear()
            dialer.generated = dialer.loaded = {}
            return set(journal.findings)

        assert "host_several_addresses" in warned()
        assert "host_several_addresses" not in warned(match=["203.0.113.8"])
        assert "host_several_addresses" not in warned(protocol="PJSIP")

    def test_a_proxy_without_an_address(self) -> None:
        assert "host_unresolved" in self.codes(FakeDialer(), outbound_proxy="proxy.nowhere.invalid")

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_a_trunk_written_by_hand_in_any_protocol(self, protocol: str) -> None:
        dialer = FakeDialer(other_peers=frozenset({"acme"}))

        assert "peer_in_asterisk" in self.codes(dialer, host=ADDRESS, protocol=protocol)

    @pytest.mark.parametrize(
        ("protocol", "change", "code"),
        [
            ("SIP", {"modules": ["chan_pjsip"]}, "driver_missing"),
            ("PJSIP_WIZ", {"modules": ["chan_sip", "chan_pjsip"]}, "driver_missing"),
            ("PJSIP", {"including": ("extensions", "sip", "iax")}, "include_missing"),
            ("IAX2", {"including": ("extensions", "sip")}, "include_missing"),
            ("PJSIP", {"transports": {}}, "transport_missing_pjsip"),
        ],
    )
    def test_what_its_asterisk_lacks(self, protocol: str, change: dict[str, Any], code: str) -> None:
        assert code in self.codes(FakeDialer(**change), host=ADDRESS, protocol=protocol)

    def test_a_transport_that_nobody_listens_at(self) -> None:
        assert "transport_missing_chan_sip" in self.codes(FakeDialer(sip_tcp=False), transport="tcp")

    def test_codecs_that_this_asterisk_can_not_turn_into_others(self) -> None:
        assert "codecs_silent" in self.codes(FakeDialer(), codecs=["g729"])

    @pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
    def test_an_option_that_its_pjsip_does_not_have(self, protocol: str) -> None:
        dialer = FakeDialer(forgotten_options=frozenset({"send_aoc"}))

        assert "extra_option_unknown_here" in self.codes(dialer, protocol=protocol, extra_options="send_aoc=yes")
        assert install(FakeDialer(), answers(IP, protocol=protocol, extra_options="send_aoc=yes")).outcome is Outcome.UP

    def test_a_template_that_is_not_there_or_there_already(self) -> None:
        there = FakeDialer(templates={"ACME_T": TEMPLATE})

        assert "template_missing" in self.codes(FakeDialer(), template_id="ACME_T")
        assert "template_exists" in self.codes(there, template_id="acme_t", make_template=True)
        assert there.templates == {"ACME_T": TEMPLATE}

    def test_a_context_that_leads_out_again(self) -> None:
        dialer = FakeDialer()
        say = dialer.say
        through = "[ Included context 'vicidial-auto-external' created by 'pbx_config' ]\n  '_9.' => 1. AGI()\n"
        dialer.say = (  # type: ignore[method-assign]
            lambda command, loaded: through if command.endswith("@trunkinbound") else say(command, loaded)
        )

        assert "context_leads_out" in self.codes(dialer)

    @pytest.mark.parametrize(("port", "code"), [(None, "host_is_dialer"), (5060, "host_is_dialer"), (4569, "host_is_dialer")])
    def test_a_host_that_is_the_dialer_at_a_port_of_its_own(self, port: int | None, code: str) -> None:
        dialer = FakeDialer()
        program = dialer._program
        dialer._program = (  # type: ignore[method-assign]
            lambda command: "10.0.0.1 STREAM\n" if command[0] == "getent" else program(command)
        )

        assert code in self.codes(dialer, port=port)

    def test_an_entry_for_another_server(self) -> None:
        assert "server_ip_elsewhere" in self.codes(FakeDialer(), server_ip="10.0.0.9")


class TestWhatIsReadOfADialer:
    def facts(self, dialer: FakeDialer) -> DialerFacts:
        return gather_facts(dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())())

    def test_its_drivers_and_where_they_listen(self) -> None:
        facts = self.facts(FakeDialer())

        assert {"chan_sip", "chan_pjsip", "chan_iax2", "res_srtp"} <= facts.host.modules
        assert {(each.driver, each.transport.value, each.port, each.name) for each in facts.place.listeners} == {
            ("chan_sip", "udp", 5060, ""),
            ("chan_sip", "tcp", 5060, ""),
            ("chan_sip", "tls", 5061, ""),
            ("chan_pjsip", "udp", 5062, "transport-udp"),
            ("chan_pjsip", "tcp", 5062, "transport-tcp"),
            ("chan_pjsip", "tls", 5063, "transport-tls"),
            ("chan_iax2", "udp", 4569, ""),
        }

    def test_what_an_entry_is_judged_against(self) -> None:
        profile = self.facts(FakeDialer(retries_after_403=False, templates={"T1": TEMPLATE | {"template_id": "T1"}})).profile()

        assert profile.codecs == frozenset({"ulaw", "alaw", "gsm", "g726", "g722"})
        assert not profile.retries_after_403
        assert [each.template_id for each in profile.templates] == ["T1"]
        assert profile.unread_files == {}
        assert profile.place.server_ip == profile.server_ip == "10.0.0.1"

    def test_the_audios_ports(self) -> None:
        assert self.facts(FakeDialer()).host.rtp_range == (10000, 20000)

    def test_a_dialer_of_after_chan_sip(self) -> None:
        facts = self.facts(FakeDialer(modules=["chan_pjsip", "chan_iax2"], including=("extensions", "pjsip", "iax")))

        assert {each.driver for each in facts.place.listeners} == {"chan_pjsip", "chan_iax2"}
        assert set(facts.profile().unread_files) == {"SIP", "PJSIP_WIZ"}
        assert [each.code for each in check_fitness(facts)] == []

    def test_a_dialplan_that_includes_nothing_is_everybodys_trouble(self) -> None:
        dialer = FakeDialer()
        read = dialer._read
        dialer._read = (  # type: ignore[method-assign]
            lambda path, most: AgentReply("ok", ("[general]\n",)) if "extensions.conf" in path else read(path, most)
        )

        assert [each.code for each in check_fitness(self.facts(dialer))] == ["include_missing"]

    def test_an_asterisk_that_says_nothing(self) -> None:
        facts = self.facts(FakeDialer(silent=True))

        assert (facts.host.codecs, facts.host.rtp_range, facts.host.modules) == (None, None, frozenset())
        assert "asterisk_silent" in [each.code for each in check_fitness(facts)]

    def test_its_summary_goes_into_json_and_an_entry_can_be_made_from_it(self) -> None:
        facts = self.facts(FakeDialer())
        summary = json.loads(json.dumps(summary_of(facts)))

        assert place_of(summary) == facts.place
        assert place_of({}) == NOWHERE


class TestOldSchemas:
    def test_what_an_old_table_lacks_is_done_without(self) -> None:
        missing = frozenset({"carrier_description", "user_group", "ext_context", "omit_phone_code", "svn_revision"})
        dialer = FakeDialer(missing_columns=missing)
        for column in ("ext_context",):
            del dialer.servers[0][column]

        assert install(dialer, answers(IP)).outcome is Outcome.UP
        assert "user_group" not in dialer.rows["ACME"]

    def test_what_nobody_can_do_without_is_said_by_name(self) -> None:
        dialer = FakeDialer(missing_columns=frozenset({"generate_vicidial_conf"}))

        with pytest.raises(DatabaseError) as caught:
            gather_facts(dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())())
        assert "generate_vicidial_conf" in caught.value.values["detail"]  # type: ignore[operator]


@pytest.mark.parametrize("line", [b"Connection closed.", b"ok zz", b"ok x6", b"", b"fine x41"])
def test_what_is_not_the_agents_language_is_an_error_and_not_a_value(line: bytes) -> None:
    with pytest.raises(CommandError):
        parse_reply(line)
