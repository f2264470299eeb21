#!/usr/bin/python3
"""The lab's stand-in for VICIdial's FastAGI listener: the part of `call_log` that a carrier's calls go through.

Written from vicidial.md §3.5 to §3.7 and failover.md §4: a call starts (call_log, CAMPCUST, CAMPDTO), and at its end the
carrier-log row is written with the SIP cause, and the lead's status changes where VICIdial changes it.
"""

import re
import socketserver
import sys
import time

from lab_common import asterisk_minor, astguiclient_conf, connect


class Call(socketserver.StreamRequestHandler):
    def handle(self):
        variables = {}
        while True:
            line = self.rfile.readline().decode(errors="replace").strip()
            if not line:
                break
            key, _, value = line.partition(": ")
            variables[key] = value
        if "agi_request" not in variables:
            return
        conf = astguiclient_conf()
        database = connect(conf)
        try:
            log = CallLog(self, database.cursor(), conf["VARserver_ip"], variables)
            if "--HVcauses--" in variables["agi_request"]:
                log.ended(variables["agi_request"].split("-----"))
            else:
                log.started()
        finally:
            database.close()

    def set_variable(self, name, value):
        self.wfile.write(f"EXEC Set {name}={value}\n".encode())
        self.rfile.readline()


class CallLog:
    def __init__(self, channel, database, server_ip, variables):
        self.channel, self.database, self.server_ip = channel, database, server_ip
        self.uniqueid = variables.get("agi_uniqueid", "")
        self.channel_name = variables.get("agi_channel", "")
        self.extension = variables.get("agi_extension", "")
        #: VICIdial tells its calls by the caller's *name*: V or M, digits, and a lead id in the last ten
        self.caller_code = variables.get("agi_calleridname", "")

    @property
    def is_dialer_call(self):
        return self.caller_code[:1] in ("V", "M")

    @property
    def lead_id(self):
        digits = self.caller_code[10:20]
        return int(digits) if digits.isdigit() else 0

    def started(self):
        number = re.sub(r"\D", "", self.extension)[:15]
        self.database.execute(
            "INSERT IGNORE INTO call_log SET uniqueid=%s, channel=%s, channel_group='Outbound', type='SIP', server_ip=%s,"
            " extension=%s, number_dialed=%s, caller_code=%s, start_time=NOW(), start_epoch=%s",
            (self.uniqueid, self.channel_name, self.server_ip, self.extension, number, self.caller_code[:20], int(time.time())),
        )
        if self.is_dialer_call and re.search(r"\d{18}", self.caller_code):
            self._set_campaign_variables()

    def _set_campaign_variables(self):
        auto_call = self._one("SELECT campaign_id FROM vicidial_auto_calls WHERE callerid=%s LIMIT 1", self.caller_code)
        campaign_id = (auto_call or {}).get("campaign_id") or ""
        campaign = self._one(
            "SELECT dial_timeout, manual_dial_timeout FROM vicidial_campaigns WHERE campaign_id=%s", campaign_id
        )
        if campaign_id:
            self.channel.set_variable("_CAMPCUST", campaign_id)
        if self.caller_code.startswith("M"):
            timeout = (campaign or {}).get("manual_dial_timeout") or (campaign or {}).get("dial_timeout") or ""
            self.channel.set_variable("_CAMPDTO", timeout)

    def ended(self, arguments):
        """arguments: [...PRI, NODEBUG, cause, dialstatus, dialled seconds, answered seconds, technology's own cause]"""
        arguments = arguments + [""] * (7 - len(arguments))
        _, _, cause, dialstatus, dialled, answered, technology = arguments[:7]
        if dialstatus and self.is_dialer_call:
            self._log_carrier(cause, dialstatus, dialled, answered, technology)
            self._change_lead(cause, dialstatus)
        self.database.execute(
            "UPDATE call_log SET end_time=NOW(), end_epoch=%s WHERE uniqueid=%s", (int(time.time()), self.uniqueid)
        )

    def _log_carrier(self, cause, dialstatus, dialled, answered, technology):
        server = self._one("SELECT * FROM servers WHERE server_ip=%s", self.server_ip) or {}
        if "Y" not in (server.get("carrier_logging_active") or ""):
            return
        sip_cause, reason = 0, ""
        if asterisk_minor(server["asterisk_version"]) >= 12 and "SIP" in technology:
            _, sip_cause, *words = technology.split(" ")
            reason = " ".join(words)
            self.database.execute(
                "UPDATE vicidial_dial_log SET sip_hangup_cause=%s, sip_hangup_reason=%s, uniqueid=%s"
                " WHERE caller_code=%s AND server_ip=%s AND lead_id=%s",
                (sip_cause, reason[:50], self.uniqueid, self.caller_code, self.server_ip, self.lead_id),
            )
        self.database.execute(
            "INSERT IGNORE INTO vicidial_carrier_log SET uniqueid=%s, call_date=NOW(), server_ip=%s, lead_id=%s,"
            " hangup_cause=%s, dialstatus=%s, channel=%s, dial_time=%s, answered_time=%s, sip_hangup_cause=%s,"
            " sip_hangup_reason=%s, caller_code=%s",
            (
                self.uniqueid, self.server_ip, self.lead_id, cause or 0, dialstatus, self.channel_name, dialled or 0,
                answered or 0, sip_cause, reason[:50], self.caller_code,
            ),
        )

    def _change_lead(self, cause, dialstatus):
        """BUSY -> AB; CHANUNAVAIL with cause 1 or 28 (404, 484) -> ADC; nothing else, without enhanced logging."""
        if not re.search(r"\d{19}", self.caller_code):
            return
        if dialstatus == "BUSY":
            lead, auto_call = "AB", "BUSY"
        elif dialstatus == "CHANUNAVAIL" and cause in ("1", "28"):
            lead, auto_call = "ADC", "DISCONNECT"
        else:
            return
        self.database.execute("UPDATE vicidial_list SET status=%s WHERE lead_id=%s", (lead, self.lead_id))
        self.database.execute("UPDATE vicidial_auto_calls SET status=%s WHERE callerid=%s", (auto_call, self.caller_code))

    def _one(self, query, *values):
        self.database.execute(query, values)
        return self.database.fetchone()


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    # A hundred calls may end in the same second.
    request_queue_size = 256


if __name__ == "__main__":
    Listener(("127.0.0.1", int(sys.argv[1])), Call).serve_forever()
