#!/bin/sh
# Runs once, inside the newer root, when the lab is built: an Asterisk without any configuration.
set -eu
rm -rf /etc/asterisk /var/lib/asterisk/astdb.sqlite3
install -d /etc/asterisk
