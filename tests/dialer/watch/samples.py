"""What Asterisk prints about trunks of each driver, and rows to watch."""

from __future__ import annotations

from typing import Any

from tests.carrier.samples import HERE, answers
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier

COMPLAINT = "No ethernet interface found for seeding global EID. You will have to set it manually.\n"


NO_SUCH_COMMAND = "No such command 'sip show peer acme' (type 'core show help sip show' for other possible commands)\n"


NOT_RUNNING = "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)\n"


MISSING = "Unable to find object acme.\n\n"


SIP_REGISTRY = """\
Host                                    dnsmgr Username       Refresh State                Reg.Time                 
127.0.0.20:5060                         N      acme               105 Registered           Mon, 23 Nov 2026 06:27:51
127.0.2.11:5070                         N      acme@from.do       105 Registered           Mon, 23 Nov 2026 12:50:07
sip.a-very-long-host-name.example.com:5 N      averylonguse       120 Request Sent                                  
sip.example.com:5060                    Y      acme               120 No Authentication                             
4 SIP registrations.
"""  # noqa: W291


IAX_REGISTRY = """\
Host                                           dnsmgr  Username    Perceived                                      Refresh  State
(null)                                         N       iaxacme     <Unregistered>                                      60  Unregistered
127.0.0.20:4569                                N       justuser    <Unregistered>                                      60  No Authentication
127.0.0.30:4569                                N       averylongu  <Unregistered>                                      60  Rejected
127.0.0.78:14569                               N       iaxacme     <Unregistered>                                      60  Request Sent
127.0.0.20:4569                                N       iaxacme     127.0.0.10:4569                                     60  Registered
5 IAX2 registrations.
"""  # noqa: E501


def sip_peer(status: str = "OK (1 ms)", address: str = "203.0.113.7:5060") -> str:
    return f"\n\n  * Name       : acme\n  Secret       : <Set>\n  Addr->IP     : {address}\n  Status       : {status}\n\n"


def iax_peer(status: str = "OK (3 ms)", address: str = "203.0.113.7 Port 4569") -> str:
    return f"""

  * Name       : acme
  Description  : 
  Secret       : <Set>
  Context      : trunkinbound
  Callerid     : "" <>
  Expire       : -1
  ACL          : No
  Addr->IP     : {address}
  Defaddr->IP  : (null) Port (null)
  Username     : acme
  Codecs       : (ulaw|alaw)
  Status       : {status}
  Qualify      : every 60000ms when OK, every 10000ms when UNREACHABLE (sample smoothing Off)

"""  # noqa: W291


LONG = "long-carrier-name-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"


ENDPOINT_HEAD = """
 Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>
    I/OAuth:  <AuthId/UserName...........................................................>
        Aor:  <Aor............................................>  <MaxContact>
      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>
  Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress..................>
   Identify:  <Identify/Endpoint.........................................................>
        Match:  <criteria.........................>
    Channel:  <ChannelId......................................>  <State.....>  <Time.....>
        Exten: <DialedExten...........>  CLCID: <ConnectedLineCID.......>
==========================================================================================

"""


ENDPOINT = f"""{ENDPOINT_HEAD} Endpoint:  acme                                                 Not in use    0 of inf
    OutAuth:  acme/ok
        Aor:  acme                                               0
      Contact:  acme/sip:127.0.12.1:5060                   4800ed6582 Avail         0.367
  Transport:  transport-udp             udp      0      0  127.0.0.10:5061
   Identify:  acme/acme
        Match: 127.0.12.1/32


 ParameterName                      : ParameterValue
 =========================================================
 context                            : trunkinbound

"""


BARE_ENDPOINT = f"{ENDPOINT_HEAD} Endpoint:  acme                 Unavailable   0 of inf\n        Aor:  acme         0\n\n"


LONG_ENDPOINT = f"""{ENDPOINT_HEAD} Endpoint:  {LONG[:49]}  Not in use    0 of inf
    OutAuth:  {LONG}/two
        Aor:  {LONG[:41]}            0
      Contact:  {LONG}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767
   Identify:  {LONG}/{LONG}
        Match: 127.0.12.1/32

"""


def aor(rows: str, frequency: int = 60, name: str = "acme", extra: str = "") -> str:
    return f"""
      Aor:  <Aor..............................................>  <MaxContact>
    Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

      Aor:  {name:50.43}   0
{rows}

 ParameterName        : ParameterValue
 ==========================================
 authenticate_qualify : false
 contact              : sip:127.0.12.1:5060
 default_expiration   : 3600
 mailboxes            : 
{extra} qualify_frequency    : {frequency}
 qualify_timeout      : 3.000000
 voicemail_extension  : 

"""  # noqa: W291


AVAILABLE = "    Contact:  acme/sip:127.0.12.1:5060                     4800ed6582 Avail         0.367"


def registration(status: str, name: str = "acme", refused: int = 20, extra: str = "") -> str:
    row = f" {name + '/sip:127.0.12.1:5060':55} {name:27} {status}"
    return f"""
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

{row}

 ParameterName            : ParameterValue
 =================================================
 auth_rejection_permanent : true
 client_uri               : sip:ok@127.0.12.1:5060
{extra} contact_user             : 
 expiration               : 300
 fatal_retry_interval     : {refused}
 forbidden_retry_interval : {refused}
 max_retries              : 10
 retry_interval           : 20
 server_uri               : sip:127.0.12.1:5060
 transport                : transport-udp

"""  # noqa: W291


def carrier(raw: dict[str, Any], protocol: str, **changed: Any) -> Carrier:
    return render_carrier(answers(raw, protocol=protocol, **changed), HERE)
