"""What the Asterisk of a dialer in memory prints, in the words and columns of the real one (vicidial.md §9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wizard.carrier.conf import ReadSection, read_conf, section_names
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.patterns import parse_pattern
from wizard.carrier.model import Protocol
from wizard.carrier.option_names import known_options
from wizard.dialer.watch.chan_sip import registration_of

#: of every host that resolves
ADDRESS = "203.0.113.7"
MODULES = (
    "chan_iax2", "chan_pjsip", "chan_sip", "codec_ulaw", "res_pjsip", "res_pjsip_config_wizard",
    "res_pjsip_endpoint_identifier_ip", "res_pjsip_outbound_registration", "res_srtp",
)  # fmt: skip
TRANSPORTS = {"transport-tcp": "tcp", "transport-tls": "tls", "transport-udp": "udp"}
CODECS = ("ulaw", "alaw", "gsm", "g726", "g722")
NO_CODECS = ("g729", "ilbc", "opus")
_DOCUMENTED = {
    "res_pjsip": ("endpoint", "aor", "auth"),
    "res_pjsip_endpoint_identifier_ip": ("identify",),
    "res_pjsip_outbound_registration": ("registration",),
    "res_pjsip_config_wizard": ("wizard",),
}
_MISSING = "Unable to find object {}.\n\n"


@dataclass
class FakeAsterisk:
    """Its settings, and how its carriers answer; what it has loaded is the dialer's."""

    #: chan_sip's and IAX2's words
    peer_status: str = "OK (1 ms)"
    registration: str = "Registered"
    #: PJSIP's
    contact: str = "Avail         0.367"
    pjsip_registration: str = "Registered        (exp. 279s)"
    modules: list[str] = field(default_factory=lambda: list(MODULES))
    transports: dict[str, str] = field(default_factory=lambda: dict(TRANSPORTS))
    sip_tcp: bool = True
    retries_after_403: bool = True
    #: trunks that somebody wrote into a file by hand
    other_peers: frozenset[str] = frozenset()
    #: options that its PJSIP has lost
    forgotten_options: frozenset[str] = frozenset()

    def say(self, command: str, loaded: Mapping[str, Mapping[str, str]]) -> str:
        commands: dict[str, Callable[[str], str]] = {
            "core show version": lambda _: "Asterisk 16.30.1-vici built by root\n",
            "module show": lambda _: self._modules(),
            "sip show settings": lambda _: self._sip_settings(),
            "pjsip show transports": lambda _: self._transports(),
            "rtp show settings": lambda _: "\n\nGeneral Settings:\n  Port start:      10000\n  Port end:        20000\n",
            "core show translation paths": lambda _: self._translations(),
            "config show help": self._documentation,
            "sip show peer ": lambda name: self._peer(name, loaded, "SIP", "{address}:{port}", 5060),
            "iax2 show peer ": lambda name: self._peer(name, loaded, "IAX2", "{address} Port {port}", 4569),
            "sip show registry": lambda _: self._sip_registry(loaded),
            "iax2 show registry": lambda _: self._iax_registry(loaded),
            "pjsip show ": lambda words: self._pjsip(words, loaded),
            "pjsip send register ": lambda _: "",
            "iax2 show users": lambda _: "",
            "pjsip qualify ": lambda name: f"Qualifying AOR '{name}' on endpoint '{name}'\n",
            "dialplan show globals": lambda _: _globals(loaded),
            "dialplan show vicidial-auto": lambda rest: _context(f"vicidial-auto{rest}", loaded),
            "dialplan show default": lambda rest: _dialplan(f"default{rest}", loaded) if rest else _DEFAULT,
            "dialplan show ": lambda words: _dialplan(words, loaded),
        }
        start = next(start for start in commands if command.startswith(start))
        return commands[start](command.removeprefix(start))

    def _modules(self) -> str:
        rows = [f"{name + '.so':30} {'Some module':40} 0          Running              core" for name in self.modules]
        return "\n".join(["Module    Description    Use Count  Status    Support Level", *rows, "9 modules loaded"]) + "\n"

    def _sip_settings(self) -> str:
        if "chan_sip" not in self.modules:
            return "No such command 'sip show settings' (type 'core show help sip show' for other possible commands)\n"
        tcp = "0.0.0.0:5060" if self.sip_tcp else "Disabled"
        return (
            "\n\nGlobal Settings:\n----------------\n"
            f"  UDP Bindaddress:        0.0.0.0:5060\n  TCP SIP Bindaddress:    {tcp}\n  TLS SIP Bindaddress:    0.0.0.0:5061\n"
            "  Our auth realm          asterisk\n  Externaddr:             (null)\n  Outbound reg. attempts: 0\n"
            f"  Outbound reg. retry 403:{'Yes' if self.retries_after_403 else 'No'}\n"
        )

    def _transports(self) -> str:
        ports = {"udp": 5062, "tcp": 5062, "tls": 5063}
        rows = [f"Transport:  {name:24}  {kind}      0      0  0.0.0.0:{ports[kind]}" for name, kind in self.transports.items()]
        header = "Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>"
        return "\n".join(["", header, "=" * 90, "", *rows, "", f"Objects found: {len(rows)}", ""])

    def _translations(self) -> str:
        paths = {**{name: f"(slin@8000)->({name}@8000)" for name in CODECS}, **dict.fromkeys(NO_CODECS, "No Translation Path")}
        rows = [f"\tslin:8000        To {name}:8000".ljust(40) + f": {path}" for name, path in paths.items()]
        return "\n".join(['--- Translation paths SRC Codec "slin" sample rate 8000 ---', *rows, ""])

    def _documentation(self, words: str) -> str:
        module, kind = words.split()
        if kind not in _DOCUMENTED.get(module, ()):
            return f"Unknown module {module}\n"
        names = sorted((known_options(Protocol.PJSIP_WIZ, kind) or frozenset()) - self.forgotten_options)
        return "\n".join([f"{kind}: [category !~ /.?/]", "", *(f"{name:25} -- What it does" for name in names), ""])

    def _peer(self, name: str, loaded: Mapping[str, Mapping[str, str]], protocol: str, address: str, port: int) -> str:
        rows = [row for row in loaded.values() if row["protocol"] == protocol]
        own = next((row["account_entry"] for row in rows if name in section_names(row["account_entry"])), "")
        said = re.search(r"^port=(\d+)$", own, re.MULTILINE)
        address = address.format(address=ADDRESS, port=said[1] if said else port)
        if name not in self.other_peers and not any(name in section_names(row["account_entry"]) for row in rows):
            return f"Peer {name} not found.\n\n"
        return f"\n\n  * Name       : {name}\n  Addr->IP     : {address}\n  Status       : {self.peer_status}\n\n"

    def _sip_registry(self, loaded: Mapping[str, Mapping[str, str]]) -> str:
        lines = ["Host                                    dnsmgr Username       Refresh State                Reg.Time"]
        for row in loaded.values():
            found = registration_of(row["registration_string"]) if row["protocol"] == "SIP" else None
            if found is not None:
                lines.append(
                    f"{found.host:39.39} N      {found.username:12.12}        105 {self.registration:20} Mon, 23 Nov 2026"
                )
        return "\n".join([*lines, f"{len(lines) - 1} SIP registrations.", ""])

    def _iax_registry(self, loaded: Mapping[str, Mapping[str, str]]) -> str:
        lines = ["Host                                           dnsmgr  Username    Perceived      Refresh  State"]
        for row in loaded.values():
            line = row["registration_string"].removeprefix("register => ") if row["protocol"] == "IAX2" else ""
            user, at, host = line.rpartition("@")
            if at:
                address = f"{ADDRESS}:{host.partition(':')[2] or 4569}"
                name = user.partition(":")[0]
                lines.append(f"{address:45.45}  N       {name:10.10}  {'<Unregistered>':13}       60  {self.registration}")
        return "\n".join([*lines, f"{len(lines) - 1} IAX2 registrations.", ""])

    def _pjsip(self, words: str, loaded: Mapping[str, Mapping[str, str]]) -> str:
        kind, name = words.split()
        if kind in ("auth", "identify"):
            return ""
        if name in self.other_peers:
            return f" Endpoint:  {name:52} Not in use    0 of inf\n" if kind == "endpoint" else f"      Aor:  {name:52} 0\n"
        found = pjsip_objects(loaded).get((kind, name))
        if found is None:
            return _MISSING.format(name)
        return {"endpoint": self._endpoint, "aor": self._aor, "registration": self._registered}[kind](name, found, loaded)

    def _endpoint(self, name: str, section: ReadSection, loaded: Mapping[str, Mapping[str, str]]) -> str:
        objects = pjsip_objects(loaded)
        state = "Not in use" if self.contact.startswith("Avail") else "Unavailable"
        lines = [
            " Endpoint:  <Endpoint/CID.....>  <State.....>  <Channels.>",
            "   Identify:  <Identify/Endpoint.....>",
            "=" * 90,
            "",
        ]
        lines.append(f" Endpoint:  {name:52} {state:13} 0 of inf")
        lines += [f"    OutAuth:  {auth}/user" for auth in section.values("outbound_auth") if ("auth", auth) in objects]
        lines.append(f"        Aor:  {name:50} 0")
        lines += [f"   Identify:  {at}/{name}" for kind, at in objects if kind == "identify" and at.startswith(name)]
        [*_, context] = ["trunkinbound", *section.values("context"), *section.values("endpoint/context")]
        return "\n".join([*lines, "", " ParameterName  : ParameterValue", f" context        : {context}", ""])

    def _aor(self, name: str, section: ReadSection, loaded: Mapping[str, Mapping[str, str]]) -> str:
        rows = [f"    Contact:  {name}/{uri}   4800ed6582 {self.contact}" for uri in section.values("contact")]
        head = ["      Aor:  <Aor......>  <MaxContact>", "    Contact:  <Aor/ContactUri....> <Hash....> <Status> <RTT(ms)..>"]
        *_, frequency = section.values("qualify_frequency")
        return "\n".join([*head, "", f"      Aor:  {name:52} 0", *rows, "", f" qualify_frequency    : {frequency}", ""])

    def _registered(self, name: str, section: ReadSection, loaded: Mapping[str, Mapping[str, str]]) -> str:
        [uri] = section.values("server_uri")
        *_, refused = section.values("forbidden_retry_interval")  # one that stands twice counts as it is written last
        return (
            " <Registration/ServerURI......>  <Auth....>  <Status.......>\n\n"
            f" {name}/{uri}      {name}         {self.pjsip_registration}\n\n"
            f" forbidden_retry_interval : {refused}\n"
        )


def pjsip_objects(loaded: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], ReadSection]:
    """(kind, name) → section, with those that the configuration wizard makes (facts: pjsip.md §2)."""
    objects: dict[tuple[str, str], ReadSection] = {}
    for row in loaded.values():
        sections = read_conf(row["account_entry"])
        if row["protocol"] == "PJSIP":
            objects |= {(kind, section.name): section for section in sections for kind in section.values("type")}
        elif row["protocol"] == "PJSIP_WIZ":
            for section in sections[1:]:
                objects |= _made_by_wizard(section)
    return objects


def _made_by_wizard(section: ReadSection) -> dict[tuple[str, str], ReadSection]:
    name = section.name
    is_on = {option.key for option in section.options if option.value == "yes"}
    [host] = section.values("remote_hosts")
    parts = {kind: _part(section, kind) for kind in ("endpoint", "aor", "outbound_auth", "identify", "registration")}
    parts["aor"].options += read_conf(f"contact=sip:{host}\n")[0].options
    parts["registration"].options += read_conf(f"server_uri=sip:{host}\n")[0].options
    made = {("endpoint", name): parts["endpoint"], ("aor", name): parts["aor"]}
    if "sends_auth" in is_on:
        made["auth", f"{name}-oauth"] = parts["outbound_auth"]
        parts["endpoint"].options += read_conf(f"outbound_auth={name}-oauth\n")[0].options
    if "sends_registrations" in is_on:
        made["registration", f"{name}-reg-0"] = parts["registration"]
    if "sends_line_with_registrations" not in is_on:
        made["identify", f"{name}-identify"] = parts["identify"]
    return made


def _part(section: ReadSection, kind: str) -> ReadSection:
    own = [f"{option.key.removeprefix(f'{kind}/')}={option.value}" for option in section.options if option.key.startswith(kind)]
    return ReadSection(section.name, list(read_conf("\n".join(own))[0].options))


def _dialplan(words: str, loaded: Mapping[str, Mapping[str, str]]) -> str:
    digits, _, context = words.partition("@")
    for row in loaded.values() if context == "default" else ():
        for option in read_conf(row["dialplan_entry"])[0].options:
            pattern = re.split(",", option.value)[0]
            if parse_pattern(pattern).matches(digits):
                return f"[ Included context 'vicidial-auto-external' created by 'pbx_config' ]\n  '{pattern}' => 1. AGI()\n"
    return f"There is no existence of {digits}@{context} extension\n"


_DEFAULT = (
    "[ Context 'default' created by 'pbx_config' ]\n"
    "  '_90009.' =>      1. Hangup()                                   [extensions.conf:26]\n"
    "  Include =>        'vicidial-auto'                               [pbx_config]\n\n"
)


def _globals(loaded: Mapping[str, Mapping[str, str]]) -> str:
    lines = [option for row in loaded.values() for option in read_conf(row["globals_string"])[0].options]
    return "".join(f"   {option.key}={option.value}\n" for option in lines) + f"\n    -- {len(lines)} variable(s)\n"


def _context(name: str, loaded: Mapping[str, Mapping[str, str]]) -> str:
    """A context of VICIdial's; the carriers' extensions with all their steps."""
    header = f"[ Context '{name}' created by 'pbx_config' ]\n"
    if name == "vicidial-auto":
        return f"{header}  Include =>        'vicidial-auto-external'                      [pbx_config]\n\n"
    if name != "vicidial-auto-external":
        return f"There is no existence of '{name}' context\nCommand 'dialplan show {name}' failed.\n"
    lines = []
    for row in loaded.values():
        for extension in read_dialplan(row["dialplan_entry"]):
            starts = [f"  '{extension.pattern}' => ", *["                    "] * len(extension.steps)]
            lines += [
                f"{start}{number}. {step.application}({step.arguments}) [extensions-vicidial.conf:{number}]\n"
                for number, (start, step) in enumerate(zip(starts, extension.steps, strict=False), 1)
            ]
    return header + "".join(lines)
