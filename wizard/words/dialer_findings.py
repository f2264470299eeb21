"""Sentences for findings about capacity, placement, campaigns and caller IDs: what a dialer's own tables say against an entry."""

from __future__ import annotations

DIALER_FINDINGS: dict[str, str] = {
    "live_on_dialer": (
        "On this server {agents} agents are signed in and {calls} calls are under way now. A rebuild has Asterisk read its files again, "
        "which hangs up no call; Asterisk then asks every trunk anew, and registers again."
    ),
    "campaigns_dial_abroad": (
        "These campaigns leave the phone code out: {campaigns}. Their {example} would be taken for a number abroad that begins so, and "
        "billed like one. Switch “Omit Phone Code” off in the campaign, or give numbers abroad a carrier with a prefix of its own."
    ),
    "limit_range": "A number from {least} to {most}; empty, if nobody told you.",
    "limits_swapped": (
        "{per_second} new calls per second with {channels} calls at once would fill up in less than a second. Are the two numbers swapped?"
    ),
    "limits_unknown": (
        "Nobody said how much the carrier allows. This entry's servers make up to {channels} calls at once and {per_second} new ones per "
        "second; what is too much for the carrier it refuses with 503, which looks like a carrier that fails. Ask it for both numbers."
    ),
    "channels_exceeded": (
        "{servers} may have {own} calls at once, and the carrier allows {limit}. If all of them can be this carrier's, set “Max VICIDIAL "
        "Trunks” to {limit} (Admin → Servers), or give its campaigns fewer lines."
    ),
    "channels_exceeded_together": (
        "{servers} may have {own} calls at once together, and the carrier allows {limit}. If all of them can be this carrier's, share "
        "{limit} out among their “Max VICIDIAL Trunks” (Admin → Servers), or give its campaigns fewer lines."
    ),
    "calls_per_second_exceeded": (
        "{servers} may start {own} calls per second, and the carrier takes {limit}. Set “Max Calls per Second” (outbound_calls_per_second) to {limit} in Admin → Servers: "
        "what is faster is refused, in bursts."
    ),
    "calls_per_second_exceeded_together": (
        "{servers} may start {own} calls per second together, and the carrier takes {limit}. Share {limit} out among their “Max Calls per "
        "Second” (outbound_calls_per_second) in Admin → Servers: what is faster is refused, in bursts."
    ),
    "goes_to_servers": (
        "This entry goes to these servers too: {servers}. The wizard asks each to rebuild and follows it; those that are saved here as "
        "dialers it looks at, and the others are named as not verified."
    ),
    "registers_on_each": (
        "{count} servers would register the same account: {servers}. Ask your carrier whether it allows that; many send every call to "
        "whichever came last. Otherwise choose one server."
    ),
    "addresses_to_allow": "Your carrier has to allow the address of each server: {addresses}. From one that it doesn't know, every call is refused.",
    "servers_not_generating": (
        "These servers generate no configuration, so they won't get this carrier, and calls that they make fail: {servers}. Set “Generate "
        "conf files” (generate_vicidial_conf) to Y for them in Admin → Servers, or keep campaigns off them."
    ),
    "servers_without_asterisk": "VICIdial runs no Asterisk on these servers, so they need no carrier: {servers}.",
    "other_servers_lack_it": (
        "These servers won't have this carrier: {servers}. If campaigns dial from them too, their calls find no way out; 0.0.0.0 reaches all."
    ),
    "phone_has_number": (
        "A phone of yours has the number {number}, which fits {pattern}: VICIdial asks phones first, so calls to it ring there. Choose another "
        "dial prefix{free}, or give the phone another number."
    ),
    "pattern_breaks_in": (
        "The carrier “{carrier}” has the pattern {other} without a first step, and it is more exact than {pattern}: calls to its numbers would "
        "begin here and go on there. Choose another dial prefix{free}, or take that pattern out."
    ),
    "carrier_ends_globals": (
        "The active carrier “{carrier}” has a line [{line}] in its globals string, so the variables after it, this carrier's included, are "
        "none. Remove that line in VICIdial first."
    ),
    "carrier_adds_to_ours": (
        "The account entry of the active carrier “{carrier}” begins without a [name] ({line}), and VICIdial writes it right after this one: "
        "those lines would become part of this trunk. Give them a [name] in VICIdial first."
    ),
    "campaigns_unserved_bare": (
        "No campaign dials without a prefix yet: X in a campaign's dial prefix means none. Set it on the campaigns that shall use this carrier."
    ),
    "campaigns_send_country_code": (
        "VICIdial's default phone code here is {phone_code}, so these campaigns send numbers like {example}, and no pattern here takes those: "
        "{campaigns}. Add “Abroad”, or a pattern of your own."
    ),
    "campaigns_send_national": (
        "VICIdial's default phone code here is {phone_code}, and these campaigns leave it out, so they send numbers like {example}, and no "
        "pattern here takes those: {campaigns}. Add a pattern of your own, or have them send the phone code."
    ),
    "caller_ids_wrong": (
        "Campaigns with this prefix show caller IDs that no carrier can vouch for: {numbers}. The dialer's page says what is the matter with "
        "each; calls with them are blocked or marked as spam."
    ),
    "caller_ids_unknown": (
        "Caller IDs of campaigns with this prefix that are not among this dialer's inbound numbers: {numbers}. Ask your carrier whether it "
        "knows them as yours; only those does it sign with A."
    ),
    "caller_id_default": "{number} is what VICIdial puts into a new campaign: no number at all. Write one of yours.",
    "caller_id_unused": "VICIdial uses a caller ID only if it has more than six digits, so calls go out without this one.",
    "caller_id_made_up": "{number} is no number, and every called network can see that. Write one of yours.",
    "caller_id_malformed": (
        "{digits} digits: neither ten or eleven for North America, nor a country code with a number. Write it with its country code, digits only."
    ),
    "caller_id_fictional": "555-0100 to 555-0199 are for films and examples. Write one of yours.",
    "caller_id_costly": "Numbers that cost extra to call are not allowed as a caller ID, and carriers block them.",
    "caller_id_no_such_number": (
        "The numbering plan has no such number: its area code, or the digits after it, are not in use. Check it for a slip; a very new area "
        "code may be right."
    ),
    "caller_id_toll_free": "A toll-free number: right if it is yours. A carrier signs it with A only if it was shown that it is.",
    "caller_id_unknown": (
        "Not among this dialer's inbound numbers, so nobody here can tell whether it is yours: ask your carrier whether it knows it as yours."
    ),
}
