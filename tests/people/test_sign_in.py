"""Signing in: argon2, lock-out, sessions that end, one's own password, roles lent for a time."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import util

import pytest
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.kernel.errors import Invalid
from evalplat.people import actions, passwords, sessions
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, SignInSession, User
from tests.world import PASSWORD, World, csrf


def _try(world: World, login: str, password: str) -> int:
    with world.client() as client:
        return client.post("/sign-in", data={"login": login, "password": password}).status_code


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(world: World) -> None:
    with world.client() as client:
        wrong = client.post("/sign-in", data={"login": "director", "password": "x"})
        unknown = client.post("/sign-in", data={"login": "nobody", "password": "x"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.text.replace("director", "") == unknown.text.replace("nobody", "")


def test_five_failures_lock_for_half_an_hour(world: World) -> None:
    for _ in range(sessions.MAX_FAILURES):
        assert _try(world, "director", "wrong") == 422
    assert _try(world, "director", PASSWORD) == 429
    world.now += sessions.LOCKED_FOR + timedelta(seconds=1)
    assert _try(world, "director", PASSWORD) == 303


def test_the_cookie_holds_a_secret_that_the_server_does_not_store(world: World) -> None:
    with world.client("director") as client:
        secret = client.cookies["evalplat"]
    with world.acting("system", write=False) as work:
        assert all(secret not in row.id_hash for row in work.session.exec(select(SignInSession)))


def test_an_idle_session_ends_and_the_way_back_leads_to_the_same_page(world: World) -> None:
    with world.client("director") as client:
        cookie = client.cookies["evalplat"]
    world.now += timedelta(minutes=31)
    with world.client() as client:
        client.cookies.set("evalplat", cookie)
        answer = client.get("/people")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=/people"


def test_reading_pages_keeps_the_session_alive(world: World) -> None:
    with world.client("director") as client:
        cookie = client.cookies["evalplat"]
    for _ in range(4):
        world.now += timedelta(minutes=20)
        with world.client() as client:
            client.cookies.set("evalplat", cookie)
            assert client.get("/").status_code == 200


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    with world.client("director") as client:
        cookie = client.cookies["evalplat"]
        client.post("/sign-out", data={"csrf_token": csrf(client, "/password")})
        client.cookies.set("evalplat", cookie)
        assert client.get("/").status_code == 303


@pytest.mark.parametrize("target", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_after_signing_in_nobody_is_sent_elsewhere(world: World, target: str) -> None:
    with world.client() as client:
        answer = client.post("/sign-in", data={"login": "director", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == "/"


def test_a_first_password_must_be_replaced(world: World) -> None:
    with world.acting("sysadmin") as work:
        _, first = actions.add_user(work, login="new", name="新来的", roles=[(Role.CO_REVIEWER, None)])
    with world.client() as client:
        client.post("/sign-in", data={"login": "new", "password": first})
        assert client.get("/").headers["location"] == "/password"
        token = csrf(client, "/password")
        weak = client.post("/password", data={"csrf_token": token, "old": first, "new": "short", "again": "short"})
        assert weak.status_code == 422
        good = {"csrf_token": token, "old": first, "new": "Fresh-2026-word", "again": "Fresh-2026-word"}
        assert client.post("/password", data=good).status_code == 303
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(("password", "fine"), [("short1A", False), ("alllowercaseletters", False), ("director-2026-A", False),
                                               ("Good-enough-26", True)])
def test_what_a_password_needs(password: str, fine: bool) -> None:
    assert (passwords.complaint(password, "director") is None) == fine


def test_a_password_is_stored_at_the_cost_of_the_program_not_of_these_tests() -> None:
    spec = util.find_spec("evalplat.people.passwords")
    assert spec is not None
    assert spec.loader is not None
    fresh = util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.hash_password("Testing-2026-x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_administrator_holds_no_other_role(world: World) -> None:
    with world.acting("sysadmin") as work, pytest.raises(Invalid):
        actions.add_user(work, login="both", name="两职", roles=[(Role.SYSADMIN, None), (Role.DIRECTOR, None)])


def test_a_lent_role_counts_for_its_days_alone(world: World) -> None:
    with world.acting("secadmin") as work:
        giver = work.session.exec(select(Membership).where(Membership.user_id == world.users["director"])).one()
        taker = work.session.get_one(User, world.users["section"])
        actions.delegate(work, giver=giver, taker=taker, starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 4), document="任免〔2026〕1号")
    held = {}
    for day in range(1, 6):
        world.now = world.now.replace(day=day)
        with world.acting("system", write=False) as work:
            held[day] = may(world.person(work.session, "section"), Act.ISSUE_CAMPAIGN)
    assert held == {1: False, 2: True, 3: True, 4: True, 5: False}


def test_a_closed_account_is_out_at_once(world: World) -> None:
    with world.client("co") as client:
        assert client.get("/").status_code == 200
        with world.acting("sysadmin") as work:
            actions.deactivate_user(work, work.session.get_one(User, world.users["co"]))
        assert client.get("/").status_code == 303


def test_the_language_of_the_cookie_is_spoken(world: World) -> None:
    with world.client() as client:
        assert "登录" in client.get("/sign-in").text
        client.cookies.set("language", "en")
        assert "<h1>Sign in</h1>" in client.get("/sign-in").text
