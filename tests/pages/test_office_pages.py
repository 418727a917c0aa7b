"""The office's pages: entries, calendar, departments, lent accounts; who may not first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import moves
from evalplat.operate.doctor import working_days
from evalplat.pages.queries.first_steps import first_steps
from evalplat.people import actions, calendar
from evalplat.people.roles import Role
from evalplat.people.tables import CalendarDay, Office, Unit, User
from tests.pages.counting import statements
from tests.world import PASSWORD, World, csrf

OFFICE = {"name": "中共青河市委编办", "short_name": "青河编办", "document_mark": "中共青河市委编办文件",
          "document_series": "青编办发", "contact": "李敏"}


@pytest.mark.parametrize("who", ["director", "lead", "liaison-shenji", "secadmin", "auditadmin", "commission"])
def test_others_do_not_look_after_the_office(world: World, who: str) -> None:
    with world.client(who) as client:
        token = {"csrf_token": csrf(client, "/password")}
        for path in ("/office", "/office/calendar", "/office/import", "/office/import/present.xlsx"):
            assert client.get(path).status_code == 403
        for path in ("/office", "/office/calendar", "/office/units", "/office/units/shenji", "/office/import", "/office/slips"):
            assert client.post(path, data=token).status_code == 403


def test_the_section_makes_no_accounts(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/office")}
        assert client.get("/office/slips").status_code == 403
        assert client.post("/office/slips", data=token).status_code == 403
        assert client.post("/people/lead", data=token | {"name": "x", "roles": "director"}).status_code == 403
        assert client.post("/people/lead/reopen", data=token).status_code == 403


def test_the_offices_entries_change_and_mistakes_lose_nothing(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/office")}
        wrong = client.post("/office", data=token | OFFICE | {"name": ""})
        assert wrong.status_code == 422
        assert "青河编办" in wrong.text
        assert client.post("/office", data=token | OFFICE).status_code == 303
        assert "中共青河市委编办文件" in client.get("/office").text
    with world.acting("system", write=False) as work:
        assert work.session.get_one(Office, world.office_id).contact == "李敏"


def test_a_day_is_set_and_counts(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/office/calendar")}
        for form in ({"day": "2026-09-33", "kind": "free"}, {"day": "2026-09-02", "kind": "maybe"}, {"day": "", "kind": "free"}):
            assert client.post("/office/calendar", data=token | form).status_code == 422
        assert client.post("/office/calendar", data=token | {"day": "2026-09-02", "kind": "free", "name": "停电"}).status_code == 303
        assert client.post("/office/calendar", data=token | {"day": "2026-09-05", "kind": "worked", "name": ""}).status_code == 303
        assert "停电" in client.get("/office/calendar?year=2026").text
    with world.acting("section") as work:
        assert calendar.deadline(work, 1).date() == date(2026, 9, 3)
        assert calendar.deadline(work, 4).astimezone(work.settings.zone).date() == date(2026, 9, 7)
    with world.client("section") as client:
        form = {"day": "2026-09-02", "kind": "free"} | {"csrf_token": csrf(client, "/office/calendar")}
        assert client.post("/office/calendar/clear", data=form).status_code == 303
        assert "停电" not in client.get("/office/calendar?year=2026").text


def test_a_day_as_every_week_needs_no_entry(world: World) -> None:
    with world.acting("section") as work:
        before = len(calendar.days_of(work, 2026))
        calendar.set_day(work, date(2026, 9, 2), worked=True, name="")
        calendar.set_day(work, date(2026, 10, 1), worked=True, name="")
        assert len(calendar.days_of(work, 2026)) == before - 1


def test_from_november_on_an_empty_next_year_is_said(world: World) -> None:
    with world.client("section") as client:
        assert "2027年的节假日" not in client.get("/office").text
    world.now = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
    with world.client("section") as client:
        assert "2027年的节假日" in client.get("/office").text
        assert "2027年的节假日" in client.get("/").text
        page = client.get("/office/calendar?year=2027").text
        assert "本版本尚不含" in page or "载入国务院" in page
        form = {"csrf_token": csrf(client, "/office"), "day": "2027-01-01", "kind": "free", "name": "元旦"}
        assert client.post("/office/calendar", data=form).status_code == 303
        assert "2027年的节假日" not in client.get("/office").text


def test_a_year_that_was_looked_through_is_marked_as_checked(world: World) -> None:
    world.now = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
    with world.client("section") as client:
        page = client.get("/office/calendar?year=2027").text
        assert "2027年已核对" in page
        assert "2027年已核对" not in client.get("/office/calendar?year=2026").text
        form = {"csrf_token": csrf(client, "/office"), "year": "2027", "checked": "1"}
        assert client.post("/office/calendar/checked", data=form).headers["location"] == "/office/calendar?year=2027"
        assert client.post("/office/calendar/checked", data=form).status_code == 303
        for path in ("/office", "/", "/office/calendar?year=2027"):
            assert "2027年的节假日" not in client.get(path).text
        assert "取消核对标记" in client.get("/office/calendar?year=2027").text
    with world.acting("section", write=False) as work:
        assert calendar.checked_years(work) == (2027,)
        assert working_days(work)[0].well
        assert first_steps(work)[0].done is False
        calendar.mark_checked(work, 2026)
        assert first_steps(work)[0].done
        work.undo()
        assert work.session.exec(select(AuditEvent.event).where(AuditEvent.event == "office.calendar_checked")).all() == [
            "office.calendar_checked"]
    with world.client("section") as client:
        form |= {"csrf_token": csrf(client, "/office"), "checked": "0"}
        assert client.post("/office/calendar/checked", data=form).status_code == 303
        assert "2027年的节假日" in client.get("/office").text
    with world.acting("section", write=False) as work:
        assert not working_days(work)[0].well
    with world.client("director") as client:
        form["csrf_token"] = csrf(client, "/password")
        assert client.post("/office/calendar/checked", data=form).status_code == 403


def test_published_holidays_are_taken_over_again(world: World) -> None:
    with world.acting("section") as work:
        for row in work.session.exec(select(CalendarDay)):
            work.session.delete(row)
    with world.client("section") as client:
        form = {"csrf_token": csrf(client, "/office/calendar"), "year": "2026"}
        assert client.post("/office/calendar/published", data=form).status_code == 303
        assert "国庆节" in client.get("/office/calendar?year=2026").text


UNIT = {"name": "市审计局", "short_name": "审计局", "category": "gov_econ", "profile": "standard"}


def test_a_department_is_changed_set_inactive_and_merged(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/office/units")}
        wrong = client.post("/office/units/shenji", data=token | UNIT | {"merged_into": "minzheng"})
        assert wrong.status_code == 422
        assert client.post("/office/units/shenji", data=token | UNIT | {"parent": "shenji"}).status_code == 422
        assert client.post("/office/units/nobody", data=token | UNIT).status_code == 404
        changed = UNIT | {"short_name": "审计", "closed": "1", "merged_into": "minzheng", "facts": ["has_services"]}
        assert client.post("/office/units/shenji", data=token | changed).status_code == 303
        assert "已并入minzheng" in client.get("/office/units").text
    with world.acting("system", write=False) as work:
        unit = work.session.get_one(Unit, world.units["shenji"])
        assert (unit.short_name, unit.active, unit.facts["has_services"], unit.facts["has_affiliates"]) == ("审计", False, True, False)


def test_a_used_department_is_never_deleted(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/office/units")}
        assert client.post("/office/units/shenji/remove", data=token).status_code == 409
        assert "删除单位" not in client.get("/office/units/shenji").text
        client.post("/office/units", data=token | UNIT | {"code": "wrong", "parent": "shenji"})
        assert "删除单位" in client.get("/office/units/wrong").text
        assert client.post("/office/units/wrong/remove", data=token).status_code == 303
        assert client.get("/office/units/wrong").status_code == 404


def test_the_list_of_departments_asks_as_often_for_eighty(world: World) -> None:
    with world.client("section") as client:
        client.get("/office/units")
        with statements(world.engine) as few:
            client.get("/office/units")
        with world.acting("sysadmin") as work:
            for number in range(77):
                actions.add_unit(work, code=f"u{number}", name=f"单位{number}", short_name=f"单位{number}", category="gov")
        with statements(world.engine) as many:
            client.get("/office/units")
    assert len(many) <= len(few)


def test_an_account_is_changed(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/people/co")}
        for wrong in ({"roles": ["emperor"]}, {"roles": ["dept_head"]}, {"roles": ["director", "sysadmin"]}, {"roles": []},
                      {"roles": ["director"], "expires_on": "2020-01-01"}, {"roles": ["director"], "ends_with": "1999"}):
            answer = client.post("/people/co", data=token | {"name": "钱江二"} | wrong)
            assert answer.status_code == 422
            assert "钱江二" in answer.text
        right = {"name": "钱江", "post": "局长", "roles": ["dept_head"], "unit": "shenji", "expires_on": "2026-12-31"}
        assert client.post("/people/co", data=token | right).status_code == 303
        page = client.get("/people/co").text
        assert "部门主要负责人（审计局）" in page
        assert "2026年12月31日" in page
        own = client.post("/people/sysadmin", data=token | {"name": "系统员", "roles": ["auditadmin"]})
        assert own.status_code == 303
        assert "系统管理员" in client.get("/people/sysadmin").text


def test_a_closed_account_is_opened_again_with_a_new_password(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/people/co")}
        client.post("/people/co/close", data=token)
        slip = client.post("/people/co/reopen", data=token)
        assert slip.status_code == 200
        secret = slip.text.split('id="secret">', 1)[1].split("<", 1)[0]
    with world.client() as client:
        assert client.post("/sign-in", data={"login": "co", "password": PASSWORD}).status_code == 422
        assert client.post("/sign-in", data={"login": "co", "password": secret}).status_code == 303


def test_a_lent_account_ends_with_its_campaign(campaign_world: World) -> None:
    world = campaign_world
    with world.client("sysadmin") as client:
        form = {"csrf_token": csrf(client, "/people"), "login": "lent", "name": "借调员", "roles": ["assessor"], "ends_with": "2026"}
        assert client.post("/people", data=form | {"ends_with": "1999"}).status_code == 422
        assert client.post("/people", data=form).status_code == 200
        assert "随2026评估结束" in client.get("/people?q=lent").text
    with world.acting("commission") as work:
        moves.make_campaign(work, world.campaign(work), "approve")
    with world.acting("director") as work:
        campaign = world.campaign(work)
        campaign.state = "concluded"  # test only: the way there is long
        moves.make_campaign(work, campaign, "archive")
    with world.acting("system") as work:
        user = work.session.exec(select(User).where(User.login == "lent")).one()
        assert user.expires_on == work.today
        assert all(one.expires_on is None for one in work.session.exec(select(User).where(User.login != "lent")))
    world.pass_days(1)
    with world.acting("system") as work:
        actions.reset_password(work, work.session.get_one(User, user.id))
    with world.client("sysadmin") as client:
        assert "已结束" in client.get("/people?q=lent").text


def test_an_account_without_a_slip_opens_to_nobody(world: World) -> None:
    with world.acting("sysadmin") as work:
        actions.new_account(work, login="later", name="以后", roles=[(Role.CO_REVIEWER, None)])
    with world.client() as client:
        for password in ("", "!", "later"):
            assert client.post("/sign-in", data={"login": "later", "password": password}).status_code == 422
