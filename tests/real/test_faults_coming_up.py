"""Something dies between Asterisk's reload and the moved campaigns: the wizard says what is so, and docs/faults.md the same."""

from __future__ import annotations

import pytest

from tests.real.conftest import CommandLine
from tests.real.matrix.check import check
from tests.real.matrix.pairs import while_coming_up
from tests.real.matrix.stage import Stage


@pytest.mark.parametrize(("moment", "fault", "protocol"), while_coming_up())
def test_the_dialer_is_old_or_new_and_the_wizard_knows_which(
    stage: Stage, own_wizard: CommandLine, moment: str, fault: str, protocol: str
) -> None:
    check(stage, own_wizard, moment, fault, protocol)
