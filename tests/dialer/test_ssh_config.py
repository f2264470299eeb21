"""``~/.ssh/config`` as ssh reads it, compared with ssh itself where the machine has one; and nothing in it is ever run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wizard.dialer.route import Place, parse_jump, resolve_route
from wizard.dialer.ssh_config import jump_of, options_for
from wizard.errors import SshConfigError

CONFIG = """
# comments, and options that are none of our business
Compression yes
Include more.d/*.conf
Host dialer d2?
    HostName=dialer.example.com
    User "ops team"
    Port 2222
    IdentityFile ~/.ssh/id_%n
    IdentityFile ~/.ssh/second
    IdentitiesOnly yes
    ProxyJump you@bastion:2200,inner

Host *.lan !gateway.lan
    HostName %h.example.com
Match host 10.0.0.9 user root
    Port 2209
Match originalhost old
    ProxyCommand ssh -q -W %h:%p gw
Host bastion
    HostName 192.0.2.1
    IdentityFile ~/.ssh/bastion
Host *
    Port 22
    User fallback
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "more.d").mkdir()
    (tmp_path / "more.d" / "one.conf").write_text("Host inner\n  Port 2201\n")
    path = tmp_path / "config"
    path.write_text(CONFIG)
    return path


def test_an_alias_with_everything(config: Path) -> None:
    bastion, inner, dialer = resolve_route(Place("dialer"), config=config)

    assert (dialer.host, dialer.port, dialer.user) == ("dialer.example.com", 2222, "ops team")
    assert dialer.key_paths == ("~/.ssh/id_dialer", "~/.ssh/second")
    assert dialer.identities_only
    assert (bastion.shown, bastion.key_paths) == ("you@192.0.2.1:2200", ("~/.ssh/bastion",))
    assert (inner.host, inner.port) == ("inner", 2201)
    assert dialer.address == "dialer.example.com:2222 via inner:2201 via 192.0.2.1:2200"
    assert [hop.is_jump for hop in (bastion, inner, dialer)] == [True, True, False]


@pytest.mark.parametrize("host", ["dialer", "d2x", "d2", "a.lan", "gateway.lan", "bastion", "inner", "elsewhere", "10.0.0.9"])
def test_as_ssh_itself_has_it(config: Path, host: str) -> None:
    ssh = shutil.which("ssh")
    if ssh is None:
        # Where everything has to be checked (CI) it is in .ci/install-system-packages.
        assert not os.environ.get("LAB_REQUIRED"), "no ssh client here"
        pytest.skip("no ssh client here")
    folder = config.parent
    config.write_text(config.read_text().replace("Include more.d", f"Include {folder}/more.d").replace('"ops team"', "ops"))
    said = subprocess.run([ssh, "-G", "-F", str(config), host], check=True, capture_output=True, text=True).stdout
    wanted = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)

    [*_, hop] = resolve_route(Place(host), config=config)

    assert (hop.host, str(hop.port), hop.user) == (wanted["hostname"], wanted["port"], wanted["user"])


def test_what_the_user_said_beats_the_configuration(config: Path) -> None:
    [dialer] = resolve_route(Place("dialer", "root", 22), "none", config)

    assert dialer.shown == "root@dialer.example.com"


def test_an_alias_and_what_it_stands_for_are_one_dialer(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("Host main\n HostName 10.0.0.1\n Port 2222\n User root\n")

    assert resolve_route(Place("main"), config=path)[-1].address == resolve_route(Place("10.0.0.1", "ops", 2222))[-1].address


def test_the_old_way_to_jump_is_understood_and_no_other_command_is(config: Path, tmp_path: Path) -> None:
    assert jump_of(options_for("old", path=config)) == "gw"

    config.write_text(f"Host x\n ProxyCommand touch {tmp_path}/ran\n")
    with pytest.raises(SshConfigError) as caught:
        resolve_route(Place("x"), config=config)
    assert caught.value.values["reason"] == "proxy_command"
    assert not (tmp_path / "ran").exists()


class TestMatchExec:
    def test_it_is_never_run_and_what_hangs_on_it_is_refused(self, config: Path, tmp_path: Path) -> None:
        config.write_text(f'Match host a exec "touch {tmp_path}/ran"\n HostName 10.0.0.1\n')

        with pytest.raises(SshConfigError) as caught:
            resolve_route(Place("a"), config=config)

        assert (caught.value.values["reason"], caught.value.values["option"]) == ("exec", "hostname")
        assert not (tmp_path / "ran").exists()

    def test_it_is_no_obstacle_to_other_hosts_nor_to_what_was_said_before(self, config: Path) -> None:
        config.write_text('Host a\n Port 2222\nMatch host a exec "true"\n Port 22\n')

        assert resolve_route(Place("a"), config=config)[-1].port == 2222
        assert resolve_route(Place("b"), config=config)[-1].port == 22


def test_jump_hosts_in_a_circle_are_said(config: Path) -> None:
    config.write_text("Host a\n ProxyJump b\nHost b\n ProxyJump a\n")

    with pytest.raises(SshConfigError) as caught:
        resolve_route(Place("a"), config=config)

    assert caught.value.values["reason"] == "circle"


def test_a_jump_for_every_host_does_not_jump_to_itself(config: Path) -> None:
    config.write_text("Host *\n ProxyJump bastion\n")

    assert [hop.host for hop in resolve_route(Place("dialer"), config=config)] == ["bastion", "dialer"]


def test_a_file_that_includes_itself_ends(config: Path) -> None:
    config.write_text(f"Include {config}\n")

    with pytest.raises(SshConfigError) as caught:
        resolve_route(Place("a"), config=config)

    assert caught.value.values["reason"] == "too_deep"


def test_an_alias_is_one_only_where_it_is_named(config: Path) -> None:
    assert options_for("dialer", path=config).is_mentioned
    assert not options_for("anything", path=config).is_mentioned


@pytest.mark.parametrize("text", ["a b@", "a:0", "a:70000", "a;b", "a@b@c"])
def test_what_is_no_jump_host(text: str) -> None:
    assert parse_jump(text) is None
