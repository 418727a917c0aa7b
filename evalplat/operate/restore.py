"""Putting a backup back: into an empty database of either sort and an empty data folder, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, MetaData

from evalplat.kernel import schema
from evalplat.kernel.db import metadata

from . import exchange
from .archive import Damaged, Reader
from .backup import RECORDS, TOKENS

KEY = "secret.key"


class NotPossible(Exception):
    """This backup cannot go into this place; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. ``migrated``: the backup was of an older version and was brought to the newest."""

    manifest: dict[str, Any]
    seal: str
    tables: int
    rows: int
    files: int
    with_tokens: bool
    migrated: bool


def restore(records: Path, *, engine: Engine, data_dir: Path, tokens: Path | None = None) -> Restored:
    """Put both archives (or the records alone: then no one-time link works any more) into an empty place."""
    with ExitStack() as stack:
        readers = [stack.enter_context(Reader(records))]
        readers += [stack.enter_context(Reader(tokens))] if tokens else []
        _check_pair(readers)
        manifest = readers[0].manifest
        _check_version(manifest)
        _check_empty(engine, _names(readers))
        _check_key(readers[0], data_dir)
        _build(engine, manifest["schema"], _names(readers))
        files = sum(_put_file(readers[0], part, data_dir / "files") for part in readers[0].parts("file"))
        _put_definitions(readers[0], data_dir / "definitions")
        rows = _load(engine, readers)
        _put_key(readers[0], data_dir)
        migrated = bool(manifest["schema"]) and schema.upgrade(engine)
        tables = sum(len(reader.parts("table")) for reader in readers)
        return Restored(manifest, readers[0].seal, tables, rows, files, tokens is not None, migrated)


def _names(readers: list[Reader]) -> set[str]:
    return {part["table"] for reader in readers for part in reader.parts("table")}


def _check_pair(readers: list[Reader]) -> None:
    for reader, kind in zip(readers, (RECORDS, TOKENS), strict=False):
        if reader.manifest["kind"] != kind:
            raise NotPossible(f"{reader.path}: this is the archive of the {reader.manifest['kind']}; "
                              f"the one of the {kind} is needed here.")
    if len({reader.manifest["set"] for reader in readers}) > 1:
        raise NotPossible("The two archives were not made at the same moment. Take those with the same time in their names.")


def _check_version(manifest: dict[str, Any]) -> None:
    version = manifest["schema"]
    if version and version not in schema.versions():
        raise NotPossible(f"The backup has the schema {version}, which this program does not know: it was made by a newer one "
                          f"({manifest['program']}). Install that version, or a later one.")


def _check_empty(engine: Engine, names: set[str]) -> None:
    """Nothing is ever put over something that is there."""
    with engine.connect() as connection:
        for name in sorted(_present(connection, names)):
            if connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first():
                raise NotPossible(f"The database is not empty (there are rows in {name}). Give an empty one; nothing was changed.")


def _present(connection: Connection, names: set[str]) -> set[str]:
    return set(sa.inspect(connection).get_table_names()) & (names | set(metadata.tables))


def _build(engine: Engine, version: str, names: set[str]) -> None:
    """Tables of the backup's version. Empty ones of another version make room."""
    with engine.begin() as connection:
        present = _present(connection, names)
        if present and schema.current(connection) == version:
            return
        found = MetaData()
        found.reflect(bind=connection, only=sorted(present | ({"alembic_version"} & set(sa.inspect(connection).get_table_names()))))
        found.drop_all(connection)
    schema.build(engine, version)


def _load(engine: Engine, readers: list[Reader]) -> int:
    """All rows in one transaction."""
    with engine.connect().execution_options(evalplat_write=True) as connection, connection.begin():
        found = MetaData()
        found.reflect(bind=connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        parts = {part["table"]: (reader, part) for reader in readers for part in reader.parts("table")}
        unknown = sorted(parts.keys() - found.tables.keys())
        if unknown:
            raise NotPossible(f"The database has no table {unknown[0]}, but the backup has. Bring it to the schema of the backup.")
        rows = 0
        for table in found.sorted_tables:
            if table.name in parts:
                rows += _load_table(connection, table, *parts[table.name])
        exchange.set_sequences(connection, [found.tables[name] for name in parts])
        return rows


def _load_table(connection: Connection, table: sa.Table, reader: Reader, part: dict[str, Any]) -> int:
    strange = set(part["columns"]) ^ {column.name for column in table.columns}
    if strange:
        raise NotPossible(f"The table {table.name} has not the same columns as in the backup: {', '.join(sorted(strange))}.")
    count = exchange.load(connection, table.name, part["columns"], _lines(reader, part))
    if count != part["rows"]:
        raise Damaged(f"{reader.path}: {table.name} has {count} rows, the manifest says {part['rows']}.")
    return count


def _lines(reader: Reader, part: dict[str, Any]) -> Iterator[list[Any]]:
    with gzip.open(reader.open(part)) as stream:
        for line in stream:
            yield json.loads(line)


def _put_file(reader: Reader, part: dict[str, Any], folder: Path) -> int:
    digest = part["name"].rpartition("/")[2]
    data = reader.read(part)
    if hashlib.sha256(data).hexdigest() != digest:
        return 0  # it was damaged before it was backed up; the proof of the files tells
    path = folder / digest[:2] / digest
    if not path.exists():
        _write(path, data)
    return 1


def _write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def _check_key(reader: Reader, data_dir: Path) -> None:
    path = data_dir / KEY
    if path.exists() and path.read_bytes().strip() != reader.read(reader.parts("key")[0]).strip():
        raise NotPossible(f"{path} is another key than the backup's; with it no one-time link would work. Move it away first.")


def _put_key(reader: Reader, data_dir: Path) -> None:
    path = data_dir / KEY
    if not path.exists():
        _write(path, reader.read(reader.parts("key")[0]), mode=0o600)


def _put_definitions(reader: Reader, folder: Path) -> None:
    """The files as they were in the program's folders; what campaigns use is frozen in the database."""
    for part in reader.parts("definition"):
        place, name = Path(part["name"]).parent.name, Path(part["name"]).name
        path = folder / place / name
        if place in ("indicators", "surveys") and not path.exists():
            _write(path, reader.read(part))
