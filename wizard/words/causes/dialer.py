"""What the dialer lacks, and what is wrong with the entry."""

from __future__ import annotations

from .base import CauseWords

DIALER: dict[str, CauseWords] = {
    "inactive": CauseWords("The carrier is switched off in VICIdial.", "New carriers begin with Active at N, and VICIdial leaves those out of Asterisk's files.", "Set Active to Y in VICIdial, and wait a minute."),
    "other_server": CauseWords("The carrier belongs to another server.", "Its server IP is not this dialer's, so this dialer never loads it.", "Ask about it on the server that it belongs to, or change its server IP."),
    "protocol_not_written": CauseWords("VICIdial writes no files for this protocol.", "It knows Zap and EXTERNAL only by name.", "Store the carrier with protocol SIP, PJSIP or IAX2."),
    "asterisk_silent": CauseWords("Asterisk doesn't answer on the dialer.", "It is stopped, hangs, or is very busy; no carrier can work then.", "On the dialer, try `asterisk -rx 'core show uptime'`, and start Asterisk if it says nothing."),
    "generation_off": CauseWords("The dialer writes no configuration.", "“Generate conf files” (generate_vicidial_conf) is not Y for this server.", "In Admin → Servers set “Generate conf files” to Y."),
    "not_an_asterisk_server": CauseWords("VICIdial doesn't take this machine for an Asterisk server.", "“Active Asterisk server” (active_asterisk_server) is not Y, so it writes no files here.", "In Admin → Servers set “Active Asterisk server” to Y."),
    "keepalive_missing": CauseWords("Cron never starts VICIdial's keepalive script.", "ADMIN_keepalive_ALL.pl is in no crontab, and it alone writes carriers into Asterisk's files.", "Put VICIdial's keepalive line back into root's crontab."),
    "cron_stopped": CauseWords("Cron does not run on the dialer.", "VICIdial writes its files only when cron starts its script, once a minute.", "Start cron on the dialer (`systemctl start cron` or `crond`)."),
    "driver_missing": CauseWords("Asterisk has not loaded this carrier's driver.", "Its module is missing or switched off in modules.conf; chan_sip is gone from Asterisk 21 on.", "Load the module, or install the carrier with a protocol that this Asterisk has."),
    "port_taken": CauseWords("Asterisk could not open the port for this carrier's driver.", "Something else holds it, most often the other SIP driver.", "Give chan_sip and PJSIP a port each (VICIdial's way: 5060 and 5061) and restart Asterisk."),
    "listens_nowhere": CauseWords("This carrier's driver is loaded, but listens on no port.", "It has no transport of the kind that the carrier needs.", "Look at the transports in sip.conf or pjsip.conf, and restart Asterisk."),
    "section_refused": CauseWords("Asterisk refused a section of this carrier's entry.", "One option that it doesn't know, or a value that it can't read, loses the whole section.", "Take the option that the log names out of the account entry, and save it again."),
    "screen_missing": CauseWords("The screen that Asterisk should run in is gone.", "VICIdial types its reloads into a screen called “asterisk”; without it they go nowhere.", "Restart Asterisk by VICIdial's own start script, or run `asterisk -rx reload` after each change."),
    "not_rebuilt": CauseWords("VICIdial has not written this carrier into its files yet.", "That happens within a minute after “Rebuild conf files” is set to Y.", "Set “Rebuild conf files” to Y for the server, and wait a minute."),
    "not_loaded": CauseWords("Asterisk has not loaded the carrier.", "The files have it, so the reload was lost, or Asterisk refused a section.", "Run `asterisk -rx reload` on the dialer, then ask again."),
    "setting_not_taken": CauseWords("Asterisk holds a setting otherwise than the entry says.", "An option is misspelled, or another file or the template overrides it.", "Compare the named options with the template and the general section."),
    "unusual_port": CauseWords("The dialer speaks from a port that carriers don't expect.", "A carrier that knows you by address and port takes nothing from any port but the one in its portal.", "Compare the port in the carrier's portal with the one that the dialer uses.", "We send SIP from the port shown here; please allow it, not only 5060."),
    "semicolon_lost": CauseWords("The carrier's host has an option glued to it.", "VICIdial's screen deletes every semicolon when it saves, so “;transport=tls” became part of the name.", "Choose the transport in the wizard, which needs no semicolon, and install again."),
    "global_missing": CauseWords("The dialplan uses a name that nothing sets.", "A copied entry often keeps ${NAMES} of the carrier that it came from; Asterisk puts nothing in their place.", "Set the name in the carrier's globals string, or write the trunk's name into the dialplan."),
    "dials_another_trunk": CauseWords("The dialplan dials a trunk that the account entry doesn't have.", "The name in Dial() and the name in square brackets have to be the same.", "Write the account's name into Dial()."),
    "taken_by_another": CauseWords("Another carrier has the same name or pattern.", "In one context the first wins, so calls take the other carrier, or a trunk is overwritten.", "Give this carrier a dial prefix and a name of its own."),
    "numbers_shared": CauseWords("Another carrier's pattern takes some of this carrier's numbers.", "The more exact pattern wins, whichever carrier it belongs to.", "Simulate a number to see who takes it, and change one of the prefixes."),
    "wrong_domain": CauseWords("The host is not a trunk's own address at Twilio.", "Twilio finds your trunk by the host name alone, which ends in .pstn.twilio.com.", "Copy the Termination URI from the trunk's page, and use it as the host."),
    "prefix_taken": CauseWords("Another carrier gets the calls that campaigns dial for this one.", "Its pattern matches the same digits more exactly, or was written before, so this carrier's never runs.", "Give one of the two another dial prefix, and set it on the campaigns that shall use this carrier."),
    "prefix_unused": CauseWords("No active campaign dials this carrier, and calls of some reach no carrier at all.", "VICIdial puts the campaign's dial prefix before each number, and the dialplan goes by it.", "Set the campaign's dial prefix to this carrier's."),
}  # fmt: skip
