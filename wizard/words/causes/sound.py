"""Sound, calls that end too early, and calls that come in."""

from __future__ import annotations

from .base import CauseWords

SOUND: dict[str, CauseWords] = {
    "sample_address": CauseWords("The dialer tells carriers an address from VICIdial's sample.", "Nobody ever changed it, so sound and answers go to nobody.", "Put the dialer's public address in its place, in the file that is named here."),
    "private_address": CauseWords("The dialer asks for sound at an address that the carrier can't reach.", "It is a private address, behind NAT; carriers on the internet can't send there.", "Set the dialer's public address (externaddr and localnet, or external_media_address), and restart Asterisk."),
    "firewall_audio": CauseWords("The dialer's own firewall drops the carrier's sound.", "Calls are set up, but the ports for sound (RTP) are closed for the carrier's addresses.", "Open the RTP ports over UDP for the carrier's media addresses.", "From which addresses do you send RTP?"),
    "codec_untranslatable": CauseWords("Asterisk can't turn the carrier's audio into what the dialer uses.", "The codec's module or licence lacks, as with G.729.", "Use ulaw, or install the codec."),
    "codec_missing": CauseWords("Asterisk can't handle a codec of this entry.", "It can pass it through at most, so recordings and agents hear nothing.", "Take the codec out of the entry, and use ulaw or alaw.", "Do you take ulaw (G.711)?"),
    "no_sound_in": CauseWords("No sound came from the carrier.", "The call stood, but nothing arrived: a firewall on the way, or sound that is sent to a wrong address.", "Open the RTP ports (UDP) for the carrier's media addresses, and check the dialer's external address.", "To which address and port did you send RTP of this call?"),
    "no_sound_out": CauseWords("No sound went to the carrier.", "Sound came in, and none went out: the dialer had nothing to say, or could not send.", "Call again and speak; then check the dialer's outgoing firewall.", "Did any RTP of ours reach you?"),
    "answer_not_confirmed": CauseWords("The call broke off after half a minute.", "Our confirmation (ACK) doesn't reach the carrier, because an address in the messages is wrong.", "Set the dialer's public address, and rewrite_contact and force_rport for this carrier.", "Do you get our ACK, and to which address do you send the 200 OK?"),
    "session_timer": CauseWords("The call broke off after exactly a quarter or half an hour.", "The carrier wants calls to be refreshed (session timers), and the refresh failed.", "Set session-timers=refuse (PJSIP: timers=no) for this carrier.", "Do you require session timers?"),
    "silence_timeout": CauseWords("Asterisk ended the call because no sound came for a minute.", "VICIdial's sample sets rtptimeout=60; one-way sound or a held call trips it.", "Put one-way sound right first; raise rtptimeout only for calls that are meant to be silent."),
    "digits_not_heard": CauseWords("The carrier didn't agree on how to send key presses.", "Its answer has no telephone-event (RFC 4733), so menus don't hear digits.", "Ask the carrier for its DTMF mode, and set it.", "Which DTMF mode do you use?"),
    "no_ringing": CauseWords("The carrier sent no ringing before the answer.", "Neither 180 nor early sound came, so the caller hears silence.", "If agents dial by hand and miss the tone, add r to Dial()'s options for this carrier.", "Do you send 180 or 183 before answers?"),
    "incoming_without_number": CauseWords("A call came in without a number.", "The registration doesn't say which number it is for, so Asterisk looks for “s” and finds nothing.", "Name your number (DID) in the answers, so that the registration ends in it."),
    "incoming_with_plus": CauseWords("A call came in with a plus before its number, and was turned away.", "VICIdial's sample has the pattern for such numbers commented out.", "Take the comment sign off _+X. in extensions.conf.", "Please send our numbers without a plus."),
    "incoming_from_stranger": CauseWords("A call came in from an address that belongs to no carrier.", "Carriers send from more addresses than they are called at.", "Add the address from the log to “match”, if it is your carrier's.", "From which addresses do you send calls to us?"),
    "incoming_on_wrong_trunk": CauseWords("Two carriers share an address.", "Calls that come in from it go to the first that matches.", "Match calls by number, or give one account another port.", "Can the two accounts send from different addresses?"),
}  # fmt: skip
