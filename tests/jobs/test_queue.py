"""Jobs survive crashes: nothing lost, nothing doubled, progress kept; the timetable runs once however many workers there are."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from evalplat.jobs import queue
from evalplat.jobs.queue import JobKind, TickKind
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, metadata, transaction
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.people import actions as people
from evalplat.people.tables import CalendarDay
from evalplat.rooms import load_tables

ITEMS = 60
FIRST = date(2030, 1, 1)


def add_day(work: Work, payload: dict[str, Any], item: int) -> None:
    """One idempotent item: a calendar day that must exist once."""
    day = FIRST + timedelta(days=item)
    if work.session.get(CalendarDay, (work.office_id, day)) is None:
        work.session.add(CalendarDay(office_id=work.office_id, day=day, worked=True))
    if payload.get("slow"):
        time.sleep(0.02)
    if payload.get("fails_at") == item:
        raise ValueError("this item cannot be done")


KIND = JobKind("test.days", "Days", add_day, lambda work, payload: list(range(ITEMS)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Engine]:
    """An empty database with one office, of each kind."""
    url = request.getfixturevalue("new_postgres_url")() if request.param == "postgres" else f"sqlite:///{data_dir / 'jobs.sqlite3'}"
    load_tables()
    engine = make_engine(url)
    metadata.create_all(engine)
    queue.register(KIND)
    with working(engine, SystemActor(0)) as work:
        people.set_up_office(work, code="tz", name="编办", short_name="编办", document_mark="编办文件", document_series="编办发")
    yield engine
    engine.dispose()
    queue.KINDS.pop(KIND.name, None)


def _enqueue(engine: Engine, **payload: Any) -> int:
    with working(engine, SystemActor(1)) as work:
        return queue.enqueue(work, KIND.name, **payload).id or 0


def _job(engine: Engine, job_id: int) -> Job:
    with transaction(engine, write=False) as session:
        return session.get_one(Job, job_id)


def _days(engine: Engine) -> int:
    with transaction(engine, write=False) as session:
        return session.exec(select(func.count()).select_from(CalendarDay)).one()


def test_a_job_does_each_item_once_and_shows_its_progress(database: Engine) -> None:
    job_id = _enqueue(database)
    assert queue.run_all(database) == 1
    job = _job(database, job_id)
    assert (job.state, job.done, job.total) == ("done", ITEMS, ITEMS)
    assert _days(database) == ITEMS


def test_a_failing_item_keeps_what_was_done_and_is_tried_three_times(database: Engine) -> None:
    job_id = _enqueue(database, fails_at=10)
    for later in range(4):
        with clock.at(clock.now() + timedelta(minutes=later)):
            queue.run_all(database)
    job = _job(database, job_id)
    assert (job.state, job.done, job.attempts) == ("failed", 10, queue.MAX_ATTEMPTS)
    assert "cannot be done" in job.error
    assert _days(database) == 10


def test_a_job_goes_with_its_transaction(database: Engine) -> None:
    with pytest.raises(RuntimeError), working(database, SystemActor(1)) as work:  # noqa: PT012 - the deed before it is undone
        queue.enqueue(work, KIND.name)
        raise RuntimeError
    assert queue.run_all(database) == 0


def test_one_key_waits_once(database: Engine) -> None:
    assert _enqueue(database, key="same") == _enqueue(database, key="same")


def test_a_leased_job_is_not_taken_twice_until_the_lease_runs_out(database: Engine) -> None:
    job_id = _enqueue(database)
    assert queue.take(database) == job_id
    assert queue.take(database) is None
    with clock.at(clock.now() + queue.LEASE + timedelta(seconds=1)):
        assert queue.take(database) == job_id


def test_the_timetable_runs_once_for_several_workers(database: Engine) -> None:
    runs: list[int] = []
    queue.register(TickKind("test.tick", 5, lambda work: runs.append(work.office_id)))
    others = {name: kind for name, kind in queue.TICKS.items() if name != "test.tick"}
    for name in others:
        queue.TICKS.pop(name)
    try:
        start = clock.now()
        for minutes in (0, 1, 4, 6):
            with clock.at(start + timedelta(minutes=minutes)):
                queue.tick(database, [1])
    finally:
        queue.TICKS.clear()
        queue.TICKS.update(others)
    assert runs == [1, 1]


WORKER = """
import sys
from evalplat import worker
from evalplat.jobs import queue
from evalplat.kernel.db import make_engine
from tests.jobs.test_queue import KIND
queue.register(KIND)
print("ready", flush=True)
worker.run(make_engine(sys.argv[1]))
"""


def _start_worker(engine: Engine) -> subprocess.Popen[str]:
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", WORKER, url], stdout=subprocess.PIPE, text=True,
                               cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _wait_until(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def test_kill_minus_nine_loses_and_doubles_nothing(database: Engine) -> None:
    job_id = _enqueue(database, slow=True)
    process = _start_worker(database)
    try:
        _wait_until(lambda: _job(database, job_id).done >= 5)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    stopped_at = _job(database, job_id).done
    assert 5 <= stopped_at < ITEMS
    with clock.at(clock.now() + queue.LEASE + timedelta(seconds=1)):
        queue.run_all(database)
    job = _job(database, job_id)
    assert (job.state, job.done) == ("done", ITEMS)
    assert _days(database) == ITEMS


def test_slow_work_is_prepared_without_a_lock(database: Engine) -> None:
    """While an item is prepared others write: a job that makes a PDF keeps nobody from sending an answer."""
    def slow(work: Work, payload: dict[str, Any], item: Any) -> int:
        with working(database, SystemActor(1)) as other:
            other.add(CalendarDay(office_id=1, day=FIRST - timedelta(days=1), worked=True))
        return item * 10

    stored: list[int] = []
    queue.register(JobKind("test.slow", "Slow", lambda work, payload, made: stored.append(made), lambda work, payload: [7], slow))
    try:
        with working(database, SystemActor(1)) as work:
            job_id = queue.enqueue(work, "test.slow").id or 0
        queue.run_all(database)
    finally:
        queue.KINDS.pop("test.slow", None)
    assert _job(database, job_id).state == "done"
    assert stored == [70]
    assert _days(database) == 1


def test_an_item_that_ends_its_worker_is_given_up(database: Engine) -> None:
    job_id = _enqueue(database)
    later = clock.now()
    for _ in range(queue.MAX_ATTEMPTS):
        with clock.at(later):
            assert queue.take(database) == job_id
        later += queue.LEASE + timedelta(seconds=1)
    with clock.at(later):
        assert queue.take(database) is None
    assert _job(database, job_id).state == "failed"


def test_a_line_of_the_timetable_that_fails_stops_no_other(database: Engine, caplog: pytest.LogCaptureFixture) -> None:
    def fail(work: Work) -> None:
        raise ValueError("broken")

    runs: list[int] = []
    others = dict(queue.TICKS)
    queue.TICKS.clear()
    queue.register(TickKind("test.broken", 5, fail), TickKind("test.whole", 5, lambda work: runs.append(work.office_id)))
    try:
        queue.tick(database, [1])
    finally:
        queue.TICKS.clear()
        queue.TICKS.update(others)
    assert runs == [1]
    assert "failed" in caplog.text
