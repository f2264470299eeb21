"""The account entry and registration string of a chan_sip trunk (protocol SIP)."""

from __future__ import annotations

from .answers import Answers, Auth, CallerIdHeader, DtmfMode
from .conf import Option, Section
from .names import trunk_name

_DTMF = {DtmfMode.RFC4733: "rfc2833", DtmfMode.INBAND: "inband", DtmfMode.INFO: "info", DtmfMode.AUTO: "auto"}
_SEND_RPID = {CallerIdHeader.FROM: "no", CallerIdHeader.PAI: "pai", CallerIdHeader.RPID: "yes"}

#: The register line has a grammar of its own, user:secret@host:port/extension, without a way to quote. Found by
#: registering with every printable character (tests/real/test_secrets.py).
REGISTER_SEPARATORS = "/:?"


def account_entry(answers: Answers) -> Section:
    """The peer. ``type=peer`` with a fixed host: calls come in from that host alone."""
    sign_in, connection, audio, numbers = answers.sign_in, answers.connection, answers.audio, answers.numbers
    options = [Option("type", "peer"), Option("host", connection.host)]
    if connection.port is not None:
        options.append(Option("port", str(connection.port)))
    if sign_in.auth is not Auth.IP:
        options += [Option("defaultuser", sign_in.username), Option("secret", sign_in.secret.reveal())]
    options += [
        # A carrier does not answer a challenge, and its calls may leave from another port.
        Option("insecure", "port,invite"),
        Option("context", connection.inbound_context),
        Option("disallow", "all"),
        *(Option("allow", codec.value) for codec in audio.codecs),
        Option("dtmfmode", _DTMF[audio.dtmf_mode]),
        Option("nat", "force_rport,comedia"),
        Option("directmedia", "no"),
        # Said either way: VICIdial's general section turns both qualify and sendrpid on (vicidial.md §3.5, failover.md §5).
        Option("sendrpid", _SEND_RPID[numbers.caller_id_header]),
        Option("trustrpid", "no"),
        Option("qualify", "yes" if connection.qualify else "no"),
    ]
    if connection.qualify:
        options.append(Option("qualifyfreq", str(connection.qualify_frequency)))
    return Section(trunk_name(answers.carrier.carrier_id), tuple(options))


def registration_string(answers: Answers) -> str:
    """``register => user:secret@host[:port][/did]``, or nothing for a carrier that wants no registration."""
    sign_in, connection = answers.sign_in, answers.connection
    if sign_in.auth is not Auth.REGISTRATION:
        return ""
    port = f":{connection.port}" if connection.port is not None else ""
    extension = f"/{sign_in.did}" if sign_in.did else ""
    return f"register => {sign_in.username}:{sign_in.secret.reveal()}@{connection.host}{port}{extension}"
