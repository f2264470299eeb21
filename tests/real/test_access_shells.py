"""Shells and sudo as people have set them up: what they print, and what they insist on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.lab import Lab
from tests.real.conftest import Answered, CommandLine

#: csh and its kin aren't in the lab; dash has nothing of bash's own either
OTHER_SHELL = "/bin/dash"


@contextlib.contextmanager
def text_in(lab: Lab, path: str, text: str, mode: int = 0o644) -> Iterator[None]:
    """A file on the dialer that begins with some text for a while."""
    place = lab.dialer.root / path
    before = place.read_text() if place.exists() else None
    place.write_text(text + (before or ""))
    place.chmod(mode)
    try:
        yield
    finally:
        if before is None:
            place.unlink()
        else:
            place.write_text(before)


def sudoers(lab: Lab, *lines: str) -> contextlib.AbstractContextManager[None]:
    return text_in(lab, "etc/sudoers.d/zz-test", "".join(f"{line}\n" for line in lines), 0o440)


def look(lab: Lab, wizard: CommandLine, user: str, *options: str) -> Answered:
    """Sign in with the user's password, and look at the dialer as an install does."""
    path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
    address = f"{user}@{lab.dialer.address}:{lab.settings.ssh_port}"
    access = ("--ssh-password-env", "PW", "--accept-host-key", "new", *options)
    return wizard("install", path, "--dry-run", "--dialer", address, *access, PW=getattr(lab.credentials, f"{user}_password"))


class TestAShellThatTalks:
    NOISE = 'echo "Welcome to $(hostname)! sudo password: required"\nprintf "no newline at the end"\necho careful >&2\n'

    @pytest.mark.parametrize(("user", "options"), [("root", ()), ("ops", ("--sudo",)), ("support", ("--sudo",))])
    def test_before_the_agent_does_is_not_taken_for_it(
        self, lab: Lab, wizard: CommandLine, user: str, options: tuple[str, ...]
    ) -> None:
        home = "root" if user == "root" else f"home/{user}"
        with text_in(lab, f"{home}/.bashrc", self.NOISE):
            assert look(lab, wizard, user, *options).status == 0

    def test_with_a_banner_of_the_server(self, lab: Lab, wizard: CommandLine) -> None:
        banner = "Banner /etc/issue.net\n"
        shown = text_in(lab, "etc/issue.net", "Authorised users only.\nsudo: a password is required\n")
        try:
            with shown, text_in(lab, "etc/ssh/sshd_config", banner):
                reload_ssh(lab)
                seen = look(lab, wizard, "support", "--sudo")
        finally:
            reload_ssh(lab)

        assert seen.status == 0, seen.output

    def test_of_another_kind(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.run("usermod", "--shell", OTHER_SHELL, "support")
        try:
            seen = look(lab, wizard, "support", "--sudo")
        finally:
            lab.dialer.run("usermod", "--shell", "/bin/bash", "support")

        assert seen.status == 0, seen.output


class TestSudo:
    def test_that_lectures(self, lab: Lab, wizard: CommandLine) -> None:
        with sudoers(lab, "Defaults lecture=always"):
            assert look(lab, wizard, "support", "--sudo").status == 0

    @pytest.mark.parametrize("user", ["support", "ops"])
    def test_that_insists_on_a_terminal_is_told_from_one_that_refuses(self, lab: Lab, wizard: CommandLine, user: str) -> None:
        with sudoers(lab, "Defaults requiretty"):
            refused = look(lab, wizard, user, "--sudo")

        assert (refused.status, refused.document["reason"]) == (3, "sudo")
        assert f"Defaults:{user} !requiretty" in refused.document["message"]

    def test_that_lets_this_user_off_its_terminal_as_advised(self, lab: Lab, wizard: CommandLine) -> None:
        with sudoers(lab, "Defaults requiretty", "Defaults:support !requiretty"):
            assert look(lab, wizard, "support", "--sudo").status == 0


class TestALiveDialer:
    def test_says_who_is_at_work_and_no_call_is_hung_up(self, lab: Lab, wizard: CommandLine) -> None:
        lab.dialer.query("INSERT INTO vicidial_live_agents SET user='a', server_ip=%s, lead_id=1", lab.dialer.address)
        lab.dialer.query("INSERT INTO vicidial_auto_calls SET server_ip=%s, lead_id=1", lab.dialer.address)
        lab.dialer.query("INSERT INTO vicidial_auto_calls SET server_ip='10.9.9.9', lead_id=2")
        carrier = lab.carriers["ip"].address
        lab.dialer.asterisk(f"channel originate SIP/12125551234@{carrier} application Wait 120")
        calls = lab.dialer.asterisk("core show channels concise")

        planned = wizard.install("--dry-run", carrier_id="ACME", auth="ip", host=carrier)
        installed = wizard.install(carrier_id="ACME", auth="ip", host=carrier)

        [told] = [each for each in planned.document["findings"] if each["code"] == "live_on_dialer"]
        assert "1 agents are signed in and 1 calls are under way" in told["message"]
        assert installed.status == 0
        assert "1 agents are signed in and 1 calls are under way" in installed.output
        channel = calls.splitlines()[-1].split("!")[0]
        assert channel.startswith("SIP/")
        assert channel in lab.dialer.asterisk("core show channels concise")


def reload_ssh(lab: Lab) -> None:
    lab.dialer.run("sh", "-c", "pkill -HUP -f '^sshd: /usr/sbin/sshd -f'")
    lab.dialer.run("sleep", "0.5")
