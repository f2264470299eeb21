"""A sentence for each finding's code: what is wrong, why, and what to do."""

from __future__ import annotations

from wizard.carrier.findings import Finding

from .adopting import ADOPTING
from .calls import CALL_FINDINGS
from .dialer_findings import DIALER_FINDINGS
from .errors import words_for
from .firewall import FIREWALL
from .outlook import OUTLOOK
from .questions import CHOICES, QUESTIONS
from .rates import RATES
from .routing import ROUTING
from .switching import SWITCHING
from .verdicts import REASONS

_VICIDIAL_SCREEN = "VICIdial's own carrier screen"

FINDINGS: dict[str, str] = {
    # any field
    "required": "Please answer this: the entry can't be made without it.",
    "too_short": "This needs at least {least} characters.",
    "too_long": "This is too long: VICIdial keeps {most} characters and cuts the rest without a word.",
    "repeated": "Something is in this list twice.",
    "outer_blank": "There is a blank at the start or the end. Remove it.",
    "not_ascii": "Only plain letters, digits and signs: VICIdial's database and Asterisk don't agree about anything else.",
    "column_characters": "Leave these out: {characters}. VICIdial would drop them the next time someone saves the carrier there.",
    "wrong_type": "This must be {wanted}.",
    "not_a_choice": "This must be one of: {choices}.",
    "answer_unknown": "There is no answer of this name.",
    "answer_unknown_close": "There is no answer of this name. Did you mean “{close}”?",
    "preset_unknown": "No carrier is known by that name. `carrier-wizard presets` lists them all; without a preset, leave it out.",
    "preset_unknown_close": "No carrier is known by that name. Did you mean “{close}”?",
    "preset_to_confirm": "“{value}” is what others use with {name}; no page of the carrier's own was seen that says so. Compare it with your welcome mail, and write it yourself if it differs.",
    "preset_needs_tech_prefix": "{name} knows calls from your address by a tech prefix too. It is in their portal; without it calls are refused.",
    "answer_not_supported": "This version can't do that yet. Remove the answer; nothing that you write is ignored silently.",
    "not_supported": "This version can't do “{value}” yet.",
    "answers_file_unreadable": "The answers file can't be read ({reason}).",
    "answers_file_malformed": "The answers file is neither TOML nor JSON: look at line {line}.",
    "notification_url_missing": "Give the URL in an environment variable, with --url-env NAME: it holds secrets, so it is never an argument.",
    "environment_missing": "There is no environment variable {name}.",
    "longer_than_any": "This is longer than any carrier's ({most} characters at most). Was something else pasted here?",
    # carrier
    "name_reserved": "“{name}” is a name that Asterisk or VICIdial uses itself. Choose another one here, or name the trunk yourself.",
    "name_looks_internal": (
        "VICIdial takes calls through a trunk named “{name}” for calls inside the dialer, because the name holds “local” or "
        "“cxfer”. Choose another one here, or name the trunk yourself."
    ),
    "server_ip": "Write “auto” for the dialer itself, 0.0.0.0 for all dialers, or the dialer's IPv4 address.",
    "registers_everywhere": (
        "With 0.0.0.0 every dialer registers with the same account. Many carriers then send calls to whichever came last. "
        "Use one dialer unless your carrier allows several."
    ),
    "secret_in_comment": "The password is part of this text, and everyone can read this text. Take it out.",
    "name_characters": "“{name}” can't be used: write letters, digits and _ only, a letter first. VICIdial's scripts cut names at a hyphen.",
    "global_ending": "Let it end with TRUNK: calls have variables of their own, EXTEN for one, and those would hide yours.",
    "longer_name": "This is longer than {most} characters.",
    # sign-in
    "not_used_by_ip": "Not used: a carrier that knows you by your address asks for neither user name nor password.",
    "username_has_domain": (
        "Leave out the @ and what follows: the sign-in can't carry it. What follows the @ belongs into “Domain in From” if your "
        "carrier insists on it."
    ),
    "username_characters": (
        "With {protocol}, Asterisk can't carry these characters in a user name, or VICIdial's screen would drop them: {characters}. Ask the "
        "carrier for another user name."
    ),
    "username_html": (
        "Part of this user name reads like an HTML sign (such as &lt;), which {screen} would change when someone saves the carrier there."
    ),
    "secret_first_bracket": (
        "IAX2 takes a password that begins with [ for the name of a key file. Ask the carrier for another password, or sign in by "
        "user name and password with each call."
    ),
    "from_user_characters": "Only letters, digits and . _ + - can stand here, without a domain.",
    "from_user_hides_caller": (
        "With this the carrier finds {value} in From, where it looks for the caller ID. Choose another header for the caller ID, or leave "
        "this empty."
    ),
    "realm_characters": "A realm is a word or a host name, as in the carrier's instructions.",
    "seconds_range": "Between {least} and {most} seconds.",
    "not_used_by_protocol": "“{question}” is not used: {protocol} has nothing like it.",
    "gives_up_after_403": (
        "If the carrier ever answers 403 to a registration, chan_sip on this dialer stops registering until it is reloaded. To have it "
        "go on, put register_retry_403=yes into [general] of sip.conf, or use PJSIP."
    ),
    "gives_up_after_attempts": (
        "chan_sip on this dialer gives up after {attempts} attempts to register. Put registerattempts=0 into [general] of sip.conf: "
        "then it never does."
    ),
    "secret_characters": (
        "This password can't be used as it is: {characters} would break the line in Asterisk or be lost when someone saves the "
        "carrier in VICIdial. Ask the carrier for a new password without it; their portal usually makes one at a click."
    ),
    "secret_outer_blank": "The password begins or ends with a blank, which Asterisk would drop. It was probably copied along: remove it.",
    "secret_line_break": "There is a line break in the password. It was probably copied along: remove it.",
    "secret_unprintable": (
        "The password has a character that Asterisk's files can't hold (an accent, a tab or another special sign). "
        "Ask the carrier for one made of plain letters, digits and signs."
    ),
    "secret_html": (
        "Part of this password reads like an HTML sign (such as &lt;), which {screen} would change when someone saves the "
        "carrier there. Ask the carrier for a new password."
    ),
    "did_needs_registration": "Not used: only a registration asks the carrier to send calls to a number.",
    "did_digits": "Digits only, as in 2125550100: VICIdial's inbound routing doesn't accept a + here.",
    # connection
    "host_is_uri": "Only the host name or address: leave out “sip:”.",
    "host_ipv6": "IPv6 addresses don't work here. Use the carrier's host name or IPv4 address.",
    "host_has_port": "The port has a field of its own: leave out the colon and what follows.",
    "host_not_an_address": "This is not an IPv4 address: it needs four numbers from 0 to 255.",
    "host_characters": "This can't be a host name: letters, digits, hyphens and dots only.",
    "host_special": "This address belongs to nobody: write the carrier's own.",
    "host_dynamic": "“dynamic” is for phones that sign in to you. Write the carrier's host name or address.",
    "host_without_dot": "Most carriers' hosts have a dot in their name. Is this the whole name?",
    "srtp_in_the_clear": "Without TLS the keys of the encrypted audio travel in the clear. Choose TLS, unless your carrier wants it so.",
    "srtp_missing": "Asterisk on this dialer has no res_srtp loaded, so it can't encrypt audio. Load it (modules.conf), or switch SRTP off.",
    "proxy_form": "Write a host name or address, with a port if need be: proxy.example.com:5060.",
    "proxy_lost_when_saved": (
        "With {protocol} an outbound proxy needs a “;lr”, and {screen} drops every semicolon: the proxy breaks as soon as someone saves "
        "the carrier there, so it can't be pasted there either. Installed by the wizard, or by SQL, it works. With protocol SIP it survives."
    ),
    "match_not_an_address": "“{entry}” is neither an IPv4 address nor a network such as 203.0.113.0/24.",
    "match_too_wide": "{entry} lets in far too many: /{widest} is the widest network here.",
    "match_host_bits": "Write “{entry}” as {network}, if that is what you mean.",
    "match_network": (
        "chan_sip knows a caller by single addresses only, so {network} can't be let in as a whole. List the addresses, or use PJSIP, "
        "which takes networks."
    ),
    "transport_missing_chan_sip": (
        "chan_sip on this dialer doesn't speak {shown}. In [general] of sip.conf it needs {transport}enable=yes, and then `sip reload`. For "
        "TLS it also checks the carrier's certificate: name the file of those to trust in tlscafile. Until then it can't be chosen."
    ),
    "transport_missing_pjsip": (
        "PJSIP on this dialer doesn't speak {shown}. It needs a section in pjsip.conf: [transport-{transport}] with type=transport, "
        "protocol={transport} and bind=0.0.0.0 (for TLS cert_file and priv_key_file too), and then a restart of Asterisk."
    ),
    "port_to_allow": "Asterisk on this dialer sends from port {port}, not {usual}: where your carrier allows you by address and port, name this one.",
    "match_private": "{entry} is a private network: phones of yours in it would be taken for the carrier. Right only if the carrier is in it too.",
    "proxy_may_call": "Do calls from your carrier come by the proxy too? Then write its address here; from elsewhere they are refused.",
    "host_several_addresses": (
        "{host} has several addresses, and {protocol} lets calls in only from the first: {addresses}. Write the others under “Other "
        "addresses that call you”."
    ),
    "context_missing": "Asterisk on this dialer has no context {context}, so every call from the carrier would be refused. VICIdial's is {usual}.",
    "external_address_sample": (
        "Asterisk tells carriers that its address is {address}, which is that of VICIdial's sample file: you would not hear anything. Write "
        "your own there: external_media_address and external_signaling_address in pjsip.conf, externaddr in sip.conf."
    ),
    "address_shared": (
        "The carrier “{carrier}” has the same address ({address}). Calls that come in from there may be taken for either's; with the same "
        "context for both that makes no difference."
    ),
    "address_shared_told_apart": "The carrier “{carrier}” has the same address ({address}); calls to your registration are told apart by its own mark.",
    "address_shared_contexts": (
        "The carrier “{carrier}” has the same address ({address}) and another context for incoming calls. Asterisk can't tell whose call "
        "it is: use the same context for both."
    ),
    "iax2_is_udp": "IAX2 only runs over UDP.",
    "iax2_needs_addresses": (
        "IAX2 lets calls in by address, and {host} is a name: calls from this carrier are refused until its addresses stand here. Calls to it "
        "work without."
    ),
    "context_leads_out": (
        "On this dialer {context} leads to {through}: a call that comes in could dial out again, at your cost. Choose {usual}, or take "
        "that include out."
    ),
    "port_range": "A port is a number from 1 to 65535.",
    "context_characters": "A context's name is made of letters, digits, - and _, and begins with a letter.",
    "context_is_a_door": (
        "Calls that come in to “{context}” could go out again at your cost, to anywhere. Use trunkinbound, which leads to your DIDs."
    ),
    "context_reserved": "“{context}” is one of VICIdial's own. Use trunkinbound, which leads to your DIDs.",
    "context_unusual": "VICIdial takes calls in at {usual}; calls that come in to “{context}” go wherever your own dialplan leads them.",
    "qualify_frequency_range": "From {least} to {most} seconds.",
    "qualify_frequency_brisk": "Some carriers stop answering those who ask more often than every {seconds} seconds.",
    "qualify_off": (
        "Without qualify nobody can see whether the carrier is reachable: the wizard can then only say “cannot tell” until a call is made."
    ),
    # audio
    "codec_silent": (
        "This dialer can't turn {codecs} into other audio, and VICIdial mixes every call: such calls are silent. Take it out, or install "
        "the codec's module."
    ),
    "codecs_silent": (
        "This dialer can't turn {codecs} into other audio, so no call would have sound. Choose ulaw or alaw, or install the codec's module."
    ),
    "inband_needs_clear_audio": "In-band key presses survive only ulaw and alaw: the other codecs garble them. Take those out, or choose RFC 4733.",
    "too_long_text": "This is longer than {most} characters.",
    "template_id_characters": "A template's ID is made of letters, digits, - and _, at least two of them.",
    "template_missing": "This dialer has no template “{template}” (Admin → Templates). Leave it empty, or have one made.",
    "template_exists": "This dialer has a template “{template}” already. Choose another name, or use that one.",
    "template_opens_section": "The template “{template}” has a line [{section}], so the rest of it would be another account. Use another one.",
    "template_opens_comment": "The template “{template}” has a “;--” that would swallow everything after it. Use another one.",
    "template_takes_over": (
        "The template “{template}” sets {option}, and a template's lines come last: the trunk would no longer be what you answered. "
        "Use another template."
    ),
    "template_unknown_option": (
        "The template “{template}” sets {option}, which PJSIP doesn't know: it would drop the whole section. Use another template."
    ),
    "template_changes": "The template “{template}” sets {option} to {value} in the place of {before}.",
    "template_unseen": "VICIdial writes the lines of “{template}” after this entry, so they win. The check on the dialer looks at them.",
    "extra_option_secret": "Line {line}: {option} is a password or the like, and these lines are shown to everyone. There is no way to set it here.",
    "extra_option_line": "Line {line} is neither option=value nor one of {kinds}.",
    "extra_option_no_section": "Line {line}: with these answers the entry has no [{kind}], so the line would go nowhere. Take it out.",
    "extra_option_answered": "Line {line}: {option} follows from a question (“{question}”). Answer it there.",
    "extra_option_unknown": "Line {line}: Asterisk knows no option “{option}” in this section ({kind}). In PJSIP the whole section would be lost.",
    "extra_option_unknown_here": (
        "Line {line}: Asterisk on this dialer knows no option “{option}” in this section ({kind}), and would drop the whole section for it."
    ),
    "extra_option_value": "Line {line}: the value of {option} has a sign that Asterisk or {screen} would drop (; ' \\ or an HTML sign).",
    **ROUTING,
    **DIALER_FINDINGS,
    **OUTLOOK,
    **FIREWALL,
    # the finished entry
    "column_too_long": "{column} would be {length} characters long, and VICIdial keeps {most}. Shorten this answer.",
    "line_too_long": "A line of {column} would be longer than Asterisk reads ({most} characters).",
    "changes_when_saved_again": "{column} would change when someone saves this carrier in VICIdial's own screen.",
    "account_without_section": "The account entry has options before its first section.",
    "dialplan_opens_context": "The dialplan entry opens a context of its own, which would cut off every carrier after it.",
    "open_comment": "{column} opens a comment that would swallow everything after it.",
    "global_undefined": "The dialplan entry dials ${{{name}}}, which nothing defines.",
    "server_ip_auto": "No dialer is known yet: put your dialer's server IP (Admin → Servers) in the place of “auto”.",
    # against a dialer
    "carrier_exists": (
        "The dialer already has a carrier “{existing}” (VICIdial doesn't tell capital letters apart). Choose another carrier ID, or install it "
        "with “replace” to change the one that is there."
    ),
    "carrier_in_use": (
        "Campaigns dial through “{carrier}”: {campaigns}. Their calls would fail, or go to whoever takes them next. Move them to "
        "another carrier first."
    ),
    "carrier_is_named": ("Other carriers' entries name “{carrier}”, as a backup perhaps: {others}. Change those first."),
    "trunk_is_phone": (
        "The dialer has a phone “{phone}”, and VICIdial writes phones after carriers, so the phone would replace the trunk "
        "“{name}”. Choose another carrier ID, or another name for the trunk."
    ),
    "trunk_taken": "The carrier “{carrier}” already has a section “{name}”. Choose another carrier ID, or another name for the trunk.",
    "trunk_is_server": "“{name}” is one of your servers' IDs, which VICIdial uses for a trunk of its own. Choose another name for the trunk.",
    "global_taken": "The carrier “{carrier}” already sets the variable {name}. Choose another variable.",
    "pattern_taken": (
        "The carrier “{carrier}” already has the pattern {pattern}. Asterisk would run a mixture of both entries. "
        "Choose another dial prefix{free}, or switch that carrier off."
    ),
    "pattern_takes_numbers": (
        "{pattern} would take calls away from the carrier “{carrier}”, whose {other} has them today. Choose another dial prefix{free}, or "
        "switch that carrier off."
    ),
    "pattern_shares_numbers": (
        "Some numbers fit both {pattern} and {other} of the carrier “{carrier}”; Asterisk sends them to the more exact one."
    ),
    "pattern_never_reached": (
        "On this dialer {example} goes to {winner} instead of this carrier, because VICIdial or your own dialplan has it already. "
        "Choose another dial prefix{free}."
    ),
    "protocol_unknown_to_dialer": "This dialer's VICIdial doesn't know the protocol {protocol}: its database would store nothing at all.",
    "driver_missing": "Asterisk on this dialer has no {driver} loaded, so a carrier with protocol {protocol} would do nothing.",
    "carrier_opens_context": (
        "The active carrier “{carrier}” has a line [{context}] in its dialplan entry. Everything after it, this carrier included, "
        "can't be dialled. Remove that line in VICIdial first."
    ),
    "carrier_opens_comment": (
        "The active carrier “{carrier}” has a “;--” in its {column}, which makes Asterisk ignore everything after it, this carrier "
        "included. Change it to “; --” in VICIdial first."
    ),
    "campaigns_unserved": "No campaign dials with the prefix {prefix} yet: set it on the campaigns that shall use this carrier.",
    "campaigns_omit_code": (
        "These campaigns leave out the phone code, so they send ten digits, and no pattern here takes those: {campaigns}. Add "
        "“North America, 10 digits”."
    ),
    "campaigns_send_code": (
        "These campaigns send the phone code 1, so they send eleven digits, and no pattern here takes those: {campaigns}. Add "
        "“North America”."
    ),
    "carrier_logging_off": "VICIdial's carrier log is switched off on this server, so nobody will see why calls fail. Worth switching on.",
    "peer_in_asterisk": (
        "Asterisk on this dialer already has a trunk “{name}” that is not in VICIdial's carriers: somebody wrote it into a file by "
        "hand. Choose another name for the trunk, or take it out there."
    ),
    "registration_taken": (
        "This dialer already registers with {host} as {username}. Two registrations of one account get in each other's way: switch "
        "the other one off first."
    ),
    "rebuild_pending": (
        "VICIdial is about to rebuild this dialer's files, and until then Asterisk still has what was switched off or deleted. Try "
        "again in a minute; if it stays so, VICIdial's keepalive script doesn't run."
    ),
    "host_is_on_dialer": "{host} is the dialer itself ({address}). That is right only if a SIP proxy of yours listens there on port {port}.",
    "host_is_dialer": "{host} is the dialer itself ({address}): calls would go round in circles. Write the carrier's host.",
    "server_ip_elsewhere": "This dialer's server IP is {own}, so it would never load an entry for {server_ip}. Choose “this dialer”.",
    "host_unresolved": (
        "The dialer can't find the address of {host}. Check the spelling; if it is right, the dialer's DNS is at fault. It is not "
        "installed like this: a host without an address can stall every call of chan_sip."
    ),
    # rates
    **RATES,
    # switching carriers
    **SWITCHING,
    **ADOPTING,
    **CALL_FINDINGS,
}


def sentence(finding: Finding) -> str:
    """The finding in words; what is about the dialer itself has those of its error."""
    if finding.code not in FINDINGS:
        words = words_for(finding.code, finding.values)
        return f"{words.happened} {words.try_next}"
    labels = CHOICES["destinations"]
    # A destination, and a question, by the name that people see.
    values: dict[str, object] = {name: labels.get(str(value), value) for name, value in finding.values.items()}
    if "answer" in values:
        values["question"] = QUESTIONS[str(values["answer"])].label
    if "free" in values:
        values["free"] = f" (here {values['free']} would be free)" if values["free"] else ""
    if "verdict_reason" in values:
        values["why"] = REASONS[str(values["verdict_reason"])].happened
    return FINDINGS[finding.code].format(**{"screen": _VICIDIAL_SCREEN, **values})


def finding_json(finding: Finding) -> dict[str, str]:
    """The finding as every ``--json`` prints it."""
    return {
        "code": finding.code,
        "field": finding.field,
        "severity": finding.severity.value,
        "message": sentence(finding),
    }
