"""The heat map: shares of frozen results alone, three values kept apart, few queries, the same rows as an Excel file."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from sqlmodel import select

from evalplat.campaigns.tables import Evaluation
from evalplat.pages.queries.heat import Cell, Column, HeatRow, cell_of, means, wash_of
from evalplat.people.tables import Unit
from evalplat.scores.tables import ResultVersion
from tests.pages.counting import statements
from tests.pages.rich import give_result
from tests.world import World

PAGE = "/c/2026/heat"


def leaf(**changes: object) -> dict[str, object]:
    return {"code": "A101", "state": "scored", "points": "3", "effective_max": "4", "max_points": "4", **changes}


@pytest.mark.parametrize(("given", "kind", "share"), [
    (leaf(), "scored", "75.0"), (leaf(points="0"), "scored", "0.0"),
    (leaf(state="missing", points=None), "missing", None), (leaf(state="missing", points="2"), "filled", "50.0"),
    (leaf(state="not_applicable", points=None, effective_max="0"), "not_applicable", None), (None, "not_applicable", None),
    ({"code": "A", "state": "scored", "points": "17.41", "max_points": "20", "percent": "87.05"}, "scored", "87.1"),
])
def test_zero_missing_and_not_applicable_are_three_values(given: dict[str, object] | None, kind: str, share: str | None) -> None:
    cell = cell_of(given, "A101", "/c/1/u/2")
    assert (cell.kind, cell.share) == (kind, None if share is None else Decimal(share))
    assert bool(cell.wash) is (share is not None)


def test_washes_and_means() -> None:
    assert [wash_of(Decimal(share)) for share in ("0", "59.9", "60", "79.9", "80", "90", "100")] == [1, 1, 2, 3, 4, 5, 5]

    def row(*shares: str | None) -> HeatRow:
        cells = tuple(Cell("x", "scored", None if one is None else Decimal(one), None, Decimal(1), "") for one in shares)
        return HeatRow("u", "u", "", "", "", None, False, False, (), cells)

    columns = (Column("A", "a"), Column("B", "b"))
    assert means((row("80", None), row("90.1", None)), columns) == (Decimal("85.1"), None)


def test_each_cell_opens_the_explanation_of_that_indicator(rich_world: World) -> None:
    with rich_world.client("section") as client:
        blocks = client.get(PAGE).text
        assert 'href="/c/2026/u/shichang#A"' in blocks
        assert "结果尚未固定" in blocks
        leaves = client.get(f"{PAGE}?by=leaves").text
        assert 'href="/c/2026/u/shichang?open=C101#C101"' in leaves
        assert 'id="C101"' in client.get("/c/2026/u/shichang?open=C101").text
        one = client.get(f"{PAGE}?by=C").text
        assert "open=C101#C101" in one
        assert "open=A101#A101" not in one


def test_only_the_newest_frozen_result_counts(rich_world: World) -> None:
    with rich_world.acting("section") as work:
        row = rich_world.evaluation(work, "shichang")
        newest = give_result(work, row, "shichang", 9, version=2)
        total = str(newest.total)
    with rich_world.client("director") as client:
        text = client.get(PAGE).text
        assert total in text
        assert "司法局" in text.split("结果尚未固定")[1]
        assert "/c/2026/u/sifa#A" not in text


def test_rows_sort_and_filter_by_the_address(rich_world: World) -> None:
    with rich_world.client("section") as client:
        text = client.get(f"{PAGE}?sort=-total").text
        totals = [Decimal(one) for one in re.findall(r'#total">([\d.]+)<', text)]
        assert totals == sorted(totals, reverse=True)
        assert 'aria-sort="descending"' in text
        shares = re.findall(r'#F" title="[^"]*">([\d.]+)<', client.get(f"{PAGE}?sort=F").text.split("</table>")[0])
        assert [Decimal(one) for one in shares] == sorted(Decimal(one) for one in shares)
        nothing = client.get(f"{PAGE}?category=nothing").text
        assert "shichang" not in nothing
        assert f'href="{PAGE}"' in nothing
        assert client.get(f"{PAGE}?by=<x>&sort=<x>&category=<x>").status_code == 200


def test_the_excel_file_holds_the_same_rows(rich_world: World) -> None:
    with rich_world.client("section") as client:
        answer = client.get("/c/2026/heat.xlsx?by=leaves&sort=-total")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("代码", "部门", "类别", "得分")
    assert len(rows[0]) == 4 + 41
    totals = [row[3] for row in rows[1:] if isinstance(row[3], int | float)]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 5


@pytest.mark.parametrize(("who", "status"), [("director", 200), ("commission", 200), ("section", 200), ("lead", 403),
                                             ("third", 403), ("sysadmin", 404), ("head-jiaotong", 403)])
def test_who_sees_the_grid(rich_world: World, who: str, status: int) -> None:
    with rich_world.client(who) as client:
        assert client.get(PAGE).status_code == status
        assert client.get("/c/2026/heat.xlsx").status_code == status


def test_it_asks_no_more_for_many_departments(rich_world: World) -> None:
    with rich_world.client("section") as client:
        client.get(PAGE)
        with statements(rich_world.engine) as few:
            client.get(f"{PAGE}?by=leaves")
        with rich_world.acting("system") as work:
            first = work.session.exec(select(ResultVersion)).first()
            assert first is not None
            kept = first.model_dump(exclude={"id", "evaluation_id"})
            team = rich_world.evaluation(work, "shichang")
            for number in range(40):
                unit: Unit = work.add(Unit(office_id=work.office_id, code=f"u{number}", name=f"单位{number}", short_name=f"单位{number}",
                                           category="gov", level="city"))
                row: Evaluation = work.add(Evaluation(**team.model_dump(exclude={"id", "unit_id"}), unit_id=unit.id))
                work.add(ResultVersion(**kept, evaluation_id=row.id))
        with statements(rich_world.engine) as many:
            text = client.get(f"{PAGE}?by=leaves").text
        assert "单位39" in text
        assert len(many) == len(few)
