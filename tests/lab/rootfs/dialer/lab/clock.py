#!/usr/bin/python3
"""The lab's cron: runs the every-minute lines of root's crontab, at the turn of the minute or at a shorter tick.

It is called `cron` in the process list, so that stopping or freezing "cron" means what it means on a dialer.
With a tick under a minute a job is not started while it still runs; at a minute, as cron does, it is.
"""

import subprocess
import sys
import time

CRONTAB = "/var/spool/cron/crontabs/root"
EVERY_MINUTE = "* * * * *"


def jobs():
    try:
        with open(CRONTAB) as lines:
            return [line[len(EVERY_MINUTE) :].strip() for line in lines if line.startswith(EVERY_MINUTE)]
    except FileNotFoundError:
        return []


def main(tick):
    running = {}
    while True:
        time.sleep(tick - time.time() % tick)
        for job in jobs():
            if tick < 60 and job in running and running[job].poll() is None:
                continue
            running[job] = subprocess.Popen(job, shell=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
