"""The doctor: looks at everything the platform needs and says of each what is, whether it is well, and what to do."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from evalplat.audit.tables import AuditEvent
from evalplat.jobs.queue import worker_seen
from evalplat.jobs.tables import Job
from evalplat.kernel import schema
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.calendar import CHECKED
from evalplat.people.tables import CalendarDay, Office

from . import doctor_machine as machine
from .doctor_sign import Sign
from .jobs import last_event

log = logging.getLogger("evalplat.doctor")
LEAST_FREE, LEAST_SHARE = 2 * 1024**3, 0.1
WORKER_LATE = timedelta(minutes=3)
WAITS_LONG = timedelta(minutes=15)
BACKUP_OLD, DRILL_OLD = timedelta(hours=36), timedelta(days=9)
CALENDAR_MONTH = 12
"""The next year's holidays are announced in November."""


def examine(session: Session, engine: Engine, *, thorough: bool = False) -> list[Sign]:
    """Look at everything. ``thorough`` also reads the whole database file, which takes its time."""
    work = Work(session, SystemActor(0))
    inside: tuple[Callable[[], list[Sign]], ...] = (
        lambda: machine.database(engine, thorough=thorough), lambda: clock_signs(work), lambda: backups(work), lambda: queue(work),
        lambda: working_days(work))
    beside: tuple[Callable[[], list[Sign]], ...] = (
        lambda: disk(work), machine.fonts, machine.charts, lambda: machine.key(work.settings), lambda: machine.cookies(work.settings),
        lambda: machine.address(work.settings))
    checks = (*(inside if schema.is_built(engine) else (machine.no_database,)), *beside)
    return [sign for check in checks for sign in _tried(check)]


def _tried(check: Callable[[], list[Sign]]) -> list[Sign]:
    try:
        return check()
    except Exception as error:
        log.exception("the doctor could not look at something")
        return [Sign("trouble", N_("The doctor"), N_("something could not be looked at: {error}"), well=False,
                     todo=N_("Look into the log of the server."), params={"error": type(error).__name__})]


def disk(work: Work) -> list[Sign]:
    """Space where the data lies."""
    usage = shutil.disk_usage(work.settings.data_dir if work.settings.data_dir.exists() else ".")
    well = usage.free >= LEAST_FREE and usage.free >= LEAST_SHARE * usage.total
    return [Sign("disk", N_("Disk"), N_("{free} of {total} are free"), well=well,
                 todo=N_("Make room or give the data folder a larger disk: a full disk stops everything."),
                 params={"free": _gigabytes(usage.free), "total": _gigabytes(usage.total)})]


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def clock_signs(work: Work) -> list[Sign]:
    """Time never goes back: the last recorded deed lies before now."""
    last = work.session.exec(select(func.max(AuditEvent.at))).one()
    here = work.now.astimezone(work.settings.zone)
    params = {"now": here.strftime("%Y-%m-%d %H:%M:%S"), "zone": work.settings.timezone,
              "last": last.astimezone(work.settings.zone).strftime("%Y-%m-%d %H:%M:%S") if last else "—"}
    return [Sign("clock", N_("Clock"), N_("{now} ({zone}); the last recorded action was {last}"),
                 well=last is None or last <= work.now + timedelta(seconds=2), params=params,
                 todo=N_("The clock is behind a recorded action. Set it right (NTP) before anyone goes on: deadlines depend on it."))]


def backups(work: Work) -> list[Sign]:
    """How old the last backup and the last drill are. The demonstration makes none."""
    if work.settings.demo:
        return []
    made, drilled = last_event(work, "backup.made"), last_event(work, "backup.drilled")
    data = machine.data_of(made)
    first = _aged(work, made, "backup", N_("Last backup"), BACKUP_OLD, never=N_("there is none yet"),
                  todo=N_("Let the worker make one each night (EVALPLAT_BACKUP_AT) or run: evalplat backup make"))
    second = _aged(work, drilled, "drill", N_("Last drill"), DRILL_OLD, never=N_("no backup was restored on trial yet"),
                   todo=N_("Run: evalplat backup drill FILE. A backup that was never restored is a hope."))
    found = [first, second]
    if data.get("missing"):
        found.append(Sign("files", N_("Stored files"), N_("{count} files were not on the disk at the last backup"), well=False,
                          params={"count": data["missing"]},
                          todo=N_("Take them out of an older backup: evalplat backup drill says which.")))
    if drilled is not None and machine.data_of(drilled).get("fine") is False:
        found.append(Sign("drill_failed", N_("Last drill"), N_("the backup did not prove itself"), well=False,
                          todo=N_("Run: evalplat backup drill FILE, and read which proof failed.")))
    return found


def _aged(work: Work, event: AuditEvent | None, key: str, name: str, oldest: timedelta, *, never: str, todo: str) -> Sign:
    if event is None:
        return Sign(key, name, never, well=False, todo=todo)
    hours = int((work.now - event.at).total_seconds() // 3600)
    archive = machine.data_of(event).get("archive", "")
    return Sign(key, name, N_("{hours} hours ago: {archive}"), well=work.now - event.at <= oldest, todo=todo,
                params={"hours": hours, "archive": archive})


def queue(work: Work) -> list[Sign]:
    """Is a worker there, does anything wait for long, did anything fail?"""
    seen = worker_seen(work.session)
    late = seen is None or work.now - seen > WORKER_LATE
    seconds = int((work.now - seen).total_seconds()) if seen else None
    worker = Sign("worker", N_("Worker"), N_("last seen {seconds} seconds ago") if seen else N_("never seen"), well=not late,
                  todo=N_("Start it: evalplat worker (or evalplat serve). Without it no document is made and no deadline noticed."),
                  params={"seconds": max(0, seconds or 0)})
    oldest = work.session.exec(select(func.min(Job.run_after)).where(Job.state == "queued")).one()
    waits = work.now - oldest if oldest and oldest < work.now else timedelta(0)
    failed = work.session.exec(select(func.count(col(Job.id))).where(Job.state == "failed")).one()
    waiting = N_("the oldest one waits {minutes} minutes") if waits else N_("nothing waits")
    return [worker, Sign("waiting", N_("Waiting jobs"), waiting, well=waits <= WAITS_LONG,
                         params={"minutes": int(waits.total_seconds() // 60)},
                         todo=N_("See whether the worker runs, and what it is busy with: /jobs")),
            Sign("failed", N_("Failed jobs"), N_("{count} did not succeed"), well=not failed, params={"count": failed},
                 todo=N_("Open /jobs, read why, try again."))]


def working_days(work: Work) -> list[Sign]:
    """Deadlines are counted in working days: the calendar must know this year, and late in the year the next one."""
    today: date = work.today
    wanted = [today.year, today.year + 1] if today.month >= CALENDAR_MONTH else [today.year]
    marked = {year for kept in work.session.exec(select(Office.settings)) for year in kept.get(CHECKED, ())}
    missing = [year for year in wanted if year not in marked and work.session.exec(select(CalendarDay.day).where(
        CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)).limit(1)).first() is None]
    years = ", ".join(map(str, missing or wanted))
    return [Sign("calendar", N_("Working days"),
                 N_("no holidays are known for {years}") if missing else N_("the calendar of {years} is filled or checked"),
                 well=not missing, params={"years": years},
                 todo=N_("Enter the announced holidays and working weekends of {years}, or mark the year as checked on the page "
                         "Working days."))]
