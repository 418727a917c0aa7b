"""The list of findings: filters, order, one finding of several departments counted once, a fixed number of questions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from evalplat.findings import actions
from evalplat.kernel.listing import wanted
from evalplat.kernel.work import Work
from evalplat.pages.queries import findings as queries
from tests.world import World


def enter(work: Work, world: World, unit: str, title: str, *, severity: str = "major", joint: str = "", source: str = "audit") -> None:
    actions.enter(work, world.evaluation(work, unit), source=source, category="P31", severity=severity, title=title, description=title,
                  basis="", document="滕审报〔2026〕1号", found_on=date(2026, 8, 1), joint=joint)


def some(world: World) -> World:
    with world.acting("section") as work:
        enter(work, world, "jiaotong", "职责交叉", joint="J-1")
        enter(work, world, "shenji", "职责交叉", joint="J-1")
        enter(work, world, "minzheng", "资料不全", severity="minor", source="hotline")
        enter(work, world, "minzheng", "擅设机构", severity="critical")
    return world


def ask(**query: str):
    return wanted("/findings", query, filters=queries.FILTERS, sorts=queries.SORTS)


def titles(world: World, **query: str) -> list[str]:
    with world.acting("section", write=False) as work:
        return [one.view.title for one in queries.ledger_page(work, ask(**query), size=25).rows]


def test_filters_by_source_and_department(noticed_world: World) -> None:
    world = some(noticed_world)
    assert titles(world, source="hotline") == ["资料不全"]
    assert titles(world, source="review") == []
    assert titles(world, unit="shenji") == ["职责交叉"]


def test_severity_sorts_by_weight_not_by_letters(noticed_world: World) -> None:
    world = some(noticed_world)
    assert titles(world, sort="severity")[0] == "资料不全"
    assert titles(world, sort="-severity")[0] == "擅设机构"


def test_one_finding_of_two_departments_counts_once(noticed_world: World) -> None:
    world = some(noticed_world)
    with world.acting("section", write=False) as work:
        assert (queries.ledger_page(work, ask(), size=25).total, queries.count_once(work, ask())) == (4, 3)
    with world.client("section") as client:
        assert "共3个问题" in client.get("/findings").text


def test_the_list_asks_as_often_for_four_as_for_forty(noticed_world: World) -> None:
    world = some(noticed_world)

    def questions() -> int:
        seen: list[str] = []

        def count(conn, cursor, statement, *rest) -> None:
            seen.append(statement)

        with world.acting("section", write=False) as work:
            event.listen(world.engine, "before_cursor_execute", count)
            queries.ledger_page(work, ask(), size=50)
            event.remove(world.engine, "before_cursor_execute", count)
        return len(seen)

    few = questions()
    with world.acting("section") as work:
        for number in range(36):
            enter(work, world, "jiaotong", f"问题{number}")
    assert questions() <= few
