"""How the lab's carriers are configured: what they load, whom they let in, and what they write down of a call."""

from __future__ import annotations

from .accounts import ACME, ACME_SRTP, ACME_TWO, APART, BLOCKED, IAX_ACME, IAX_PERCALL, PERCALL, PERCALL_SRTP, Account

COMMON_MODULES = (
    "app_dial", "app_milliwatt", "app_stack", "app_verbose", "bridge_simple", "codec_alaw", "codec_gsm", "codec_ulaw",
    "func_callerid", "func_channel", "func_env", "func_hangupcause", "func_logic", "func_strings", "pbx_config", "pbx_spool",
    "res_rtp_asterisk", "res_srtp", "res_timing_timerfd",
)  # fmt: skip
CHAN_SIP_MODULES = ("res_http_websocket", "res_sorcery_config", "res_pjproject", "chan_sip")
IAX2_MODULES = ("res_crypto", "chan_iax2")
PJSIP_MODULES = (
    "res_sorcery_astdb", "res_sorcery_config", "res_sorcery_memory", "res_pjproject", "res_pjsip", "res_pjsip_pubsub",
    "res_pjsip_session", "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_caller_id", "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs", "res_pjsip_nat", "res_pjsip_registrar", "res_pjsip_rfc3326", "res_pjsip_sdp_rtp",
    "res_pjsip_dtmf_info", "res_pjsip_logger", "chan_pjsip",
)  # fmt: skip

#: headers that a call may bring along, and that are written down too
EXTRA_HEADERS = ("X-Test", "X-Other", "X-Telnyx-Token", "Diversion", "Identity")
#: which of a number's digits choose the outcome: of 12125550034 these, or of its exchange (55) those that follow two zeros
BY_LAST_FOUR, BY_EXCHANGE = "${EXTEN:-4}", "00${EXTEN:-6:2}"


def registration_config() -> dict[str, str]:
    sip_accounts = (
        _chan_sip_account(ACME),
        _chan_sip_account(ACME_TWO),
        _chan_sip_account(ACME_SRTP, "encryption=yes"),
        _chan_sip_account(Account(BLOCKED.username, "nobody-has-this")),
    )
    iax_accounts = (_iax_account(IAX_ACME, "type=friend", "host=dynamic"), _iax_account(IAX_PERCALL, "type=user"))
    return {
        "MODULES": _load_lines(COMMON_MODULES + CHAN_SIP_MODULES + IAX2_MODULES),
        "ACCOUNTS": "\n".join(sip_accounts),
        "IAX_ACCOUNTS": "\n".join(iax_accounts),
        **_dialplan_of("chan_sip"),
    }


def credentials_config() -> dict[str, str]:
    by_password = ("identify_by=auth_username", f"auth={PERCALL.username}")
    by_password_srtp = ("identify_by=auth_username", f"auth={PERCALL_SRTP.username}", "media_encryption=sdes")
    by_from_user = ("identify_by=username", f"auth={APART.from_user}", f"aors={APART.from_user}")
    sections = (
        _endpoint(PERCALL.username, *by_password),
        _auth(PERCALL.username, PERCALL),
        _endpoint(PERCALL_SRTP.username, *by_password_srtp),
        _auth(PERCALL_SRTP.username, PERCALL_SRTP),
        _endpoint(APART.from_user, *by_from_user),
        _auth(APART.from_user, APART),
        f"[{APART.from_user}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n",
    )
    return {
        "MODULES": _load_lines(COMMON_MODULES + PJSIP_MODULES),
        "ACCOUNTS": "\n".join(sections),
        **_dialplan_of("chan_pjsip"),
    }


def ip_config(dialers: tuple[str, ...], outcome: str = BY_LAST_FOUR) -> dict[str, str]:
    """Whoever calls from a dialer's address is let in; audio may be plain or SRTP, as the caller likes."""
    sections = (
        _endpoint("dialer", "media_encryption=sdes", "media_encryption_optimistic=yes"),
        "[dialer]\ntype=identify\nendpoint=dialer\n" + "".join(f"match={address}\n" for address in dialers),
    )
    # Without a user name chan_iax2 looks for a user whose address list fits, and who has no password.
    iax_account = "[dialer]\ntype=user\ncontext=iax-calls\nrequirecalltoken=no\ndeny=0.0.0.0/0.0.0.0\n" + "".join(
        f"permit={address}/255.255.255.255\n" for address in dialers
    )
    return {
        "MODULES": _load_lines(COMMON_MODULES + PJSIP_MODULES + IAX2_MODULES),
        "ACCOUNTS": "\n".join(sections),
        "IAX_ACCOUNTS": iax_account,
        **_dialplan_of("chan_pjsip"),
        "OUTCOME": outcome,
    }


def _chan_sip_account(account: Account, *options: str) -> str:
    lines = ("type=friend", "host=dynamic", f"secret={account.secret}", "context=calls", "trustrpid=no", *options)
    return f"[{account.username}]\n" + "".join(f"{line}\n" for line in lines)


def _iax_account(account: Account, *options: str) -> str:
    lines = (f"secret={account.secret}", "auth=md5", "requirecalltoken=no", "context=iax-calls", *options)
    return f"[{account.username}]\n" + "".join(f"{line}\n" for line in lines)


def _endpoint(name: str, *options: str) -> str:
    # Without an address of its own, its sound would come from another host's.
    sound = ("direct_media=no", "media_address=@ADDRESS@", "bind_rtp_to_media_address=yes")
    lines = ("type=endpoint", "context=calls", "disallow=all", "allow=ulaw,alaw", *sound, *options)
    return f"[{name}]\n" + "".join(f"{line}\n" for line in lines)


def _auth(name: str, account: Account) -> str:
    return f"[{name}]\ntype=auth\nauth_type=userpass\nusername={account.username}\npassword={account.secret}\n"


def _load_lines(modules: tuple[str, ...]) -> str:
    return "\n".join(f"load = {module}.so" for module in modules)


def _dialplan_of(driver: str) -> dict[str, str]:
    """What a carrier's dialplan asks a SIP channel for, and what it writes down of SIP and IAX2 calls."""
    if driver == "chan_sip":
        header, account, secure = "${SIP_HEADER(%s)}", "${CHANNEL(peername)}", "${CHANNEL(secure_media)}"
    else:
        header, account, secure = "${PJSIP_HEADER(read,%s)}", "${CHANNEL(endpoint)}", "${CHANNEL(rtp,secure)}"
    headers = [header % name for name in ("From", "P-Asserted-Identity", "Remote-Party-ID")]
    extra = [header % name for name in EXTRA_HEADERS]
    # the first header says what the call came by: SIP/2.0/UDP 192.0.2.1:5060;...
    transport = (header % "Via").replace("}", ":8:3}")
    return {
        "SECURE": secure,
        "RECORD": _record(account, headers, transport, extra),
        "IAX_RECORD": _record("${CHANNEL(peername)}", ["", "", ""], "IAX2", []),
        "OUTCOME": BY_LAST_FOUR,
    }


def _record(account: str, headers: list[str], transport: str, extra: list[str]) -> str:
    """The line that a carrier's dialplan writes for a call, in the order of :class:`tests.lab.carriers.Call`."""
    caller = ["${EPOCH}", "${EXTEN}", "${CALLERID(num)}", "${CALLERID(name)}"]
    return "|".join([*caller, account, *headers, transport, *extra])
