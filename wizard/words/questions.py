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
    "preset": Question("Carrier known by name", "Empty: none. `carrier-wizard presets` lists them.", "What is known of the carrier stands where you say nothing else.", "telnyx"),
    "protocol": Question("Protocol", "SIP (chan_sip) is VICIdial's default. From Asterisk 21 on only PJSIP speaks SIP.", "It decides which part of Asterisk speaks to the carrier, and from which port. The carrier sees no other difference between SIP and PJSIP."),
    "server_ip": Question("Dialer", "“auto” is the dialer you install on; 0.0.0.0 is every dialer.", "VICIdial writes a carrier only on the servers that it belongs to.", "auto"),
    "user_group": Question("User group", "---ALL--- lets every administrator see the carrier.", "VICIdial hides carriers of other user groups."),
    "trunk_name": Question("Trunk's name in Asterisk", "Empty: made from the carrier ID.", "It is the name of the carrier's sections in Asterisk's files. It must differ from all phones and other trunks.", "acme"),
    "global_name": Question("Variable in the dialplan", "Empty: made from the trunk's name.", "The dialplan entry dials it, so that the trunk is named in one place only.", "ACME_TRUNK"),
    # sign-in
    "auth": Question("How does the carrier know you?", "It is in the carrier's instructions; many offer more than one.", "It decides whether there is a user name and password, and whether your dialer has to register."),
    "username": Question("User name", "Also called SIP user, account or authentication ID. Only the part before an @.", "The carrier finds your account by it.", "acme"),
    "secret": Question("Password", "The SIP password, not the one for the carrier's web portal.", "The carrier checks it at every registration or call. It is kept encrypted, and forgotten once the dialer has it."),
    "did": Question("Number for incoming calls", "Optional. Digits only; the registration asks the carrier to send calls to it.", "Without it incoming calls arrive as “s”, which VICIdial can't route.", "2125550100"),
    "auth_username": Question("Authentication user", "Empty: the user name. Only if your carrier names two.", "Some carriers have one name for the account and another for the password check.", "acme-auth"),
    "from_user": Question("User in From", "Empty: the caller ID stands there, which is what most carriers want.", "A few carriers find the account by it. Then the caller ID has to travel in another header.", "acme"),
    "from_domain": Question("Domain in From", "Empty: your dialer's address.", "A few carriers take calls only with their own domain there.", "sip.example.com"),
    "realm": Question("Realm", "Empty: whatever the carrier asks for.", "It ties the password to one carrier. With a wrong one the password is never sent.", "sip.example.com"),
    "registration_expiry": Question("Registration lasts, in seconds", "300 suits most carriers, and they may shorten it.", "The dialer registers again before it is over; a short one notices trouble sooner.", "300"),
    "registration_retry": Question("Try again after, in seconds", "After silence. After a refusal PJSIP waits five minutes, and it never gives up.", "Carriers lock accounts that knock too often.", "60"),
    # connection
    "host": Question("Carrier's host", "The name or address that calls go to, also called SIP server, proxy or termination URI.", "Asterisk sends its calls there, and takes calls from there.", "sip.example.com"),
    "port": Question("Port", "Empty unless your carrier names one: then it is 5060, or what the carrier's DNS says.", "A few carriers use another one.", "5060"),
    "transport": Question("Transport", "UDP, unless your carrier says otherwise.", "Asterisk and the carrier must speak the same. TCP and TLS have to be set up on the dialer first.", "udp"),
    "srtp": Question("Encrypted audio (SRTP)", "Only if your carrier requires it; it goes with TLS.", "A carrier that requires it refuses plain audio with 488, and one that doesn't know it refuses encrypted audio."),
    "outbound_proxy": Question("Outbound proxy", "Empty, unless your carrier names one beside the host.", "Calls then go to the proxy, and still name the host.", "proxy.example.com:5060"),
    "match": Question("Other addresses that call you", "Addresses or networks, with blanks between them. Empty: only the host above calls in.", "Calls from anywhere else are refused: a trunk must not be a door. Guides that write type=friend or host=dynamic here open that door; for a carrier with a fixed host both are wrong.", "203.0.113.7 203.0.113.16/28"),
    "inbound_context": Question("Context for incoming calls", "trunkinbound leads to VICIdial's DIDs.", "It decides what a call from the carrier may reach; never anything that could dial out."),
    "qualify": Question("Ask the carrier regularly whether it is there", "Recommended, unless your carrier doesn't answer OPTIONS.", "It is how Asterisk, and this wizard, see that the carrier is reachable."),
    "qualify_frequency": Question("How often, in seconds", "60 suits most carriers; some cut you off below 15.", "Too often annoys the carrier, too seldom notices trouble late.", "60"),
    # audio
    "codecs": Question("Codecs, best first", "ulaw in North America, alaw elsewhere. G.729 needs a module on your dialer.", "Both sides must have one in common, or calls end with 488 or silence."),
    "dtmf_mode": Question("Key presses (DTMF)", "RFC 4733 (also called RFC 2833) is what nearly every carrier wants.", "A wrong mode means that menus don't hear the keys."),
    "session_timers": Question("Let the carrier refresh long calls", "Recommended (RFC 4028). Off, if calls drop after exactly 15 or 30 minutes.", "Some carriers end calls whose refresh goes wrong."),
    "template_id": Question("Conf template", "Empty: none. The ID of a template in VICIdial (Admin → Templates).", "VICIdial writes a template's lines after the account entry, so they win. Carriers can share one."),
    "make_template": Question("Make this template from the entry's generic lines", "Codecs, key presses and the like move into a new template; user name and password stay in the entry.", "So that the next carrier can use the same lines."),
    "extra_options": Question("Extra options", "For experts: option=value, a line each. A line such as [aor] says which section the next ones are for.", "Whatever your carrier needs and no question asks. Options that Asterisk doesn't know are refused, since PJSIP would drop the whole section.", "rtp_timeout=60"),
    # numbers
    "dial_prefix": Question("Dial prefix", "Digits that send a call to this carrier; a campaign's dial prefix must be the same. The carrier never sees them.", "All carriers share one list of patterns; the prefix is how VICIdial picks one.", "9"),
    "destinations": Question("Which numbers", "What VICIdial sends after the prefix: with the country code 1, ten digits only, or numbers abroad.", "Numbers that fit none of these can't be dialled through this carrier."),
    "number_format": Question("How the carrier wants numbers", "Shown for 212 555 0100. It is in the carrier's instructions.", "A wrong shape is answered with 404 or 484, and VICIdial marks the lead as disconnected.", "+12125550100"),
    "caller_id_format": Question("How the carrier wants your caller ID", "Mostly the same as for numbers.", "Carriers refuse calls, or show a wrong number, if it has another shape."),
    "destination_digits": Question("Other digits for some of them", "A line each: nanp, nanp10 or international (or a pattern of your own), a colon, and what the carrier gets: plus_e164, e164, nanp11, nanp10, as_dialled, or what to do with the digits (strip 1, add 0044#).", "Some carriers want calls abroad in another shape, or with a prefix of their own.", "international: e164"),
    "tech_prefix": Question("Tech prefix", "Empty, unless your carrier gave you one. With its separator, as in 1234#.", "The carrier finds your account or rate plan by it. It goes before each number.", "1234#"),
    "allow_premium": Question("Also 900 and 976 numbers", "They cost dollars a minute, and hardly any campaign calls them.", "A single wrong list can be expensive, so they are left out unless you say so."),
    "allow_caribbean": Question("Also the Caribbean and Bermuda", "They look like numbers at home (1 242, 1 876 and so on) and cost like calls abroad.", "Carriers bill them as international, and call-back fraud uses them."),
    "caller_id_header": Question("Where the carrier looks for the caller ID", "From, unless your carrier names a header.", "The called person sees what stands there."),
    "caller_id_name": Question("Caller's name", "Empty: the carrier sees VICIdial's own code of the call, such as V1123…, as the name.", "Few carriers pass a name on; some refuse calls with an odd one. VICIdial's own logs keep the code.", "ACME WIDGETS"),
    "extra_headers": Question("Extra SIP headers", "A line each, as in X-Name: value. Only if your carrier signs you in by one.", "A few carriers know their customers by a header. The values are treated like passwords."),
    # routing
    "campaigns": Question("Campaigns that shall use it", "Their dial prefix is set to this carrier's, and put back if the install is undone.", "A carrier that is up gets no call until a campaign's dial prefix leads to it."),
    "backup_carrier": Question("Backup carriers", "Carriers on this dialer, in the order in which they are tried.", "If this one can't take a call, the next one gets it, as long as nothing has rung yet.", "BKUP"),
    "failover_on": Question("Go on to the backup if this one", "All three suit most. A busy or wrong number, or a person who declines, never goes on.", "So that nobody is called twice, and a wrong number isn't tried at every carrier."),
    "least_cost": Question("Choose the cheapest carrier for each number", "For those with rate decks: VICIdial's own look-up picks the trunk, and this carrier is taken where there is no rate.", "With several carriers the price of a minute depends on the number."),
    "stir_shaken": Question("Who signs your caller ID (STIR/SHAKEN)?", "Your carrier, unless you have an account with TILTX.", "Signed calls say how sure the signer is: A knows you and that the number is yours, B knows you but not the number, C only passes the call on. It goes by whether the number is one that the signer gave you or checked."),
    "tiltx_api_key": Question("TILTX's key", "It goes into VICIdial's settings container, and isn't shown again. Empty, if it is there already.", "TILTX signs for those who have its key."),
    "max_channels": Question("Calls at once that the carrier allows", "Also called channels or ports. Empty, if nobody told you.", "Beyond it the carrier answers 503, which looks like a carrier that fails.", "100"),
    "calls_per_second": Question("New calls per second that the carrier allows", "Also called CPS. Empty, if nobody told you.", "A dialer that starts calls faster gets 503 or 429, in bursts.", "5"),
    "server_trunks": Question("Lines for a campaign", "A line each: SALES: 20 is at most 20 lines, SALES: 20+ keeps 20 and lets it use more.", "VICIdial shares a dialer's lines among its campaigns; these are its server trunks.", "SALES: 20"),
}  # fmt: skip

CHOICES: dict[str, dict[str, str]] = {
    "protocol": {
        "SIP": "SIP (chan_sip)",
        "PJSIP": "PJSIP, in sections",
        "PJSIP_WIZ": "PJSIP, by Asterisk's own wizard",
        "IAX2": "IAX2",
    },
    "transport": {"udp": "UDP", "tcp": "TCP", "tls": "TLS"},
    "auth": {
        "registration": "By registration: user name and password, and my dialer registers",
        "credentials": "By user name and password with each call, without registering",
        "ip": "By my dialer's IP address; no password",
    },
    "codecs": {"ulaw": "G.711 µ-law (ulaw)", "alaw": "G.711 A-law (alaw)", "g729": "G.729", "gsm": "GSM", "g722": "G.722", "g726": "G.726", "ilbc": "iLBC", "opus": "Opus"},
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
    "failover_on": {
        "unreachable": "doesn't answer at all",
        "refused": "refuses the call or the sign-in (401, 402, 403, 407, 488)",
        "congested": "is out of order or full (500, 503 and the like)",
    },
    "stir_shaken": {
        "carrier": "My carrier signs",
        "tiltx": "TILTX signs (chan_sip only)",
        "none": "Nobody, or I don't know",
    },
}  # fmt: skip


def descriptions() -> dict[str, str]:
    """Answer → label and help, for the schema."""
    return {name: f"{question.label}. {question.help}" for name, question in QUESTIONS.items()}
