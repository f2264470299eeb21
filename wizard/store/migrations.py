"""The store's schema, one numbered step after the other."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("carrier-wizard")


@migrations()
def m001_first_tables(database: Database) -> None:
    database.table("dialers").create(
        {
            "id": str, "name": str, "host": str, "port": int, "user": str, "auth": str, "key_path": str, "sudo": str,
            "ssh_password": str, "key_passphrase": str, "sudo_password": str, "created_at": str, "looked_at": str,
            "summary": str,
        },
        pk="id",
        not_null={"name", "host", "port", "user", "auth", "sudo", "created_at"},
    )  # fmt: skip
    database.execute("CREATE UNIQUE INDEX dialers_name ON dialers (name COLLATE NOCASE)")
    database.table("host_keys").create({"address": str, "host_key": str, "confirmed_at": str}, pk="address")
    database.table("drafts").create(
        {
            "id": str, "created_at": str, "updated_at": str, "revision": int, "dialer_id": str, "answers": str,
            "secret": str, "saved_steps": str, "typed": str,
        },
        pk="id",
        not_null={"created_at", "updated_at", "revision", "answers", "saved_steps"},
    )  # fmt: skip
    database.table("installs").create(
        {
            "id": str, "draft_id": str, "dialer_id": str, "dialer_name": str, "target": str, "carrier_id": str,
            "answers": str, "started_at": str, "ended_at": str, "outcome": str, "verdict": str, "reason": str,
            "states": str, "error": str, "rebuild_at": str, "stop_requested": int, "checkpoint": str,
            "wait_seconds": float, "keep": int
        },
        pk="id",
        not_null={"dialer_name", "target", "carrier_id", "started_at"},
    )  # fmt: skip
    database.table("events").create(
        {"id": int, "install_id": str, "at": str, "phase": str, "state": str, "detail": str},
        pk="id",
        not_null={"install_id", "at", "phase", "state"},
    )
    database.table("events").create_index(["install_id"])


@migrations()
def m002_superseded_installs(database: Database) -> None:
    database.table("installs").add_column("superseded", int, not_null_default=0)
    # What was typed is kept in another form now, and was on its way only.
    database.execute("UPDATE drafts SET typed = NULL")


@migrations()
def m003_several_secrets(database: Database) -> None:
    database.table("drafts").add_column("secrets", str)


@migrations()
def m004_changes_beside_the_row(database: Database) -> None:
    database.table("installs").add_column("changes", str, not_null_default="[]")


@migrations()
def m005_other_servers(database: Database) -> None:
    database.table("installs").add_column("servers", str)


@migrations()
def m006_runs(database: Database) -> None:
    database.table("installs").add_column("part_of", str)


@migrations()
def m007_acts(database: Database) -> None:
    database.table("installs").add_column("act", str)


@migrations()
def m008_switches(database: Database) -> None:
    database.table("switches").create(
        {
            "id": str, "dialer_id": str, "dialer_name": str, "target": str, "from_carrier": str, "to_carrier": str,
            "started_at": str, "ended_at": str, "outcome": str, "phases": str, "plan": str, "checkpoint": str, "watch": str,
            "watch_seconds": float, "error": str, "back_requested": int,
        },
        pk="id",
        not_null={"dialer_name", "target", "from_carrier", "to_carrier", "started_at"},
    )  # fmt: skip


@migrations()
def m009_jump_hosts(database: Database) -> None:
    database.table("dialers").add_column("jump", str)


@migrations()
def m010_adopted_drafts(database: Database) -> None:
    database.table("drafts").add_column("adopted", str)


@migrations()
def m011_understood(database: Database) -> None:
    database.table("installs").add_column("understood", str)


@migrations()
def m012_proofs(database: Database) -> None:
    database.table("proofs").create(
        {
            "id": str, "kind": str, "dialer_id": str, "dialer_name": str, "target": str, "target_key": str, "carrier_id": str,
            "draft_id": str, "asked": str, "at": str, "ended_at": str, "outcome": str, "result": str, "error": str,
        },
        pk="id",
        not_null={"kind", "dialer_name", "target", "target_key", "carrier_id", "at", "outcome", "result", "error"},
    )  # fmt: skip
    database.table("proofs").create_index(["target_key", "carrier_id"])
    database.table("installs").add_column("causes", str)


@migrations()
def m013_watches(database: Database) -> None:
    database.table("watches").create(
        {"dialer_id": str, "is_on": int, "interval_seconds": int}, pk="dialer_id", not_null={"is_on", "interval_seconds"}
    )
    database.table("watch_options").create({"name": str, "value": str}, pk="name")
    database.table("watch_targets").create(
        {"id": str, "name": str, "dialer_id": str, "url": str, "shown": str, "created_at": str},
        pk="id",
        not_null={"name", "url", "shown"},
    )
    database.execute("CREATE UNIQUE INDEX watch_targets_name ON watch_targets (name COLLATE NOCASE)")
    # Carrier id "" is the dialer itself.
    database.table("watch_subjects").create(
        {"dialer_id": str, "carrier_id": str, "memory": str, "segment_id": int}, pk=("dialer_id", "carrier_id")
    )
    database.table("watch_segments").create(
        {"id": int, "dialer_id": str, "carrier_id": str, "begun": float, "until": float, "state": str, "reason": str}, pk="id"
    )
    database.table("watch_segments").create_index(["dialer_id", "until"])
    database.table("watch_events").create(
        {
            "id": int, "dialer_id": str, "dialer_name": str, "carrier_id": str, "at": float, "is_up": int, "since": float,
            "reason": str, "details": str, "cause": str,
        },
        pk="id",
    )  # fmt: skip
    database.table("watch_events").create_index(["dialer_id", "at"])
    database.table("watch_deliveries").create(
        {"event_id": int, "target_id": str, "state": str, "attempts": int, "next_at": float, "problem": str},
        pk=("event_id", "target_id"),
    )
    database.table("watch_deliveries").create_index(["state", "next_at"])
