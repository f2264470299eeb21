#!/bin/sh
# A lab dialer's services, started as a VICIdial host starts them.
set -eu
install -d -m 0777 /run/screen
install -d -m 0755 /run/sshd /run/asterisk
install -d -o mysql -g mysql /run/mysqld

chpasswd </lab/passwords
/lab/control start-database &
/lab/control start-ssh
/lab/control start-fastagi
wait
/lab/control load-seed
/lab/control keep-pristine
/lab/control start-asterisk
/lab/control start-clock
touch /run/lab-ready
exec sleep infinity
