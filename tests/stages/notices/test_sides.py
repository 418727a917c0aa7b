"""A unit that stands aside: by a letter, with its deadlines stopped; merged, its successor's people act for it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns import progress, windows
from evalplat.documents.actions import view_of
from evalplat.documents.queries import documents_of
from evalplat.documents.render import render_html
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.stages.notices import actions, actions_sides
from evalplat.workflow.stages import SideState, State
from tests.scored import set_state
from tests.world import World, csrf

PAGE = "/c/2026/u/shenji/aside"


def _day(work: Work, moment: datetime) -> date:
    return moment.astimezone(work.settings.zone).date()


@pytest.mark.parametrize(("who", "status"), [("section", 403), ("lead", 403), ("head-shenji", 403), ("liaison-jiaotong", 404)])
def test_only_the_director_lets_an_evaluation_stand_still(noticed_world: World, who: str, status: int) -> None:
    with noticed_world.client(who) as client:
        data = {"csrf_token": csrf(client, "/password"), "side": "suspended", "reason": "机构改革"}
        assert client.post(PAGE, data=data).status_code == status


def test_suspension_is_one_act_with_its_letter(noticed_world: World) -> None:
    with noticed_world.client("director") as client:
        token = csrf(client, PAGE)
        assert client.post(PAGE, data={"csrf_token": token, "side": "suspended", "reason": ""}).status_code == 422
        assert client.post(PAGE, data={"csrf_token": token, "side": "suspended", "reason": "机构改革"}).status_code == 303
        assert client.post(PAGE, data={"csrf_token": token, "side": "suspended", "reason": "再次"}).status_code == 409
    with noticed_world.client("liaison-shenji") as client:
        text = client.get(PAGE).text
        assert "滕编办发〔2026〕2号" in text
        assert "机构改革" in text
        file = client.get("/c/2026/u/shenji").text
        assert "滕编办发〔2026〕2号" in file
        assert client.post("/c/2026/u/shenji/notice/receipt", data={"csrf_token": csrf(client, "/password")}).status_code == 409
    with noticed_world.acting("section", write=False) as work:
        row = noticed_world.evaluation(work, "shenji")
        assert (row.side, row.side_reason, row.side_document) == ("suspended", "机构改革", "滕编办发〔2026〕2号")
        document = documents_of(work.session, row, kind="side_notice")[0]
        assert document.state == "issued"
        html = render_html("side_notice", view_of(document))
        assert "因机构改革，经研究，决定自2026年9月1日起暂停" in html


def test_the_clock_of_the_notice_stops_and_runs_on(noticed_world: World) -> None:
    noticed_world.now = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
    with noticed_world.acting("director") as work:
        actions_sides.stand_aside(work, noticed_world.evaluation(work, "shenji"), SideState.SUSPENDED, reason="机构改革")
    noticed_world.pass_days(27)
    with noticed_world.acting("system") as work:
        assert actions.deem_served(work) == 2
        assert noticed_world.evaluation(work, "shenji").state == State.NOTIFIED
    with noticed_world.acting("director") as work:
        document = actions_sides.take_up_again(work, noticed_world.evaluation(work, "shenji"), reason="改革任务完成")
        rows = {row[0]: row for row in view_of(document).sheets[0].rows}
        # the day of the halt and of going on do not count: three working days after 28 September, over the National Day
        assert rows["签收评估通知"][2] == "2026年10月8日"
        waits = progress.waiting(work, noticed_world.evaluation(work, "shenji"))
        assert [_day(work, row.due_at) for row in waits if row.act == "acknowledge_notice"] == [date(2026, 10, 8)]
    noticed_world.now = datetime(2026, 10, 8, 15, 59, tzinfo=UTC)
    with noticed_world.acting("system") as work:
        assert actions.deem_served(work) == 0
    noticed_world.now = datetime(2026, 10, 8, 16, 0, 1, tzinfo=UTC)
    with noticed_world.acting("system") as work:
        assert actions.deem_served(work) == 1


def test_the_letter_of_going_on_lists_dates_before_and_now(noticed_world: World) -> None:
    with noticed_world.acting("liaison-shenji") as work:
        actions.acknowledge(work, noticed_world.evaluation(work, "shenji"))
    noticed_world.now = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
    with noticed_world.acting("director") as work:
        actions_sides.stand_aside(work, noticed_world.evaluation(work, "shenji"), SideState.SUSPENDED, reason="机构改革")
    noticed_world.now = datetime(2026, 10, 9, 2, 0, tzinfo=UTC)
    with noticed_world.acting("director") as work:
        row = noticed_world.evaluation(work, "shenji")
        document = actions_sides.take_up_again(work, row, reason="改革任务完成")
        dates = {name: (before, now) for name, before, now in view_of(document).sheets[0].rows}
        # the assessment was to end on 1 October: two working days were left, the 10th (a worked Saturday) and the 12th are given
        assert dates["部门自评"] == ("2026年10月1日", "2026年10月12日")
        assert _day(work, windows.due_of(work, row, "assessment")) == date(2026, 10, 12)
        assert row.side is None
        assert row.side_since is None


def test_an_exempted_unit_ends_and_a_final_one_is_not_exempted(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        row = noticed_world.evaluation(work, "shenji")
        actions_sides.stand_aside(work, row, SideState.EXEMPT, reason="新设机构未满一年")
        assert not progress.waiting(work, row)
        with pytest.raises(Refused):
            actions_sides.take_up_again(work, row, reason="x")
    set_state(noticed_world, "minzheng", State.FINAL)
    with noticed_world.acting("director") as work, pytest.raises(Refused):
        actions_sides.stand_aside(work, noticed_world.evaluation(work, "minzheng"), SideState.EXEMPT, reason="x")


def test_a_merged_unit_names_its_successor_whose_head_acts_for_it(noticed_world: World) -> None:
    set_state(noticed_world, "shenji", State.FOLLOWING)
    with noticed_world.acting("director") as work:
        row = noticed_world.evaluation(work, "shenji")
        with pytest.raises(Invalid):
            actions_sides.stand_aside(work, row, SideState.MERGED, reason="机构合并")
        taker = work.session.exec(select(Unit).where(Unit.code == "minzheng")).one()
        actions_sides.stand_aside(work, row, SideState.MERGED, reason="机构合并", successor=taker)
        assert row.side is None
    with noticed_world.acting("head-minzheng", write=False) as work:
        row = noticed_world.evaluation(work, "shenji")
        assert may(work.actor, Act.SUBMIT_RECTIFICATION, row)
        assert work.actor.unit_name == "民政局"
    with noticed_world.acting("filler-minzheng", write=False) as work:
        assert not may(work.actor, Act.FILL_RECTIFICATION, noticed_world.evaluation(work, "shenji"))
    with noticed_world.client("head-minzheng") as client:
        assert "市民政局已承接" in client.get(PAGE).text
    with noticed_world.client("head-jiaotong") as client:
        assert client.get(PAGE).status_code == 404


def test_a_unit_merged_before_its_result_ends_without_one(noticed_world: World) -> None:
    with noticed_world.client("director") as client:
        data = {"csrf_token": csrf(client, PAGE), "side": "merged", "reason": "机构合并"}
        refused = client.post(PAGE, data=data)
        assert refused.status_code == 422
        assert "机构合并" in refused.text
        assert client.post(PAGE, data=data | {"successor": "minzheng"}).status_code == 303
    with noticed_world.acting("section", write=False) as work:
        assert noticed_world.evaluation(work, "shenji").side == SideState.MERGED
