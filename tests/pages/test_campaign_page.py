"""The campaign's table: who sees it, filter, sort, page, export; home; what to keep an eye on."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from evalplat.campaigns import progress
from evalplat.kernel.listing import Wanted, paged, wanted
from evalplat.pages.queries import units, watch
from evalplat.pages.queries.campaigns import CampaignLine, foremost
from evalplat.workflow.stages import Stage
from tests.world import World, csrf


def test_a_unit_goes_on_to_its_own_file_and_sees_no_other(rich_world: World) -> None:
    with rich_world.client("liaison-jiaotong") as client:
        assert client.get("/c/2026").headers["location"] == "/c/2026/u/jiaotong"
        for path in ("/c/2026/u/shenji", "/c/2026/u/shenji/documents", "/c/2026/u/nobody"):
            assert client.get(path).status_code == 404
        for path in ("/c/2026/plan", "/c/2026/units.xlsx", "/findings", "/findings.xlsx", "/people", "/audit", "/jobs"):
            assert client.get(path).status_code == 403
        home = client.get("/").text
        assert "审计局" not in home
        assert "教育和体育局" not in home


def test_administrators_see_no_campaign(rich_world: World) -> None:
    for who in ("sysadmin", "secadmin", "auditadmin"):
        with rich_world.client(who) as client:
            assert client.get("/").status_code == 200
            assert client.get("/c").status_code == 403
            assert client.get("/c/2026").status_code == 404
            assert client.get("/c/2026/u/jiaotong").status_code == 404


def test_nobody_is_sent_to_sign_in(rich_world: World) -> None:
    with rich_world.client() as client:
        for path in ("/", "/c", "/c/2026", "/c/2026/u/jiaotong", "/people", "/documents", "/definitions"):
            assert client.get(path).headers["location"].startswith("/sign-in")


def test_a_team_sees_its_own_units_alone(rich_world: World) -> None:
    with rich_world.client("lead2") as client:
        page = client.get("/c/2026").text
        assert "民政局" in page
        assert "交通运输局" not in page


@pytest.mark.parametrize(("query", "shown", "hidden"), [
    ("category=gov&q=水", "水利局", "财政局"), ("stage=report", "教育和体育局", "司法局"), ("team=t2", "民政局", "水利局"),
    ("due=over", "教育和体育局", "人力资源和社会保障局"),
])
def test_filters_live_in_the_address(rich_world: World, query: str, shown: str, hidden: str) -> None:
    with rich_world.client("section") as client:
        table = client.get(f"/c/2026?{query}").text.split('id="units"', 1)[1].split("<tbody>", 1)[1].split("</tbody>")[0]
        assert shown in table
        assert hidden not in table


def test_sorting_puts_missing_scores_last_in_both_directions(rich_world: World) -> None:
    with rich_world.acting("director", write=False) as work:
        rows = units.rows_of(work, rich_world.campaign(work))
        up = [row.total for row in units.chosen(rows, Wanted("/c/2026", {}, "total"))]
        down = [row.total for row in units.chosen(rows, Wanted("/c/2026", {}, "-total"))]
    known = [total for total in up if total is not None]
    assert len(known) == 5
    assert known == sorted(known)
    assert down[:5] == list(reversed(known))
    assert up[5:] == down[5:] == [None] * 6


def test_scores_are_for_those_who_may_see_them(rich_world: World) -> None:
    with rich_world.acting("co", write=False) as work:
        rows = units.rows_of(work, rich_world.campaign(work))
        assert len(rows) == 11
        assert all(row.total is None and row.grade is None for row in rows)


def test_pages_beyond_the_end_give_the_last() -> None:
    ask = wanted("/x", {"page": "9", "q": "a", "bad": "1", "sort": "-name"}, filters=("q",), sorts=("name",))
    part = paged(list(range(30)), ask, size=25)
    assert part.rows == tuple(range(25, 30))
    assert (part.first, part.last, part.total, part.next_href) == (26, 30, 30, None)
    assert part.prev_href == "/x?q=a&sort=-name"
    assert ask.href(q="b") == "/x?q=b&sort=-name"
    assert wanted("/x", {"page": "-3", "sort": "drop"}, filters=(), sorts=("name",)) == Wanted("/x", {})


def test_the_export_has_the_same_rows_and_runs_no_formula(rich_world: World) -> None:
    with rich_world.acting("sysadmin") as work:
        from tests.pages.rich import unit_named

        unit_named(work, "sifa").short_name = "=HYPERLINK(1)"
    with rich_world.client("section") as client:
        answer = client.get("/c/2026/units.xlsx?stage=assessment")
        assert answer.headers["content-disposition"].startswith("attachment")
        sheet = load_workbook(io.BytesIO(answer.content)).active
    names = [cell.value for cell in sheet["B"]][1:]
    assert "'=HYPERLINK(1)" in names
    assert "水利局" not in names
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_is_late_is_watched(rich_world: World) -> None:
    with rich_world.acting("director", write=False) as work:
        campaign = rich_world.campaign(work)
        found = watch.things_to_watch(work, campaign, units.rows_of(work, campaign))
    assert found[0].title == "4 个部门尚未提交自评"
    assert "2 个尚未签收" in found[0].detail
    assert found[0].href == "/c/2026?stage=assessment"
    assert any("逾期" in one.title for one in found)


def test_late_work_of_the_whole_evaluation_is_watched(rich_world: World) -> None:
    with rich_world.acting("director") as work:
        campaign = rich_world.campaign(work)
        progress.wait(work, campaign, "make_tokens", stage=Stage.SURVEY, href="/c/2026/surveys#tokens",
                      due_at=work.now - timedelta(days=1))
        found = watch.things_to_watch(work, campaign, [])
    assert [one.href for one in found if "评估整体有 1 项" in one.title] == ["/c/2026/surveys#tokens"]


def test_home_shows_the_campaign_where_most_waits() -> None:
    one, two, draft = (CampaignLine(None, code, code, 2026, "", state, "", "", units, 0)  # type: ignore[arg-type]
                       for code, state, units in (("a", "issued", 3), ("b", "issued", 12), ("c", "drafted", 40)))
    assert foremost([one, two, draft], {"a": 1, "c": 9}) is one
    assert foremost([one, two, draft], {}) is two
    assert foremost([draft], {}) is draft


def test_the_bar_counts_where_the_units_are(rich_world: World) -> None:
    from evalplat.pages.queries.stages import campaign_bar

    with rich_world.acting("director", write=False) as work:
        bar = campaign_bar(work, rich_world.campaign(work), {})
    assert [item.state for item in bar] == ["current"] * 7 + ["todo"] * 2
    assert bar[0].detail == "9 / 11"
    assert bar[1].detail.startswith("7 / 11 · ")


def test_exempt_units_leave_the_count(rich_world: World) -> None:
    with rich_world.client("director") as client:
        token = csrf(client, "/c/2026/u/shenji/aside")
        data = {"csrf_token": token, "side": "exempt", "reason": "新设机构"}
        assert client.post("/c/2026/u/shenji/aside", data=data).status_code == 303
        assert "9 / 10" in client.get("/c/2026").text
        assert "免于评估" in client.get("/c/2026/u/shenji").text


def test_empty_roles_are_named(noticed_world: World) -> None:
    from evalplat.pages.queries.campaigns import people_needed
    from evalplat.people import actions as people
    from tests.pages.rich import user_named

    with noticed_world.acting("sysadmin") as work:
        people.deactivate_user(work, user_named(work, "commission"))
    with noticed_world.acting("director", write=False) as work:
        missing = [need.label for need in people_needed(work, noticed_world.campaign(work)) if not need.enough]
    assert missing == ["编委"]
    with noticed_world.client("section") as client:
        assert "补齐之前" in client.get("/c/2026").text
