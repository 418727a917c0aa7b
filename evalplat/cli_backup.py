"""Backups on the command line: make, restore, drill; and the doctor."""

from __future__ import annotations

import json
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.i18n import speaking
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, working
from evalplat.operate import backup, doctor, jobs
from evalplat.operate.archive import Damaged
from evalplat.operate.drill import Line, drill
from evalplat.operate.restore import NotPossible, Restored, restore
from evalplat.people.tables import Office

FINE, FINDINGS, USAGE, TROUBLE = 0, 1, 2, 3
BESIDE = "The links of this backup lie beside it and are restored with it: "
WITHOUT = "Without the archive of the links no one-time link works, and one that was used would not be refused after new ones are made."


def make(engine: Engine, console: Console, *, to: Path | None, keep: int | None) -> int:
    """Write a backup and put it on record."""
    began, where = time.monotonic(), to or backup.folder()
    made = backup.make(engine, where)
    office = _first_office(engine)
    if office is not None:
        with working(engine, SystemActor(office)) as work:
            jobs.note_made(work, made)
    for path in (made.records, made.tokens):
        console.print(str(path), soft_wrap=True)
    console.print(f"{made.tables} tables, {made.rows} rows, {made.files} files, {made.size / 1e6:.1f} MB, "
                  f"{time.monotonic() - began:.1f} s. Seal {made.seal}", soft_wrap=True)
    for gone in backup.prune(where, keep=keep) if keep else ():
        console.print(f"Removed: {gone}", soft_wrap=True)
    if made.missing:
        console.print(f"{len(made.missing)} stored files are missing on the disk, the first: {made.missing[0]}", style="red")
        return FINDINGS
    return FINE


def put_back(console: Console, records: Path, *, tokens: Path | None, into: Path, database: str) -> int:
    """Restore into an empty place."""
    url = database or settings().database_url or f"sqlite:///{into / 'evalplat.sqlite3'}"
    engine = make_engine(url)
    if tokens is None and (tokens := backup.tokens_beside(records)) is not None:
        console.print(f"{BESIDE}{tokens}", soft_wrap=True)
    try:
        done = restore(records, engine=engine, data_dir=into, tokens=tokens)
        _note(engine, done, records)
    except (Damaged, NotPossible) as refusal:
        console.print(str(refusal), style="red", soft_wrap=True)
        return FINDINGS
    finally:
        engine.dispose()
    console.print(f"{done.tables} tables, {done.rows} rows, {done.files} files, as they were {done.manifest['made_at']}."
                  + (" The schema was brought to the newest." if done.migrated else ""))
    if not done.with_tokens:
        console.print(WITHOUT, style="yellow", soft_wrap=True)
    console.print("Now: evalplat audit verify, then start web and worker. Everybody signs in anew.")
    return FINE


def _note(engine: Engine, done: Restored, records: Path) -> None:
    office = _first_office(engine)
    if office is not None:
        with working(engine, SystemActor(office)) as work:
            jobs.note_restored(work, archive=records.name, sha256=done.seal)


def _first_office(engine: Engine) -> int | None:
    with transaction(engine, write=False) as session:
        return session.exec(select(Office.id).order_by(col(Office.id))).first()


def run_drill(console: Console, records: Path, *, tokens: Path | None, as_json: bool) -> int:
    """Prove a backup; a table for people or JSON for the timetable."""
    began = time.monotonic()
    try:
        lines = drill(records, tokens=tokens)
    except (Damaged, NotPossible) as refusal:
        lines = [Line("archive", 1, (str(refusal),))]
    fine = all(line.well for line in lines)
    if as_json:
        print(json.dumps({"fine": fine, "lines": [line.data() for line in lines]}, ensure_ascii=False))
        return FINE if fine else FINDINGS
    _note_drill(records, fine=fine)
    table = Table("Proof", "Count", "", title="Drill")
    for line in lines:
        table.add_row(line.what, str(line.count), "well" if line.well else "; ".join(line.wrong))
    console.print(table)
    console.print(f"{'The backup can be restored and is whole' if fine else 'The backup does not prove itself'}: "
                  f"{time.monotonic() - began:.1f} s.", style="" if fine else "red")
    return FINE if fine else FINDINGS


def _note_drill(records: Path, *, fine: bool) -> None:
    """Put a drill by hand on record, where the database that made this archive is at hand."""
    url = settings().url
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).is_file():
        return
    engine = make_engine(url)
    try:
        office = _first_office(engine)
        with working(engine, SystemActor(office or 0)) as work:
            if jobs.knows(work, records.name):
                jobs.note_drilled(work, archive=records.name, fine=fine)
    except SQLAlchemyError:
        return  # another machine than that of the platform: the drill counts all the same
    finally:
        engine.dispose()


def run_doctor(engine: Engine, console: Console) -> int:
    """A sentence for each thing; findings are 1."""
    with speaking("en"), transaction(engine, write=False) as session:
        signs = doctor.examine(session, engine, thorough=True)
        for sign in signs:
            console.print(f"{'well   ' if sign.well else 'FINDING'}  {sign.title()}: {sign.what()}", style="" if sign.well else "red",
                          soft_wrap=True)
            if not sign.well:
                console.print(f"         {sign.advice()}", soft_wrap=True)
    return FINE if all(sign.well for sign in signs) else FINDINGS
