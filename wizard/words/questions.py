"""What each question says: its label, one line of help, an example, and why it is asked."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    label: str
    help: str
    why: str
    example: str = ""


QUESTIONS: dict[str, Question] = {
    # carrier
    "carrier_id": Question("Carrier ID", "2 to 15 letters, digits, - or _. It can't be changed later.", "VICIdial knows the carrier by it, and the trunk's name in Asterisk is made from it.", "ACME"),
    "carrier_name": Question("Name", "What people see in VICIdial's list. Empty: the carrier ID.", "It also stands in a comment of Asterisk's files, by which the wizard sees that VICIdial wrote them.", "Acme Telecom"),
    "carrier_description": Question("Description", "Anything you want to remember. Goes into a comment, so no secrets.", "So that the next person knows what this carrier is for.", "Main carrier, account 4711"),
    "protocol": Question("Protocol", "SIP is chan_sip, VICIdial's default.", "It decides which part of Asterisk speaks to the carrier."),
    "server_ip": Question("Dialer", "“auto” is the dialer you install on; 0.0.0.0 is every dialer.", "VICIdial writes a carrier only on the servers that it belongs to.", "auto"),
    "user_group": Question("User group", "---ALL--- lets every administrator see the carrier.", "VICIdial hides carriers of other user groups."),
    # sign-in
    "auth": Question("How does the carrier know you?", "It is in the carrier's instructions; many offer more than one.", "It decides whether there is a user name and password, and whether your dialer has to register."),
    "username": Question("User name", "Also called SIP user, account or authentication ID. Only the part before an @.", "The carrier finds your account by it.", "acme"),
    "secret": Question("Password", "The SIP password, not the one for the carrier's web portal.", "The carrier checks it at every registration or call. It is kept encrypted, and forgotten once the dialer has it."),
    "did": Question("Number for incoming calls", "Optional. Digits only; the registration asks the carrier to send calls to it.", "Without it incoming calls arrive as “s”, which VICIdial can't route.", "2125550100"),
    # connection
    "host": Question("Carrier's host", "The name or address that calls go to, also called SIP server, proxy or termination URI.", "Asterisk sends its calls there, and takes calls from there.", "sip.example.com"),
    "port": Question("Port", "Empty unless your carrier names one: then it is 5060, or what the carrier's DNS says.", "A few carriers use another one.", "5060"),
    "inbound_context": Question("Context for incoming calls", "trunkinbound leads to VICIdial's DIDs.", "It decides what a call from the carrier may reach; never anything that could dial out."),
    "qualify": Question("Ask the carrier regularly whether it is there", "Recommended, unless your carrier doesn't answer OPTIONS.", "It is how Asterisk, and this wizard, see that the carrier is reachable."),
    "qualify_frequency": Question("How often, in seconds", "60 suits most carriers; some cut you off below 15.", "Too often annoys the carrier, too seldom notices trouble late.", "60"),
    # audio
    "codecs": Question("Codecs, best first", "ulaw in North America, alaw elsewhere. G.729 needs a module on your dialer.", "Both sides must have one in common, or calls end with 488 or silence."),
    "dtmf_mode": Question("Key presses (DTMF)", "RFC 4733 (also called RFC 2833) is what nearly every carrier wants.", "A wrong mode means that menus don't hear the keys."),
    # numbers
    "dial_prefix": Question("Dial prefix", "Digits that send a call to this carrier; a campaign's dial prefix must be the same. The carrier never sees them.", "All carriers share one list of patterns; the prefix is how VICIdial picks one.", "9"),
    "destinations": Question("Which numbers", "What VICIdial sends after the prefix: with the country code 1, ten digits only, or numbers abroad.", "Numbers that fit none of these can't be dialled through this carrier."),
    "number_format": Question("How the carrier wants numbers", "Shown for 212 555 0100. It is in the carrier's instructions.", "A wrong shape is answered with 404 or 484, and VICIdial marks the lead as disconnected.", "+12125550100"),
    "caller_id_format": Question("How the carrier wants your caller ID", "Mostly the same as for numbers.", "Carriers refuse calls, or show a wrong number, if it has another shape."),
    "caller_id_header": Question("Where the carrier looks for the caller ID", "From, unless your carrier names a header.", "The called person sees what stands there."),
}  # fmt: skip

CHOICES: dict[str, dict[str, str]] = {
    "protocol": {"SIP": "SIP (chan_sip)"},
    "auth": {
        "registration": "By registration: user name and password, and my dialer registers",
        "credentials": "By user name and password with each call, without registering",
        "ip": "By my dialer's IP address; no password",
    },
    "codecs": {"ulaw": "G.711 µ-law (ulaw)", "alaw": "G.711 A-law (alaw)", "g729": "G.729", "gsm": "GSM", "g722": "G.722", "opus": "Opus"},
    "dtmf_mode": {"rfc4733": "RFC 4733 / 2833", "inband": "In band (only with ulaw or alaw)", "info": "SIP INFO", "auto": "Whatever the other side offers"},
    "destinations": {
        "nanp": "North America with the 1 (12125550100)",
        "nanp10": "North America, ten digits (2125550100)",
        "international": "Abroad (442079460000, or 011 first)",
    },
    "number_format": {
        "plus_e164": "+12125550100 (E.164 with +)",
        "e164": "12125550100 (E.164 without +)",
        "nanp11": "12125550100, abroad with 011",
        "nanp10": "2125550100, abroad with 011",
        "as_dialled": "As dialled, without the prefix",
    },
    "caller_id_format": {
        "plus_e164": "+12125550100",
        "e164": "12125550100",
        "nanp11": "12125550100 in North America only",
        "nanp10": "2125550100",
        "as_dialled": "As VICIdial has it",
    },
    "caller_id_header": {"from": "From", "pai": "P-Asserted-Identity", "rpid": "Remote-Party-ID"},
}  # fmt: skip


def descriptions() -> dict[str, str]:
    """Answer → label and help, for the schema."""
    return {name: f"{question.label}. {question.help}" for name, question in QUESTIONS.items()}
