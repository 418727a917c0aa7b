"""Accounts and lent roles: added, reset, closed, lent, taken back; each by its own administrator."""

from __future__ import annotations

import re

from tests.pages.rich import lender
from tests.world import PASSWORD, World, csrf


def _secret(text: str) -> str:
    found = re.search(r'id="secret">([^<]+)<', text)
    assert found is not None
    return found[1]


def test_only_the_system_administrator_changes_accounts(world: World) -> None:
    for who in ("director", "section", "secadmin"):
        with world.client(who) as client:
            assert client.get("/people").status_code == 200
            token = {"csrf_token": csrf(client, "/password")}
            assert client.post("/people", data=token).status_code == 403
            assert client.post("/people/lead/reset", data=token).status_code == 403
            assert client.post("/people/lead/close", data=token).status_code == 403
    for who in ("lead", "liaison-shenji", "auditadmin"):
        with world.client(who) as client:
            assert client.get("/people").status_code == 403


def test_a_new_password_is_shown_once_and_replaced_at_the_first_sign_in(world: World) -> None:
    with world.client("sysadmin") as admin, world.client("lead") as lead:
        assert lead.get("/").status_code == 200
        slip = admin.post("/people/lead/reset", data={"csrf_token": csrf(admin, "/people/lead")})
        secret = _secret(slip.text)
        assert slip.headers["cache-control"] == "no-store"
        assert secret not in admin.get("/people/lead").text
        assert lead.get("/").headers["location"].startswith("/sign-in")
        assert lead.post("/sign-in", data={"login": "lead", "password": PASSWORD}).status_code == 422
        assert lead.post("/sign-in", data={"login": "lead", "password": secret}).status_code == 303
        assert lead.get("/").headers["location"] == "/password"
        changed = {"csrf_token": csrf(lead, "/password"), "old": secret, "new": "Another-2026-y", "again": "Another-2026-y"}
        assert lead.post("/password", data=changed).status_code == 303
        assert lead.get("/").status_code == 200


def test_an_account_is_added_with_its_slip(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/people")}
        form = {"login": "sun", "name": "孙工", "roles": ["dept_liaison"], "unit": ""}
        refused = client.post("/people", data=token | form)
        assert refused.status_code == 422
        assert "孙工" in refused.text
        secret = _secret(client.post("/people", data=token | form | {"unit": "shenji"}).text)
        assert "孙工" in client.get("/people?unit=shenji&q=sun").text
        taken = client.post("/people", data=token | form | {"unit": "shenji"})
        assert taken.status_code == 422
    with world.client() as client:
        assert client.post("/sign-in", data={"login": "sun", "password": secret}).status_code == 303


def test_an_administrator_holds_no_other_role(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/people")}
        answer = client.post("/people", data=token | {"login": "x1", "name": "某人", "roles": ["sysadmin", "director"]})
        assert answer.status_code == 422
        assert "管理员不能兼任其他角色" in answer.text
        assert client.post("/people", data=token | {"login": "x1", "name": "某人", "roles": ["emperor"]}).status_code == 422


def test_a_closed_account_is_out_at_once(world: World) -> None:
    with world.client("sysadmin") as admin, world.client("lead") as lead:
        token = {"csrf_token": csrf(admin, "/people/lead")}
        assert admin.post("/people/lead/close", data=token).status_code == 303
        assert lead.get("/").headers["location"].startswith("/sign-in")
        assert admin.post("/people/sysadmin/close", data=token).status_code == 409


def test_a_unit_is_added_once(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/units")}
        form = {"code": "shuili", "name": "市水利局", "short_name": "水利局", "category": "gov", "facts": ["has_services"]}
        assert client.post("/office/units", data=token | form).status_code == 303
        assert "市水利局" in client.get("/office/units").text
        assert client.post("/office/units", data=token | form).status_code == 422


def test_a_lent_role_takes_effect_and_ends(noticed_world: World) -> None:
    lender(noticed_world)
    with noticed_world.client("deputy") as deputy, noticed_world.client("secadmin") as admin:
        assert deputy.get("/c/2026/plan").status_code == 403
        page = admin.get("/people/delegations").text
        giver = re.search(r'value="(\d+)"[^>]*>周正 · 主任', page)
        assert giver is not None
        form = {"csrf_token": csrf(admin, "/people/delegations"), "giver": giver[1], "taker": "deputy", "starts_on": "2026-09-01",
                "ends_on": "2026-09-10", "document": ""}
        assert admin.post("/people/delegations", data=form).status_code == 422
        assert admin.post("/people/delegations", data=form | {"document": "会议纪要3号"}).status_code == 303
        assert deputy.get("/c/2026/plan").status_code == 200
        listed = admin.get("/people/delegations").text
        assert "会议纪要3号" in listed
        end = re.search(r"/people/delegations/\d+/end", listed)
        assert end is not None
        assert admin.post(end[0], data={"csrf_token": form["csrf_token"]}).status_code == 303
        assert deputy.get("/c/2026/plan").status_code == 403


def test_a_lent_role_ends_with_its_last_day(noticed_world: World) -> None:
    lender(noticed_world)
    with noticed_world.acting("secadmin") as work:
        from datetime import date

        from evalplat.pages.queries.people import find_membership, lendable
        from evalplat.people import actions
        from tests.pages.rich import user_named

        key = next(key for key, label in lendable(work) if label.startswith("周正"))
        giver = find_membership(work, key)
        assert giver is not None
        actions.delegate(work, giver=giver, taker=user_named(work, "deputy"), starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 2),
                         document="会议纪要3号")
    with noticed_world.client("deputy") as client:
        assert client.get("/c/2026/plan").status_code == 200
    noticed_world.pass_days(2)
    with noticed_world.client("deputy") as client:
        assert client.get("/c/2026/plan").status_code == 403


def test_only_the_security_administrator_lends(world: World) -> None:
    for who in ("director", "sysadmin"):
        with world.client(who) as client:
            assert client.post("/people/delegations", data={"csrf_token": csrf(client, "/password")}).status_code == 403
