"""The doctor says what is, whether it is well and what to do; ``/healthz`` says it to machines; a backup comes by the timetable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from evalplat.audit.tables import AuditEvent
from evalplat.jobs import queue
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.i18n import speaking
from evalplat.kernel.settings import settings
from evalplat.operate import backup, doctor, jobs
from evalplat.operate.archive import Reader
from evalplat.operate.doctor_sign import Sign
from evalplat.people.tables import CalendarDay
from tests.world import World, app_over


def signs(world: World) -> dict[str, Sign]:
    """What the doctor says, by key."""
    with clock.at(world.now), transaction(world.engine, write=False) as session:
        return {sign.key: sign for sign in doctor.examine(session, world.engine, thorough=True)}


def test_every_sign_is_a_sentence(world: World) -> None:
    settings().secret()
    found = signs(world)
    assert found.keys() >= {"schema", "wal", "inside", "disk", "clock", "backup", "drill", "worker", "waiting", "failed", "calendar",
                            "key", "cookies", "address"}
    for language in ("zh", "en"):
        with speaking(language):
            for sign in found.values():
                assert sign.title()
                assert "{" not in sign.what() + sign.advice()
                assert sign.well or sign.advice(), sign.key
    well = {key for key, sign in found.items() if sign.well}
    assert well >= {"schema", "wal", "inside", "clock", "key", "failed", "waiting", "calendar"}
    assert not well & {"backup", "drill", "worker", "cookies", "address"}


def test_an_empty_database_is_one_finding(data_dir: Path) -> None:
    engine = make_engine(f"sqlite:///{data_dir / 'empty.sqlite3'}")
    with transaction(engine, write=False) as session:
        found = {sign.key: sign for sign in doctor.examine(session, engine)}
    engine.dispose()
    assert not found["schema"].well
    assert "evalplat migrate" in found["schema"].advice()
    assert "trouble" not in found


def test_what_is_wrong_is_seen(world: World, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings().secret()
    (data_dir / "secret.key").chmod(0o644)
    with world.acting("system") as work:
        queue.enqueue(work, jobs.MAKE, stamp="x").state = "failed"
        queue.enqueue(work, jobs.DRILL, stamp="x")
        for day in work.session.exec(select(CalendarDay)):
            work.session.delete(day)
    world.pass_days(1)
    found = signs(world)
    for key in ("key", "failed", "waiting", "calendar"):
        assert not found[key].well, key
    world.now -= timedelta(days=9)
    assert not signs(world)["clock"].well
    monkeypatch.setenv("EVALPLAT_BASE_URL", "https://pinggu.example.cn")
    monkeypatch.setenv("EVALPLAT_SECURE_COOKIES", "true")
    settings.cache_clear()
    found = signs(world)
    assert found["address"].well
    assert found["cookies"].well


@pytest.mark.parametrize(("who", "status"), [("sysadmin", 200), ("section", 200), ("director", 403), ("auditadmin", 403),
                                             ("head-jiaotong", 403)])
def test_the_page(world: World, who: str, status: int) -> None:
    with world.client(who) as client:
        answer = client.get("/doctor")
        assert answer.status_code == status
        if status == 200:
            assert "最近一次备份" in answer.text
            assert "evalplat backup make" in answer.text
            assert str(settings().secret()) not in answer.text


def test_health_for_machines(world: World) -> None:
    with world.client() as client:
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json() == {"status": "up", "database": "reachable", "schema": "", "worker": "late", "worker_seconds": None}
        assert client.get("/healthz?worker=1").status_code == 503
        queue.beat(world.engine)
        assert client.get("/healthz?worker=1").json()["worker"] == "seen"
    world.pass_days(1)
    with world.client() as client:
        assert client.get("/healthz?worker=1").status_code == 503


def test_health_without_a_database(data_dir: Path) -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/none")
    with TestClient(app_over(engine)) as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "down", "database": "unreachable"})
    engine.dispose()


def test_health_with_another_schema(world: World) -> None:
    with world.engine.begin() as connection:
        connection.exec_driver_sql("create table alembic_version (version_num varchar(32) primary key)")
        connection.exec_driver_sql("insert into alembic_version values ('0001')")
    with world.client() as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["schema"]) == (503, "other")


@pytest.fixture
def timetable(world: World) -> Iterator[World]:
    """Only the line of the nightly backup, at half past two by the office's clock."""
    others = dict(queue.TICKS)
    queue.TICKS.clear()
    jobs.install_timetable()
    yield world
    queue.TICKS.clear()
    queue.TICKS.update(others)


def _tick(world: World) -> None:
    with clock.at(world.now):
        queue.tick(world.engine, [world.office_id])


def _jobs(world: World, kind: str) -> list[Job]:
    with world.acting("system", write=False) as work:
        return list(work.session.exec(select(Job).where(Job.kind == kind)))


def test_a_backup_each_night_and_a_drill_each_week(timetable: World) -> None:
    world = timetable
    world.now = datetime(2026, 9, 1, 18, 25, tzinfo=UTC)  # 02:25 in Shanghai
    drills = 0
    for _ in range(9):
        _tick(world)
        world.now += timedelta(minutes=10)
        for _ in range(3):
            _tick(world)
            world.now += timedelta(minutes=10)
        with clock.at(world.now):
            queue.run_all(world.engine)
        world.now += timedelta(days=1) - timedelta(minutes=40)
        drills = len(_jobs(world, jobs.DRILL))
    made = _jobs(world, jobs.MAKE)
    assert [job.key for job in made] == [f"2026-09-{day:02}" for day in range(2, 11)]
    assert {(job.state, job.done, job.total) for job in made} == {("done", 3, 3)}
    assert drills == 2
    assert {job.state for job in _jobs(world, jobs.DRILL)} == {"done"}
    newest = backup.latest(backup.folder())
    assert newest is not None
    with world.acting("system", write=False) as work, Reader(newest) as reader:
        event = work.session.exec(select(AuditEvent).where(AuditEvent.event == "backup.made").order_by(
            AuditEvent.id.desc())).first()  # type: ignore[union-attr]
        assert event is not None
        assert json.loads(event.data)["sha256"] == reader.seal
        assert jobs.last_event(work, "backup.drilled") is not None
    queue.beat(world.engine)
    found = signs(world)
    assert found["backup"].well
    assert found["drill"].well


def test_no_backup_where_none_is_wanted(timetable: World, monkeypatch: pytest.MonkeyPatch) -> None:
    timetable.now = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
    monkeypatch.setenv("EVALPLAT_BACKUP_AT", "")
    settings.cache_clear()
    _tick(timetable)
    assert _jobs(timetable, jobs.MAKE) == []


def test_a_failed_backup_is_seen_on_the_jobs_page(timetable: World, data_dir: Path) -> None:
    world = timetable
    (data_dir / "backups").write_text("a file where the folder should be")
    world.now = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
    _tick(world)
    for minutes in range(3):
        with clock.at(world.now + timedelta(minutes=minutes)):
            queue.run_all(world.engine)
    [job] = _jobs(world, jobs.MAKE)
    assert job.state == "failed"
    world.now += timedelta(hours=1)
    with world.client("sysadmin") as client:
        assert "备份全部数据" in client.get("/jobs?state=failed").text
    assert not signs(world)["failed"].well


def test_slow_work_keeps_its_lease(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an item is prepared for longer than a lease lasts, nobody else takes it."""
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.4))
    taken: list[int | None] = []

    def slow(work: object, payload: object, item: object) -> str:
        import threading

        for _ in range(6):
            threading.Event().wait(0.15)
            taken.append(queue.take(world.engine))
        return "made"

    queue.register(queue.JobKind("test.long", "Long", lambda work, payload, made: None, prepare=slow))
    try:
        with world.acting("system") as work:
            queue.enqueue(work, "test.long")
        with clock.at(world.now):
            pass
        world.now = datetime.now(UTC)
        assert queue.run_all(world.engine) == 1
    finally:
        queue.KINDS.pop("test.long")
    assert taken == [None] * 6
