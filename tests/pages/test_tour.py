"""The guided tour: nowhere but in the demonstration; each stop opens as its person; what is not there yet is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from evalplat.demo import database, runner
from evalplat.demo.cast import OFFICE
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings
from evalplat.people import passwords
from evalplat.people.tables import Office, User
from evalplat.web.filling import STEP
from evalplat.web.touring import STOPS
from tests.world import World, app_over

TODAY = date(2026, 11, 20)
GETS, POSTS = ("/tour", "/tour/phone"), ("/tour/1", "/tour/end")
EXPECTED = {1: ("李敏", "/"), 2: ("", "/tour/phone"), 3: ("王志远", "/c/2026/u/shuiwu"), 4: ("审计局", "/c/2026/u/shenji"),
            5: ("周建平", "/board"), 6: ("孙立新", "/c/2025/summary")}


def test_there_is_no_tour_without_a_demonstration(world: World) -> None:
    with clock.at(world.now), TestClient(app_over(world.engine), follow_redirects=False) as client:
        assert [client.get(path).status_code for path in GETS] == [404, 404]
        assert [client.post(path).status_code for path in POSTS] == [404, 404]
        client.cookies.set("tour", "2")
        page = client.get("/sign-in").text
        assert "/tour" not in page


@pytest.fixture
def bare(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An office in demonstration mode in which nothing has happened yet."""
    monkeypatch.setenv("EVALPLAT_DEMO", "true")
    settings.cache_clear()
    with clock.at(world.now), TestClient(app_over(world.engine), follow_redirects=False) as client:
        yield client
    settings.cache_clear()


def test_what_is_not_there_yet_leads_to_the_overview(bare: TestClient) -> None:
    for stop in STOPS:
        answer = bare.post(f"/tour/{stop.number}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/tour?waiting={stop.number}#stop-{stop.number}"
        assert "evalplat" not in answer.cookies
        assert bare.get(answer.headers["location"]).status_code == 200
    assert bare.post("/tour/7").status_code == 404


def test_the_end_leads_to_our_own_pages_alone(bare: TestClient) -> None:
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        assert bare.post("/tour/end", data={"next": target}).headers["location"] == "/"
    assert bare.post("/tour/end", data={"next": "/c"}).headers["location"] == "/c"


def test_another_site_cannot_send_somebody_on_tour(bare: TestClient) -> None:
    for path in POSTS:
        assert bare.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A small demonstration: six departments, one of them last year too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_DATA_DIR", str(tmp_path_factory.mktemp("tour")))
        patch.setenv("EVALPLAT_DEMO", "true")
        settings.cache_clear()
        engine = make_engine(settings().url)
        database.prepare(engine)
        runner.begin(engine, 6, TODAY, before=1)
        runner.fill(engine, 6, TODAY, lambda *_: None, before=1)
        now = datetime.combine(TODAY, time(10), tzinfo=settings().zone)
        with clock.at(now), TestClient(app_over(engine), follow_redirects=False) as client:
            yield client
        engine.dispose()
        settings.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: str(stop.number))
def test_each_stop_opens_as_its_person(filled: TestClient, stop) -> None:
    filled.cookies.clear()
    assert "/tour/1" in filled.get("/sign-in").text
    answer = filled.post(f"/tour/{stop.number}")
    who, where = EXPECTED[stop.number]
    assert answer.status_code == 303
    assert answer.headers["location"].split("?")[0].split("#")[0] == where
    page = filled.get(answer.headers["location"])
    assert page.status_code == 200
    assert f"第{stop.number}站，共6站" in page.text
    assert who in page.text
    assert (f"/tour/{stop.number + 1}" in page.text) == (stop.number < 6)
    filled.post("/tour/end", data={"next": where})
    assert "共6站" not in filled.get(where).text


@pytest.mark.slow
def test_the_number_is_open_and_the_change_stands_below(filled: TestClient) -> None:
    score = filled.get(filled.post("/tour/3").headers["location"]).text
    assert "opened-box" in score
    changes = filled.get(filled.post("/tour/4").headers["location"]).text
    assert 'id="changes"' in changes


@pytest.mark.slow
def test_the_poster_can_be_opened_by_anybody(filled: TestClient) -> None:
    page = filled.get("/tour/phone").text
    assert "data:image/svg+xml" in page
    link = page.split('href="/s/', 1)[1].split('"', 1)[0]
    filled.cookies.clear()
    assert filled.get(f"/s/{link}").status_code == 200


@pytest.mark.slow
def test_whoever_took_a_password_of_their_own_is_nobody_of_the_tour(filled: TestClient) -> None:
    with transaction(filled.app.state.engine) as session:
        zhou = session.exec(select(User).where(User.login == "zhou")).one()
        before, zhou.password_hash = zhou.password_hash, passwords.hash_password("Another-2026-pass")
        session.add(zhou)
    filled.cookies.clear()
    assert filled.post("/tour/5").headers["location"].startswith("/tour?waiting=5")
    with transaction(filled.app.state.engine) as session:
        zhou = session.exec(select(User).where(User.login == "zhou")).one()
        zhou.password_hash = before
        session.add(zhou)


@pytest.mark.slow
def test_while_it_is_filled_the_tour_says_how_far(filled: TestClient) -> None:
    def turn(step: int) -> int:
        with transaction(filled.app.state.engine) as session:
            office = session.exec(select(Office).where(Office.code == OFFICE["code"])).one()
            before = office.settings[STEP]
            office.settings = office.settings | {STEP: step}
            session.add(office)
        return before

    last = turn(3)
    assert "演示数据正在生成" in filled.get("/tour").text
    assert filled.post("/tour/5").headers["location"] == "/board"
    turn(last)
    assert "演示数据正在生成" not in filled.get("/tour").text
