"""Whether a name without an address has SRV records, asked of the dialer's own name servers."""

from __future__ import annotations

import re
import secrets

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.model import Protocol
from wizard.carrier.signalling.srv import Service, read_srv, srv_query
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import open_wire, read_file, say_on_wire
from wizard.secret import Secret

_SERVICES = {Transport.UDP: "_sip._udp", Transport.TCP: "_sip._tcp", Transport.TLS: "_sips._tcp"}
_MOST_SERVERS = 2


def find_services(connection: Connection, answers: Answers) -> list[Service]:
    """The places that DNS names for SIP over this transport; none where there are none, or nobody answers."""
    if answers.carrier.protocol is Protocol.IAX2:
        return []
    host = (answers.connection.outbound_proxy or answers.connection.host).partition(":")[0]
    number = secrets.randbelow(0xFFFF)
    try:
        question = srv_query(f"{_SERVICES[answers.connection.transport]}.{host}", number)
    except ValueError:
        return []
    [conf] = connection.ask([read_file("/etc/resolv.conf")], stop_at_error=False)
    text = (conf.values[0] or "") if conf.status == "ok" else ""
    for server in re.findall(r"^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$", text, re.MULTILINE)[:_MOST_SERVERS]:
        said = Secret(question.decode("utf-8", errors="surrogateescape"))
        opened, heard = connection.ask(
            [open_wire("udp", server, 53, "", "", seconds=3), say_on_wire(said, seconds=3)], stop_at_error=False
        )
        if opened.status == heard.status == "ok" and len(heard.values) > 1:
            found = read_srv((heard.values[1] or "").encode("utf-8", errors="surrogateescape"), number)
            if found is not None:
                return found
    return []
