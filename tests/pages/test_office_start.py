"""The first start: every address leads to one page, the console's code opens it, then there is an office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from evalplat import serving
from evalplat.kernel import clock
from evalplat.kernel.db import metadata
from evalplat.kernel.settings import settings
from evalplat.people import first_start
from evalplat.people.tables import CalendarDay, Membership, Office, User
from evalplat.rooms import load_tables, register_all
from tests.world import START, World, app_over

FORM = {
    "name": "中共青河市委机构编制委员会办公室", "short_name": "市委编办", "document_mark": "中共青河市委机构编制委员会办公室文件",
    "document_series": "青编办发", "contact": "李敏 0632-5500001",
    "sysadmin_name": "张工", "sysadmin_login": "zhang", "sysadmin_password": "Qinghe-2026-a", "sysadmin_again": "Qinghe-2026-a",
    "secadmin_name": "王安", "secadmin_login": "wang", "secadmin_password": "Erste-2026-b",
    "auditadmin_name": "赵审", "auditadmin_login": "zhao", "auditadmin_password": "Erste-2026-c",
}


def browser(engine: Engine) -> TestClient:
    """A browser before an empty installation."""
    register_all()
    load_tables()
    metadata.create_all(engine)
    return TestClient(app_over(engine), follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/people", "/c/2026", "/s/abc", "/nowhere"])
def test_every_address_leads_to_the_first_page(engine: Engine, path: str) -> None:
    with browser(engine) as client:
        assert client.get(path).headers["location"] == "/start"
        assert "启动码" in client.get("/start").text
        assert client.get("/healthz").status_code == 200


def test_without_the_code_nothing_is_made_and_nothing_typed_is_lost(engine: Engine) -> None:
    with browser(engine) as client:
        assert client.post("/start", data=FORM | {"code": "AAAA-BBBB"}).status_code == 422
        first_start.new_code()
        for code in ("", "AAAA-BBBB-CCCC-DDDD"):
            answer = client.post("/start", data=FORM | {"code": code})
            assert answer.status_code == 422
            assert all(value in answer.text for value in FORM.values())
    with Session(engine) as session:
        assert session.exec(select(Office)).all() == []


def test_wrong_codes_are_slowed_down(engine: Engine) -> None:
    code = first_start.new_code()
    with clock.at(START), browser(engine) as client:
        for _ in range(first_start.FREE_TRIES):
            assert client.post("/start", data=FORM | {"code": "WRONG"}).status_code == 422
        late = client.post("/start", data=FORM | {"code": code})
        assert late.status_code == 429
        assert FORM["name"] in late.text
    with clock.at(START + timedelta(seconds=20)), browser(engine) as client:
        assert client.post("/start", data=FORM | {"code": "WRONG"}).status_code == 422
        assert client.post("/start", data=FORM | {"code": code}).status_code == 429
    with clock.at(START + timedelta(minutes=5)), browser(engine) as client:
        assert client.post("/start", data=FORM | {"code": code}).status_code == 303


@pytest.mark.parametrize(("field", "value"), [
    ("name", ""), ("sysadmin_password", "short"), ("sysadmin_again", "Other-2026-x"), ("secadmin_login", "zhang"),
    ("auditadmin_password", "zhao-2026-Xy"), ("document_series", ""), ("secadmin_login", "王 安")])
def test_a_mistake_is_said_beside_its_field(engine: Engine, field: str, value: str) -> None:
    code = first_start.new_code()
    with browser(engine) as client:
        answer = client.post("/start", data=FORM | {"code": code, field: value})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert code in answer.text


def test_the_code_makes_the_office_once(engine: Engine) -> None:
    code = first_start.new_code()
    with clock.at(START), browser(engine) as client:
        assert client.post("/start", data=FORM | {"code": code.lower()}).headers["location"] == "/sign-in"
        assert client.post("/start", data=FORM | {"code": code}).headers["location"] == "/sign-in"
        assert client.get("/start").headers["location"] == "/sign-in"
        assert not first_start.fits(code)
        assert client.post("/sign-in", data={"login": "zhang", "password": FORM["sysadmin_password"]}).status_code == 303
        assert client.get("/people").status_code == 200
        client.post("/sign-in", data={"login": "wang", "password": FORM["secadmin_password"]})
        assert client.get("/people").headers["location"] == "/password"
    with Session(engine) as session:
        assert [office.name for office in session.exec(select(Office))] == [FORM["name"]]
        assert set(session.exec(select(Membership.role))) == {"sysadmin", "secadmin", "auditadmin"}
        assert len(session.exec(select(User)).all()) == 3
        assert {row.day.year for row in session.exec(select(CalendarDay))} == {2025, 2026}


def test_the_code_is_kept_as_a_hash_alone(engine: Engine) -> None:
    code = first_start.new_code()
    stored = first_start._path().read_text(encoding="ascii")
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert first_start._path().stat().st_mode & 0o077 == 0


def test_an_office_that_is_there_is_never_set_up_again(world: World) -> None:
    code = first_start.new_code()
    with world.client() as client:
        assert client.get("/").headers["location"].startswith("/sign-in")
        assert client.post("/start", data=FORM | {"code": code}).headers["location"] == "/sign-in"
    with Session(world.engine) as session:
        assert len(session.exec(select(Office)).all()) == 1


def test_the_console_shows_the_code_of_an_empty_installation_alone(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    browser(engine)
    serving._offer_first_start(engine, settings())
    said = capsys.readouterr().out
    code = said.rsplit(" ", 1)[1].strip()
    assert "/start" in said
    with browser(engine) as client:
        assert client.post("/start", data=FORM | {"code": code}).status_code == 303
    serving._offer_first_start(engine, settings())
    assert capsys.readouterr().out == ""
