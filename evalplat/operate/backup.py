"""A backup while web and worker run: one snapshot of the database, written row by row into two archives, with the stored files,
the key and the definitions.

The records (with citizens' answers and the key) and the one-time links (with what was spent of them) never lie in one file:
docs/decisions/0080-two-archives.md.
"""

from __future__ import annotations

import gzip
import io
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, MetaData, Table
from sqlmodel import Session, col, select

from evalplat import __version__
from evalplat.audit.tables import AuditHead
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.files.store import path_of
from evalplat.kernel import clock, schema
from evalplat.kernel.settings import settings
from evalplat.people.tables import Office, Unit
from evalplat.resources import indicators_dir, surveys_dir
from evalplat.scores.tables import ResultVersion

from . import exchange
from .archive import Writer, writing

RECORDS, TOKENS = "records", "tokens"
TOKEN_TABLES = frozenset({"survey_token", "survey_ballot", "survey_submission"})
"""One-time links and what was spent of them."""
LEFT_OUT = frozenset({"alembic_version", "sign_in_session"})
"""The version stands in the manifest; whoever was signed in signs in again."""
KEEP = 14


@dataclass(frozen=True, slots=True)
class Made:
    """Two archives of one moment."""

    records: Path
    tokens: Path
    seal: str
    tables: int
    rows: int
    files: int
    missing: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of both."""
        return self.records.stat().st_size + self.tokens.stat().st_size


@dataclass
class _Counts:
    tables: int = 0
    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)


def folder() -> Path:
    """Where backups lie unless somebody says otherwise."""
    return settings().backup_dir or settings().data_dir / "backups"


def stamp_of(moment: datetime) -> str:
    """The part of the names that says when."""
    return moment.strftime("%Y%m%dT%H%M%SZ")


def paths(where: Path, stamp: str) -> tuple[Path, Path]:
    """The two files of one moment; the links lie in a folder of their own, which may be given to somebody else."""
    return where / f"evalplat-{stamp}-{RECORDS}.tar", where / TOKENS / f"evalplat-{stamp}-{TOKENS}.tar"


def latest(where: Path) -> Path | None:
    """The newest records archive of a folder."""
    return max(where.glob(f"evalplat-*-{RECORDS}.tar"), default=None, key=lambda path: path.name)


def tokens_beside(records: Path) -> Path | None:
    """The archive of links of the same moment, if it lies where it was written."""
    path = records.parent / TOKENS / records.name.replace(f"-{RECORDS}.", f"-{TOKENS}.")
    return path if path.is_file() else None


def make(engine: Engine, where: Path, *, stamp: str = "") -> Made:
    """Write both archives; each stands there whole or not at all."""
    moment = clock.now()
    records, tokens = paths(where, stamp or stamp_of(moment))
    counts = _Counts()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _snapshot(engine) as connection:
        tables = tables_of(connection)
        head = {"set": secrets.token_hex(8), "made_at": moment.isoformat(timespec="seconds"), "program": __version__,
                "schema": schema.current(connection), "database": connection.dialect.name}
        with writing(tokens) as stream:
            writer = Writer(stream)
            _add_tables(writer, connection, [one for one in tables if one.name in TOKEN_TABLES], where, counts)
            writer.finish({**head, "kind": TOKENS})
        with writing(records) as stream:
            writer = Writer(stream)
            _add_tables(writer, connection, [one for one in tables if one.name not in TOKEN_TABLES], where, counts)
            _add_files(writer, connection, counts)
            _add_key_and_definitions(writer)
            seal = writer.finish({**head, "kind": RECORDS, **_proofs(connection), "missing_files": counts.missing})
    return Made(records, tokens, seal, counts.tables, counts.rows, counts.files, tuple(counts.missing))


def tables_of(connection: Connection) -> list[Table]:
    """The tables that the database has, those that others point to first."""
    found = MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the whole database, while others write: a read transaction of SQLite's WAL, REPEATABLE READ of PostgreSQL."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.execute(sa.text("select 1 from office limit 1"))  # the moment begins with the first read
        yield connection


def _add_tables(writer: Writer, connection: Connection, tables: list[Table], where: Path, counts: _Counts) -> None:
    for table in tables:
        with tempfile.TemporaryFile(dir=where) as kept:
            rows = 0
            with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=5, mtime=0, filename="") as packed:
                for row in exchange.rows_of(connection, table):
                    packed.write(exchange.line_of(row))
                    rows += 1
            writer.add(f"tables/{table.name}.jsonl.gz", kept, what="table", table=table.name, rows=rows,
                       columns=[column.name for column in table.columns])
        counts.tables += 1
        counts.rows += rows


def _add_files(writer: Writer, connection: Connection, counts: _Counts) -> None:
    """Every stored file of the snapshot, once. One that is not there stops nothing, but is told."""
    query = sa.text("select distinct sha256 from stored_file order by sha256")
    for (digest,) in connection.execute(query).all():
        try:
            with path_of(digest).open("rb") as stream:
                writer.add(f"files/{digest}", stream, what="file")
            counts.files += 1
        except FileNotFoundError:
            counts.missing.append(digest)


def _add_key_and_definitions(writer: Writer) -> None:
    writer.add("keys/secret.key", io.BytesIO(settings().secret()), what="key")
    for sort, place in (("indicators", indicators_dir()), ("surveys", surveys_dir())):
        for path in sorted(place.glob("*.yaml")):
            writer.add(f"definitions/{sort}/{path.name}", io.BytesIO(path.read_bytes()), what="definition")


def _proofs(connection: Connection) -> dict[str, Any]:
    """What a restored copy must show again: the chains' heads and the results' hashes."""
    session = Session(bind=connection)
    heads = session.exec(select(Office.code, AuditHead.seq, AuditHead.hash).outerjoin(
        AuditHead, col(AuditHead.office_id) == col(Office.id)).order_by(Office.code))
    results = session.exec(select(Campaign.code, Unit.code, ResultVersion.version, ResultVersion.hash).join(
        Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id)).join(
        Campaign, col(Campaign.id) == col(Evaluation.campaign_id)).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
        .order_by(Campaign.code, Unit.code, col(ResultVersion.version)))
    return {"offices": [{"code": code, "events": seq or 0, "head": head or ""} for code, seq, head in heads],
            "results": [{"campaign": campaign, "unit": unit, "version": version, "hash": digest}
                        for campaign, unit, version, digest in results]}


def prune(where: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` of each sort; what was removed. Old links tell which day one was spent: they go first."""
    removed = []
    for place, sort in ((where / TOKENS, TOKENS), (where, RECORDS)):
        for path in sorted(place.glob(f"evalplat-*-{sort}.tar"), reverse=True)[keep:]:
            path.unlink()
            removed.append(path)
    return removed
