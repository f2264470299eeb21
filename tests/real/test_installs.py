"""The whole main job on a real dialer: install, verdict, a call, and back to exactly what was there."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.carriers import ACME, PERCALL
from tests.real.calls import call_and_log, call_code, place_call, received
from tests.real.conftest import Answered, CommandLine, DialerState
from wizard.dialer.journal import Phase

#: kind of sign-in → (the lab's carrier, its account's user name and secret)
SIGN_INS = {
    "registration": ("registration", ACME.username, ACME.secret),
    "credentials": ("credentials", PERCALL.username, PERCALL.secret),
    "ip": ("ip", "", ""),
}


def carrier_answers(lab: Lab, auth: str, **changed: Any) -> tuple[dict[str, Any], str]:
    """Answers for one of the lab's carriers, and the secret that goes with them."""
    name, username, secret = SIGN_INS[auth]
    values = {"carrier_id": "ACME", "carrier_name": "Acme Telecom", "auth": auth, "host": lab.carriers[name].host_name}
    if username:
        values["username"] = username
    return {**values, **changed}, secret


def phases(answered: Answered) -> list[str]:
    return [each["phase"] for each in answered.document["phases"]]


@pytest.mark.parametrize("auth", SIGN_INS)
def test_up_a_call_with_the_right_digits_and_back_to_exactly_before(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], auth: str
) -> None:
    before = state()
    values, secret = carrier_answers(lab, auth, number_format="plus_e164", caller_id_format="plus_e164")

    installed = wizard.install(secret=secret, **values)

    assert installed.status == 0, installed.output
    assert (installed.document["outcome"], installed.document["verdict"]) == ("up", "up")
    assert phases(installed)[:8] == [
        "connected", "checked", "snapshot", "row_written", "activated", "rebuild_requested", "conf_seen", "loaded",
    ]  # fmt: skip
    assert wizard("status", "acme", "--dialer", wizard.address, *wizard.access).status == 0

    code = call_code()
    row = call_and_log(lab, "912125550100", caller_id="5551239999", code=code)
    call = received(lab.carriers[SIGN_INS[auth][0]])
    assert (row["dialstatus"], row["sip_hangup_cause"]) == ("ANSWER", 200)
    assert (call.number, call.caller_number) == ("+12125550100", "+15551239999")
    assert call.from_header.startswith(f'"{code}" <sip:+15551239999@'), "the caller's name stays VICIdial's code"
    assert (call.pai_header, call.rpid_header) == ("", "")

    rolled_back = wizard("rollback", installed.document["install_id"], *wizard.access)

    assert rolled_back.status == 0, rolled_back.output
    assert rolled_back.document["outcome"] == "rolled_back"
    assert state() == before
    assert wizard("status", "acme", "--dialer", wizard.address, *wizard.access).status == 2


@pytest.mark.parametrize(
    ("changed", "digits", "number", "caller"),
    [
        ({"number_format": "e164", "caller_id_format": "e164"}, "912125550100", "12125550100", "15551239999"),
        ({"number_format": "nanp10", "caller_id_format": "nanp10"}, "912125550100", "2125550100", "5551239999"),
        ({"number_format": "as_dialled", "caller_id_format": "as_dialled"}, "912125550100", "12125550100", "5551239999"),
        ({"destinations": ["nanp10"], "dial_prefix": "778"}, "7782125550100", "+12125550100", "+15551239999"),
        ({"destinations": ["international"]}, "9442079460100", "+442079460100", "+5551239999"),
        ({"destinations": ["international"], "number_format": "nanp11"}, "9011442079460100", "011442079460100", "+5551239999"),
        ({"destinations": ["0XXXXXXXXX"], "number_format": "as_dialled"}, "9020794601", "", ""),
        ({"destinations": ["0XXXXXXXXX"], "number_format": "as_dialled"}, "90207946100", "0207946100", "+5551239999"),
    ],
    ids=["e164", "nanp10", "as-dialled", "ten-digits", "abroad", "abroad-011", "too-short", "own-pattern"],
)
def test_digits_and_caller_id_arrive_as_asked(
    lab: Lab, wizard: CommandLine, changed: dict[str, Any], digits: str, number: str, caller: str
) -> None:
    values, secret = carrier_answers(lab, "ip", **changed)
    assert wizard.install(secret=secret, **values).status == 0

    place_call(lab, digits, caller_id="5551239999")

    if not number:
        time.sleep(1)
        assert lab.carriers["ip"].calls() == [], "one digit short of the pattern"
        return
    call = received(lab.carriers["ip"])
    assert (call.number, call.caller_number) == (number, caller)


def test_what_is_dialled_into_an_open_pattern_cannot_reach_another_trunk(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(lab, "ip", destinations=["international"])
    assert wizard.install(**values).status == 0

    place_call(lab, "944207946010*012&SIP")

    # Without FILTER the & would start a second leg.
    assert received(lab.carriers["ip"]).number == "+44207946010*012"


@pytest.mark.parametrize("header", ["pai", "rpid"])
def test_the_caller_id_travels_in_the_header_that_was_asked_for(lab: Lab, wizard: CommandLine, header: str) -> None:
    values, _ = carrier_answers(lab, "ip", caller_id_header=header)
    assert wizard.install(**values).status == 0
    place_call(lab, "912125550100", caller_id="5551239999")

    call = received(lab.carriers["ip"])

    shown = {"pai": call.pai_header, "rpid": call.rpid_header}
    assert "sip:+15551239999@" in shown.pop(header)
    assert list(shown.values()) == [""]


def test_audio_and_connection_are_read_by_asterisk_as_they_were_meant(lab: Lab, wizard: CommandLine) -> None:
    values, _ = carrier_answers(
        lab, "ip", codecs=["alaw", "gsm", "ulaw"], dtmf_mode="info", qualify_frequency=30, inbound_context="trunkinbound"
    )
    assert wizard.install(**values).status == 0

    shown = lab.dialer.asterisk("sip show peer acme")

    assert "Codecs       : (alaw|gsm|ulaw)" in shown
    assert "DTMFmode     : info" in shown
    assert "Qualify Freq : 30000 ms" in shown
    assert "Context      : trunkinbound" in shown
    assert "Dynamic      : No" in shown
    assert "Insecure     : port,invite" in shown
    assert "DirectMedia  : No" in shown
    assert "Send RPID    : No" in shown


def test_no_warning_in_asterisks_log_comes_of_the_entry(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration", did="2125550100", port=lab.settings.carrier_sip_port)
    assert wizard.install(secret=secret, **values).status == 0

    noise = ("chan_iax2.c", "iax2/provision.c", "sorcery.c", "res_pjsip", "Reachable")
    lines = lab.dialer.read("var/log/asterisk/messages").splitlines()
    assert [line for line in lines if not any(word in line for word in noise)] == []


def test_a_registration_asks_for_calls_to_its_number(lab: Lab, wizard: CommandLine) -> None:
    values, secret = carrier_answers(lab, "registration", did="2125550100")
    assert wizard.install(secret=secret, **values).status == 0

    shown = lab.carriers["registration"].asterisk("sip show peer acme")

    assert "sip:2125550100@" in shown


class TestTrueVerdicts:
    def test_a_wrong_carrier_password(self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
        before = state()
        values, _ = carrier_answers(lab, "registration")

        refused = wizard.install(secret="not-the-one", **values)

        assert refused.status == 4
        assert (refused.document["outcome"], refused.document["verdict"]) == ("rolled_back", "down")
        assert refused.document["reason"] == "registration_refused"
        assert refused.document["states"]["registration"] == "No Authentication"
        assert state() == before

    def test_a_dead_carrier_host(self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
        before = state()

        dead = wizard.install("--wait", "10", carrier_id="ACME", auth="ip", host="127.0.0.99")

        assert dead.status == 4
        assert (dead.document["verdict"], dead.document["reason"]) == ("down", "peer_unreachable")
        assert state() == before

    def test_a_host_that_does_not_resolve_is_refused_before_anything_is_written(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        before = state()

        refused = wizard.install(carrier_id="ACME", auth="ip", host="nowhere.invalid")

        assert refused.status == 2
        assert [(each["field"], each["code"]) for each in refused.document["findings"]] == [("host", "host_unresolved")]
        assert state() == before
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_without_qualify_nobody_can_tell_and_it_is_kept(self, lab: Lab, wizard: CommandLine) -> None:
        values, _ = carrier_answers(lab, "ip", qualify=False)

        kept = wizard.install(**values)

        assert kept.status == 1
        assert (kept.document["outcome"], kept.document["verdict"]) == ("not_up", "cannot_tell")
        assert "Unmonitored" in lab.dialer.asterisk("sip show peer acme")

    def test_a_registration_is_proof_even_without_qualify(self, lab: Lab, wizard: CommandLine) -> None:
        values, secret = carrier_answers(lab, "registration", qualify=False)

        assert wizard.install(secret=secret, **values).document["reason"] == "registered"

    def test_an_expert_may_keep_what_is_down(self, lab: Lab, wizard: CommandLine) -> None:
        values, _ = carrier_answers(lab, "registration")

        kept = wizard.install("--keep", secret="not-the-one", **values)

        assert (kept.status, kept.document["outcome"]) == (1, "not_up")
        assert lab.dialer.query("SELECT active FROM vicidial_server_carriers WHERE carrier_id='ACME'") == [{"active": "Y"}]
        state = wizard("status", "ACME", "--dialer", wizard.address, *wizard.access)
        assert (state.status, state.document["reason"]) == (1, "registration_refused")


class TestStatus:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [("UPDATE vicidial_server_carriers SET active='N'", "inactive"), ("", "not_generated")],
    )
    def test_a_carrier_that_the_wizard_did_not_install(self, lab: Lab, wizard: CommandLine, change: str, reason: str) -> None:
        lab.dialer.query(
            "INSERT INTO vicidial_server_carriers SET carrier_id='OTHER', carrier_name='x', template_id='--NONE--',"
            " server_ip=%s, account_entry='[other]\\ntype=peer\\nhost=127.0.0.22\\n', protocol='SIP', active='Y'",
            lab.dialer.address,
        )
        if change:
            lab.dialer.query(change)

        answered = wizard("status", "OTHER", "--dialer", wizard.address, *wizard.access)

        assert (answered.status, answered.document["reason"]) == (1, reason)


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, lab: Lab, state: Callable[[], DialerState]) -> Any:
        before = state()
        yield
        assert state().carriers == before.carriers
        assert state().files == before.files
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_a_carrier_id_that_exists_in_other_letters(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="sipexample", auth="ip", host=lab.carriers["ip"].address)

        assert refused.status == 2
        assert [each["code"] for each in refused.document["findings"]] == ["carrier_exists"]

    def test_a_trunk_named_like_a_phone(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="FRONTDESK", auth="ip", host=lab.carriers["ip"].address)

        assert ("carrier_id", "trunk_is_phone") in [(each["field"], each["code"]) for each in refused.document["findings"]]

    def test_numbers_that_vicidial_keeps_for_itself(self, lab: Lab, wizard: CommandLine) -> None:
        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address, destinations=["118XXXXXXXX"])

        assert ("dial_prefix", "pattern_never_reached") in [
            (each["field"], each["code"]) for each in refused.document["findings"]
        ]

    @pytest.mark.parametrize("gate", ["active_asterisk_server", "generate_vicidial_conf"])
    def test_generation_that_is_switched_off(self, lab: Lab, wizard: CommandLine, gate: str) -> None:
        lab.dialer.query(f"UPDATE servers SET {gate}='N'")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "conf_generation_off")
        assert gate in refused.document["message"]

    def test_a_missing_cron_line(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.run("sh", "-c", "echo '# * * * * * ADMIN_keepalive_ALL.pl' | crontab -")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "cron_line_missing")

    def test_an_asterisk_that_is_not_running(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.control("stop-asterisk")
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            lab.dialer.control("start-asterisk")

        assert (refused.status, refused.document["reason"]) == (3, "asterisk_silent")

    def test_a_database_that_refuses(self, lab: Lab, wizard: CommandLine) -> None:
        config = lab.dialer.root / "etc/astguiclient.conf"
        before = config.read_text()
        config.write_text(before.replace("VARDB_pass => 1234", "VARDB_pass => 4321"))
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            config.write_text(before)

        assert (refused.status, refused.document["reason"]) == (3, "database")
        assert "Access denied" in refused.document["message"]
        assert "4321" not in refused.output

    def test_a_host_that_is_no_dialer(self, lab: Lab, wizard: CommandLine) -> None:
        config = lab.dialer.root / "etc/astguiclient.conf"
        config.rename(config.with_suffix(".away"))
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            config.with_suffix(".away").rename(config)

        assert (refused.status, refused.document["reason"]) == (3, "not_a_dialer")

    def test_a_dialer_that_does_not_find_itself(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.query("UPDATE servers SET server_ip='10.9.9.9'")

        refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)

        assert (refused.status, refused.document["reason"]) == (3, "server_row")

    def test_another_wizard_at_work_on_the_same_dialer(self, lab: Lab, wizard: CommandLine) -> None:
        holder = threading.Event()
        let_go = threading.Event()

        def hold() -> None:
            import pymysql

            connection = pymysql.connect(unix_socket=f"{lab.dialer.root}/run/mysqld/mysqld.sock", user="root")
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT GET_LOCK('carrier-wizard', 0)")
                holder.set()
                let_go.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        assert holder.wait(5)
        try:
            refused = wizard.install(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        finally:
            let_go.set()
            thread.join()

        assert (refused.status, refused.document["reason"]) == (3, "already_in_progress")


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

    @pytest.mark.parametrize("phase", ["row_written", "activated", "conf_seen", "loaded"])
    def test_an_ssh_connection_that_is_cut(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState], phase: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = state()
        from wizard.service.installs import StoredJournal

        begin = StoredJournal.begin
        cut: list[str] = []

        def cutting(self: StoredJournal, at: Phase) -> None:
            begin(self, at)
            if at.value == phase and not cut:
                cut.append(phase)
                lab.dialer.run("pkill", "-KILL", "-f", "^sshd: root@notty")

        monkeypatch.setattr(StoredJournal, "begin", cutting)
        values, secret = carrier_answers(lab, "registration")

        ended = wizard.install(secret=secret, **values)

        assert cut == [phase]
        assert (ended.status, ended.document["reason"]) == (4, "connection_lost")
        assert state() == before

    def test_a_wizard_that_is_killed_leaves_a_way_back(
        self, lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
    ) -> None:
        import os
        import signal
        import subprocess
        import sys

        before = state()
        values, secret = carrier_answers(lab, "registration")
        arguments = [wizard.answers(**values), "--dialer", wizard.address, *wizard.access, "--secret-env", "SIP_SECRET"]
        process = subprocess.Popen(
            [sys.executable, "-m", "wizard", "install", *arguments],
            env={**os.environ, "CARRIER_WIZARD_INSTANCE": str(wizard.folder), "SIP_SECRET": secret},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        for line in process.stderr:
            if "Carrier switched on" in line:
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        process.stderr.close()

        [found] = wizard("history").document
        assert found["outcome"] == "interrupted"
        assert wizard("rollback", found["install_id"], *wizard.access).status == 0
        assert state() == before


class TestAccess:
    @pytest.mark.parametrize(
        ("user", "options", "environment"),
        [
            ("root", ("--ssh-password-env", "PW"), {"PW": "root_password"}),
            ("support", ("--ssh-password-env", "PW", "--sudo"), {"PW": "support_password"}),
            ("ops", ("--ssh-password-env", "PW", "--sudo"), {"PW": "ops_password"}),
            ("root", ("--ssh-key", "KEY", "--key-passphrase-env", "PW"), {"PW": "key_passphrase"}),
        ],
        ids=["root-password", "sudo-with-password", "sudo-without-password", "key-with-passphrase"],
    )
    def test_every_way_in_installs(
        self, lab: Lab, wizard: CommandLine, user: str, options: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        values = {name: getattr(lab.credentials, credential) for name, credential in environment.items()}
        given = [str(lab.key_with_passphrase) if each == "KEY" else each for each in options]
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        address = f"{user}@{lab.dialer.address}:{lab.settings.ssh_port}"

        done = wizard("install", path, "--dialer", address, *given, "--accept-host-key", "new", **values)

        assert done.status == 0, done.output
        for secret in values.values():
            assert secret not in done.output

    @pytest.mark.parametrize(
        ("user", "options", "password", "code"),
        [
            ("root", ("--ssh-password-env", "PW"), "wrong", "invalid_auth"),
            ("nobody-here", ("--ssh-password-env", "PW"), "wrong", "invalid_auth"),
            ("guest", ("--ssh-password-env", "PW", "--sudo"), "guest_password", "sudo"),
            ("guest", ("--ssh-password-env", "PW"), "guest_password", "not_root"),
            ("root", ("--ssh-key", "/nowhere"), "", "key_file"),
        ],
        ids=["wrong-password", "no-such-user", "no-sudo", "no-root", "no-key"],
    )
    def test_every_way_that_is_shut_is_said(
        self, lab: Lab, wizard: CommandLine, user: str, options: tuple[str, ...], password: str, code: str
    ) -> None:
        secret = getattr(lab.credentials, password, password)
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        address = f"{user}@{lab.dialer.address}:{lab.settings.ssh_port}"

        refused = wizard("install", path, "--dialer", address, *options, "--accept-host-key", "new", PW=secret)

        assert (refused.status, _code(refused)) == (3, code)
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_an_unknown_host_key_is_shown_and_not_trusted_unasked(self, lab: Lab, wizard: CommandLine) -> None:
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        key = ("--ssh-key", str(lab.key))

        shown = wizard("install", path, "--dialer", wizard.address, *key)
        fingerprint = re.search(r"SHA256:\S+[^.\s]", shown.output)
        assert (shown.status, _code(shown)) == (3, "host_key_unknown")
        assert fingerprint is not None

        wrong = wizard("install", path, "--dialer", wizard.address, *key, "--accept-host-key", "SHA256:somethingelse")
        assert _code(wrong) == "host_key_unknown"
        right = wizard("install", path, "--dialer", wizard.address, *key, "--accept-host-key", fingerprint[0])
        assert right.status == 0

    def test_a_sign_in_that_ends_early_leaves_no_half_open_connection_behind(self, lab: Lab, wizard: CommandLine) -> None:
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        for _ in range(3):
            wizard("install", path, "--dialer", wizard.address, "--ssh-key", str(lab.key))
        time.sleep(0.3)

        waiting = lab.dialer.run("pgrep", "-c", "-f", r"^sshd: .*\[(net|priv|accepted)\]", check=False).stdout
        assert waiting.strip() == "0"

    def test_a_changed_host_key_is_refused_loudly_and_never_accepted(self, lab: Lab, wizard: CommandLine) -> None:
        assert wizard("dialer", "add", "lab", wizard.address, *wizard.access).status == 0
        store = wizard.workspace
        [saved] = store.dialers.all()
        store.host_keys.confirm(
            saved.target, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5Nz2n5e2mH0cGz4H7v0oBfMmZ9r3h8q0o3m5k0pQ9x"
        )

        refused = wizard("dialer", "show", "lab", "--accept-host-key", "new")

        assert (refused.status, _code(refused)) == (3, "host_key_changed")

    def test_a_saved_dialer_by_name(self, lab: Lab, wizard: CommandLine) -> None:
        added = wizard("dialer", "add", "Main", wizard.address, *wizard.access)
        assert added.status == 0
        assert added.document["server_ip"] == lab.dialer.address
        assert {"SALES", "SURVEY"} == {each["campaign_id"] for each in added.document["campaigns"]}
        assert wizard("dialer", "add", "main", wizard.address, *wizard.access).status == 2

        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        done = wizard("install", path, "--dialer", "main")

        assert done.status == 0
        assert [each["dialer"] for each in wizard("history", "--dialer", "MAIN").document] == ["Main"]
        assert wizard("dialer", "remove", "Main").status == 0
        assert wizard("dialer", "list").document == []


def test_secrets_show_nowhere(lab: Lab, wizard: CommandLine, tmp_path: Path) -> None:
    """A sentinel in the place of each secret, looked for in every place that a secret could leak to."""
    sentinel = "S3ntinel.Secret"
    password = lab.credentials.support_password
    command_lines: set[str] = set()
    watching = threading.Event()

    def watch() -> None:
        while not watching.is_set():
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    try:
                        command_lines.add((process / "cmdline").read_text(errors="replace"))
                    except OSError:
                        continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        values, _ = carrier_answers(lab, "registration")
        path = wizard.answers(**values)
        address = f"support@{lab.dialer.address}:{lab.settings.ssh_port}"
        access = ("--ssh-password-env", "PW", "--sudo", "--accept-host-key", "new")
        done = wizard(
            "install", path, "--dialer", address, *access, "--secret-env", "SIP_SECRET", "--keep", secret=sentinel, PW=password
        )
        wizard("rollback", done.document["install_id"], *access, PW=password)
    finally:
        watching.set()
        watcher.join()

    log = lab.dialer.query("SELECT * FROM vicidial_admin_log")
    places = {
        "what the command printed": done.output,
        "the admin log": json.dumps(log, default=str),
        "process lists": "\0".join(command_lines),
        "the wizard's own files": b"".join(each.read_bytes() for each in wizard.folder.rglob("*") if each.is_file()).decode(
            "latin1"
        ),
        "the dialer's logs": "".join(
            each.read_text(errors="replace") for each in (lab.dialer.root / "var/log").rglob("*") if each.is_file()
        ),
        "the dialer's temporary files": "".join(
            each.read_text(errors="replace") for each in (lab.dialer.root / "tmp").rglob("*") if each.is_file()
        ),
    }
    assert len(log) == 2
    assert any("perl" in each for each in command_lines), "the watch saw the agent"
    for place, text in places.items():
        assert sentinel not in text, place
        assert password not in text, place


def test_at_most_ten_round_trips_and_one_for_each_poll(lab: Lab, wizard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from wizard.dialer.connection import Connection

    asked: list[list[str]] = []
    ask = Connection.ask

    def counting(self: Connection, operations: Any, *, stop_at_error: bool = True) -> Any:
        asked.append([f"{each.name} {each.values[:4]}" for each in operations])
        return ask(self, operations, stop_at_error=stop_at_error)

    monkeypatch.setattr(Connection, "ask", counting)
    values, secret = carrier_answers(lab, "registration")

    assert wizard.install(secret=secret, **values).status == 0

    polls = [each for each in asked if each[0].startswith("find")]
    assert 1 + len(asked) - len(polls) <= 10, "one more for the agent's start"


def _code(answered: Answered) -> str:
    code = answered.document.get("reason") or answered.document["error"]["code"]
    return str(code)
