"""Clearing the demonstration: every row and stored file goes, so that an office of one's own can begin. Nothing else is cleared."""

from __future__ import annotations

import secrets
import shutil

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel, col
from sqlmodel import select as rows

from evalplat.jobs.tables import Job
from evalplat.kernel.errors import Busy, Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import OWN_OFFICE, settings
from evalplat.kernel.work import Work

from . import first_start
from .tables import Office

PATIENCE = "10s"
COUNTED = ("campaign", "evaluation", "unit", "user_account", "document", "stored_file", "audit_event")


def what_goes(work: Work) -> dict[str, int]:
    """How many rows of the tables that people know would go, and of all together (``rows``)."""
    counts = {table.name: work.session.execute(select(func.count()).select_from(table)).scalar_one()
              for table in SQLModel.metadata.sorted_tables}
    return {name: counts.get(name, 0) for name in COUNTED} | {"rows": sum(counts.values())}


def running_jobs(work: Work) -> int:
    """Jobs that a worker has in its hands."""
    return int(work.session.exec(rows(func.count()).select_from(Job).where(col(Job.state) == "running")).one())


def clear(work: Work, *, typed_name: str) -> str:
    """Remove the demonstration's office with all that hangs on it; gives the start code for the first page.

    The files go after the commit (``remove_files``).
    """
    if not work.settings.demo:
        raise NotFound
    office = work.session.get_one(Office, work.office_id)
    if typed_name.strip() != office.name:
        raise Invalid({"name": N_("This is not the office's name. Type it exactly as it stands above.")})
    _lock_everything(work)
    if work.session.exec(rows(func.count()).select_from(Office)).one() > 1:
        raise Refused(N_("There is more than one office in the database. Only a demonstration that is alone can be cleared."))
    if running_jobs(work):
        raise Refused(N_("Jobs are running just now. Wait until they are finished, then clear the demonstration."))
    _delete_everything(work)
    code = first_start.new_code()
    work.before_commit.append(lambda _: _leave_demo_mode())
    return code


def _lock_everything(work: Work) -> None:
    """On PostgreSQL nobody writes between the look for running jobs and the commit; SQLite's writers wait in any case."""
    if work.session.get_bind().dialect.name != "postgresql":
        return
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    try:
        work.session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        work.session.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    except OperationalError as error:
        raise Busy(N_("Somebody is writing just now. Try again in a moment.")) from error


def _delete_everything(work: Work) -> None:
    """Children before parents. What this request noted goes too: it belongs to an office that is no more."""
    work.session.flush()
    work.session.expunge_all()
    work.session.info.pop("audit", None)
    work.before_commit.clear()
    for table in reversed(SQLModel.metadata.sorted_tables):
        work.session.execute(delete(table))


def _leave_demo_mode() -> None:
    """From here on this installation is nobody's demonstration, whatever the command line says."""
    folder = settings().data_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OWN_OFFICE).touch()
    settings.cache_clear()


def remove_files() -> None:
    """The demonstration's stored files and marks; called when its rows are gone for good."""
    folder, gone = settings().files_dir, settings().data_dir / f"cleared-{secrets.token_hex(4)}"
    if folder.exists():
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
    for path in (settings().data_dir / "demo.json", *settings().data_dir.glob("demo-links-*.json")):
        path.unlink(missing_ok=True)
