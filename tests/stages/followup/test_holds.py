"""The hold on new requests, its history and waivers; reminders at home; the ladder on the page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.stages.followup import actions_holds, actions_items, jobs, queries, queries_holds
from evalplat.stages.followup.forms import RequestForm, WaiverForm
from evalplat.stages.followup.tables import ApprovalHold, ApprovalRequest
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World, csrf

ASK = RequestForm(kind="quota_use", subject="招录公务员2名", received_on=date(2026, 9, 1))


def unit(work: Work, world: World) -> Unit:
    return work.session.get_one(Unit, world.units[UNIT])


def held(world: World) -> World:
    """F-02 (major) is overdue by a second; the clock looks."""
    steps.issued(world)
    steps.plan(world)
    with world.acting("section", write=False) as work:
        world.now = steps.item(work, world)[0].due_at + timedelta(seconds=1)
    with world.acting("system") as work:
        actions_holds.sync(work)
    return world


def test_a_unit_is_held_up_from_the_first_second(noticed_world: World) -> None:
    world = held(noticed_world)
    with world.acting("section", write=False) as work:
        [row] = work.session.exec(select(ApprovalHold)).all()
        assert row.from_at == steps.item(work, world)[0].due_at
        assert [one.code for one in queries_holds.held_units(work)] == [UNIT]


def test_the_last_moment_is_in_time(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section", write=False) as work:
        world.now = steps.item(work, world)[0].due_at
        assert not queries.holds(work, unit(work, world))


def test_requests_are_refused_and_only_the_director_lets_one_through(noticed_world: World) -> None:
    world = held(noticed_world)
    with world.acting("establishment") as work:
        row = actions_holds.log_request(work, unit(work, world), ASK)
        assert (row.decision, row.numbers) == ("refused", ["2026-jiaotong-02"])
    for who in ("section", "establishment", "liaison-jiaotong", "commission"):
        with world.client(who) as client:
            data = {"csrf_token": csrf(client, "/password"), "reason": "急需", "document": "会议纪要1号"}
            assert client.post(f"/follow-up/holds/{UNIT}/requests/1/waive", data=data).status_code == 403
    with world.client("director") as client:
        page = f"/follow-up/holds/{UNIT}"
        data = {"csrf_token": csrf(client, page), "reason": "急需", "document": ""}
        assert client.post(f"{page}/requests/1/waive", data=data).status_code == 422
        assert client.post(f"{page}/requests/1/waive", data=data | {"document": "主任办公会纪要〔2026〕9号"}).status_code == 303
        assert client.post(f"{page}/requests/1/waive", data=data | {"document": "再来"}).status_code == 409
        assert "主任办公会纪要〔2026〕9号" in client.get(page).text
    with world.acting("section", write=False) as work:
        assert queries.holds(work, unit(work, world))
        assert work.session.exec(select(ApprovalRequest)).one().waived_by == "周正"


def test_without_a_hold_there_is_nothing_to_refuse(noticed_world: World) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        actions_holds.log_request(work, unit(work, noticed_world), ASK)


def test_a_request_of_tomorrow_is_not_taken(noticed_world: World) -> None:
    world = held(noticed_world)
    with world.acting("section") as work, pytest.raises(Invalid):
        actions_holds.log_request(work, unit(work, world), ASK.model_copy(update={"received_on": date(2028, 1, 1)}))


def test_verified_means_released_at_once_and_the_history_stays(noticed_world: World) -> None:
    world = held(noticed_world)
    steps.progress(world)
    steps.submit(world)
    steps.verify(world, "lead")
    world.pass_days(2)
    steps.verify(world, "section")
    with world.acting("section", write=False) as work:
        [line] = queries_holds.history(work)
        assert line.released_at == world.now
        assert work.session.exec(select(ApprovalHold)).one().released_why == "verified"
        assert not queries_holds.held_units(work)
    with world.client("commission") as client:
        assert "2026-jiaotong-02" in client.get("/follow-up/holds").text


def test_handed_in_on_time_and_rejected_too_late_holds_from_the_rejection(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    steps.submit(world)
    with world.acting("section", write=False) as work:
        world.now = steps.item(work, world)[0].due_at + timedelta(days=3)
    with world.acting("lead") as work:
        assert not queries.holds(work, unit(work, world))
        actions_items.reject(work, world.evaluation(work, UNIT), steps.item(work, world), "材料不足")
        assert work.session.exec(select(ApprovalHold)).one().from_at == world.now


def test_a_waiver_needs_its_form() -> None:
    with pytest.raises(ValueError, match="document"):
        WaiverForm(reason="急需", document="")


@pytest.mark.parametrize("who", ["liaison-jiaotong", "lead", "third", "auditadmin"])
def test_holds_are_the_offices_pages(noticed_world: World, who: str) -> None:
    with noticed_world.client(who) as client:
        assert client.get("/follow-up/holds").status_code == 403
        assert client.get(f"/follow-up/holds/{UNIT}").status_code == 403


def test_reminders_wait_at_the_departments_home_until_it_takes_note(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world, "F-03")
    with world.acting("section", write=False) as work:
        due = steps.item(work, world, "F-03")[0].due_at
    said: list[int] = []
    for days in (-11, -10, -9, -3, 0, 1, 2):
        world.now = due + timedelta(days=days) - timedelta(hours=9)
        with world.acting("system") as work:
            said.append(jobs.remind(work))
    assert said == [0, 1, 0, 1, 1, 1, 0]
    for who, count in (("liaison-jiaotong", 1), ("head-jiaotong", 1), ("section", 0), ("liaison-shenji", 0)):
        with world.acting(who, write=False) as work:
            assert sum(task.href.endswith("f-03#reminder") for task in waiting_for(work, work.actor)) == count
    with world.acting("liaison-jiaotong") as work:
        actions_items.read_reminder(work, world.evaluation(work, UNIT), steps.item(work, world, "F-03"))
        assert not [task for task in waiting_for(work, work.actor) if task.href.endswith("f-03#reminder")]


def test_the_ladder_stands_on_the_ledger_in_words(noticed_world: World) -> None:
    world = held(noticed_world)
    world.pass_days(6)
    with world.client("section") as client:
        assert "红灯：逾期" in client.get("/follow-up?light=red").text
        assert "2026-jiaotong-02" not in client.get("/follow-up?light=yellow&unit=jiaotong&severity=major").text.split("台账事项", 1)[-1]
