"""Chasing: what is late and with whom, texts to copy, calls on record, the same rows as an Excel file."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import event

from evalplat.campaigns import calls, progress
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import speaking
from evalplat.kernel.listing import wanted
from evalplat.pages.queries import chasing, chasing_texts
from evalplat.pages.queries.export import harmless, workbook
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.people.tables import Unit
from evalplat.stages.notices import actions, actions_sides
from evalplat.workflow.stages import SideState, Stage
from tests.world import PASSWORD, World, csrf

PAGE = "/c/2026/chasing"


@pytest.fixture
def late_world(noticed_world: World) -> World:
    """10 October, a worked Saturday after the National Day: assessments were due on the 1st; minzheng stands still."""
    for unit in ("jiaotong", "minzheng"):
        with noticed_world.acting(f"liaison-{unit}") as work:
            actions.acknowledge(work, noticed_world.evaluation(work, unit))
    with noticed_world.acting("director") as work:
        actions_sides.stand_aside(work, noticed_world.evaluation(work, "minzheng"), SideState.SUSPENDED, reason="机构改革")
    noticed_world.now = datetime(2026, 10, 10, 2, 0, tzinfo=UTC)
    return noticed_world


@pytest.mark.parametrize(("who", "status"), [("section", 200), ("director", 200), ("establishment", 200), ("lead", 200),
                                             ("commission", 200), ("head-jiaotong", 403), ("third", 403), ("sysadmin", 404)])
def test_who_sees_the_table(noticed_world: World, who: str, status: int) -> None:
    with noticed_world.client(who) as client:
        assert client.get(PAGE).status_code == status


def test_days_are_working_days_over_the_holiday(late_world: World) -> None:
    with late_world.acting("section", write=False) as work, speaking("zh"):
        rows = chasing.rows_of(work, late_world.campaign(work), within=3)
        mine = next(row for row in rows if row.unit_code == "jiaotong" and row.side == "unit" and row.stage == Stage.ASSESSMENT)
        # due on 1 October, a holiday; the 8th, the 9th and the worked Saturday the 10th went by
        assert (mine.late, mine.days) == (True, 3)
        assert "交通运输局liaison" in mine.who
        assert {row.unit_code for row in rows} == {"jiaotong", "shenji"}


def test_filters_of_the_address(late_world: World) -> None:
    with late_world.acting("section") as work:
        progress.wait(work, late_world.evaluation(work, "shenji"), "accept_assessment", stage=Stage.REVIEW, href="/x",
                      due_at=datetime(2026, 10, 13, tzinfo=UTC))
    with late_world.acting("section", write=False) as work:
        rows = chasing.rows_of(work, late_world.campaign(work), within=3)

        def kept(**filters: str) -> set[tuple[str, str]]:
            return {(row.unit_code, row.side) for row in chasing.chosen(rows, wanted(PAGE, filters, filters=chasing.FILTERS))}

        assert kept(kind="soon") == {("shenji", "team")}
        assert kept(side="team") == {("shenji", "team")}
        assert kept(q="交通", side="unit") == {("jiaotong", "unit")}
        assert kept(stage="notice") == {("shenji", "unit")}
        assert kept(team="t2") == set()
        assert not [row for row in chasing.rows_of(work, late_world.campaign(work), within=0) if not row.late]


def test_a_team_sees_its_own_units_alone(late_world: World) -> None:
    with late_world.acting("lead2", write=False) as work:
        assert chasing.rows_of(work, late_world.campaign(work), within=3) == []


def test_a_text_for_each_ticked_department(late_world: World) -> None:
    with late_world.client("section") as client:
        page = client.get(PAGE).text
        assert 'name="unit" value="jiaotong"' in page
        text = client.get(f"{PAGE}/messages?unit=jiaotong&kind=late").text
        assert "市交通运输局：" in text
        assert "已逾期3个工作日" in text
        assert "/c/2026/u/jiaotong/assessment" in text
        assert "联系人：李敏，电话：0632-5500001。" in text
        assert "市审计局：" not in text
        assert "市审计局：" in client.get(f"{PAGE}/messages").text
    with late_world.acting("section", write=False) as work, speaking("en"):
        rows = chasing.rows_of(work, late_world.campaign(work), within=3)
        made = chasing_texts.messages(work, late_world.campaign(work), rows, within=3)
        assert all("您好！在2026年度机构编制综合评估中" in one.text for one in made)


def test_a_second_call_is_visible_as_such(late_world: World) -> None:
    page = "/c/2026/u/jiaotong/calls"
    with late_world.client("head-jiaotong") as client:
        assert client.get(page).status_code == 403
    with late_world.client("lead2") as client:
        assert client.get(page).status_code == 404
    with late_world.client("section") as client:
        token = csrf(client, page)
        refused = client.post(page, data={"csrf_token": token, "called": "王主任", "said": "", "promised_on": "2026-10-12"})
        assert refused.status_code == 422
        assert "王主任" in refused.text
        past = {"csrf_token": token, "called": "王主任", "said": "周一报送", "promised_on": "2026-10-09"}
        assert client.post(page, data=past).status_code == 422
        for said in ("周一报送", "仍未报送"):
            data = {"csrf_token": token, "called": "王主任", "said": said, "promised_on": "2026-10-12"}
            assert client.post(page, data=data).status_code == 303
        assert "2次" in client.get(PAGE).text
        assert "第2次：王主任" in client.get("/c/2026/u/jiaotong").text
    with late_world.client("head-jiaotong") as client:
        assert "仍未报送" not in client.get("/c/2026/u/jiaotong").text
    with late_world.acting("section") as work, pytest.raises(Invalid):
        calls.log_call(work, late_world.evaluation(work, "jiaotong"), called=" ", said="x")


def test_the_excel_file_has_the_same_rows_and_runs_nothing(late_world: World) -> None:
    with late_world.acting("section") as work:
        calls.log_call(work, late_world.evaluation(work, "jiaotong"), called='=HYPERLINK("http://x")', said="+1")
    with late_world.client("section") as client:
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}.xlsx?stage=assessment&side=unit").content))
        rows = list(book.active.iter_rows(values_only=True))
        assert {row[0] for row in rows[1:]} == {"jiaotong"}
        assert any("'=HYPERLINK(\"http://x\")" in row for row in rows)
        assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)
        documents = openpyxl.load_workbook(io.BytesIO(client.get("/documents.xlsx?kind=side_notice").content))
        assert [row[0] for row in documents.active.iter_rows(values_only=True)][1:] == ["关于暂停市民政局评估工作的通知"]
    with late_world.client("head-jiaotong") as client:
        assert client.get(f"{PAGE}.xlsx").status_code == 403
        documents = openpyxl.load_workbook(io.BytesIO(client.get("/documents.xlsx").content))
        assert len(list(documents.active.iter_rows())) == 2


def test_signs_that_begin_a_formula_are_made_harmless() -> None:
    assert [harmless(text) for text in ("=1", "+1", "-1", "@x", "\tx")] == ["'=1", "'+1", "'-1", "'@x", "'\tx"]
    assert [harmless(text) for text in ("正常", "1-2", "")] == ["正常", "1-2", ""]
    book = openpyxl.load_workbook(io.BytesIO(workbook("表", ["名"], [[-3], ["-3"]])))
    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["名", -3, "'-3"]


def test_the_number_of_queries_does_not_grow_with_the_units(late_world: World) -> None:
    few = _queries(late_world)
    with late_world.acting("section") as work:
        from evalplat.campaigns.tables import Evaluation

        for number in range(20):
            unit: Unit = people.add_unit(work, code=f"unit{number}", name=f"市第{number}局", short_name=f"{number}局",
                                         category="gov_econ", facts={})
            people.add_user(work, login=f"liaison{number}", name="x", roles=[(Role.DEPT_LIAISON, unit.id)], password=PASSWORD,
                            must_change=False)
            row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=late_world.campaign_id, unit_id=unit.id,
                                                  state="notified", entered_at=work.now))
            progress.wait(work, row, "acknowledge_notice", stage=Stage.NOTICE, href=f"/c/2026/u/unit{number}/notice",
                          due_at=datetime(2026, 10, 9, tzinfo=UTC))
    assert _queries(late_world) == few


def _queries(world: World) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    with world.client("section") as client:
        client.get(PAGE)
        event.listen(world.engine, "before_cursor_execute", note)
        assert client.get(PAGE).status_code == 200
        event.remove(world.engine, "before_cursor_execute", note)
    return count
