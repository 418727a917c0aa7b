"""Enqueue, take, run. The same code on SQLite (BEGIN IMMEDIATE) and PostgreSQL (SKIP LOCKED).

Items are idempotent: after a crash the one in flight runs again.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, func, or_, select

from evalplat.kernel import clock
from evalplat.kernel.db import transaction
from evalplat.kernel.work import SystemActor, Work, working

from .tables import Job, Tick

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3
HEARTBEAT = "worker"
"""The timetable's row that says when a worker was last seen."""
log = logging.getLogger("evalplat.jobs")


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job does: ``items`` lists the pieces (JSON values), ``run`` does one of them.

    ``prepare`` is for slow work: it only reads, holds no lock meanwhile, and ``run`` gets what it made instead of the item.
    """

    name: str
    title: str
    run: Callable[[Work, dict[str, Any], Any], None]
    items: Callable[[Work, dict[str, Any]], Sequence[Any]] = lambda work, payload: [None]
    prepare: Callable[[Work, dict[str, Any], Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class TickKind:
    """A line of the timetable: ``run`` is called for each office every ``minutes``."""

    name: str
    minutes: int
    run: Callable[[Work], None]


KINDS: dict[str, JobKind] = {}
TICKS: dict[str, TickKind] = {}


def register(*kinds: JobKind | TickKind) -> None:
    """Make kinds known to this process; the explicit list is in ``evalplat.app``."""
    for kind in kinds:
        if isinstance(kind, JobKind):
            KINDS[kind.name] = kind
        else:
            TICKS[kind.name] = kind


def enqueue(work: Work, kind: str, *, key: str = "", campaign_id: int | None = None, **payload: Any) -> Job:
    """Add a job in the caller's transaction. With a ``key``, one that still waits under it is not doubled."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of job: {kind}")
    if key:
        query = select(Job).where(Job.office_id == work.office_id, Job.kind == kind, Job.key == key, Job.state == "queued")
        waiting = work.session.exec(query).first()
        if waiting:
            return waiting
    job = Job(office_id=work.office_id, kind=kind, key=key, payload=payload, campaign_id=campaign_id,
              started_by=work.actor.user_id, created_at=work.now, run_after=work.now)
    work.add(job)
    return job


def take(engine: Engine) -> int | None:
    """Lease the oldest job that is due or whose lease ran out; its id, or None. An item during which the worker ended three
    times is not tried a fourth time."""
    with transaction(engine) as session:
        now = clock.now()
        query = (
            select(Job)
            .where(or_(col(Job.state) == "queued", (col(Job.state) == "running") & (col(Job.lease_until) < now)))
            .where(col(Job.run_after) <= now)
            .order_by(col(Job.run_after), col(Job.id)).limit(1).with_for_update(skip_locked=True)
        )
        while (job := session.exec(query).first()) is not None and job.state == "running" and job.attempts >= MAX_ATTEMPTS:
            job.state, job.lease_until, job.error = "failed", None, "the worker ended during this item"
            session.flush()
        if job is None:
            return None
        job.state = "running"
        job.attempts += 1
        job.lease_until = now + LEASE
        return job.id


def run(engine: Engine, job_id: int) -> None:
    """Do a leased job's remaining items, a transaction each."""
    try:
        while _step(engine, job_id):
            pass
    except Exception:
        log.exception("job failed", extra={"job": job_id})
        _fail(engine, job_id, traceback.format_exc(limit=4))


def _prepared(engine: Engine, job_id: int) -> tuple[int, Any]:
    """The next item's place and what a kind with slow work makes of it; the item itself for the others."""
    with transaction(engine, write=False) as session:
        job = session.get_one(Job, job_id)
        kind = KINDS[job.kind]
        if job.items is None or job.done >= len(job.items):
            return job.done, None
        item = job.items[job.done]
        if kind.prepare is None:
            return job.done, item
        with _keeping(engine, job_id):
            return job.done, kind.prepare(Work(session, SystemActor(job.office_id)), job.payload, item)


@contextmanager
def _keeping(engine: Engine, job_id: int) -> Iterator[None]:
    """Renew the lease while slow work goes on, however long: else another worker would begin it a second time."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                with transaction(engine) as session:
                    session.get_one(Job, job_id, with_for_update=True).lease_until = clock.now() + LEASE
            except Exception:
                log.exception("a lease could not be renewed", extra={"job": job_id})

    keeper = threading.Thread(target=copy_context().run, args=(renew,), name="lease-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _step(engine: Engine, job_id: int) -> bool:
    place, item = _prepared(engine, job_id)
    with transaction(engine) as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        kind = KINDS[job.kind]
        work = Work(session, SystemActor(job.office_id))
        if job.items is None:
            job.items = list(kind.items(work, job.payload))
            job.total = len(job.items)
        elif place == job.done < job.total:  # another worker may have gone on while this one prepared
            kind.run(work, job.payload, item)
            job.done, job.attempts = job.done + 1, 1
        job.lease_until = clock.now() + LEASE
        finished = job.done >= job.total
        if finished:
            job.state, job.finished_at, job.error = "done", clock.now(), ""
        work.seal()
        return not finished


def _fail(engine: Engine, job_id: int, reason: str) -> None:
    with transaction(engine) as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        job.error = reason[-2000:]
        job.lease_until = None
        if job.attempts < MAX_ATTEMPTS:
            job.state = "queued"
            job.run_after = clock.now() + timedelta(seconds=5 * job.attempts)
        else:
            job.state = "failed"


def run_all(engine: Engine) -> int:
    """Run everything that is due, here and now; how many jobs."""
    count = 0
    while (job_id := take(engine)) is not None:
        run(engine, job_id)
        count += 1
    return count


def tick(engine: Engine, office_ids: Sequence[int]) -> None:
    """Run the timetable's lines that are due, each once however many workers there are. One that fails stops no other."""
    for kind in TICKS.values():
        if _due(engine, kind):
            for office_id in office_ids:
                _run_tick(engine, kind, office_id)


def _run_tick(engine: Engine, kind: TickKind, office_id: int) -> None:
    try:
        with working(engine, SystemActor(office_id)) as work:
            kind.run(work)
    except Exception:
        log.exception("a line of the timetable failed", extra={"tick": kind.name, "office": office_id})


def _due(engine: Engine, kind: TickKind) -> bool:
    with transaction(engine) as session:
        now = clock.now()
        row = session.get(Tick, kind.name, with_for_update=True)
        if row is None:
            session.add(Tick(name=kind.name, last_run=now))
            return True
        if row.last_run + timedelta(minutes=kind.minutes) > now:
            return False
        row.last_run = now
        return True


def beat(engine: Engine) -> None:
    """A worker says that it is there."""
    with transaction(engine) as session:
        row = session.get(Tick, HEARTBEAT, with_for_update=True) or Tick(name=HEARTBEAT, last_run=clock.now())
        row.last_run = clock.now()
        session.add(row)


def worker_seen(session: Session) -> datetime | None:
    """When a worker was last seen: its heartbeat, or the lease of what it is busy with."""
    beaten = session.get(Tick, HEARTBEAT)
    lease = session.exec(select(func.max(Job.lease_until)).where(Job.state == "running")).one()
    seen = [moment for moment in (beaten.last_run if beaten else None, lease - LEASE if lease else None) if moment]
    return max(seen, default=None)
