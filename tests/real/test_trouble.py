"""Something dies on the way: the dialer ends as it was, or as it should be, and the answer says which."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import CommandLine, DialerState
from tests.real.faults import cut_connection, later, when_begun
from wizard.dialer.journal import Phase


class TestTrouble:
    """Something dies on the way: the dialer ends as it was, or as it should be, and the answer says which."""

    def test_a_generator_that_is_frozen(self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
        before = state()
        lab.dialer.run("pkill", "-STOP", "-x", "cron")
        thaw = threading.Timer(6, lambda: lab.dialer.control("start-clock"))
        thaw.start()

        ended = wizard.install("--wait", "4", carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        thaw.join()
        assert (ended.status, ended.document["reason"]) == (4, "not_loaded")
        assert state() == before

    def test_a_screen_that_is_gone_is_made_up_for(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.run("screen", "-S", "asterisk", "-X", "sessionname", "elsewhere")
        try:
            installed = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
            assert installed.status == 0
            gone = wizard("rollback", installed.document["install_id"], *wizard.access)
        finally:
            lab.dialer.run("screen", "-S", "elsewhere", "-X", "sessionname", "asterisk")

        assert gone.document["outcome"] == "rolled_back"
        assert "not found" in lab.dialer.asterisk("sip show peer acme")

    def test_a_row_that_was_changed_by_hand_is_not_deleted(self, lab: Lab, wizard: CommandLine) -> None:
        values, secret = carrier_answers(lab, "registration")
        installed = wizard.install(secret=secret, **values)
        lab.dialer.query("UPDATE vicidial_server_carriers SET carrier_name='Mine now' WHERE carrier_id='ACME'")

        refused = wizard("rollback", installed.document["install_id"], *wizard.access)

        assert (refused.status, refused.document["outcome"], refused.document["reason"]) == (1, "up", "drift")
        assert lab.dialer.query("SELECT carrier_name FROM vicidial_server_carriers WHERE carrier_id='ACME'") == [
            {"carrier_name": "Mine now"}
        ]

    @pytest.mark.parametrize("phase", [Phase.ROW_WRITTEN, Phase.ACTIVATED, Phase.CONF_SEEN, Phase.LOADED])
    def test_an_ssh_connection_that_is_cut(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], phase: Phase
    ) -> None:
        before = state()
        values, secret = carrier_answers(lab, "registration")

        with when_begun(phase, lambda: cut_connection(lab)):
            ended = wizard.install(secret=secret, **values)

        assert (ended.status, ended.document["reason"]) == (4, "connection_lost")
        assert state() == before

    @pytest.mark.parametrize("after", [0.0, 0.5, 1.5])
    def test_a_connection_that_is_cut_during_the_undo(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], after: float
    ) -> None:
        """The undo comes back and goes on, wherever it was."""
        before = state()
        values, _ = carrier_answers(lab, "registration")

        with later(after, lambda: cut_connection(lab)) as start, when_begun(Phase.ROLLING_BACK, start):
            ended = wizard.install(secret="wrong.Word", **values)

        assert (ended.status, ended.document["reason"]) == (4, "registration_refused")
        assert state() == before

    def test_a_wizard_that_is_killed_leaves_a_way_back(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        before = state()
        values, secret = carrier_answers(lab, "registration")
        with wizard.installing(secret, **values) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "Carrier switched on" in line:
                    process.send_signal(signal.SIGKILL)
                    break

        [found] = wizard("history").document
        assert found["outcome"] == "interrupted"
        assert wizard("rollback", found["install_id"], *wizard.access).status == 0
        assert state() == before
