"""The boards: who sees them, counts that equal their rows, few questions, the forecast, quadrants and candidates; home in groups."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from openpyxl import load_workbook

from evalplat.access.tasks import Task
from evalplat.campaigns import progress
from evalplat.pages.queries import boards, boards_section, boards_staffing, deeds
from evalplat.pages.queries.boards_forecast import Walk, forecast
from evalplat.workflow.stages import Stage, State
from tests.stages.summaries.test_city import counted
from tests.world import World

PATHS = ("/board", "/board/section", "/board/staffing", "/board/late", "/board/findings", "/board/staffing.xlsx")
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize("who", ["lead", "liaison-jiaotong", "third", "co", "sysadmin", "panel"])
def test_boards_are_for_the_office_alone(noticed_world: World, who: str) -> None:
    with noticed_world.client(who) as client:
        assert [client.get(path).status_code for path in PATHS] == [403] * len(PATHS)
        assert 'href="/board"' not in client.get("/").text


def test_boards_answer_before_anything_happened(world: World, noticed_world: World) -> None:
    for one in (world, noticed_world):
        with one.client("director") as client:
            assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)


@pytest.mark.parametrize("path", PATHS[:3])
def test_few_questions_for_eighty_units(city: World, path: str) -> None:
    with city.client("director") as client:
        client.get(path)
        with counted(city) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 70


def test_counts_equal_the_rows_behind_them(city: World) -> None:
    with city.client("director") as client:
        for path, rows in (("/board/section?campaign=2026", "/board/findings"), ("/board?campaign=2026", "/board/late")):
            links = set(re.findall(rf'<a href="({rows}\?[^"]+)">(\d+)</a>', client.get(path).text))
            assert links
            for address, number in sorted(links)[::9]:
                page = client.get(unescape(address)).text
                assert page.split("<tbody>", 1)[1].split("</tbody>")[0].count("<tr>") == int(number), address
        found = client.get("/board/staffing?campaign=2026").text
        for address, number in re.findall(r'<a href="(/board/staffing\?[^"]+advice=\w+)#table">(\d+)</a>', found):
            shown = client.get(unescape(address)).text.split('id="table"', 1)[1]
            assert shown.count('scope="row"') == int(number), address


def test_a_board_knows_of_no_referral(city: World) -> None:
    with city.acting("section", write=False) as work:
        picked = boards.choice(work, "2026")
        lines = boards_section.findings_of(work, picked.chosen, boards.places_of(work, picked.chosen))
    assert lines
    assert all("D3" not in line.row.destinations for line in lines)


def test_late_work_stands_with_whoever_has_it(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        for act, who in (("submit_assessment", {}), ("moderate", {}), ("draft_report", {}),
                         ("approve_report", {"only_user": noticed_world.users["director"]})):
            progress.wait(work, evaluation, act, stage=Stage.REPORT, href="/", due_at=work.now - timedelta(days=2), **who)
        campaign = noticed_world.campaign(work)
        found = boards.late_tasks(work, [campaign], boards.places_of(work, [campaign]))
    assert {row.who.partition("-")[0]: row.whom for row in found} == {
        "unit": "交通运输局", "role": "监督检查科", "team": "评估一组", "user": "周正"}


def test_the_forecast_learns_from_what_was_walked() -> None:
    walked = [Walk(str(n), State.FINAL, NOW, [("submit", NOW), ("accept", NOW + timedelta(days=10 * n))]) for n in (1, 2, 3)]
    behind = Walk("x", State.SUBMITTED, NOW - timedelta(days=5), [])
    long_due = Walk("y", State.INFORMED, NOW - timedelta(days=300), [])
    found = forecast([*walked, behind, long_due], NOW)
    assert found.seen == 3
    assert dict(found.ends)["y"] == NOW
    assert dict(found.ends)["x"] == NOW + timedelta(days=15 + 28 + 4 + 7 + 21 + 14 + 18)
    assert found.last == dict(found.ends)["x"]
    assert forecast(walked, NOW).last is None


def line(code: str, **more: object) -> boards_staffing.StaffLine:
    """One unit of the board."""
    values = {"name": code, "href": "/", "category": "", "approved": 100, "actual": 80, "pending": 0, "reserved": 0, "vacant": 20,
              "over": 0, "outside": 0, "cap": 0, "requests": 0, "load": Decimal(1), "total": None, "score_x": None,
              "score_y": Decimal(80), "grade": "", "final": True, "studied": ()}
    return boards_staffing.StaffLine(code=code, **{**values, **more})  # type: ignore[arg-type]


def test_what_the_figures_suggest() -> None:
    found = {one.code: one.candidates for one in boards_staffing.with_candidates([
        line("idle", load=Decimal("0.5")), line("fine"), line("outside", outside=25), line("over", over=3, vacant=0, actual=103),
        line("busy", vacant=1, actual=99, load=Decimal("1.4"), score_y=Decimal(90)), line("unknown", approved=None, vacant=None),
        line("weak", score_y=Decimal(60)), line("weak-but-busy", score_y=Decimal(60), load=Decimal("1.3"))])}
    assert found == {"idle": ("recall",), "fine": (), "outside": ("fill",), "over": ("over",), "busy": ("increase",), "unknown": (),
                     "weak": ("recall",), "weak-but-busy": ()}


def test_the_quadrant_keeps_to_its_field() -> None:
    field = boards_staffing.dots([line("a"), line("b", vacant=0, score_y=Decimal(95))])
    assert field is not None
    assert all(0 <= dot.x <= 600 and 0 <= dot.y <= 300 for dot in field.dots)
    assert boards_staffing.dots([line("a")]) is None


def test_the_staffing_file_holds_numbers(city: World) -> None:
    with city.client("establishment") as client:
        sheet = load_workbook(io.BytesIO(client.get("/board/staffing.xlsx?campaign=2026").content)).active
    rows = list(sheet.iter_rows(min_row=2, max_row=81, values_only=True))
    assert len(rows) == 80
    assert all(isinstance(row[3], int) and row[4] + row[5] >= row[3] - row[7] for row in rows)


def test_many_tasks_become_lines_that_open_to_their_lists() -> None:
    tasks = [Task(f"t{n}", "评估", "审定", f"/{n}", NOW + timedelta(days=n), "report", "2026", f"单位{n}", "approve_report")
             for n in range(6)]
    tasks.append(Task("u", "评估", "签发", "/u", None, "feedback", "2026", "单位9", "issue_letter"))
    found = deeds.grouped(tasks)
    assert [(deed.count, deed.href) for deed in found] == [(6, "/?deed=approve_report&campaign=2026"), (1, "/u")]
    assert found[0].due_at == NOW
    assert deeds.of_deed(tasks, "approve_report", "2026") == tasks[:6]


def test_home_with_much_to_do_is_no_wall(city: World) -> None:
    with city.acting("system") as work:
        for code in sorted(city.units)[:30]:
            progress.wait(work, city.evaluation(work, code), "approve_report", stage=Stage.REPORT, href=f"/c/2026/u/{code}/report",
                          due_at=work.now + timedelta(days=3))
    with city.client("director") as client:
        page = client.get("/").text
        tasks = page.split('id="tasks"', 1)[1].split("</section>")[0]
        assert tasks.count('class="task"') < 8
        address = re.search(r'href="(/\?deed=approve_report[^"]+)"', tasks)
        assert address
        shown = client.get(unescape(address[1])).text
        assert shown.count('class="task"') == 30
