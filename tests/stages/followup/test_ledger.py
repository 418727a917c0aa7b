"""The ledger: every field, filters, order, pages, paper, and a fixed number of questions however many items there are."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from evalplat.kernel.listing import PAGE_SIZE, paged
from evalplat.kernel.work import Work
from evalplat.stages.followup import queries_ledger, queries_ledger_cells
from evalplat.stages.followup.queries_ledger_ask import chosen, read
from evalplat.stages.followup.tables import Rectification
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World

ALL = ["F-01", "F-02", "F-03"]
FIELDS = ("编号", "来源", "部门", "责任内设机构", "指标", "依据", "证据", "佐证材料", "类别", "严重程度", "整改通知书文号", "送达时间",
          "整改要求", "责任人", "整改进度", "核查方式", "核查意见", "延期", "逾期天数", "回头看", "关联编制调整事项")


def test_the_file_holds_every_field_of_the_ledger(noticed_world: World) -> None:
    world = steps.rectified(steps.issued(noticed_world), "F-02")
    with world.client("commission") as client:
        sheet = load_workbook(io.BytesIO(client.get("/follow-up.xlsx?state=closed").content)).active
        heads = [cell.value for cell in sheet[2]]
        assert len(heads) == len(queries_ledger_cells.FIELDS) == 36
        row = dict(zip(heads, [cell.value for cell in sheet[3]], strict=True))
        assert row["编号"] == "2026-jiaotong-02"
        assert "60% 已调整2人" in row["整改进度"]
        assert [name for name in FIELDS if name not in heads] == []
        assert sheet.max_row == 3


def test_a_referral_is_no_destination_of_the_ledger(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("director", write=False) as work:
        lines = queries_ledger.ledger(work)
        assert {one.destinations for one in lines} == {("D2",)}
        assert "违规" not in str([queries_ledger_cells.cells(one) for one in lines])


@pytest.mark.parametrize(("query", "codes"), [
    ({}, ALL), ({"severity": "major"}, ["F-02"]), ({"unit": "shenji"}, []), ({"state": "issued"}, ALL), ({"state": "nonsense"}, ALL),
    ({"destination": "D1"}, []), ({"destination": "D3"}, ALL), ({"source": "review"}, ALL), ({"source": "audit"}, []), ({"late": "1"}, []),
    ({"q": "超编"}, ["F-02"]), ({"sort": "-severity"}, ALL), ({"sort": "due"}, ALL[::-1]), ({"sort": "drop table"}, ALL)])
def test_filters_and_order_come_from_the_address(noticed_world: World, query: dict[str, str], codes: list[str]) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section", write=False) as work:
        assert [one.finding.code for one in chosen(read("/follow-up", query), queries_ledger.ledger(work))] == codes


def test_pages_of_a_long_ledger(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section", write=False) as work:
        lines = queries_ledger.ledger(work) * 20
    page = paged(lines, read("/follow-up", {"page": "3"}))
    assert (page.first, page.last, page.total, page.next_href) == (2 * PAGE_SIZE + 1, 60, 60, None)
    assert paged(lines, read("/follow-up", {"page": "99"})).first == 51
    assert read("/follow-up", {"page": "2", "q": "x"}).href(severity="major") == "/follow-up?q=x&severity=major"


def _questions(work: Work, world: World) -> int:
    seen: list[str] = []

    def count(conn, cursor, statement, *rest) -> None:
        seen.append(statement)

    event.listen(world.engine, "before_cursor_execute", count)
    try:
        queries_ledger.ledger(work)
    finally:
        event.remove(world.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_ledger_asks_as_often_for_three_items_as_for_sixty(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section") as work:
        few = _questions(work, world)
        first = steps.item(work, world)[0]
        finding = steps.finding(work, world, "F-02")
        for number in range(57):
            again = work.add(type(finding)(**finding.model_dump(exclude={"id", "code"}), code=f"F-1{number:02d}"))
            work.add(Rectification(**first.model_dump(exclude={"id", "number", "finding_id"}), number=f"2026-{UNIT}-1{number:02d}",
                                   finding_id=again.id))
        work.session.expire_all()
        assert len(queries_ledger.ledger(work)) == 60
        assert _questions(work, world) <= few + 2


def test_paper_and_the_opened_line(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.client("section") as client:
        assert "ledger-paper" in client.get("/c/2026/follow-up?paper=1").text
        opened = client.get("/c/2026/follow-up?line=2026-jiaotong-02").text
        assert 'id="line"' in opened
        assert 'id="line"' not in client.get("/c/2026/follow-up?line=2026-nobody-02").text
    for who in ("liaison-jiaotong", "lead", "third", "sysadmin"):
        with world.client(who) as client:
            assert client.get("/follow-up").status_code == 403
            assert client.get("/follow-up.xlsx").status_code == 403
