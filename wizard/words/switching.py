"""What stands in the way of a switch of carriers, or has to be known before it."""

from __future__ import annotations

SWITCHING: dict[str, str] = {
    "switch_carrier_unknown": "There is no carrier “{carrier}” on {dialer}.",
    "switch_same_carrier": "“{carrier}” is both the old carrier and the new one.",
    "switch_to_inactive": "“{carrier}” is switched off, or has a protocol that VICIdial writes no files for: no call would get out. Switch it on first.",
    "switch_to_down": "“{carrier}” is down now: {why} Mend that first.",
    "switch_to_not_up": "“{carrier}” is not up yet: {why}",
    "switch_no_way": "No prefix was found by which “{carrier}” takes the calls of {campaigns}. If its entry has one, name it as the prefix.",
    "switch_prefix_digits": "A dial prefix is digits alone, {most} at most; leave it empty for none.",
    "switch_number_lost": "{campaigns}: {before} takes {number}, and with the new prefix no carrier does. Add that destination to the new carrier, or leave {number} out of the promise.",
    "switch_number_elsewhere": "{campaigns}: {before} takes {number}, and with the new prefix {after} would. Mend the dialplan entries, or leave {number} out of the promise.",
    "switch_other_digits": "{campaigns}: of {number}, “{carrier}” would receive {after}, which is another number. Mend its dialplan entry or name the prefix, or leave {number} out of the promise.",
    "switch_left_out": "{campaigns}: {number} will not arrive as it does now. You left it out of the promise.",
    "switch_digits_unknown": "{campaigns}: which digits “{carrier}” receives only a call can tell. Listen to your test call.",
    "switch_campaign_elsewhere": "{campaign} doesn't dial through the old carrier (its calls go to: {carrier}), so there is nothing to move.",
    "switch_not_on_servers": "“{carrier}” is not on every server that the old carrier is on: {servers} would fail these calls. Give it server IP 0.0.0.0, or install it there too.",
    "switch_has_agents": "{campaign}: {agents} agents are signed in. Automatic dialling moves at once; calls by hand follow when they sign in again.",
    "switch_has_calls": "{campaign}: {calls} calls are under way. They go on where they are.",
    "switch_call_unconfirmed": "No campaign moves before a call got through “{carrier}”. Make a test call through it to a phone of yours (test-call): answered, it counts. Or, on a phone that is registered on this dialer, dial {digits}, with a number of your own in the place of the last ten digits; if both sides hear each other, confirm it (--call-got-through).",
    "switch_call_answered": "A test call through “{carrier}” was answered, and its entry is still the same.",
    "switch_log_off": "VICIdial's carrier log is switched off for this server (Admin → Servers, Carrier Logging Active), so nobody can watch how the calls go.",
    "switch_log_too_old": "This VICIdial keeps no SIP answers in its carrier log, so nobody can watch how the calls go.",
    "switch_log_unindexed": "VICIdial's carrier log lacks its index on call_date. Reading it would slow the dialer down, so nobody watches how the calls go.",
    "switch_no_way_back": "“{carrier}” doesn't take the calls of {records} any more, and the new carrier does: moved back they would fail. Put “{carrier}” back first.",
}
