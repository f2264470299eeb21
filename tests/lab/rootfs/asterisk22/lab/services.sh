#!/bin/sh
# The newer Asterisk, and nothing else.
mkdir -p /run/asterisk /var/log/asterisk
exec asterisk -f -g -q
