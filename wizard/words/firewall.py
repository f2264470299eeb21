"""The dialer's firewall in words: what it does with a carrier's packets, and how to open it."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.diagnosis.observations import Firewall, FirewallWay

_OPEN = "carrier-wizard check shows the commands that open it for this carrier alone; install --open-firewall runs them."
FIREWALL: dict[str, str] = {
    "firewall_drops_answers": (
        "The dialer's firewall throws away even the answers from {addresses} to what the dialer itself sends ({ports}): “{rule}”. Nothing "
        f"can work like this. {_OPEN}"
    ),
    "firewall_drops_calls": (
        "The dialer's firewall throws away what {addresses} sends unasked ({ports}): “{rule}”. Outgoing calls work, since answers are let "
        f"in; incoming ones only for some minutes after the dialer last spoke to that address. {_OPEN}"
    ),
    "firewall_drops_sound": (
        "The dialer's firewall throws away all sound from {addresses} ({ports}): “{rule}”. Calls would be silent on your side. "
        f"{_OPEN}"
    ),
    "firewall_drops_first_sound": (
        "The dialer's firewall lets sound from {addresses} in ({ports}) only once the dialer has sent some to where it comes from: "
        "“{rule}”. Ringing tones may be missing, and sound from other machines of the carrier stays out. "
        f"{_OPEN}"
    ),
    "firewall_drops_questions": (
        "The dialer's firewall throws away the answers of {addresses} to what the check itself asks, since it asks from a port of its own; "
        "Asterisk's port is open. So nobody can tell here if the carrier answers: the install shows it."
    ),
    "firewall_unclear": (
        "Whether the dialer's firewall lets {addresses} in ({ports}) can't be told: it hangs on “{rule}”, which the wizard can't judge "
        "for all packets, a rate perhaps. Look at that rule."
    ),
    "firewall_unknown": (
        "The firewall was to be opened, but it can't be looked at: {reason}. Sign in as root or let the wizard use sudo, or leave "
        "“open firewall” out and open it by hand."
    ),
    "firewall_not_openable": (
        "The firewall was to be opened, and no rule for this carrier's addresses alone would: “{rule}” comes before any place where one "
        "could go, a black list perhaps. Take the carrier off that list, or open it by hand."
    ),
}
_KINDS = {
    "vicibox": "ViciBox's firewall (firewalld)",
    "firewalld": "firewalld",
    "iptables": "iptables",
    "nftables": "nftables",
    "none": "None",
}
_WHY = {
    "not_root": "only root may read it, and the wizard is not root there. Let it use sudo to have it looked at",
    "unreadable": "none of nft, iptables-save and firewall-cmd could say anything",
    "no_address": "the carrier's name has no address",
}
_WHAT = {
    "answers": "answers to our SIP",
    "calls": "SIP that comes unasked, as calls in do",
    "sound_answers": "sound, once we have sent some",
    "sound": "sound that comes first",
}
_FATES = {"accepted": "let in", "dropped": "thrown away", "cannot_tell": "can't be told"}
#: what stays after a restart, by firewall
LASTING = {
    "vicibox": (
        "They hold after a restart too. ViciBox's own way, where its white list is at work: Admin → IP Lists → ViciWhite, add the addresses; "
        "within two minutes they may use everything that the zone “external” allows."
    ),
    "firewalld": "They hold after a restart too.",
    "iptables": (
        "They hold until the firewall or the dialer restarts. To keep them: “netfilter-persistent save” (Debian, Ubuntu), “service iptables "
        "save” (Red Hat and its kin), or the program that writes your rules (ufw, CSF, SuSEfirewall2)."
    ),
    "nftables": (
        "They hold until the firewall or the dialer restarts. To keep them write them into /etc/nftables.conf (Debian, Ubuntu) or "
        "/etc/sysconfig/nftables.conf (Red Hat and its kin)."
    ),
}
MEDIA_ELSEWHERE = (
    "Sound may come from other machines of the carrier than its SIP: ask it from which addresses, and give these as further addresses "
    "(match), or open the audio ports for all."
)
NO_NARROW_RULE = (
    "No rule for this carrier's addresses alone would let it in: something before is in the way, a black list perhaps."
)


def why_unknown(why: str) -> str:
    return _WHY.get(why, why)


def firewall_told(firewall: Firewall) -> Iterator[str]:
    """What was seen of it, sentence by sentence; commands stand alone."""
    if firewall.kind == "unknown":
        yield f"It can't be told what it does: {why_unknown(firewall.why)}."
        return
    yield f"{_KINDS.get(firewall.kind, firewall.kind)}; for {', '.join(firewall.sources)}: {_ways(firewall)}."
    for rule in firewall.blocks:
        yield f"In the way: {rule}"
    if firewall.opens is None:
        yield NO_NARROW_RULE
    elif firewall.opens:
        yield "This opens it for the carrier alone (as root; install --open-firewall does it, and its undo takes it back):"
        yield from (f"  {command}" for command in firewall.opens)
        yield "And this closes it again:"
        yield from (f"  {command}" for command in firewall.closes)
        yield LASTING.get(firewall.kind, LASTING["iptables"])
    if any(way.what == "sound" for way in firewall.ways) and firewall.kind != "none":
        yield MEDIA_ELSEWHERE


def _ways(firewall: Firewall) -> str:
    worst: dict[str, FirewallWay] = {}
    for way in firewall.ways:
        order = ("dropped", "cannot_tell", "accepted")
        if way.what not in worst or order.index(way.fate) < order.index(worst[way.what].fate):
            worst[way.what] = way
    if all(way.fate == "accepted" for way in worst.values()):
        return "all is let in"
    return "; ".join(f"{_WHAT[what]}: {_FATES[way.fate]}" for what, way in worst.items())
