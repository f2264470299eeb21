"""Reading what is known of a dialer: one round trip to the host, two to its database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wizard.carrier.model import Protocol
from wizard.errors import DatabaseError, DatabaseLoginError, NotADialerError, ServerRowError

from . import astguiclient
from .asterisk_output import (
    parse_rtp_range,
    parse_running_modules,
    parse_sip_settings,
    parse_translatable,
    parse_version,
)
from .connection import Connection
from .facts import DatabaseFacts, DialerFacts, HostFacts
from .grants import grant_questions, read_denied
from .listeners import all_listeners
from .live import live_question, read_live
from .number_facts import number_queries, read_numbers
from .protocol import (
    AgentReply,
    Operation,
    Table,
    asterisk,
    clock,
    database_complaint,
    error_number,
    printed,
    read_file,
    run,
    sql,
    table_of,
)
from .room import ask_room, parse_room
from .routing_facts import campaign_of_row, read_inventory, read_routing, routing_queries, what_is_there
from .rows import CARRIER_COLUMNS, TEMPLATE_COLUMNS, carrier_of_row, server_of_row, template_of_row, text_of, texts_of

KEEPALIVE_SCRIPT = "ADMIN_keepalive_ALL"
#: where cron keeps root's lines on Debian, Red Hat and SUSE
_CRON_PLACES = ("/etc/crontab", "/etc/cron.d", "/var/spool/cron")
_CMP_PLACES = ("/bin/cmp", "/usr/bin/cmp", "/usr/local/bin/cmp")
PJSIP_CONF, IAX_CONF = "/etc/asterisk/pjsip.conf", "/etc/asterisk/iax.conf"
#: file of Asterisk's → the generated file that it must include, by what needs it; the dialplan is everybody's
INCLUDES = {
    "/etc/asterisk/extensions.conf": ("extensions-vicidial.conf", None),
    "/etc/asterisk/sip.conf": ("sip-vicidial.conf", Protocol.SIP),
    PJSIP_CONF: ("pjsip-vicidial.conf", Protocol.PJSIP),
    "/etc/asterisk/pjsip_wizard.conf": ("pjsip_wizard-vicidial.conf", Protocol.PJSIP_WIZ),
    IAX_CONF: ("iax-vicidial.conf", Protocol.IAX2),
}
#: what Asterisk is asked about itself
_ASTERISK_QUESTIONS = (
    "core show version",
    "module show",
    "sip show settings",
    "pjsip show transports",
    "rtp show settings",
    "core show translation paths slin 8000",
)
#: whether the database copies another one: the statement's old name, which MariaDB keeps, its new one, and what everybody may
#: ask of MariaDB and old MySQLs; VICIdial's user may seldom use the first two
_REPLICATION = (sql("SHOW SLAVE STATUS"), sql("SHOW REPLICA STATUS"), sql("SHOW GLOBAL STATUS LIKE 'Slave_running'"))

SERVER_COLUMNS = (
    "server_id", "server_ip", "asterisk_version", "ext_context", "active_asterisk_server", "generate_vicidial_conf",
    "rebuild_conf_files", "carrier_logging_active", "max_vicidial_trunks", "outbound_calls_per_second", "external_server_ip",
)  # fmt: skip
CAMPAIGN_COLUMNS = (
    "campaign_id", "campaign_name", "active", "dial_prefix", "manual_dial_prefix", "three_way_dial_prefix", "omit_phone_code",
    "dial_timeout", "campaign_cid",
)  # fmt: skip
SETTING_COLUMNS = ("db_schema_version", "svn_revision", "default_phone_code")
#: table → what is read of it
COLUMNS = {
    "vicidial_server_carriers": CARRIER_COLUMNS,
    "servers": SERVER_COLUMNS,
    "vicidial_campaigns": CAMPAIGN_COLUMNS,
    "system_settings": SETTING_COLUMNS,
    "vicidial_conf_templates": TEMPLATE_COLUMNS,
}
#: columns that old schemas lack and an install can do without (vicidial.md §5.4); where one lacks, its value is empty
OPTIONAL_COLUMNS = frozenset(
    {
        "carrier_description", "user_group", "asterisk_version", "ext_context", "carrier_logging_active", "max_vicidial_trunks",
        "outbound_calls_per_second", "campaign_name", "manual_dial_prefix", "three_way_dial_prefix", "omit_phone_code",
        "dial_timeout", "campaign_cid", "external_server_ip", *SETTING_COLUMNS,
    }
)  # fmt: skip


def gather_facts(connection: Connection) -> DialerFacts:
    """Look at the host, then at its database.

    :raises NotADialerError: no VICIdial here
    :raises DatabaseError: VICIdial's database refuses, or is not VICIdial's
    :raises ServerRowError: not exactly one servers row for this machine
    """
    host = _gather_host(connection)
    return DialerFacts(host, _gather_database(connection, host.config))


def open_database(connection: Connection) -> dict[str, str]:
    """Sign in to VICIdial's database, for those who need nothing else of the host; returns astguiclient.conf's values.

    :raises NotADialerError: no VICIdial here
    :raises DatabaseError: the database refuses
    """
    [config] = connection.ask([read_file(astguiclient.PATH)], stop_at_error=False)
    values = _config_of(config)
    [login] = connection.ask([astguiclient.database_login(values)], stop_at_error=False)
    require_login(login, values)
    return values


def require_login(login: AgentReply, config: Mapping[str, str]) -> None:
    """:raises DatabaseLoginError: the database did not let us in"""
    if login.status != "ok":
        raise DatabaseLoginError(
            number=error_number(login),
            host=config["VARDB_server"],
            port=config.get("VARDB_port") or "3306",
            user=config["VARDB_user"],
            database=config["VARDB_database"],
            detail=database_complaint(login),
        )


def _config_of(reply: AgentReply) -> dict[str, str]:
    if reply.status != "ok":
        raise NotADialerError(missing=astguiclient.PATH)
    values = astguiclient.parse_astguiclient(reply.values[0] or "")
    for key in ("VARserver_ip", "VARDB_server", "VARDB_database", "VARDB_user"):
        if not values.get(key):
            raise NotADialerError(missing=key)
    return values


def _gather_host(connection: Connection) -> HostFacts:
    operations = [
        clock(),
        read_file(astguiclient.PATH),
        run("grep", "-rhsE", rf"^[^#]*{KEEPALIVE_SCRIPT}", *_CRON_PLACES),
        run("pgrep", "-x", "crond?"),
        run("screen", "-ls"),
        run("ls", *_CMP_PLACES),
        ask_room(),
        *map(asterisk, _ASTERISK_QUESTIONS),
        *(read_file(path) for path in INCLUDES),
    ]
    now, config, cron, cron_daemon, screens, cmp, room, *rest = connection.ask(operations, stop_at_error=False)
    values = _config_of(config)
    said = [printed(reply) for reply in rest[: len(_ASTERISK_QUESTIONS)]]
    including = rest[len(_ASTERISK_QUESTIONS) :]
    replies = dict(zip(INCLUDES, including, strict=True))
    version, modules, sip, transports, rtp, codecs = said
    settings = parse_sip_settings(sip)
    seconds, user_id, *client = now.result("clock")
    return HostFacts(
        clock=float(seconds or 0),
        user_id=int(user_id or -1) if user_id != "0" else 0,
        client_address=(client[0] if client else None) or "",
        config=values,
        asterisk_version=parse_version(version),
        modules=parse_running_modules(modules),
        listeners=tuple(all_listeners(settings, transports, *(_text_of(replies[path]) for path in (PJSIP_CONF, IAX_CONF)))),
        sip_settings=settings,
        rtp_range=parse_rtp_range(rtp),
        codecs=parse_translatable(codecs),
        cron_line=bool(printed(cron).strip()),
        cron_running=bool(printed(cron_daemon).strip()),
        screens=len(re.findall(r"^\s+\d+\.asterisk\s", printed(screens), re.MULTILINE)),
        has_cmp=bool(printed(cmp).strip()),
        free_kilobytes=parse_room(printed(room)),
        missing_includes=tuple(
            included
            for reply, included in zip(including, INCLUDES.values(), strict=True)
            if not (reply.status == "ok" and _includes(reply.values[0] or "", included[0]))
            # Nobody misses a file that Asterisk itself doesn't have.
            and (reply.status == "ok" or included[1] is not None)
        ),
    )


def _text_of(reply: AgentReply) -> str | None:
    """A file's text; None where there is no such file."""
    return (reply.values[0] or "") if reply.status == "ok" else None


def _includes(text: str, included: str) -> bool:
    pattern = rf"""^\s*#(?:try)?include\s+["'<]?(?:/etc/asterisk/)?{re.escape(included)}["'>]?\s*(?:;.*)?$"""
    return re.search(pattern, text, re.MULTILINE) is not None


def _gather_database(connection: Connection, config: dict[str, str]) -> DatabaseFacts:
    server_ip = config["VARserver_ip"]
    login, read_only, *described = connection.ask(
        [
            astguiclient.database_login(config),
            sql("SELECT @@global.read_only AS read_only"),
            *(sql(f"SHOW COLUMNS FROM {table}") for table in COLUMNS),
            *what_is_there(config.get("PATHagi", "")),
        ]
    )
    require_login(login, config)
    is_read_only = texts_of(table_of(read_only).rows[0])["read_only"] not in ("0", "OFF")
    tables = dict(zip(COLUMNS, map(table_of, described[: len(COLUMNS)]), strict=True))
    there = read_inventory(described[len(COLUMNS) :])
    columns = {table: _known_columns(table, its_columns) for table, its_columns in tables.items()}
    own, more = _queries(server_ip, columns), routing_queries(server_ip, there)
    numbers, rights = number_queries(), grant_questions()
    # Some of the numbers are in tables and columns that old schemas lack: each query stands for itself.
    replies = iter(
        connection.ask([*own, *more.values(), *rights, *_REPLICATION, live_question(server_ip), *numbers], stop_at_error=False)
    )
    servers, all_servers, settings, carriers, phones, campaigns, templates = (table_of(next(replies)) for _ in own)
    routing = read_routing({table: next(replies) for table in more}, there)
    denied = read_denied([next(replies) for _ in rights])
    copying = [next(replies) for _ in _REPLICATION]
    live = read_live(next(replies))
    if len(servers.rows) != 1:
        raise ServerRowError(server_ip=server_ip, count=len(servers.rows))
    setting = texts_of(settings.rows[0]) if settings.rows else {}
    return DatabaseFacts(
        version=login.values[0] or "",
        read_only=is_read_only,
        is_replica=any(map(_is_replica, copying)),
        denied=denied,
        live=live,
        server={**dict.fromkeys(SERVER_COLUMNS, ""), **texts_of(servers.rows[0])},
        servers=tuple(server_of_row(texts_of(row)) for row in all_servers.rows),
        schema=setting.get("db_schema_version", ""),
        svn_revision=setting.get("svn_revision", ""),
        default_phone_code=setting.get("default_phone_code", "") or "1",
        numbers_in_use=read_numbers(list(replies)),
        carrier_columns=columns["vicidial_server_carriers"],
        protocols=_enum_words(tables["vicidial_server_carriers"], "protocol"),
        carriers=tuple(carrier_of_row(row) for row in carriers.rows),
        phones=frozenset(text_of(row["extension"]) for row in phones.rows),
        campaigns=tuple(campaign_of_row(row, routing.agents) for row in campaigns.rows),
        phone_numbers=frozenset(text_of(row["dialplan_number"]) for row in phones.rows) - {""},
        templates=tuple(template_of_row(row) for row in templates.rows),
        template_columns=columns["vicidial_conf_templates"],
        routing=routing,
    )


def _is_replica(reply: AgentReply) -> bool:
    """A line of replication's state that doesn't say OFF."""
    rows = table_of(reply).rows if reply.status == "ok" else ()
    return any(row.get("Value", "ON") == "ON" for row in rows)


def _known_columns(table: str, described: Table) -> tuple[str, ...]:
    """Those of our columns that this dialer's table has.

    :raises DatabaseError: it lacks one that nobody can do without
    """
    there = {text_of(row["Field"]) for row in described.rows}
    for column in COLUMNS[table]:
        if column not in there and column not in OPTIONAL_COLUMNS:
            raise DatabaseError(detail=f"{table} has no column {column}")
    return tuple(column for column in COLUMNS[table] if column in there)


def _queries(server_ip: str, columns: Mapping[str, Sequence[str]]) -> Sequence[Operation]:
    """Small tables only, and no log or lead: none of these grows with the calls."""
    listed = {table: ", ".join(names) or "1" for table, names in columns.items()}
    return (
        sql(f"SELECT {listed['servers']} FROM servers WHERE server_ip=?", server_ip),  # noqa: S608 (our own names)
        sql(f"SELECT {listed['servers']} FROM servers ORDER BY server_ip"),  # noqa: S608
        sql(f"SELECT {listed['system_settings']} FROM system_settings LIMIT 1"),  # noqa: S608
        sql("SELECT * FROM vicidial_server_carriers ORDER BY carrier_id"),
        sql("SELECT DISTINCT extension, dialplan_number FROM phones WHERE active='Y'"),
        sql(f"SELECT {listed['vicidial_campaigns']} FROM vicidial_campaigns ORDER BY campaign_id"),  # noqa: S608
        sql(f"SELECT {listed['vicidial_conf_templates']} FROM vicidial_conf_templates ORDER BY template_id"),  # noqa: S608
    )


def _enum_words(columns: Table, column: str) -> frozenset[str]:
    kind = next((text_of(row["Type"]) for row in columns.rows if row["Field"] == column), "")
    return frozenset(re.findall(r"'([^']*)'", kind))
