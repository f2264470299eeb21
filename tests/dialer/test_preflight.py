"""What is found on a dialer before anything is written, and what an old one lacks; against a dialer in memory."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.samples import IP, REGISTRATION, answers
from tests.dialer.test_installer import install
from tests.dialer.test_ways_out import installed
from tests.fakes import FakeDialer
from wizard.dialer.facts import COLUMNS, gather_facts
from wizard.dialer.installer import Outcome
from wizard.dialer.protocol import parse_reply
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import (
    CommandError,
    DatabaseError,
    RefusedError,
)


class TestWhatIsFoundBeforeAnythingIsWritten:
    def codes(self, dialer: FakeDialer, **changes: Any) -> set[str]:
        with pytest.raises(RefusedError) as caught:
            install(dialer, answers(REGISTRATION, **changes))
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
                "account_entry": "[acme]\n",
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

    def test_an_entry_for_another_server(self) -> None:
        assert "server_ip_elsewhere" in self.codes(FakeDialer(), server_ip="10.0.0.9")


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
