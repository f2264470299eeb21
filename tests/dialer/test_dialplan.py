"""The dialplan as a dialer's command line prints it, and how far it is read."""

from __future__ import annotations

from tests.fakes import FakeConnection, FakeDialer
from wizard.carrier.simulation.loaded import Include
from wizard.dialer.dialplan import parse_contexts, parse_globals, read_loaded_dialplan
from wizard.dialer.target import DialerSecrets, DialerTarget

#: Asterisk 16 and 22; 13 has [pbx_config] in the place of file and line
PRINTED = r"""
[ Context 'vicidial-auto' created by 'pbx_config' ]
  '100' =>          hint: SIP/acme                                [extensions-vicidial.conf:25]
  '912125550100' => 1. NoOp(plain)                                [pbx_config]
  '_91NXXNXXXXXX' => 1. AGI(agi://127.0.0.1:4577/call_log)         [extensions-vicidial.conf:9]
                    2. ExecIf($["${CALLERID(num)}" =~ "^[2-9][0-9]{9}$"]?Set(CALLERID(num)=+1${CALLERID(num)})) [pbx_config]
     [cwend]        4. Hangup()                                   [extensions-vicidial.conf:14]
  '_X.' (CID match '5551230000') =>  1. NoOp(cid)                                  [extensions-vicidial.conf:23]
  Include =>        'sub1'                                        [pbx_config]
  Include =>        'timed,9:00-17:00,mon-fri,*,*'                [pbx_config]
  Ignore pattern => '9'                                           [pbx_config]
  Alt. Switch =>    'Loopback/foo@bar'                            [pbx_config]

-= 8 extensions (17 priorities) in 1 context. =-

[ Context 'sub1' created by 'pbx_config' ]

-= 0 extensions (0 priorities) in 1 context. =-
"""


def test_contexts_are_read_with_their_priorities_labels_callers_and_includes() -> None:
    contexts = parse_contexts(PRINTED)

    assert list(contexts) == ["vicidial-auto", "sub1"]
    plain, pattern, for_caller = contexts["vicidial-auto"].extensions
    assert (plain.pattern, plain.steps[1].arguments) == ("912125550100", "plain")
    assert list(pattern.steps) == [1, 2, 4]
    assert pattern.steps[2].application == "ExecIf"
    assert pattern.steps[2].arguments.endswith("?Set(CALLERID(num)=+1${CALLERID(num)})")
    assert pattern.steps[4].label == "cwend"
    assert (for_caller.pattern, for_caller.caller) == ("_X.", "5551230000")
    assert contexts["vicidial-auto"].includes == (Include("sub1"), Include("timed", "9:00-17:00,mon-fri,*,*"))


def test_variables_are_read_with_whatever_they_hold() -> None:
    printed = "   ACME_TRUNK=SIP/acme\n   TRUNKloop=IAX2/ASTloop:a=b@127.0.0.1:40569\n\n    -- 2 variable(s)\n"

    assert parse_globals(printed) == {"ACME_TRUNK": "SIP/acme", "TRUNKloop": "IAX2/ASTloop:a=b@127.0.0.1:40569"}


class _Endless(FakeDialer):
    """Each context includes a further one."""

    def _asterisk(self, command: str) -> str:
        name = command.removeprefix("dialplan show ")
        return "" if name == "globals" else f"[ Context '{name}' created by 'x' ]\n  Include =>  '{name}x'  [pbx_config]\n"


def test_a_dialplan_without_end_is_read_for_a_while_and_said_to_be_read_in_part() -> None:
    dialer = _Endless()

    loaded = read_loaded_dialplan(FakeConnection(dialer, DialerTarget("dialer"), DialerSecrets()), "default")

    assert not loaded.is_whole
    assert dialer.requests < 10
    assert len(loaded.dialplan.contexts) <= 60


def test_vicidials_dialplan_is_read_in_one_round_trip() -> None:
    dialer = FakeDialer()

    loaded = read_loaded_dialplan(FakeConnection(dialer, DialerTarget("dialer"), DialerSecrets()), "default")

    assert loaded.is_whole
    assert dialer.requests == 1
