"""The words of the trade, for those who meet them for the first time; and which questions use which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Term(NamedTuple):
    name: str
    text: str


GLOSSARY: Mapping[str, Term] = {
    "carrier": Term("Carrier", "The company that takes your calls to the telephone network. VICIdial's word for it is also the name of its entry (Admin → Carriers)."),
    "codec": Term("Codec", "The way in which sound becomes data. Both sides must have one in common. G.711 (ulaw, alaw) sounds like a telephone and needs no licence; G.729 needs less line and a module."),
    "context": Term("Context", "A part of Asterisk's dialplan. A call that comes in may reach only what is in its context."),
    "dial-prefix": Term("Dial prefix", "Digits that VICIdial puts before a number, so that the dialplan knows which carrier is meant. They are taken off again before the carrier gets the call."),
    "dialplan": Term("Dialplan", "Asterisk's list of patterns and what to do with a number that fits one. _91NXXNXXXXXX is 9, 1, and ten digits: N is 2 to 9, X is any."),
    "dtmf": Term("DTMF", "The tones of a telephone's keys. They mostly travel beside the sound, as RFC 4733 describes."),
    "e164": Term("E.164", "A telephone number with its country code and no access code in front: +1 212 555 0100."),
    "failover": Term("Failover", "Going on to another carrier when the first can't take a call."),
    "nanp": Term("NANP", "The numbering plan of North America: country code 1, then ten digits."),
    "outbound-proxy": Term("Outbound proxy", "A server of the carrier's that calls are handed to, although they name another host."),
    "peer": Term("Peer", "chan_sip's word for the other end of a trunk, and for its section in sip.conf. In PJSIP it is made of an endpoint, an AOR and more."),
    "pjsip": Term("PJSIP", "The newer of Asterisk's two drivers for SIP. The older, chan_sip, is gone from Asterisk 21 on."),
    "qualify": Term("Qualify", "Asterisk asks the carrier at regular times whether it is there (SIP OPTIONS), and notes how long the answer took."),
    "realm": Term("Realm", "The name that a carrier gives with its password check, so that the other side knows which password is meant."),
    "registration": Term("Registration", "Your dialer signs in at the carrier every few minutes and says where it is. Other carriers know you by your address, or by a password with each call."),
    "rtp": Term("RTP and SRTP", "What carries the sound of a call, beside SIP. SRTP is the same, encrypted."),
    "sip": Term("SIP", "The language in which calls are set up and ended. Its answers have numbers: 403 is “forbidden”, 404 “no such number”, 486 “busy”, 488 “no codec in common”, 503 “no room”."),
    "stir-shaken": Term("STIR/SHAKEN", "Signed caller IDs in the United States and Canada. A: the signer knows you and that the number is yours; B: it knows you; C: it only passes the call on."),
    "tech-prefix": Term("Tech prefix", "Digits before each number by which some carriers find the account or the rate plan."),
    "transport": Term("Transport", "What carries SIP: UDP nearly everywhere, TCP, or TLS, which is encrypted."),
    "trunk": Term("Trunk", "The connection between your dialer and a carrier, as Asterisk knows it."),
}  # fmt: skip

#: question → the words in it that a first-timer may stumble over
TERMS_OF: Mapping[str, tuple[str, ...]] = {
    "carrier_id": ("carrier", "trunk"),
    "protocol": ("sip", "pjsip", "peer"),
    "trunk_name": ("trunk",),
    "auth": ("registration",),
    "realm": ("realm",),
    "transport": ("transport",),
    "srtp": ("rtp",),
    "outbound_proxy": ("outbound-proxy",),
    "inbound_context": ("context",),
    "qualify": ("qualify",),
    "codecs": ("codec",),
    "dtmf_mode": ("dtmf",),
    "dial_prefix": ("dial-prefix", "dialplan"),
    "destinations": ("nanp",),
    "number_format": ("e164",),
    "tech_prefix": ("tech-prefix",),
    "backup_carrier": ("failover",),
    "stir_shaken": ("stir-shaken",),
}
