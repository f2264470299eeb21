"""The lab's carriers: each an Asterisk of its own, told apart by how it lets calls in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .host import LabHost, folder_files
from .ports import Port
from .settings import CarrierSettings, LabSettings

FILES = Path(__file__).parent / "rootfs" / "carrier"

COMMON_MODULES = (
    "app_dial", "app_stack", "app_verbose", "bridge_simple", "codec_alaw", "codec_gsm", "codec_ulaw", "func_callerid",
    "func_channel", "func_env", "func_logic", "func_strings", "pbx_config", "res_rtp_asterisk", "res_timing_timerfd",
)  # fmt: skip
CHAN_SIP_MODULES = ("res_http_websocket", "res_sorcery_config", "res_pjproject", "chan_sip")
IAX2_MODULES = ("res_crypto", "chan_iax2")
PJSIP_MODULES = (
    "res_sorcery_astdb", "res_sorcery_config", "res_sorcery_memory", "res_pjproject", "res_pjsip", "res_pjsip_pubsub",
    "res_pjsip_session", "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_caller_id", "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs", "res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_sdp_rtp", "res_pjsip_dtmf_info",
    "res_pjsip_logger", "chan_pjsip",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """What a customer of a lab carrier signs in with."""

    username: str
    secret: str


ACME = Account("acme", "R3gister-Me")
ACME_TWO = Account("acme2", "An0ther-One")
PERCALL = Account("percall", "Ch4llenge.Me")
IAX_ACME = Account("iaxacme", "I4x-Secret")

#: a call as a carrier wrote it down
CALL_FIELDS = ("at", "number", "caller_number", "caller_name", "account", "from_header", "pai_header", "rpid_header")


@dataclass(frozen=True)
class Call:
    """One call that reached a carrier."""

    at: float
    number: str
    caller_number: str
    caller_name: str
    account: str
    from_header: str
    pai_header: str
    rpid_header: str


class LabCarrier(LabHost):
    """A carrier host: its configuration, and the calls that it wrote down."""

    def __init__(
        self, settings: LabSettings, carrier: CarrierSettings, config: Mapping[str, str], *, iax: bool = False
    ) -> None:
        super().__init__(carrier.name.split(".")[0], settings.directory)
        self._settings = settings
        self._carrier = carrier
        self._config = config
        self._iax = iax

    @property
    def address(self) -> str:
        return self._carrier.address

    @property
    def host_name(self) -> str:
        """Its name, as the dialer resolves it."""
        return self._carrier.name

    @property
    def ports(self) -> list[Port]:
        ports = [Port(self.address, self._settings.carrier_sip_port, "udp", f"{self.name} carrier", "LAB_CARRIER_SIP_PORT")]
        if self._iax:
            ports.append(
                Port(self.address, self._settings.carrier_iax_port, "udp", f"{self.name} carrier", "LAB_CARRIER_IAX_PORT")
            )
        return ports

    def boot(self, root: Path) -> None:
        values = {
            "ADDRESS": self.address,
            "SIP_PORT": self._settings.carrier_sip_port,
            "IAX_PORT": self._settings.carrier_iax_port,
            "RTP_START": self._carrier.rtp_start,
            "RTP_END": self._carrier.rtp_start + 998,
            "REALM": self.host_name,
            "IAX_ACCOUNTS": "",
            **self._config,
        }
        files = folder_files(FILES, values)
        self.start(root, files)

    def wait_until_ready(self) -> None:
        self.wait_until("/run/asterisk/asterisk.ctl", 30)
        self.asterisk("core waitfullybooted")

    def calls(self) -> list[Call]:
        """The calls since the last :meth:`forget_calls`, oldest first."""
        log = self.root / "var/log/asterisk/calls.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        fields = [line.split("|") for line in lines]
        return [Call(float(at), *rest) for at, *rest in fields]

    def forget_calls(self) -> None:
        (self.root / "var/log/asterisk/calls.log").unlink(missing_ok=True)


def lab_carriers(settings: LabSettings) -> dict[str, LabCarrier]:
    """All of them, by the way they let calls in."""
    return {
        "registration": LabCarrier(settings, settings.by_registration, _registration_config(), iax=True),
        "credentials": LabCarrier(settings, settings.by_credentials, _credentials_config()),
        "ip": LabCarrier(settings, settings.by_ip, _ip_config(settings.dialer_address)),
        "backup": LabCarrier(settings, settings.backup, _ip_config(settings.dialer_address)),
    }


def _registration_config() -> dict[str, str]:
    sip_accounts = "\n".join(
        f"[{account.username}]\ntype=friend\nhost=dynamic\nsecret={account.secret}\ncontext=calls\ntrustrpid=no\n"
        for account in (ACME, ACME_TWO)
    )
    iax_accounts = (
        f"[{IAX_ACME.username}]\ntype=friend\nhost=dynamic\nsecret={IAX_ACME.secret}\nauth=md5\n"
        "requirecalltoken=no\ncontext=calls\n"
    )
    return {
        "MODULES": _load_lines(COMMON_MODULES + CHAN_SIP_MODULES + IAX2_MODULES),
        "ACCOUNTS": sip_accounts,
        "IAX_ACCOUNTS": iax_accounts,
        "RECORD": _record("SIP_HEADER"),
    }


def _credentials_config() -> dict[str, str]:
    accounts = f"""[{PERCALL.username}]
type=endpoint
context=calls
disallow=all
allow=ulaw,alaw
auth={PERCALL.username}
identify_by=auth_username
direct_media=no

[{PERCALL.username}]
type=auth
auth_type=userpass
username={PERCALL.username}
password={PERCALL.secret}
"""
    return {
        "MODULES": _load_lines(COMMON_MODULES + PJSIP_MODULES),
        "ACCOUNTS": accounts,
        "RECORD": _record("PJSIP_HEADER"),
    }


def _ip_config(dialer_address: str) -> dict[str, str]:
    accounts = f"""[dialer]
type=endpoint
context=calls
disallow=all
allow=ulaw,alaw
direct_media=no

[dialer]
type=identify
endpoint=dialer
match={dialer_address}
"""
    return {
        "MODULES": _load_lines(COMMON_MODULES + PJSIP_MODULES),
        "ACCOUNTS": accounts,
        "RECORD": _record("PJSIP_HEADER"),
    }


def _load_lines(modules: tuple[str, ...]) -> str:
    return "\n".join(f"load = {module}.so" for module in modules)


def _record(header_function: str) -> str:
    """The line that a carrier's dialplan writes for a call, in the order of :class:`Call`."""
    if header_function == "SIP_HEADER":
        headers = [f"${{SIP_HEADER({name})}}" for name in ("From", "P-Asserted-Identity", "Remote-Party-ID")]
        account = "${CHANNEL(peername)}"
    else:
        headers = [f"${{PJSIP_HEADER(read,{name})}}" for name in ("From", "P-Asserted-Identity", "Remote-Party-ID")]
        account = "${CHANNEL(endpoint)}"
    values = ["${EPOCH}", "${EXTEN}", "${CALLERID(num)}", "${CALLERID(name)}", account, *headers]
    return "|".join(values)
