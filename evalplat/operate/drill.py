"""The drill: a backup is put into a throw-away database and folder and has to prove there that it is the whole office."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import col, select

from evalplat.audit import log
from evalplat.audit.tables import AuditHead
from evalplat.documents import proof as documents
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.people.tables import Office
from evalplat.scores import proof as results
from evalplat.scores.tables import ResultVersion

from .backup import tokens_beside
from .proofs import PROOFS
from .restore import Restored, restore

MOST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was proved, how many of it, and what is wrong with it."""

    what: str
    count: int
    wrong: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "well": self.well}


def drill(records: Path, *, tokens: Path | None = None) -> list[Line]:
    """Restore into a temporary place and prove. ``Damaged`` and ``NotPossible`` come through."""
    tokens = tokens or tokens_beside(records)
    with tempfile.TemporaryDirectory(prefix="evalplat-drill-") as place, _settings_of(Path(place)) as url:
        engine = make_engine(url)
        try:
            restored = restore(records, engine=engine, data_dir=Path(place), tokens=tokens)
            return prove(engine, restored)
        finally:
            engine.dispose()


@contextmanager
def _settings_of(place: Path) -> Iterator[str]:
    """Inside, this process works on the temporary place alone: its database, its files, its key."""
    url = f"sqlite:///{place / 'drill.sqlite3'}"
    ours = {"EVALPLAT_DATA_DIR": str(place), "EVALPLAT_DATABASE_URL": url, "EVALPLAT_SECRET_KEY": ""}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    settings.cache_clear()
    try:
        yield url
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        settings.cache_clear()


def prove(engine: Engine, restored: Restored) -> list[Line]:
    """Ask everything that can be asked of a restored place."""
    lines = [_rows(engine, restored)]
    with working(engine, SystemActor(0), write=False) as work:
        offices = list(work.session.exec(select(Office).order_by(col(Office.id))))
    for name, ask in _questions(restored.manifest).items():
        count, wrong = 0, []
        for office in offices:
            with working(engine, SystemActor(office.id or 0), write=False) as work:
                found, problems = ask(work, office)
            count += found
            wrong += problems
        lines.append(Line(name, count, tuple(wrong[:MOST])))
    return lines


Question = Callable[[Work, Office], tuple[int, list[str]]]


def _questions(manifest: dict[str, Any]) -> dict[str, Question]:
    def asked(proof: Callable[[Work], list[str]]) -> Question:
        return lambda work, office: (1, proof(work))

    heads = {one["code"]: one for one in manifest["offices"]}
    hashes = [one["hash"] for one in manifest["results"]]
    return {"audit events": lambda work, office: _chain(work, heads.get(office.code, {})),
            "results": lambda work, office: _results(work, hashes), "documents": lambda work, office: _documents(work),
            "files": lambda work, office: _files(work), **{name: asked(proof) for name, proof in PROOFS.items()}}


def _rows(engine: Engine, restored: Restored) -> Line:
    with engine.connect() as connection:
        wrong = []
        for part in restored.manifest["parts"]:
            if part.get("what") == "table":
                count = connection.execute(sa.select(sa.func.count()).select_from(sa.table(part["table"]))).scalar()
                if count != part["rows"]:
                    wrong.append(f"{part['table']}: {count} rows instead of {part['rows']}")
    return Line("rows", restored.rows, tuple(wrong))


def _chain(work: Work, expected: dict[str, Any]) -> tuple[int, list[str]]:
    verdict = log.verify(work.session, work.office_id)
    if verdict.broken_seq is not None:
        return verdict.links, [f"broken at event {verdict.broken_seq}: {verdict.reason}"]
    head = work.session.get(AuditHead, work.office_id)
    found = (verdict.links, head.hash if head else "")
    return verdict.links, [] if found == (expected.get("events"), expected.get("head")) else ["the head is not the backup's"]


def _results(work: Work, hashes: list[str]) -> tuple[int, list[str]]:
    held = set(work.session.exec(select(ResultVersion.hash).where(ResultVersion.office_id == work.office_id)))
    lost = [f"{digest}: not there" for digest in hashes if digest not in held]
    return len(held), results.changed(work.session, work.office_id) + lost


def _documents(work: Work) -> tuple[int, list[str]]:
    return documents.count(work.session, work.office_id), documents.changed(work.session, work.office_id)


def _files(work: Work) -> tuple[int, list[str]]:
    wrong, count = [], 0
    for row in work.session.exec(select(StoredFile).where(StoredFile.office_id == work.office_id)):
        count += 1
        try:
            read(row)
        except OSError:
            wrong.append(f"{row.name} ({row.code}): the bytes are missing or others")
    return count, wrong
