"""What is said to the database about table ``lcr``, as values; nothing is executed here.

A deck takes the place of the one before in a single UPDATE, so that a call sees one of them whole. Its rows are written
beforehand under numbers that no call ever asks for: calls ask for six digits, the column holds seven. The rows that it
replaces move out of the way in the same statement, and a mark says from before the UPDATE until the end how many rows the
new deck has. With these three whoever comes later can tell how far an import got that ended in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.carrier.rates.values import RATE_LENGTH
from wizard.dialer.protocol import Operation, sql

TABLE = "lcr"
CREATE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (npanxx MEDIUMINT NOT NULL, rate VARCHAR({RATE_LENGTH}) NOT NULL,"
    " carrier_string VARCHAR(20) NOT NULL, KEY npanxx (npanxx))"
)
ADD_INDEX = f"ALTER TABLE {TABLE} ADD INDEX npanxx (npanxx)"
#: VICIdial's own servers take packets of a megabyte at least
BATCH_BYTES = 400_000

#: what calls ask for ends here
END_OF_LIVE = 1_000_000
#: added to the numbers of a deck on its way in, and of one on its way out
STAGED, RETIRED = 6_000_000, 7_000_000
MARK = 8_000_000
_FIRST, _LAST = 200_000, 999_999
_IS_STAGED = f"npanxx BETWEEN {STAGED + _FIRST} AND {STAGED + _LAST}"
_IS_RETIRED = f"npanxx BETWEEN {RETIRED + _FIRST} AND {RETIRED + _LAST}"
# BINARY: the collation would take SIP/ACME for SIP/acme.
_OWN = "BINARY carrier_string=?"


def show_columns() -> Operation:
    return sql(f"SHOW COLUMNS FROM {TABLE}")


def show_index() -> Operation:
    return sql(f"SHOW INDEX FROM {TABLE}")


def stage(trunk: str, rows: Iterable[tuple[int, str]]) -> Iterator[list[Operation]]:
    """The statements of one request each. Numbers and rates are ours and need no quoting; the trunk goes apart."""
    for batch in _batches(rows):
        insert = f"INSERT INTO {TABLE} (npanxx, rate, carrier_string) VALUES {batch}"  # noqa: S608 (digits)
        yield [sql("SET @trunk=?", trunk), sql(insert)]


def _batches(rows: Iterable[tuple[int, str]]) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for npanxx, rate in rows:
        row = f"({STAGED + npanxx},'{rate}',@trunk)"
        if size + len(row) > BATCH_BYTES:
            yield ",".join(batch)
            batch, size = [], 0
        batch.append(row)
        size += len(row) + 1
    if batch:
        yield ",".join(batch)


def count_staged(trunk: str) -> Operation:
    return sql(f"SELECT COUNT(*) AS staged FROM {TABLE} WHERE {_OWN} AND {_IS_STAGED}", trunk)  # noqa: S608


def put_mark(trunk: str, count: int) -> Operation:
    """From here on the new deck counts, whatever happens."""
    return sql(f"INSERT INTO {TABLE} SET npanxx={MARK}, rate=?, carrier_string=?", str(count), trunk)


def swap(trunk: str) -> Operation:
    """The old deck out of the way, then the new one in its place; in this order, whatever index the table has."""
    return sql(
        f"UPDATE {TABLE} SET npanxx=npanxx+IF(npanxx<{END_OF_LIVE}, {RETIRED}, -{STAGED})"  # noqa: S608
        f" WHERE {_OWN} AND (npanxx<{END_OF_LIVE} OR {_IS_STAGED}) ORDER BY npanxx",
        trunk,
    )


def move_rest(trunk: str) -> Operation:
    """The second half of a swap."""
    return sql(f"UPDATE {TABLE} SET npanxx=npanxx-{STAGED} WHERE {_OWN} AND {_IS_STAGED} ORDER BY npanxx", trunk)  # noqa: S608


def drop_retired(trunk: str) -> Operation:
    return sql(f"DELETE FROM {TABLE} WHERE {_OWN} AND {_IS_RETIRED}", trunk)  # noqa: S608


def drop_staged(trunk: str) -> Operation:
    return sql(f"DELETE FROM {TABLE} WHERE {_OWN} AND {_IS_STAGED}", trunk)  # noqa: S608


def drop_mark(trunk: str) -> Operation:
    return sql(f"DELETE FROM {TABLE} WHERE {_OWN} AND npanxx={MARK}", trunk)  # noqa: S608


def drop_live(trunk: str) -> Operation:
    return sql(f"DELETE FROM {TABLE} WHERE {_OWN} AND npanxx<{END_OF_LIVE}", trunk)  # noqa: S608


def select_decks() -> Operation:
    """Per carrier and part of the table (0 what calls see, 6 staged, 7 retired, 8 the mark): rows, and rates as texts.

    ``odd`` are the rates that don't sort as numbers do.
    """
    return sql(
        f"SELECT carrier_string AS trunk, FLOOR(npanxx/{END_OF_LIVE}) AS part, COUNT(*) AS count, MIN(rate) AS lowest,"  # noqa: S608
        f" MAX(rate) AS highest, SUM(rate NOT REGEXP '^[0-9][.][0-9]+$') AS odd FROM {TABLE}"
        " GROUP BY BINARY carrier_string, part ORDER BY carrier_string, part"
    )


def select_rates(npanxx: int) -> Operation:
    """In the order in which VICIdial's script sees them."""
    return sql(f"SELECT carrier_string, rate FROM {TABLE} WHERE npanxx=? ORDER BY rate ASC LIMIT 100", str(npanxx))  # noqa: S608
