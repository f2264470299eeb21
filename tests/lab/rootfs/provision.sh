#!/bin/sh
# Runs once, inside the new root, when the lab is built: accounts, and a database that holds VICIdial's tables.
set -eu

useradd --create-home --shell /bin/bash support # sudo asks for its password
useradd --create-home --shell /bin/bash ops     # sudo asks for nothing
useradd --create-home --shell /bin/bash guest   # no sudo at all

# A small data folder: the packaged one carries 100 MB of InnoDB logs that MyISAM tables never touch.
rm -rf /var/lib/mysql
install -d -o mysql -g mysql -m 0755 /var/lib/mysql
mysql_install_db --user=mysql --force --skip-test-db --auth-root-authentication-method=socket \
    --innodb-log-file-size=5M --innodb-data-file-path=ibdata1:5M:autoextend >/dev/null

install -d -o mysql -g mysql /run/mysqld
mysqld --user=mysql --skip-networking --innodb-log-file-size=5M --innodb-data-file-path=ibdata1:5M:autoextend \
    --sql-mode= --default-storage-engine=MyISAM --character-set-server=utf8 --collation-server=utf8_unicode_ci &
for _ in $(seq 100); do
    mysqladmin ping >/dev/null 2>&1 && break
    sleep 0.1
done
mysql -e "CREATE DATABASE asterisk DEFAULT CHARACTER SET utf8 COLLATE utf8_unicode_ci;
GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO cron@localhost IDENTIFIED BY '1234';
GRANT RELOAD ON *.* TO cron@localhost;"
mysql --force asterisk </lab-build/schema.sql
mysqladmin shutdown
wait

rm -rf /etc/asterisk /var/lib/asterisk/astdb.sqlite3
install -d /etc/asterisk
