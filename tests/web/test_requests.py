"""What the machinery refuses before any page is asked: cut-off bodies, foreign tokens, unknown blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import Settings
from evalplat.web.errors import in_the_way
from tests.world import World, csrf, make_world, with_campaign, with_notice


def test_a_cut_off_form_does_nothing(noticed_world: World) -> None:
    """The token is cut off with the rest, so a button without fields must not be pressed by it."""
    with noticed_world.client("liaison-jiaotong") as client:
        answer = client.post("/c/2026/u/jiaotong/notice/receipt", headers={"content-length": "999999999"}, content=b"")
    assert answer.status_code == 413
    with noticed_world.acting("system", write=False) as work:
        assert noticed_world.evaluation(work, "jiaotong").state == "notified"


def test_a_token_in_another_script_is_refused_like_any_wrong_one(world: World) -> None:
    with world.client("director") as client:
        assert client.post("/sign-out", data={"csrf_token": "令牌"}).status_code == 403


def test_an_unknown_block_is_answered_with_the_page(world: World) -> None:
    with world.client("director") as client:
        answer = client.get("/people?block=nothing", headers={"hx-request": "true"})
        assert answer.status_code == 200
        assert "<html" in answer.text


def test_the_key_is_written_whole(tmp_path: Path) -> None:
    """A second process finds the first one's key, never an empty file."""
    first, second = Settings(data_dir=tmp_path), Settings(data_dir=tmp_path)
    assert first.secret() == second.secret()
    assert len(first.secret()) > 40
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def impatient(connection: sqlite3.Connection, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout=0")


def test_who_meets_somebody_else_saving_is_asked_to_press_again(noticed_world: World) -> None:
    event.listen(noticed_world.engine, "connect", impatient)
    with ExitStack() as stack:
        stack.callback(event.remove, noticed_world.engine, "connect", impatient)
        client = stack.enter_context(noticed_world.client("liaison-jiaotong"))
        form = {"csrf_token": csrf(client, "/c/2026/u/jiaotong/notice")}
        noticed_world.engine.dispose()
        with noticed_world.acting("section"):
            answer = client.post("/c/2026/u/jiaotong/notice/receipt", data=form)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "请再按一次" in answer.text
        assert "返回" in answer.text
        assert client.post("/c/2026/u/jiaotong/notice/receipt", data=form).status_code == 303


def test_another_trouble_of_the_database_is_ours(engine: Engine) -> None:
    with pytest.raises(OperationalError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM nothing"))
    assert not in_the_way(caught.value)


@pytest.mark.postgres
def test_a_lock_that_is_not_to_be_had_answers_the_same(data_dir: Path, new_postgres_url: Callable[[], str]) -> None:
    engine = make_engine(new_postgres_url())
    event.listen(engine, "connect", lambda connection, _: connection.execute("SET lock_timeout = '100ms'") and connection.commit())
    world = with_notice(with_campaign(make_world(engine)))
    with world.client("liaison-jiaotong") as client:
        form = {"csrf_token": csrf(client, "/c/2026/u/jiaotong/notice")}
        with world.acting("section") as work:
            work.session.exec(select(Evaluation).with_for_update()).all()
            assert client.post("/c/2026/u/jiaotong/notice/receipt", data=form).status_code == 503
        assert client.post("/c/2026/u/jiaotong/notice/receipt", data=form).status_code == 303
    engine.dispose()
