"""Reaching the carrier, and signing in to it."""

from __future__ import annotations

from .base import CauseWords

_ALLOW = "Please allow our dialer's public address for SIP, and tell us which of yours you send from."

REACHING: dict[str, CauseWords] = {
    "host_unresolved": CauseWords("The dialer can't find the carrier's address.", "The name is misspelled, or the dialer's DNS doesn't work. One such name can hold up all of chan_sip.", "On the dialer, try `getent hosts NAME`; correct the host, or the dialer's DNS."),
    "port_closed": CauseWords("Nobody listens at the carrier's port.", "The machine is there and says so, which means a wrong port or transport.", "Check port and transport in the carrier's instructions."),
    "no_route": CauseWords("The dialer has no way to the carrier's address.", "Its network has no route there: a private address, or a VPN that is down.", "Check the host, and the dialer's routes (`ip route get ADDRESS`)."),
    "tls_failed": CauseWords("The carrier's TLS connection failed.", "The certificate or the TLS version doesn't suit, or that port doesn't speak TLS.", "Check the TLS port in the carrier's instructions, and that the host is the name in its certificate.", "Which host, port and TLS version do you take for SIP over TLS?"),
    "transport_missing": CauseWords("The dialer can't speak this transport.", "Asterisk has no TCP or TLS transport set up; VICIdial's sample has UDP alone.", "Set the transport up in Asterisk, or use UDP."),
    "firewall_signalling": CauseWords("The dialer's own firewall drops the carrier's SIP.", "A rule of it matches the carrier's addresses or your SIP port.", "Add the carrier's addresses to the firewall's white list."),
    "options_ignored": CauseWords("The carrier is there, and only ignores OPTIONS.", "Some carriers never answer that question. It is no fault of theirs, but Asterisk then refuses to send calls.", "Switch qualify off for this carrier."),
    "options_may_be_ignored": CauseWords("The carrier may simply ignore OPTIONS.", "Some never answer that question, and work all the same.", "If the carrier says that all is well, switch qualify off and make a test call."),
    "only_asterisk_unanswered": CauseWords("The carrier answers the wizard, but not Asterisk.", "Asterisk speaks from another port, or something on the way (a SIP ALG in a router, say) changes its packets.", "Switch SIP ALG off in the router, and compare Asterisk's port with the one that the carrier allows.", "Do OPTIONS of ours reach you, and from which port?"),
    "asked_too_often": CauseWords("Asterisk asks the carrier more often than it may like.", "It worked, then stopped; some carriers stop answering OPTIONS that come more often than every 10 to 15 seconds.", "Set the qualify frequency to 60 seconds."),
    "comes_and_goes": CauseWords("The carrier comes and goes.", "It answers later than Asterisk waits, or packets are lost on the way.", "Watch the way with `mtr HOST` for some minutes, and ask the carrier for a nearer host.", "Our OPTIONS to you are answered late or not at all at times; is there a nearer host?"),
    "carrier_silent": CauseWords("The carrier doesn't answer at all.", "A wrong host or port, a firewall on the way, or the carrier answers only addresses that it knows.", "Check host and port, and have the carrier allow the dialer's public address.", _ALLOW),
    "dns_stalls": CauseWords("Asterisk has trouble finding addresses.", "While DNS doesn't answer, chan_sip stands still, all carriers with it.", "Repair the dialer's DNS, or use the carrier's IP address as the host."),
    "slow_answers": CauseWords("The carrier answers slowly.", "Its answer took longer than 2 seconds: a far host, a lossy line, or a busy dialer.", "Ask the carrier for a nearer host, and check the dialer's line.", "Which of your hosts is nearest to our dialer?"),
    "account_unknown": CauseWords("The carrier doesn't know this account.", "The user name is misspelled, or it is on another of the carrier's hosts.", "Copy the user name from the carrier's portal, and check that the host belongs to it.", "Which host does our SIP account belong to?"),
    "account_barred": CauseWords("The carrier refused before it asked for the password.", "So the password isn't it: the account is off, or the carrier doesn't take sign-ins from this address.", "Check in the carrier's portal that the account is active and that the dialer's address is allowed.", "You refuse our REGISTER without a challenge: is the account active, and our address allowed?"),
    "sign_in_refused": CauseWords("The carrier refused the user name or the password.", "It looked at both, and said no. Some carriers want another name for signing in than for the account.", "Copy user name and password from the carrier's portal once more, without blanks, and install again.", "Please confirm user name, authentication name and realm of our account."),
    "iax2_refused": CauseWords("The carrier refused the IAX2 sign-in.", "User name or password is wrong, or the account may not register.", "Copy both from the carrier's portal once more.", "May our IAX2 account register, and with which secret?"),
    "iax2_call_token": CauseWords("The two sides disagree about IAX2 call tokens.", "One wants a call token, and the other doesn't send it.", "Set requirecalltoken=no (or auto) for this carrier.", "Do you support IAX2 call tokens?"),
    "registration_gave_up": CauseWords("Asterisk has given up registering.", "After a final refusal, or too many attempts, it does not try again by itself.", "Once the refusal's own cause is put right, reload the carrier (`pjsip send register NAME` or `sip reload`)."),
    "registration_unanswered": CauseWords("The carrier doesn't answer the registration.", "It registers on another host or port, something blocks the way, or it knows you by address and takes no registrations.", "Check the carrier's instructions: its registration host, and whether it wants one at all.", "Do you want us to register, and at which host and port?"),
    "registration_failed": CauseWords("The registration failed, and Asterisk doesn't say how.", "The carrier refused it or didn't answer: PJSIP has one word for both.", "Check host, user name and password; Asterisk's log has the carrier's answer."),
    "registration_comes_and_goes": CauseWords("The registration is lost now and then.", "A router on the way may forget the connection or change packets (SIP ALG).", "Switch SIP ALG off in the router, or move to TCP or TLS."),
}  # fmt: skip
