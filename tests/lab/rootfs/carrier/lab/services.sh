#!/bin/sh
# A lab carrier: one Asterisk.
mkdir -p /run/asterisk /var/log/asterisk
exec asterisk -f -g -q
