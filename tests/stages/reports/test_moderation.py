"""The moderation of a whole campaign: strictness in words, cells that open, one meeting for several units, one deed at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from evalplat.campaigns import setup
from evalplat.campaigns.tables import Team
from evalplat.jobs.queue import run_all
from evalplat.people import actions as people
from evalplat.people.tables import Unit
from evalplat.scores import ledger
from evalplat.stages.reports import queries, queries_moderation
from evalplat.stages.reports.rules_strictness import Given, cells, offset, outliers
from tests import scored
from tests.conftest import Keep
from tests.world import World, csrf

PAGE = "/c/2026/moderation"
UNITS = ("jiaotong", "shenji", "minzheng")
MEETING = {"number": "会审〔2026〕3号", "held_on": "2026-09-01", "participants": "李敏、王磊、刘洋", "note": "二组总体偏严。"}


@pytest.fixture
def three_scored(noticed_world: World, kept: Keep) -> Iterator[World]:
    """All three units are scored and wait for their moderation."""
    def build(world: World) -> None:
        for unit in UNITS:
            scored.at_state(world, unit, "scored")

    with scored.sure_of(*scored.SURE):
        yield kept("three scored", noticed_world, build)


def given(team: str, category: str, rate: float, unit: str = "") -> Given:
    return Given(unit or f"{team}{category}{rate}", team, category, "A101", rate, 4.0)


def test_a_team_is_compared_with_units_of_the_same_category_where_there_are_any():
    rows = [given("t1", "gov", 0.9), given("t1", "gov", 0.9, "x"), given("t2", "gov", 0.7), given("t2", "party", 0.2)]
    first, second = cells(rows)
    assert (first.n, first.like) == (2, True)
    assert first.difference == pytest.approx(0.8)  # against the 70 % of its own category, not against the 20 % too
    assert not second.like  # its party unit has no counterpart
    assert second.difference == pytest.approx(((0.7 - 0.9) + (0.2 - 0.9)) / 2 * 4)


def test_one_unit_alone_or_a_small_gap_is_no_outlier():
    far = [given("t1", "gov", 1.0), given("t2", "gov", 0.2), given("t2", "gov", 0.3)]
    found = cells(far)
    assert [cell.kind(0.15) for cell in found] == ["higher", "below"]
    assert [cell.team for cell in outliers(found, 0.15)] == ["t2"]
    assert cells([given("t1", "gov", 1.0)])[0].kind(0.15) == "alone"
    assert cells([given("t1", "gov", 0.52), given("t2", "gov", 0.5)])[0].kind(0.15) == "level"
    assert offset(cells([given("t1", "gov", 1.0)]), "t1") is None
    assert offset(found, "t2") == pytest.approx(-3.0)


def test_who_may_not_see_or_moderate(three_scored: World) -> None:
    for who, status in (("liaison-jiaotong", 403), ("lead", 403), ("third", 403), ("sysadmin", 404), ("director", 200), ("section", 200)):
        with three_scored.client(who) as client:
            assert client.get(PAGE).status_code == status, who
    with three_scored.client("director") as client:
        token = csrf(client, "/password")
        assert client.post(f"{PAGE}/meeting", data={"csrf_token": token, **MEETING}).status_code == 403
        assert client.post(f"{PAGE}/close", data={"csrf_token": token, "units": list(UNITS)}).status_code == 403
    with three_scored.client("section") as client:
        assert client.post(f"{PAGE}/close", data={"units": list(UNITS)}).status_code == 403


def lower(world: World, unit: str, leaf: str) -> None:
    """Both assessors give the lowest level."""
    with world.acting("system") as work:
        evaluation = world.evaluation(work, unit)
        for row in ledger.entries(work, evaluation, prefix=f"rating:{leaf}:"):
            levels = {"C302": "C"}
            ledger.put(work, evaluation, row.key, {"level": levels.get(leaf, "C")}, source="panel", audited=False)


def test_the_matrix_reads_in_words_and_each_cell_opens_to_its_units_and_ratings(three_scored: World) -> None:
    with three_scored.acting("section", write=False) as work:
        view = queries_moderation.matrix(work, three_scored.campaign(work))
        assert [(code, n) for code, _, n in view.teams] == [("t1", 2), ("t2", 1)]
        leaf = view.rows[1].code
    with three_scored.client("section") as client:
        text = client.get(PAGE).text
        assert "个部门" in text
        opened = client.get(f"{PAGE}?cell={leaf}:t1").text
        assert 'id="opened"' in opened
        for name in ("王磊", "陈洁", "交通运输局", "审计局"):
            assert name in opened
        assert client.get(f"{PAGE}?leaves=all&cell=C101:t2").status_code == 200
        assert client.get(f"{PAGE}?cell=<script>:t9").status_code == 200


def test_one_meeting_serves_several_units_and_each_moves_on_by_its_number(three_scored: World) -> None:
    with three_scored.client("section") as client:
        token = csrf(client, PAGE)
        data = {"csrf_token": token, **MEETING, "units": ["jiaotong", "minzheng"], "change.1.unit": "minzheng",
                "change.1.leaf": "A301", "change.1.points": "2.50", "change.1.reason": "与一组同类情形相比偏严"}
        files = {"scan": ("纪要.pdf", b"%PDF-1.7 minutes", "application/pdf")}
        assert client.post(f"{PAGE}/meeting", data=data, files=files).status_code == 303
        page = client.get(PAGE).text
        assert "会审〔2026〕3号" in page
        assert "二组总体偏严" in page
        answer = client.post(f"{PAGE}/close", data={"csrf_token": token, "units": list(UNITS)})
        assert answer.status_code == 303
        run_all(three_scored.engine)
        result = client.get(answer.headers["location"]).text
    assert "还没有编号的会审纪要" in result or "会审" in result
    with three_scored.acting("section", write=False) as work:
        assert [three_scored.evaluation(work, unit).state for unit in UNITS] == ["moderated", "scored", "moderated"]
        [meeting] = queries_moderation.meetings(work, three_scored.campaign(work))
        assert (meeting.number, meeting.units) == ("会审〔2026〕3号", ("交通运输局", "民政局"))
        assert [(unit, leaf, str(new)) for unit, leaf, _, new, _ in meeting.changes] == [("民政局", "A301", "2.50")]
        closing = queries_moderation.closing(work, three_scored.campaign(work), 1)
        assert closing is not None
        assert (closing.state, closing.moved, [name for name, _ in closing.refused]) == ("done", ("交通运输局", "民政局"), ["审计局"])
        minutes = queries.minutes_of(work, three_scored.evaluation(work, "minzheng"))
        assert minutes is not None
        [entry] = ledger.entries(work, three_scored.evaluation(work, "minzheng"), keys=["override:A301"])
        assert entry.ref == "会审纪要 会审〔2026〕3号"
    with three_scored.client("section") as client:
        assert client.get(f"/c/2026/u/minzheng/files/{scan_code(three_scored, 'minzheng')}").status_code == 200
        assert client.get("/c/2026/u/minzheng/report").status_code == 200


def scan_code(world: World, unit: str) -> str:
    with world.acting("section", write=False) as work:
        scan = queries.scan_of(work, world.evaluation(work, unit))
        assert scan is not None
        return scan.code


def test_a_meeting_is_all_or_nothing_and_keeps_what_was_typed(three_scored: World) -> None:
    with three_scored.client("section") as client:
        token = csrf(client, PAGE)
        data = {"csrf_token": token, **MEETING, "units": ["jiaotong"], "change.1.unit": "jiaotong", "change.1.leaf": "A301",
                "change.1.points": "99", "change.1.reason": "偏严", "change.2.unit": "shenji", "change.2.leaf": "A301",
                "change.2.points": "1", "change.2.reason": "未勾选"}
        answer = client.post(f"{PAGE}/meeting", data=data)
        assert answer.status_code == 422
        assert 'id="f-change-2-unit-error"' in answer.text
        assert "二组总体偏严" in answer.text
        answer = client.post(f"{PAGE}/meeting", data={key: value for key, value in data.items() if "change.2" not in key})
        assert 'id="f-change-1-points-error"' in answer.text
        answer = client.post(f"{PAGE}/meeting", data={"csrf_token": token, **MEETING, "units": ["jiaotong"], "change.1.reason": "x"})
        assert 'id="f-change-1-unit-error"' in answer.text
        assert client.post(f"{PAGE}/meeting", data={"csrf_token": token, **MEETING}).status_code == 422
    with three_scored.acting("section", write=False) as work:
        assert queries_moderation.meetings(work, three_scored.campaign(work)) == ()


def test_a_number_is_one_meeting_on_one_day(three_scored: World) -> None:
    with three_scored.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/meeting", data={"csrf_token": token, **MEETING, "units": ["jiaotong"]}).status_code == 303
        again = MEETING | {"held_on": "2026-08-31"}
        answer = client.post(f"{PAGE}/meeting", data={"csrf_token": token, **again, "units": ["shenji"]})
        assert 'id="f-held_on-error"' in answer.text
        assert client.post(f"{PAGE}/meeting", data={"csrf_token": token, **MEETING, "units": ["shenji"]}).status_code == 303


def counted(world: World) -> int:
    """How many statements the page sends."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    with world.acting("section", write=False) as work:
        campaign = world.campaign(work)
        event.listen(world.engine, "before_cursor_execute", note)
        try:
            queries_moderation.matrix(work, campaign, every_leaf=True, cell="A301:t1")
        finally:
            event.remove(world.engine, "before_cursor_execute", note)
    return len(found)


def test_more_units_send_no_more_queries(three_scored: World) -> None:
    before = counted(three_scored)
    with three_scored.acting("system") as work:
        campaign = three_scored.campaign(work)
        campaign.state = "drafted"
        team = work.session.get_one(Team, three_scored.evaluation(work, "jiaotong").team_id)
        for number in range(4):
            unit = people.add_unit(work, code=f"more{number}", name=f"市第{number}局", short_name=f"第{number}局",
                                   category="gov_econ", facts={})
            three_scored.units[unit.code] = unit.id or 0
            evaluation = setup.add_evaluation(work, campaign, work.session.get_one(Unit, unit.id))
            evaluation.team_id = team.id
            work.add(evaluation)
        campaign.state = "issued"
        work.session.add(campaign)
    for number in range(4):
        scored.complete_ledger(three_scored, f"more{number}")
        scored.set_state(three_scored, f"more{number}", scored.State.SCORED)
    assert counted(three_scored) == before
