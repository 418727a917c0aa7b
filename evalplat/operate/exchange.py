"""Rows of a table as lines of JSON, the same for SQLite and PostgreSQL: the table itself says what its columns are, so that
a database of any version can be taken along. Rows go by their primary key: an answer's is random, so no line tells an order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table

MOMENT = "YYYY-MM-DD HH24:MI:SS.US"
BATCH = 1000
KINDS: tuple[tuple[type, str], ...] = (
    (sa.JSON, "json"), (sa.Boolean, "bool"), (sa.Integer, "number"), (sa.Float, "number"), (sa.DateTime, "moment"),
    (sa.Date, "date"), (sa.String, "text"),
)


def kind_of(column: Column[Any]) -> str:
    """How a column's values are written; a type that nobody thought of stops the backup instead of losing something."""
    for known, kind in KINDS:
        if isinstance(column.type, known):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}: no way to write {column.type!r} into a backup")


def _reading(column: Column[Any], *, sqlite: bool) -> Any:
    """JSON as it was written, moments and days as text; SQLite holds all three as text already."""
    kind = kind_of(column)
    if kind in ("json", "date", "moment"):
        if sqlite:
            return sa.type_coerce(column, sa.Text()).label(column.name)
        text = sa.func.to_char(column, MOMENT) if kind == "moment" else sa.cast(column, sa.Text())
        return text.label(column.name)
    return column


def rows_of(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Every row, by the primary key."""
    sqlite = connection.dialect.name == "sqlite"
    query = sa.select(*(_reading(column, sqlite=sqlite) for column in table.columns)).order_by(*table.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield list(row)


def line_of(row: list[Any]) -> bytes:
    """One row as a line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load(connection: Connection, table: str, columns: list[str], rows: Iterable[list[Any]]) -> int:
    """Write rows into an empty table; how many."""
    put = _copy_postgres if connection.dialect.name == "postgresql" else _insert_sqlite
    return put(connection, table, columns, iter(rows))


def _insert_sqlite(connection: Connection, table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
    statement = sa.insert(sa.table(table, *(sa.column(name) for name in columns)))
    count = 0
    while batch := list(islice(rows, BATCH)):
        connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in batch])
        count += len(batch)
    return count


def _copy_postgres(connection: Connection, table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
    from psycopg import sql  # only where PostgreSQL is used

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    driver: Any = connection.connection.driver_connection
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def set_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """On PostgreSQL the next row's number must lie above those that were brought along."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            named = connection.execute(sa.select(sa.func.pg_get_serial_sequence(_quoted(connection, table), column.name))).scalar()
            if named:
                highest = connection.execute(sa.select(sa.func.max(column))).scalar()
                connection.execute(sa.select(sa.func.setval(named, highest or 1, highest is not None)))


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.quote(table.name)
