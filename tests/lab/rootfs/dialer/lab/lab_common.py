"""What the dialer's stand-ins share: VICIdial's configuration file and a database connection (Python 3.9, in the root)."""

import re

import pymysql


def astguiclient_conf(path="/etc/astguiclient.conf"):
    """Read the file by VICIdial's rules (vicidial.md §5.3): drop blanks, `>`, comments; the value follows the last `=`."""
    values = {}
    with open(path) as lines:
        for line in lines:
            line = re.sub(r"[ >\n\r\t]|#.*|;.*", "", line)
            key, _, _ = line.partition("=")
            if key:
                values[key] = line.rpartition("=")[2]
    return values


def connect(conf):
    host = conf["VARDB_server"]
    return pymysql.connect(
        host=host,
        port=int(conf["VARDB_port"]),
        unix_socket="/run/mysqld/mysqld.sock" if host == "localhost" else None,
        user=conf["VARDB_user"],
        password=conf["VARDB_pass"],
        database=conf["VARDB_database"],
        charset="utf8",
        autocommit=True,
        cursorclass=pymysql.cursors.DictCursor,
    )


def asterisk_minor(version):
    """`1.8.32` -> 8, `16.28.0-vici` -> 16: a first part above 1 counts as 1.<n> (vicidial.md §2.8)."""
    numbers = version.split("-")[0].split(".")
    first = int(numbers[0] or 0)
    return first if first > 1 else int(numbers[1] if len(numbers) > 1 else 0)
