"""Backups by the timetable: one each night at its time, checked and counted; a drill of the newest each week."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.audit.tables import AuditEvent
from evalplat.jobs.queue import JobKind, TickKind, enqueue, register
from evalplat.jobs.tables import Job
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from . import archive, backup

MAKE, DRILL = "operate.backup", "operate.drill"
EVERY = timedelta(days=7)


def _where() -> Path:
    return backup.folder()


def _engine(work: Work) -> Engine:
    bind = work.session.get_bind()
    assert isinstance(bind, Engine)
    return bind


def _steps(work: Work, payload: dict[str, Any]) -> list[str]:
    return ["make", "check", "tidy"]


def _do(work: Work, payload: dict[str, Any], step: str) -> dict[str, Any]:
    """The slow part: no lock is held meanwhile."""
    records, tokens = backup.paths(_where(), payload["stamp"])
    if step == "make":
        made = backup.make(_engine(work), _where(), stamp=payload["stamp"])
        return {"step": step, "made": made}
    if step == "check":
        for path in (records, tokens):
            archive.check(path)
    return {"step": step}


def _note(work: Work, payload: dict[str, Any], did: dict[str, Any]) -> None:
    if did["step"] == "make":
        note_made(work, did["made"])
    elif did["step"] == "tidy":
        backup.prune(_where(), keep=work.settings.backup_keep)
        if _drill_is_due(work):
            enqueue(work, DRILL, key=payload["stamp"], stamp=payload["stamp"])


def note_made(work: Work, made: backup.Made) -> None:
    """A backup is on record with its seal: the chain knows which archive is genuine, and how many stored files were not there."""
    record(work, "backup.made", archive=made.records.name, sha256=made.seal, tables=made.tables, rows=made.rows, files=made.files,
           missing=len(made.missing))


def note_drilled(work: Work, *, archive: str, fine: bool) -> None:
    """A drill is on record with its outcome."""
    record(work, "backup.drilled", archive=archive, fine=fine)


def note_restored(work: Work, *, archive: str, sha256: str) -> None:
    """The chain goes on from a backup: whoever reads it later sees the seam."""
    record(work, "backup.restored", archive=archive, sha256=sha256)


def last_event(work: Work, event: str) -> AuditEvent | None:
    """The newest event of a kind, whichever office it stands with."""
    query = select(AuditEvent).where(AuditEvent.event == event).order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
    return work.session.exec(query.limit(1)).first()


def knows(work: Work, name: str) -> bool:
    """Whether this archive is on record here."""
    query = select(AuditEvent.data).where(AuditEvent.office_id == work.office_id, AuditEvent.event == "backup.made")
    return any(json.loads(data)["archive"] == name for data in work.session.exec(query))


def _drill_is_due(work: Work) -> bool:
    last = last_event(work, "backup.drilled")
    return last is None or work.now - last.at >= EVERY - timedelta(hours=1)


def _drill(work: Work, payload: dict[str, Any], item: Any) -> dict[str, Any]:
    """In a process of its own: it works on another database, other files, another key."""
    path, _ = backup.paths(_where(), payload["stamp"])
    done = subprocess.run([sys.executable, "-m", "evalplat", "backup", "drill", str(path), "--json"],  # noqa: S603 - our own program, no foreign word in it
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise OSError(f"the drill could not be carried out ({done.returncode}): {done.stderr[-1000:]}")
    return {"archive": path.name, **json.loads(done.stdout)}


def _note_drill(work: Work, payload: dict[str, Any], did: dict[str, Any]) -> None:
    note_drilled(work, archive=did["archive"], fine=did["fine"])


def _first_office(work: Work) -> int | None:
    return work.session.exec(select(func.min(Office.id))).one()


def nightly(work: Work) -> None:
    """Once a day after its time, for the whole database: with the first office."""
    at = work.settings.backup_at
    if not at or work.settings.demo or work.office_id != _first_office(work):
        return
    local: datetime = work.now.astimezone(work.settings.zone)
    if local.time() < time.fromisoformat(at):
        return
    key = local.date().isoformat()
    if work.session.exec(select(Job.id).where(Job.kind == MAKE, Job.key == key).limit(1)).first() is None:
        enqueue(work, MAKE, key=key, stamp=backup.stamp_of(work.now))


JOBS = (JobKind(MAKE, N_("Back up everything"), _note, _steps, _do),
        JobKind(DRILL, N_("Prove that the backup can be restored"), _note_drill, prepare=_drill))
TICKS = (TickKind("operate.nightly", 5, nightly),)


def install() -> None:
    """The kinds, for whoever shows or runs jobs."""
    register(*JOBS)


def install_timetable() -> None:
    """The timetable, for the worker's process alone: a script with a set clock makes no backups."""
    register(*TICKS)
