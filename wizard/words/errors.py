"""For each error's code: a title, what happened and why, and the next thing to try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from wizard.errors import WizardError


class Words(NamedTuple):
    title: str
    happened: str
    try_next: str


ERRORS: dict[str, Words] = {
    "unknown": Words("Something unexpected went wrong", "The wizard met an error that it has no words for ({detail}).", "Try again; if it comes back, please report it with the wizard's log."),
    "dialer": Words("The dialer is a problem", "Something about the dialer is not as it should be.", "Look at its page and try again."),
    "cannot_connect": Words("Can't connect to the dialer", "Nothing answered SSH at {host} port {port} ({reason}).", "Check the address and the port, that the dialer runs, and that its firewall lets this computer in."),
    "cannot_resolve": Words("The dialer's name is unknown", "{host} has no address, as seen from this computer.", "Check the spelling, or write its IP address."),
    "host_key_unknown": Words("Is this your dialer?", "This is the first contact with {host}. Its {key_type} key has the fingerprint {fingerprint}.", "Compare it with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the dialer, then confirm it."),
    "host_key_changed": Words("This may not be your dialer", "{host} shows another key ({fingerprint}) than the one you confirmed ({expected}). Either the dialer was reinstalled, or somebody is in between.", "Find out which before you go on. If it was reinstalled, remove the dialer here and add it again."),
    "host_key_unknown_jump": Words("Is this your jump host?", "This is the first contact with the jump host {host}, on the way to the dialer. Its {key_type} key has the fingerprint {fingerprint}.", "Compare it with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the jump host, then confirm it."),
    "host_key_changed_jump": Words("This may not be your jump host", "The jump host {host} shows another key ({fingerprint}) than the one you confirmed ({expected}). Either it was reinstalled, or somebody is in between. The dialer was not contacted.", "Find out which before you go on. If it was reinstalled, remove the dialers behind it here and add them again."),
    "host_key_changed_known_hosts": Words("This may not be your host", "{host} shows another key ({fingerprint}) than the one in your ~/.ssh/known_hosts ({expected}). Either it was reinstalled, or somebody is in between.", "Find out which before you go on. If it was reinstalled, take the old key out with `ssh-keygen -R '{name}'`, and try again: the new one will be shown to you."),
    "invalid_auth_jump": Words("The jump host refused the sign-in", "The jump host {host} accepted none of your keys for the user {user}. The dialer was not contacted.", "Check that `ssh {user}@{host}` gets you in without a password. Load your key into the SSH agent, or name it in ~/.ssh/config (IdentityFile) for this host."),
    "cannot_connect_jump": Words("Can't connect to the jump host", "Nothing answered SSH at the jump host {host} port {port} ({reason}). The dialer was not contacted.", "Check the jump host's address and port, and that its firewall lets this computer in."),
    "cannot_resolve_jump": Words("The jump host's name is unknown", "{host}, the jump host, has no address, as seen from this computer.", "Check the spelling, or write its IP address."),
    "unsupported_algorithms_jump": Words("The jump host's SSH server is too old", "The jump host {host} and the wizard have no safe algorithm in common ({reason}).", "Update the jump host's OpenSSH, or go by way of another host."),
    "jump_refused": Words("The jump host passes nobody on", "The jump host ({before}) let us in, but does not allow connections to {host} port {port}.", "Its owner has to allow them: AllowTcpForwarding and PermitOpen in its sshd_config."),
    "no_ssh_keys": Words("No key to sign in with", "Your SSH agent has no key that may be used for {user} at {host}, or none runs, and ~/.ssh has no usual key either.", "Load your key with `ssh-add`, in the session that starts the wizard; or name a key file, or sign in with a password."),
    "no_ssh_keys_jump": Words("No key for the jump host", "Your SSH agent has no key that may be used for {user} at the jump host {host}, or none runs, and ~/.ssh has no usual key either. A jump host takes no password here.", "Load your key with `ssh-add`, in the session that starts the wizard, or name it in ~/.ssh/config (IdentityFile) for this host."),
    "too_many_keys": Words("Too many keys were tried", "{host} hung up after {count} keys that it doesn't know. Your SSH agent holds more keys than the server lets anyone try.", "Name the right one: a key file here, or IdentityFile with IdentitiesOnly yes in ~/.ssh/config."),
    "second_factor": Words("The host wants one more thing", "{host} took the key or password, and then asks for more ({methods}), such as a one-time code. The wizard can't give that.", "Use a user, or a key, that needs no second step; many servers allow that for one address (Match Address in sshd_config)."),
    "ssh_config": Words("Your SSH configuration can't be followed", "In {path}, {option} for {host}: {reason}.", "Change it there, or write the dialer's address, user, port and jump hosts out."),
    "invalid_auth": Words("The dialer refused the sign-in", "{host} did not accept this password or key for the user {user}.", "Check user and password. Many dialers let root in only with a key: use one, or a user with sudo."),
    "key_file": Words("The key file can't be used", "{path}: {reason}.", "Check the path and the passphrase; the file must be a private key on the computer that runs the wizard."),
    "unsupported_algorithms": Words("The dialer's SSH server is too old", "{host} and the wizard have no safe algorithm in common ({reason}). Servers from before 2014 know only what is broken by now.", "Update the dialer's OpenSSH (6.7 or newer will do). Until then, install the entry by hand from the review page; don't weaken this computer's SSH for it."),
    "sudo": Words("sudo did not let us", "The user {user} signed in, but sudo refused: {reason}.", "Use root, or a user that may run commands as root with sudo."),
    "sudo_needs_tty": Words("sudo wants a terminal", "The user {user} signed in, but sudo on this host runs nothing without a terminal (requiretty in its sudoers), and the wizard uses none.", "Let this user off it, with `visudo` on the dialer: a line `Defaults:{user} !requiretty`. Or sign in as root."),
    "no_perl": Words("No perl on this host", "The host has no working perl ({detail}). Every VICIdial host has one.", "Is this really the dialer? VICIdial's own scripts could not run here."),
    "connection_lost": Words("The connection broke off", "The SSH connection ended in the middle of something.", "Check the network and try again; the wizard looks at the dialer first."),
    "command": Words("Something failed on the dialer", "{what} failed: {detail}", "Try again; if it comes back, look at the dialer."),
    "not_a_dialer": Words("This host is no VICIdial dialer", "It has no {missing}, which every VICIdial server has.", "Check that this is the dialer itself, not a web or database server."),
    "database": Words("VICIdial's database refused", "The database said: {detail}", "Check VARDB_* in /etc/astguiclient.conf on the dialer and that MariaDB runs."),
    "database_login": Words("The dialer can't sign in to its database", "VICIdial's database is {database} at {host} port {port}, as {user} (VARDB_* in /etc/astguiclient.conf). From the dialer: {reason}. It said: {detail}", "VICIdial itself goes in the same way, so it can't work either until this is mended: check that MariaDB runs at {host}, and VARDB_server, VARDB_port, VARDB_user and VARDB_pass on the dialer."),
    "server_row": Words("The dialer doesn't find itself", "VICIdial's servers table has {count} rows for {server_ip}, and it must be exactly one.", "Check VARserver_ip in /etc/astguiclient.conf against Admin → Servers."),
    "conf_generation_off": Words("This server generates no configuration", "In Admin → Servers, {columns} is not Y for {server_ip}, so VICIdial would never write the carrier into Asterisk's files.", "Set it to Y there and try again."),
    "not_root": Words("Root is needed", "Only root may talk to Asterisk and read its files on a VICIdial host.", "Sign in as root, or as a user with sudo and tick “use sudo”."),
    "database_read_only": Words("The database is read-only", "VICIdial's database takes no changes: it is probably a replica.", "Point the wizard at a dialer that uses the main database."),
    "database_replica": Words("The database is a copy", "VICIdial's database at this dialer copies another one (it is a replica). It would take the entry, but the main database, and every dialer that uses it, would never see it, and a replica that is written to may fall out of step.", "Point the wizard at a dialer whose VARDB_server (/etc/astguiclient.conf) is the main database."),
    "database_grants": Words("The database user may not write this", "VICIdial's own database user lacks {grants}. Nothing was changed.", "Somebody who administers the database has to grant it to the user that VARDB_user names in /etc/astguiclient.conf: VICIdial's guide gives it SELECT, INSERT, UPDATE and DELETE on all of VICIdial's tables."),
    "asterisk_silent": Words("Asterisk doesn't answer", "Asterisk isn't running on this dialer, or doesn't answer `asterisk -rx`.", "Start it, and try again once calls work."),
    "include_missing": Words("Asterisk doesn't read VICIdial's file", "No `#include {file}` was found in Asterisk's configuration, so a carrier would never be loaded.", "Restore the include line from VICIdial's sample configuration."),
    "firewall_closed": Words("The dialer's firewall refused", "Its own program would not follow for the rule “{rule}”: {detail}", "Look at the firewall on the dialer; carrier-wizard check says what it does with this carrier."),
    "disk_full": Words("The dialer's disk is full", "Only {free} KB are free where Asterisk's files are. VICIdial writes these files anew at every rebuild, and on a full disk they end up empty: every carrier and phone would be gone.", "Make room on the dialer (old recordings and logs are the usual cause), then try again."),
    "cmp_missing": Words("A tool that VICIdial needs is missing", "VICIdial compares files with `cmp` and stops without it.", "Install the diffutils package on the dialer."),
    "cron_line_missing": Words("VICIdial's keepalive script isn't in cron", "No crontab on this dialer starts ADMIN_keepalive_ALL, so nothing would ever write the carrier into Asterisk's files.", "Put VICIdial's lines back into root's crontab."),
    "cron_not_running": Words("cron doesn't seem to run", "No cron daemon was found on this dialer; without it VICIdial never rebuilds its files.", "Start cron on the dialer."),
    "no_screen": Words("Asterisk isn't in VICIdial's screen", "VICIdial types its reloads into a screen called “asterisk”, and there is none. The wizard will reload Asterisk itself.", "Start Asterisk with VICIdial's own boot script when you can."),
    "many_screens": Words("Several screens called “asterisk”", "VICIdial types its reloads into a screen called “asterisk”, and there are {count}, so it reaches none. The wizard will reload Asterisk itself.", "Close the ones that are left over."),
    "files_differ": Words("Something else changed meanwhile", "The carrier is gone. Some generated files are not what they were before this install, since something else on the dialer has changed too: {files}.", "There is nothing to do if you know of that change."),
    "template_left": Words("The template is still there", "The carrier is gone. The conf template that came with it stays, since somebody uses it by now or has changed it.", "Delete it in VICIdial (Admin → Templates) once nobody needs it."),
    "rates_table": Words("The dialer's table for rates", "{reason}.", "Somebody who may change VICIdial's database has to run this first: {statement}"),
    "refused": Words("Not installed", "Something stands in the way; nothing was changed on the dialer.", "Mend what is listed, and try again."),
    "already_in_progress": Words("Another install is at work", "Somebody is installing on this dialer right now ({where}).", "Wait until it is done, then try again."),
    "write_mismatch": Words("The database kept something else", "What the database holds differs from what was sent, in {columns}.", "Everything was undone. Please report this with your VICIdial version."),
    "record_changed": Words("Somebody else changed something meanwhile", "{what} of {name} is no longer what it was when the wizard looked, so it was not overwritten.", "Look at it in VICIdial, and try again: the wizard then begins with what is there now."),
    "switch_not_proved": Words("The new digits don't arrive", "{campaign} would send {number}, and that does not lead to “{carrier}” any more: the dialplan has changed meanwhile.", "The campaigns were moved back. Look at the carriers' dialplan entries, and try again."),
    "switch_worse": Words("The new carrier refuses too many numbers", "“{carrier}” answers 403, 404 or 484 far more often than the carrier before it did. VICIdial marks a lead as disconnected at every 404 and 484.", "Ask the carrier which digits it wants (1 before the number, a plus, a tech prefix), change its number format, make a test call and try again."),
    "switch_interrupted": Words("Interrupted", "The wizard ended in the middle of a switch.", "Move the campaigns back, or start the same switch again."),
    "no_switch": Words("No such switch", "The wizard has never moved campaigns from “{from_carrier}” to “{to_carrier}” on this dialer, or they are back already.", "Check the two names and their order: they are those of the switch that shall be taken back."),
    "rebuild_timeout": Words("VICIdial didn't write its files", "After {seconds} seconds the carrier was still not in Asterisk's generated files{picked_up}.", "Check that cron runs on the dialer and that the keepalive script works: run nothing by hand while cron is on."),
    "still_loaded": Words("Asterisk didn't let go of the carrier", "VICIdial's files don't have the carrier any more, but Asterisk does, even after a reload.", "Look at Asterisk's log, and whether Asterisk still answers: `asterisk -rx 'core show uptime'`."),
    "unchanged": Words("Nothing to do", "All of it was on the dialer already, so nothing was written.", "Nothing: what is asked for is so."),
    "recovered_up": Words("Found whole", "The wizard had died in the middle; all of it was found on the dialer, and up, so it was left there.", "Make a call through it, and set the campaigns that should dial through it."),
    "recovered_back": Words("Put back", "The wizard had died in the middle, before it was seen that all had come about, so the dialer was put back.", "Do it again."),
    "neighbour_down": Words("Another carrier went down", "{carriers} was up before, and isn't since the rebuild, so everything was put back.", "Look at that carrier's state, and at Asterisk's log. It may have gone down by chance just then: if it is up again, try once more."),
    "not_loaded": Words("Asterisk didn't load the carrier", "The generated file has the carrier, but Asterisk doesn't ({what}), even after a reload.", "Look at Asterisk's log for an error in that file, and whether Asterisk still answers: `asterisk -rx 'core show uptime'`."),
    "misunderstood": Words("Asterisk understood the carrier otherwise", "{option} should be {meant}, and Asterisk has {held}, even after a reload: calls would go elsewhere, or come in somewhere else.", "Look for another section of the same name in the dialer's own files, and for a value in this entry that Asterisk reads otherwise."),
    "stopped": Words("Stopped", "You stopped the install.", "Start it again whenever you like."),
    "rollback_failed": Words("The undo is not finished", "Not everything could be brought back ({detail}).", "Do the steps below by hand, or try the rollback again."),
    "other_dialer": Words("This is another dialer", "The address now leads to the server {found}, and the install was on {expected}; nothing was changed.", "Find out which of the two this address shall lead to. It can be undone once it leads to {expected} again."),
    "drift": Words("Somebody else changed the carrier", "{carrier_id} is no longer as the wizard wrote it ({columns}), so it was not touched.", "Look at it in VICIdial, and delete it there if it shall go."),
    "not_found": Words("Not found", "There is no {what} “{name}”.", "Check the name."),
    "backup_not_up": Words("The backup carrier did not come up", "“{backup}” was to be installed first, and is not up. So this carrier was not installed.", "Look at the install of “{backup}”, which says why; or take it out of the backup carriers."),
    "backup_in_use": Words("Another carrier rolls over to it", "“{backup}” is the backup of “{carrier}”, which is on the dialer.", "Undo the install of “{carrier}” ({install_id}): its backup goes with it."),
    "backup_taken_off": Words("The backup carrier was taken off again", "What was installed for it is off the dialer again: {backups}.", "Its answers are kept."),
    "backup_left": Words("The backup carrier is still there", "This carrier is not on the dialer, and what was installed for it still is: {backups}.", "Undo this install once more, or that of the backup."),
    "later_run": Words("A later run changed this carrier", "“{carrier}” was {act} after this, and what that run did is still so. Undoing this one under it would leave neither.", "Undo the later run first: {install_id}. It brings back what was there before it."),
    "nothing_to_undo": Words("There is nothing to undo", "This install is still at work, was undone already, was followed by a newer one of the same carrier, or never wrote anything.", "Look at the history to see which."),
    "name_taken": Words("This name is taken", "There is a dialer “{name}” already.", "Choose another name, or use that one."),
    "name_taken_target": Words("This name is taken", "Somebody called “{name}” is told already.", "Choose another name, or remove that one first."),
    "notification_url": Words("Nobody can be told by this URL", "It was not taken: {reason}.", "Write it as Apprise has it: mailtos://user:password@example.com for mail, jsons://example.com/path for a webhook. docs/watch.md has examples."),
    "store": Words("The wizard's own data can't be used", "{path} can't be opened or written ({detail}).", "Check that its disk is not full, and who may write to the folder; name another one in CARRIER_WIZARD_INSTANCE, or move a damaged wizard.sqlite away."),
    "vault": Words("The saved secrets can't be read", "The key in {path} is missing, or is not the one they were encrypted with.", "Put the right key file back, or type the passwords again."),
    "sent_before": Words("This was asked for already", "The same form was sent twice, so it was done once.", "Look at what came of it."),
    "changed_meanwhile": Words("The answers have changed", "They are no longer those that this page showed when you pressed the button, so nothing was installed.", "Look at them again below, and install them if they are right."),
    "needs_secret": Words("A password is needed", "The {which} is not kept, so it has to be typed again.", "Type it and go on."),
    "install": Words("The install could not go on", "Something went wrong on the way.", "Everything was undone; try again."),
}  # fmt: skip

#: reasons inside errors, in words
_REASONS: dict[str, dict[str, str]] = {
    "cannot_connect": {"timeout": "no answer", "refused": "the port is closed", "unreachable": "no way there", "not_ssh": "something else than SSH answered", "from_jump": "the jump host got no connection to it", "slow_shell": "the sign-in worked, but no command was run in time"},
    "key_file": {"missing": "there is no such file, or it can't be read", "needs_passphrase": "the key needs its passphrase", "passphrase": "the passphrase is wrong", "unreadable": "this is not a private key",
        "forbidden": "it is there, but whoever runs the wizard may not read it", "folder": "this is a folder",
        "putty": "this is a PuTTY key (.ppk), which OpenSSH's tools and the wizard don't read. In PuTTYgen: Load, then Conversions → Export OpenSSH key; or run puttygen KEY.ppk -O private-openssh -o KEY",
        "public": "this is the public half of a key. The private one is the file of the same name without .pub",
        "certificate": "this is a certificate. Name the private key; a certificate beside it (-cert.pub) is found by itself",
        "dsa": "this is a DSA key, a kind that is no longer considered safe. Make a new one: ssh-keygen -t ed25519",
        "token": "this key lives in a hardware token. Load it with ssh-add, and sign in with your SSH agent"},
    "unsupported_algorithms": {"key_exchange": "no common key exchange; it may offer only diffie-hellman-group1-sha1", "host_key": "no common kind of host key; it may have only ssh-rsa with SHA-1, or DSA", "cipher": "no common cipher", "mac": "no common integrity check", "signature": "it takes RSA keys only with SHA-1 signatures; an ed25519 or ecdsa key may work"},
    "database_login": {"password": "the user or the password is refused", "address": "the database lets nobody in from this dialer's address", "unreachable": "nothing answers there", "database": "there is no such database, or this user may not use it", "other": "it failed"},
    "ssh_config": {"exec": "it depends on a command (Match exec), and the wizard runs none; put the value into a Host block before it", "proxy_command": "it wants a command to be run on this computer, and the wizard runs none; say it with ProxyJump", "jump": "these are no jump hosts", "circle": "the jump hosts lead in a circle", "value": "this is no port", "too_deep": "too many files include each other", "unreadable": "the file can't be read"},
    "sudo": {"password_wrong": "the password is wrong", "password_needed": "it wants a password", "not_allowed": "this user may not become root", "needs_tty": "it insists on a terminal (requiretty in sudoers)"},
    "notification_url": {"no_url": "it is no URL", "unknown": "Apprise knows no such kind of URL, or something is missing in it", "local": "it would only tell the computer that the wizard runs on"},
    "later_run": {"install": "installed again", "replace": "changed", "deactivate": "switched off", "activate": "switched on", "delete": "deleted"},
    "already_in_progress": {"here": "from this wizard", "elsewhere": "from another wizard"},
    "rebuild_timeout": {"True": ", although the dialer picked the request up", "False": ", and the dialer never picked the request up"},
    "not_loaded": {"peer": "the trunk is missing", "dialplan": "the numbers lead elsewhere", "asterisk": "it doesn't answer at all"},
    "record_changed": {"campaign_prefix": "The dial prefix", "manual_prefix": "The manual dial prefix", "three_way_prefix": "The 3-way dial prefix", "list_prefix": "The dial prefix of the list", "server_trunks": "The server trunks", "settings_container": "The settings container", "carrier": "The row"},
    "rollback_failed": {"drift": "somebody else changed the carrier meanwhile", "connection_lost": "the connection broke off", "cannot_connect": "the dialer can't be reached", "cannot_resolve": "the dialer's name has no address any more", "database": "VICIdial's database refused", "already_in_progress": "another wizard is at work there", "other_dialer": "another dialer answers now", "generator": "VICIdial doesn't rebuild its files", "asterisk": "Asterisk doesn't follow", "record_changed": "somebody else changed the carrier meanwhile", "write_mismatch": "the database kept something else than was written"},
}  # fmt: skip
_REASONS["rates_table"] = {
    "missing": "Neither VICIdial's database user nor its user for own tables may do this",
    "unique": "Table lcr allows one carrier for each NPANXX, so rates can't be compared",
    "columns": "Table lcr is not as VICIdial's script wants it",
}
_REASON_KEYS = ("act", "reason", "where", "picked_up", "what", "detail")

ROLLBACK_STEPS: dict[str, str] = {
    "campaigns": "In VICIdial, Admin → Campaigns, Detail: put the dial prefix of the campaigns back to what it was before.",
    "row": "In VICIdial, Admin → Carriers: delete the carrier if it is still there.",
    "row_changed": "In VICIdial, Admin → Carriers: open the carrier, and give its boxes the values of before; VICIdial's own log of its changes has them, but for passwords.",
    "row_gone": "In VICIdial, Admin → Carriers: add the carrier again if it isn't there; VICIdial's own log of its changes has its values, but for passwords.",
    "template": "In VICIdial, Admin → Templates: delete the template that came with the carrier if it is still there and nobody uses it.",
    "rebuild": "In Admin → Servers: set “Rebuild conf files” to Y, and see that cron runs on the dialer.",
    "settings": "In VICIdial, Admin → Servers and Admin → Settings Containers: put back the server trunks, and delete the container that this install made.",
    "firewall": "On the dialer: take the rules away that this install put into the firewall; all but firewalld's have carrier-wizard: and the carrier's ID in their comment.",
    "reload": "On the dialer: asterisk -rx 'dialplan reload', and 'sip reload', 'iax2 reload' or 'module reload res_pjsip.so' in the same way.",
}


def words_for(code: str, values: Mapping[str, Any]) -> Words:
    """The words of a code, with its values put in."""
    words = ERRORS.get(f"{code}_{values['variant']}" if values.get("variant") else code) or ERRORS.get(code, ERRORS["unknown"])
    reasons = _REASONS.get(code, {})
    said = {name: reasons.get(str(value), value) if name in _REASON_KEYS else value for name, value in values.items()}
    filled = _Filled({"detail": code, **said})
    return Words(words.title, words.happened.format_map(filled), words.try_next.format_map(filled))


def error_words(error: WizardError) -> Words:
    return words_for(error.code, error.values)


class _Filled(dict[str, Any]):
    """A value that an error does not carry must not break its sentence."""

    def __missing__(self, key: str) -> str:
        return "?"
