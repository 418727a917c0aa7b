"""Password slips of a whole city: others write meanwhile, a lost file is made again, what changed meanwhile stops them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import weasyprint
from pwdlib import PasswordHash
from sqlalchemy import Connection, Engine, event
from sqlmodel import col, select

from evalplat.audit.tables import AuditEvent
from evalplat.kernel.errors import Refused
from evalplat.kernel.settings import settings
from evalplat.people import actions as people
from evalplat.people import changes, passwords
from evalplat.people.roles import Role
from evalplat.people.tables import User
from tests.pages.test_office_import import secrets_of
from tests.world import World, csrf

UNITS = 80


@pytest.fixture
def city(world: World) -> World:
    """A liaison in each of eighty departments, none with a password."""
    with world.acting("sysadmin") as work:
        for number in range(UNITS):
            code = f"u{number:02}"
            unit = people.add_unit(work, code=code, name=f"市第{number}局", short_name=f"{number}局", category="gov", facts={})
            people.new_account(work, login=f"liaison.{code}", name=f"{number}局联络员", roles=[(Role.DEPT_LIAISON, unit.id)])
    return world


@contextmanager
def happening(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What happens meanwhile, in its order: writing transactions begin and end, passwords are hashed, paper is printed."""
    found: list[str] = []
    writing: set[int] = set()

    def begins(connection: Connection) -> None:
        if connection.get_execution_options().get("evalplat_write"):
            writing.add(id(connection))
            found.append("begin")

    def ends(connection: Connection) -> None:
        if id(connection) in writing:
            writing.remove(id(connection))
            found.append("end")

    def noted(what: str, deed: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*given: Any, **named: Any) -> Any:
            found.append(what)
            return deed(*given, **named)
        return doing

    monkeypatch.setattr(PasswordHash, "hash", noted("hash", PasswordHash.hash))
    monkeypatch.setattr(weasyprint.HTML, "write_pdf", noted("print", weasyprint.HTML.write_pdf))

    for name, note in (("begin", begins), ("commit", ends), ("rollback", ends)):
        event.listen(engine, name, note)
    try:
        yield found
    finally:
        for name, note in (("begin", begins), ("commit", ends), ("rollback", ends)):
            event.remove(engine, name, note)


def test_others_write_while_the_slips_of_a_city_are_made(city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with city.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        with happening(city.engine, monkeypatch) as found:
            answer = client.post("/office/slips", data=form)
    slips = secrets_of(answer.content)
    assert len(slips) == UNITS
    assert found == ["begin", "end", "print", *["hash"] * UNITS, "begin", "end"]
    _signs_in(city, "liaison.u07", slips["liaison.u07"])
    with city.acting("system", write=False) as work:
        said = [row.data for row in work.session.exec(select(AuditEvent).where(AuditEvent.event == "user.slips_made"))]
    assert len(said) == 1
    assert not any(secret in said[0] for secret in slips.values())


def _signs_in(world: World, login: str, password: str, *, status: int = 303) -> None:
    with world.client() as client:
        assert client.post("/sign-in", data={"login": login, "password": password, "next": "/"}).status_code == status


def test_a_lost_file_is_made_again_and_the_lost_slips_open_nothing(world: World) -> None:
    with world.acting("sysadmin") as work:
        people.new_account(work, login="new.one", name="新同志", roles=[(Role.ASSESSOR, None)])
    with world.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        assert "中途关闭页面" in client.get("/office/slips").text
        lost = secrets_of(client.post("/office/slips", data=form).content)
        found = secrets_of(client.post("/office/slips", data={**form, "again": "1", "void": "1"}).content)
    assert lost["new.one"] != found["new.one"]
    _signs_in(world, "new.one", lost["new.one"], status=422)
    _signs_in(world, "new.one", found["new.one"])


@pytest.mark.parametrize("what", ["slip", "own", "closed"])
def test_who_changed_meanwhile_stops_all_of_them(world: World, what: str) -> None:
    with world.acting("sysadmin") as work:
        for login in ("new.one", "new.two"):
            people.new_account(work, login=login, name="新同志", roles=[(Role.ASSESSOR, None)])
        users = list(work.session.exec(select(User).where(col(User.login).in_(("new.one", "new.two")))))
        made = changes.new_passwords(users)
    hashes = changes.hashes_of(made)
    with world.acting("sysadmin") as work:
        user = work.session.exec(select(User).where(User.login == "new.two")).one()
        if what == "closed":
            user.active = False
        else:
            user.password_hash, user.must_change = passwords.hash_password("Meanwhile-1"), what == "slip"
        work.session.add(user)
    with pytest.raises(Refused, match="changed while"), world.acting("sysadmin") as work:
        changes.set_one_time_passwords(work, made, hashes)
    with world.acting("sysadmin", write=False) as work:
        assert work.session.exec(select(User).where(User.login == "new.one")).one().password_hash == passwords.NONE_YET


def test_an_address_that_nobody_reaches_stops_the_slips_unless_confirmed(world: World) -> None:
    with world.acting("sysadmin") as work:
        people.new_account(work, login="new.one", name="新同志", roles=[(Role.ASSESSOR, None)])
    with world.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/office/slips")}
        stopped = client.post("/office/slips", data=form)
        assert stopped.status_code == 422
        assert "其他电脑打不开这个网址" in stopped.text
        made = client.post("/office/slips", data={**form, "here": "1"})
        assert made.headers["content-type"] == "application/pdf"
        assert "slips_made=" in made.headers["set-cookie"]
        assert "已生成1张密码条" in client.get("/office/slips").text


def test_a_public_address_needs_no_confirmation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "base_url", "http://10.1.2.3:8000")
    with world.acting("sysadmin") as work:
        people.new_account(work, login="new.one", name="新同志", roles=[(Role.ASSESSOR, None)])
    with world.client("sysadmin") as client:
        assert "请先设置本服务器的网址" not in client.get("/office/slips").text
        form = {"csrf_token": csrf(client, "/office/slips")}
        assert client.post("/office/slips", data=form).headers["content-type"] == "application/pdf"


def test_valid_slips_become_void_only_when_that_is_confirmed(world: World) -> None:
    with world.acting("sysadmin") as work:
        people.new_account(work, login="new.one", name="新同志", roles=[(Role.ASSESSOR, None)])
    with world.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        first = secrets_of(client.post("/office/slips", data=form).content)
        refused = client.post("/office/slips", data={**form, "again": "1"})
        assert refused.status_code == 422
        assert "旧密码条将作废" in refused.text
    _signs_in(world, "new.one", first["new.one"])


def test_the_first_password_page_asks_for_the_one_time_password(world: World) -> None:
    with world.acting("sysadmin") as work:
        people.new_account(work, login="new.one", name="新同志", roles=[(Role.ASSESSOR, None)])
    with world.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        slip = secrets_of(client.post("/office/slips", data=form).content)["new.one"]
    with world.client() as client:
        client.post("/sign-in", data={"login": "new.one", "password": slip})
        page = client.get("/password").text
        assert "现在的密码" not in page
        typed = {"csrf_token": csrf(client, "/password"), "old": "falsch", "new": "Neu-2026-gut", "again": "Neu-2026-gut"}
        assert "一次性密码不对" in client.post("/password", data=typed).text
        assert client.post("/password", data={**typed, "old": slip}).status_code == 303
        assert "现在的密码" in client.get("/password").text
