"""People who are there for a time: lent staff whose account ends, and a head whose signature is lent over the National Day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from evalplat.people.tables import User
from evalplat.workflow.stages import State
from tests.journeys.steps import at, denied, end_of, logged, post, see
from tests.scored import set_state
from tests.world import World, csrf

UNIT = "/c/2026/u/jiaotong"
OWN = "Jiediao-2026-eigen"
FINDING = {"category": "P31", "severity": "major", "title": "超编配备人员", "description": "超编2人", "evidence": "R-02 名册"}


def account(world: World, **ends: str) -> str:
    """The system administrator opens an account with an end; the slip's password."""
    page = post(world, "sysadmin", "/people", expect=200, login="borrowed", name="韩梅", post="审计局借调", roles="assessor", **ends)
    found = re.search(r'id="secret">([^<]+)<', page)
    assert found is not None
    return found[1]


def signing_in(world: World, password: str, *, expect: int = 303) -> str:
    with world.client() as client:
        answer = client.post("/sign-in", data={"login": "borrowed", "password": password})
        assert answer.status_code == expect
        return answer.text


def own_password(world: World, slip: str) -> None:
    """The first sign-in: nothing opens before the password is one's own."""
    with world.client() as client:
        assert client.post("/sign-in", data={"login": "borrowed", "password": slip}).status_code == 303
        assert client.get("/").headers["location"] == "/password"
        form = {"csrf_token": csrf(client, "/password"), "old": slip, "new": OWN, "again": OWN}
        assert client.post("/password", data=form).status_code == 303


def take_in(world: World) -> None:
    """The section takes the lent person into the team of one unit, by a document; the unit's review has begun."""
    for unit in world.units:
        set_state(world, unit, State.ACCEPTED)
    post(world, "section", f"{UNIT}/team/change", expect=422, joins="borrowed", reason="人手不足")
    post(world, "section", f"{UNIT}/team/change", joins="borrowed", reason="人手不足", document="滕编办函〔2026〕9号")
    assert "韩梅" in see(world, "head-jiaotong", f"{UNIT}/team")


def works(world: World) -> None:
    """They raise a finding in the unit they were taken in for, and find no other one."""
    with world.client() as client:
        assert client.post("/sign-in", data={"login": "borrowed", "password": OWN}).status_code == 303
        assert "交通运输局" in client.get("/c/2026").text
        assert client.get(f"{UNIT}/review").status_code == 200
        token = {"csrf_token": csrf(client, "/password")}
        assert client.post(f"{UNIT}/findings", data=token | FINDING).status_code == 303
        assert client.get("/c/2026/u/shenji/review").status_code == 404
        assert client.get("/people").status_code == 403
    assert "超编配备人员" in see(world, "lead", f"{UNIT}/findings")


@pytest.fixture
def october(noticed_world: World) -> World:
    """The review's window opened on 26 September; it is the last day before the holidays."""
    noticed_world.now = at(9, 30)
    return noticed_world


def test_an_account_ends_with_its_last_day_the_worked_saturday(october: World) -> None:
    world = october
    post(world, "sysadmin", "/people", expect=422, login="borrowed", name="韩梅", roles="assessor", expires_on="2026-09-29")
    denied(world, "section", {"!/people": 403})
    slip = account(world, expires_on="2026-10-10")
    own_password(world, slip)
    signing_in(world, slip, expect=422)
    take_in(world)
    works(world)
    world.now = end_of(10, 10)
    with world.client() as client:
        assert client.post("/sign-in", data={"login": "borrowed", "password": OWN}).status_code == 303
        assert client.get(f"{UNIT}/review").status_code == 200
        secret = client.cookies.get("evalplat")
    world.now += timedelta(seconds=1)
    with world.client() as client:
        client.cookies.set("evalplat", secret or "")
        assert client.get(f"{UNIT}/review").headers["location"].startswith("/sign-in")
    assert "登录名或密码" in signing_in(world, OWN, expect=422)
    assert "超编配备人员" in see(world, "lead", f"{UNIT}/findings")
    assert "已结束" in see(world, "sysadmin", "/people/borrowed")
    assert logged(world, "user.added", "user.sign_in_failed", "team.changed")[-4:] == [
        ("user.added", "", "系统员"), ("user.sign_in_failed", "", "韩梅"), ("team.changed", "jiaotong", "李敏"),
        ("user.sign_in_failed", "", "韩梅")]


def test_an_account_ends_with_its_campaign(october: World) -> None:
    world = october
    own_password(world, account(world, ends_with="2026"))
    take_in(world)
    works(world)
    denied(world, "section", {"!/c/2026/cancel": 403})
    world.now = at(10, 9)
    post(world, "director", "/c/2026/cancel", document="滕编发〔2026〕5号", reason="机构改革，评估终止")
    assert logged(world, "user.ended") == [("user.ended", "", "周正")]
    world.now = end_of(10, 9)
    signing_in(world, OWN)
    world.now += timedelta(seconds=1)
    signing_in(world, OWN, expect=422)
    denied(world, "lead", {"/": 200})
    with world.acting("system", write=False) as work:
        assert list(work.session.exec(select(User.login).where(col(User.expires_on).is_not(None)))) == ["borrowed"]


WISH = {"window": "assessment", "until": "2026-10-12", "reason": "主要负责人参加培训"}


def lend(world: World, **form: str) -> None:
    """The security administrator lends the head's role to the liaison, by a document."""
    page = see(world, "secadmin", "/people/delegations")
    giver = re.search(r'value="(\d+)"[^>]*>交通运输局head', page)
    assert giver is not None
    data = {"giver": giver[1], "taker": "liaison-jiaotong", "starts_on": "2026-09-28", "ends_on": "2026-10-08",
            "document": "交运局〔2026〕31号"}
    for who, expect in (("head-jiaotong", 403), ("sysadmin", 403)):
        post(world, who, "/people/delegations", expect=expect, **data)
    post(world, "secadmin", "/people/delegations", expect=422, **data | {"document": ""})
    post(world, "secadmin", "/people/delegations", expect=422, **data | {"taker": "auditadmin"})
    post(world, "secadmin", "/people/delegations", **data | form)


def test_the_heads_signature_is_lent_until_after_the_holidays(noticed_world: World) -> None:
    world = noticed_world
    post(world, "liaison-jiaotong", f"{UNIT}/notice/receipt")
    world.now = at(9, 25)
    lend(world)
    world.now = at(9, 27, 15, 59, 59)
    denied(world, "liaison-jiaotong", {f"!{UNIT}/extension/ask": 403, f"!{UNIT}/assessment/submit": 403})
    world.now += timedelta(seconds=1)
    post(world, "liaison-jiaotong", f"{UNIT}/extension", **WISH)
    page = see(world, "section", f"{UNIT}/extension")
    assert "交通运输局liaison" in page
    assert "同意并印发通知" in page
    denied(world, "liaison-jiaotong", {"/c/2026/u/shenji": 404, "!/c/2026/u/shenji/extension": 404})
    post(world, "section", f"{UNIT}/extension/grant", until="2026-10-12", reason="情况属实")

    # the last day is the first one worked after the holidays
    world.now = end_of(10, 8)
    denied(world, "liaison-jiaotong", {f"!{UNIT}/assessment/submit": 409})  # may, but parts are missing
    world.now += timedelta(seconds=1)
    denied(world, "liaison-jiaotong", {f"!{UNIT}/assessment/submit": 403, f"{UNIT}/assessment": 200})
    denied(world, "head-jiaotong", {f"!{UNIT}/assessment/submit": 409})
    assert "交运局〔2026〕31号" in see(world, "secadmin", "/people/delegations")
    assert logged(world, "delegation.made", "extension.asked") == [
        ("delegation.made", "", "安全员"), ("extension.asked", "jiaotong", "交通运输局liaison")]
    assert ("access.denied", "", "交通运输局liaison") in logged(world, "access.denied")


def test_a_lent_signature_is_taken_back_at_once(noticed_world: World) -> None:
    world = noticed_world
    post(world, "liaison-jiaotong", f"{UNIT}/notice/receipt")
    world.now = at(9, 30)
    lend(world)
    denied(world, "liaison-jiaotong", {f"!{UNIT}/assessment/submit": 409})
    end = re.search(r"/people/delegations/\d+/end", see(world, "secadmin", "/people/delegations"))
    assert end is not None
    post(world, "head-jiaotong", end[0], expect=403)
    post(world, "secadmin", end[0])
    denied(world, "liaison-jiaotong", {f"!{UNIT}/assessment/submit": 403})
    assert logged(world, "delegation.ended") == [("delegation.ended", "", "安全员")]
