"""Clearing the demonstration: refused where it must be, then nothing is left and the first page opens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from evalplat.files import store
from evalplat.jobs.tables import Job
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.people.tables import Office
from tests.pages.test_office_start import FORM
from tests.world import World, csrf, make_world, with_campaign, with_notice

NAME = "中共滕州市委机构编制委员会办公室"


@pytest.fixture
def demo_mode(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As under ``evalplat demo``."""
    monkeypatch.setenv("EVALPLAT_DEMO", "true")
    settings.cache_clear()
    yield
    settings.cache_clear()


def left(world: World) -> dict[str, int]:
    """Tables that still hold rows."""
    with Session(world.engine) as session:
        counts = {table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                  for table in SQLModel.metadata.sorted_tables}
    return {name: count for name, count in counts.items() if count}


def test_a_real_office_cannot_be_cleared(noticed_world: World) -> None:
    with noticed_world.client("sysadmin") as client:
        assert client.get("/office/clear").status_code == 404
        form = {"csrf_token": csrf(client, "/people"), "name": NAME}
        assert client.post("/office/clear", data=form).status_code == 404
        assert "/office/clear" not in client.get("/people").text
    assert left(noticed_world)["campaign"] == 1


@pytest.mark.parametrize("who", ["section", "director", "secadmin", "auditadmin", "liaison-shenji"])
def test_only_the_system_administrator_clears(noticed_world: World, demo_mode: None, who: str) -> None:
    with noticed_world.client(who) as client:
        assert client.get("/office/clear").status_code == 403
        assert client.post("/office/clear", data={"csrf_token": csrf(client, "/password"), "name": NAME}).status_code == 403


def test_another_name_or_no_token_clears_nothing(noticed_world: World, demo_mode: None) -> None:
    with noticed_world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/clear")}
        assert client.post("/office/clear", data={"name": NAME}).status_code == 403
        wrong = client.post("/office/clear", data=token | {"name": "滕州编办"})
        assert wrong.status_code == 422
        assert "滕州编办" in wrong.text
    assert left(noticed_world)["unit"] == 3


def test_it_waits_for_running_jobs(noticed_world: World, demo_mode: None) -> None:
    with noticed_world.acting("section") as work:
        work.add(Job(office_id=work.office_id, kind="x", state="running", created_at=work.now, run_after=work.now))
    with noticed_world.client("sysadmin") as client:
        page = client.get("/office/clear").text
        assert "后台任务正在运行" in page
        form = {"csrf_token": csrf(client, "/office/clear"), "name": NAME}
        assert client.post("/office/clear", data=form).status_code == 409
    assert left(noticed_world)["campaign"] == 1


def _walk(world: World) -> None:
    with world.acting("section") as work:
        kept = store.put(work, "a.txt", b"demonstration", media_type="text/plain", purpose="test")
        path = settings().files_dir / kept.sha256[:2] / kept.sha256
    (settings().data_dir / "demo.json").write_text("{}", encoding="ascii")
    with world.client("sysadmin") as client, world.client("section") as other:
        assert "单位评估档案" in client.get("/office/clear").text
        answer = client.post("/office/clear", data={"csrf_token": csrf(client, "/office/clear"), "name": f" {NAME} "})
        assert answer.status_code == 200
        code = answer.text.split('id="secret">', 1)[1].split("<", 1)[0]
        assert left(world) == {}
        assert not path.exists()
        assert not (settings().data_dir / "demo.json").exists()
        assert not settings().demo
        assert client.get("/").headers["location"] == "/start"
        assert other.get("/").headers["location"] == "/start"
        assert client.post("/start", data=FORM | {"code": code}).headers["location"] == "/sign-in"
        assert other.get("/").headers["location"].startswith("/sign-in")
        page = client.get("/sign-in").text
        assert "zhang" not in page
        assert client.post("/sign-in", data={"login": "zhang", "password": FORM["sysadmin_password"]}).status_code == 303
        assert client.get("/office/clear").status_code == 404
    with Session(world.engine) as session:
        assert [office.name for office in session.scalars(select(Office))] == [FORM["name"]]


def test_nothing_is_left_and_an_own_office_begins(noticed_world: World, demo_mode: None) -> None:
    _walk(noticed_world)


def test_backups_stay_and_the_pages_name_their_folder(noticed_world: World, demo_mode: None) -> None:
    folder = settings().data_dir / "backups"
    with noticed_world.client("sysadmin") as client:
        assert "备份" not in client.get("/office/clear").text.split('id="clear"', 1)[1]
        folder.mkdir(parents=True)
        (folder / "records.evb").write_bytes(b"kept")
        assert f"{folder.resolve()}文件夹" in client.get("/office/clear").text
        answer = client.post("/office/clear", data={"csrf_token": csrf(client, "/office/clear"), "name": NAME})
    assert f"{folder.resolve()}文件夹" in answer.text
    assert (folder / "records.evb").read_bytes() == b"kept"


@pytest.mark.postgres
def test_the_same_on_postgresql(data_dir: Path, demo_mode: None, new_postgres_url: Callable[[], str]) -> None:
    engine = make_engine(new_postgres_url())
    try:
        _walk(with_notice(with_campaign(make_world(engine))))
    finally:
        engine.dispose()


def test_a_cleared_installation_is_no_demonstration_again(data_dir: Path, demo_mode: None) -> None:
    from rich.console import Console

    from evalplat.demo import command

    (data_dir / "own-office").touch()
    settings.cache_clear()
    assert os.environ["EVALPLAT_DEMO"] == "true"
    assert not settings().demo
    assert command.ready(Console(quiet=True), units=3, reset=False) == command.USAGE
