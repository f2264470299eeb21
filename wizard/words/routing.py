"""What there is to say of numbers, routes, campaigns and backups; part of :mod:`.findings`."""

from __future__ import annotations

ROUTING: dict[str, str] = {
    # routing
    "id_characters": "“{entry}” can't be the ID of a carrier or campaign: letters, digits, - and _ only.",
    "backup_is_itself": "A carrier can't be its own backup. Choose another one, or leave this empty.",
    "failover_never": "Choose at least one reason for which a call goes on to the backup, or leave the backup empty.",
    "backup_comes_late": (
        "If this carrier says nothing at all, {protocol} waits {seconds} seconds before the backup is tried, and most campaigns give up "
        "before that. Let Asterisk ask regularly whether it is there (on the page “Connection”): then a dead carrier is known at once."
    ),
    "backup_after_timeout": (
        "A carrier that says nothing has failed after {seconds} seconds, and these campaigns give a call up by then: {campaigns}. Their "
        "calls won't reach the backup. Raise “Dial Timeout” in the campaign."
    ),
    "least_cost_protocol": (
        "VICIdial's least-cost look-up writes the trunk before the number, and {protocol} has it behind. Use SIP (chan_sip) or IAX2, or "
        "leave this off."
    ),
    "least_cost_abroad": "VICIdial's least-cost look-up knows North American numbers only, and none of them go to this carrier.",
    "least_cost_no_script": (
        "This dialer has no agi-LCR-Route.agi among its scripts (PATHagi in /etc/astguiclient.conf). It comes with VICIdial: copy it "
        "there, or leave this off."
    ),
    "least_cost_no_rates": (
        "This dialer has no table of rates yet, so this carrier takes every call until rate decks are imported (the dialer's page, "
        "“Rates”)."
    ),
    "least_cost_one_shape": (
        "Whichever trunk is the cheapest gets the digits and the caller ID in the shape of this carrier. All carriers with a rate deck "
        "have to take that one."
    ),
    # backup carriers on a dialer
    "backup_missing": "There is no carrier “{backup}” on this dialer. There are: {carriers}.",
    "backup_inactive": "The carrier “{backup}” is switched off on this dialer. Switch it on in VICIdial, or choose another backup.",
    "backup_elsewhere": "The carrier “{backup}” belongs to another server ({server_ip}), so no call from this dialer gets there.",
    "backup_circular": (
        "Calls that “{backup}” can't take come back here ({through}), so they could go round for ever. Take that out of “{backup}” "
        "first, or choose another backup."
    ),
    "backup_no_route": "“{backup}” has no pattern for any of these numbers, so it can't stand in. Its patterns: {patterns}.",
    "backup_part_route": "“{backup}” has no pattern for {destinations}: those numbers have no backup there.",
    "backup_only_last": (
        "The entry of “{backup}” does more than dial, so a call can go over to it and not come back: it has to be the last in the list."
    ),
    "backup_taken_elsewhere": (
        "The entry of “{backup}” does more than dial, so calls would go over to {digits}, and on this dialer {owner} takes those. Choose "
        "another backup, or give “{backup}” a prefix of its own."
    ),
    "backup_unclear": (
        "The entry of “{backup}” does more than dial, and it can't be told that {digits} leads to its carrier and nowhere else: {written}. "
        "Choose another backup, or make that entry simpler."
    ),
    "backup_dials_on": (
        "The entry of “{backup}” dials again by a rule of its own where the first call fails. The wizard can't promise for it that nobody is "
        "called twice."
    ),
    "backup_one_server": (
        "This carrier is for all dialers, and “{backup}” is on {server_ip} alone: calls from the other dialers have no backup there."
    ),
    "backup_not_asked": "“{backup}” is to be installed first, and isn't among the backup carriers of this one. Name it there, or leave it out.",
    "tiltx_only_at_home": "TILTX signs calls to North American numbers. These go out as they are: {destinations}.",
    "backup_jumps": "The entry of “{backup}” does more than dial, so calls go over to it as it is, and end where it ends.",
    "backup_assumed": (
        "Without a dialer the wizard writes the backup as if it had made “{backup}” itself, with the same protocol and formats. "
        "Installed on a dialer, it takes what the carrier's own entry says."
    ),
    "failover_only_silence": (
        "Asterisk on this dialer can't tell whether something has rung (that came with 16.4), so a call goes on to the backup only where "
        "the carrier never answered."
    ),
    # campaigns, server trunks, TILTX
    "campaign_unknown": "The dialer has no campaign “{campaign}”. It has: {known}.",
    "campaign_has_prefix": "The campaign {campaign} dials with the prefix {prefix} already, so nothing is changed there.",
    "campaign_leaves_carrier": (
        "Calls of the campaign {campaign} go to {carriers} today (prefix {prefix}). Once this carrier is up they go to it instead; an undo "
        "puts that back."
    ),
    "campaign_has_agents": (
        "{agents} agents are signed in to the campaign {campaign} now. Automatic dialling follows at once; calls that they dial themselves "
        "follow when they sign in the next time."
    ),
    "manual_other_prefix": (
        "The campaign {campaign} has a manual dial prefix of its own ({prefix}), so calls that agents dial themselves will not use this "
        "carrier. Change it there if they shall."
    ),
    "three_way_other_prefix": (
        "The campaign {campaign} has a 3-way dial prefix of its own ({prefix}), so 3-way calls and transfers will not use this carrier. "
        "Change it there if they shall."
    ),
    "list_other_prefix": (
        "Lists of the campaign {campaign} have a dial prefix of their own, which goes before the campaign's, so calls to their leads will "
        "not use this carrier: {lists}."
    ),
    "trunks_form": "{campaign}: write 20 for at most 20 lines, or 20+ for at least 20 ({value} is neither).",
    "trunks_exceed": (
        "All campaigns together would have {total} lines on this server, and it may have {most} (Admin → Servers, Max VICIDIAL Trunks). "
        "{left} are left for this."
    ),
    "trunks_several": (
        "VICIdial has several rows of server trunks for the campaign {campaign} on this server, and nobody knows which one counts. Delete "
        "all but one (Admin → Servers)."
    ),
    "trunks_here_only": "Lines are shared out on each server for itself: this sets those of {server_ip} only.",
    "tiltx_needs_chan_sip": "TILTX's script adds its headers through chan_sip alone: with {protocol} they would be missing. Use protocol SIP.",
    "tiltx_key_unused": "Not used: TILTX's key is needed only where TILTX signs.",
    "tiltx_key_form": "This can't be TILTX's key: at least four letters, digits and . _ ~ + / = - only. Was something else pasted here?",
    "tiltx_script_missing": "This dialer has no {script} among VICIdial's AGI scripts. It came with revision 3449: update VICIdial first.",
    "tiltx_wget_missing": "This dialer has no wget, and without it TILTX's script hangs up every call. Install it.",
    "tiltx_table_missing": "VICIdial's database has no table {table}, which TILTX's script needs (schema 1634). Update VICIdial first.",
    "tiltx_key_missing": (
        "VICIdial has no settings container {container} with TILTX's key, and without it TILTX's script hangs up every call. Give the key "
        "here."
    ),
    "tiltx_container_exists": (
        "VICIdial has a settings container {container} already, with another key or none. It stays as it is: leave this empty to use it, or "
        "change it there (Admin → Settings Containers)."
    ),
    "tiltx_container_empty": (
        "VICIdial's settings container {container} has no key in it, and without one TILTX's script hangs up every call. Put the key in "
        "there (Admin → Settings Containers)."
    ),
    # simulate
    "not_a_number": (
        "This is no number. Write it as people do (212 555 0100, +442079460000, 011442079460000), or the digits as they are sent."
    ),
    # numbers
    "destination_set": "“{destination}” takes signs that nobody dials: the places of a pattern hold 0-9, *, # and + only.",
    "plus_before_access_code": (
        "With the + these numbers would leave as {sent}…, which is nobody's number. Give {destination} a rule of its own under “Other "
        "digits”: as_dialled, or strip the digits that are only dialled (strip 2, add +)."
    ),
    "tech_prefix_characters": "A tech prefix is made of digits and the signs * # +, at most {most} of them.",
    "plus_in_tech_prefix": "The + of the number's format comes behind the tech prefix: look at the example beside.",
    "digits_for_nothing": "“{destination}” is not among the numbers above, so this line does nothing.",
    "digit_rule": (
        "“{rule}” can't be read. For {destination} write a format (plus_e164, e164, nanp11, nanp10, as_dialled), or what to do: strip 3, "
        "add 00, strip 1 add 0044#."
    ),
    "strips_everything": "For {destination} this takes off all of the number.",
    "hash_is_encoded": (
        "Asterisk sends # as %23. Ask your carrier whether it reads that as #: some do, and some answer 404. If it doesn't, ask for a "
        "tech prefix with * or without a separator."
    ),
    "caller_name_characters": "A name is made of letters, digits, blanks and . _ + & / -.",
    "caller_name_long": "Most phones show {most} characters of a name.",
    "header_name": "A header's name is made of letters, digits and hyphens, as in X-Customer: value, a line each.",
    "header_is_asterisks": "Asterisk writes “{name}” itself. Only headers of the carrier's own belong here.",
    "header_without_value": "“{name}” has no value: write it behind the colon.",
    "header_value": (
        "The value of “{name}” has a sign that Asterisk's dialplan would take for something else (a comma, quote, bracket, $ or the like). "
        "Ask the carrier for another."
    ),
    "prefix_means_none": "VICIdial takes an X anywhere in a dial prefix for “no prefix”. Use digits, or leave it empty.",
    "prefix_dropped": (
        "VICIdial drops these characters from a campaign's dial prefix: {characters}. Use digits here; a carrier's own tech prefix is "
        "a different thing."
    ),
    "prefix_letters": "Use digits: letters have a meaning of their own in Asterisk's patterns.",
    "prefix_swallows_internal": (
        "Without a dial prefix this pattern would also take VICIdial's internal numbers (conferences, voicemail, transfers). "
        "Choose a prefix such as 9."
    ),
    "destination_unknown": "“{destination}” is neither nanp, nanp10 or international, nor an Asterisk pattern.",
    "destination_pattern": "Asterisk can't read the pattern “{destination}”.",
    "destinations_overlap": "Some numbers fit both “{one}” and “{other}”, and only one of them would ever be used. Take one out.",
    "too_many": "These are too many; {most} are enough for anybody.",
    "reaches_emergency": (
        "{pattern} also takes emergency calls ({number}). Make sure that your carrier takes them and knows where your agents are, "
        "or use narrower patterns."
    ),
    "kept_by_vicidial": "VICIdial keeps a few of these numbers ({own}) for itself, and calls to them never reach a carrier.",
    "caller_id_with_country_code": (
        "This carrier isn't used for North American numbers, so a caller ID is sent with a + as it is: write it with its country "
        "code in the campaign."
    ),
}
