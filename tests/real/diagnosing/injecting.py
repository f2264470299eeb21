"""What is wrong for as long as a question is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.real.raw_sip import invite
from tests.real.rows import add_carrier, rebuild
from tests.real.sip_codes import CODES

from .bench import WALLED, Bench


@contextmanager
def column(bench: Bench, column: str) -> Iterator[None]:
    bench.lab.dialer.query(f"UPDATE servers SET {column}='N'")
    try:
        yield
    finally:
        bench.lab.dialer.query(f"UPDATE servers SET {column}='Y'")


@contextmanager
def row(bench: Bench, **columns: Any) -> Iterator[None]:
    """A carrier that nobody has generated yet."""
    account = f"[late]\ntype=peer\nhost={bench.lab.carriers['ip'].address}\nqualify=yes\n"
    add_carrier(bench.lab, "LATE", account_entry=account, **columns)
    try:
        yield
    finally:
        bench.lab.dialer.query("DELETE FROM vicidial_server_carriers WHERE carrier_id='LATE'")


@contextmanager
def server_without(bench: Bench, name: str) -> Iterator[None]:
    with column(bench, name), row(bench):
        yield


@contextmanager
def no_crontab(bench: Bench) -> Iterator[None]:
    with row(bench):
        bench.lab.dialer.run("crontab", "-r")
        try:
            yield
        finally:
            bench.lab.dialer.run("crontab", "/lab/crontab")


@contextmanager
def no_cron(bench: Bench) -> Iterator[None]:
    with row(bench):
        bench.lab.dialer.run("pkill", "-KILL", "-x", "cron")
        try:
            yield
        finally:
            bench.lab.dialer.control("start-clock")


@contextmanager
def no_screen(bench: Bench) -> Iterator[None]:
    """The screen has another name, so what the generator types goes nowhere."""
    bench.lab.dialer.run("screen", "-S", "asterisk", "-X", "sessionname", "elsewhere")
    try:
        with row(bench):
            rebuild(bench.lab)
            yield
    finally:
        bench.lab.dialer.run("screen", "-S", "elsewhere", "-X", "sessionname", "asterisk")


@contextmanager
def no_iax2(bench: Bench) -> Iterator[None]:
    bench.lab.dialer.asterisk("module unload chan_iax2.so")
    try:
        yield
    finally:
        bench.lab.dialer.asterisk("module load chan_iax2.so")


@contextmanager
def campaign(bench: Bench, prefix: str) -> Iterator[None]:
    bench.lab.dialer.query("UPDATE vicidial_campaigns SET active='Y', dial_prefix=%s WHERE campaign_id='SALES'", prefix)
    try:
        yield
    finally:
        bench.lab.dialer.query("UPDATE vicidial_campaigns SET active='N' WHERE campaign_id='SALES'")


@contextmanager
def called_in(bench: Bench, source: str, number: str) -> Iterator[None]:
    address = bench.lab.dialer.sip_address
    invite(f"sip:{number}@{address}", address, source=source)
    yield


@contextmanager
def full(bench: Bench) -> Iterator[None]:
    bench.calls_of_campaigns("7712125550503", 6)
    yield


def _until(bench: Bench, peer: str, state: str) -> None:
    """Asterisk asks by itself: a ``sip qualify peer`` that went unanswered left the peer OK for 25 s and more (Asterisk 16)."""
    deadline = time.monotonic() + 40
    while f"Status       : {state}" not in bench.lab.dialer.asterisk(f"sip show peer {peer}"):
        assert time.monotonic() < deadline, f"{peer} is not {state}"
        time.sleep(0.3)


@contextmanager
def _dropped(bench: Bench, source: str, *match: str) -> Iterator[None]:
    rule = ("INPUT", "-s", source, "-d", bench.lab.dialer.address, *match, "-j", "DROP")
    bench.lab.dialer.run("iptables", "-A", *rule)
    try:
        yield
    finally:
        bench.lab.dialer.run("iptables", "-D", *rule)


@contextmanager
def nothing_through(bench: Bench) -> Iterator[None]:
    """Until Asterisk knows that the carrier doesn't answer."""
    with _dropped(bench, WALLED):
        _until(bench, "walled", "UNREACHABLE")
        yield
    _until(bench, "walled", "OK")


@contextmanager
def no_answer_through(bench: Bench) -> Iterator[None]:
    with _dropped(bench, CODES):
        yield


@contextmanager
def no_sound_through(bench: Bench) -> Iterator[None]:
    with _dropped(bench, CODES, "-p", "udp", "--dport", "10000:20000"):
        yield


@contextmanager
def on_the_others_port(bench: Bench) -> Iterator[None]:
    """chan_sip opens its port anew when its file names another."""
    dialer = bench.lab.dialer
    conf = dialer.root / "etc/asterisk/sip.conf"
    own = conf.read_text()
    conf.write_text(own.replace(dialer.sip_address, dialer.pjsip_address))
    dialer.asterisk("sip reload")
    try:
        _until(bench, "walled", "UNREACHABLE")
        yield
    finally:
        conf.write_text(own)
        dialer.asterisk("sip reload")
        _until(bench, "walled", "OK")


@contextmanager
def turned_away(bench: Bench, source: str) -> Iterator[None]:
    address = bench.lab.dialer.pjsip_address
    invite(f"sip:12125550100@{address}", address, source=source)
    yield
