"""The office's overview: a line for each questionnaire, the table of departments by the address, pages and queries."""

from __future__ import annotations

from evalplat.campaigns import sides
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.listing import Wanted
from evalplat.people import actions as people
from evalplat.stages.surveys import queries_overview
from evalplat.stages.surveys.tables import SurveyLink
from evalplat.workflow.stages import SideState
from tests.pages.counting import statements
from tests.world import World, csrf

from .conftest import ANSWERS, link_to, rows
from .test_office import ROOM, send


def test_a_line_for_each_questionnaire_says_how_many_departments_have_enough(open_world: World) -> None:
    send(open_world, "citizen", "jiaotong", count=3)
    with open_world.acting("section", write=False) as work:
        view = queries_overview.overview(work, open_world.campaign(work), Wanted(ROOM, {}))
    found = {one.wave.key: one for one in view.waves}
    assert (found["citizen"].n, found["citizen"].units, found["citizen"].reached) == (3, 3, 0)
    assert len(found) == len(ANSWERS)
    assert [cell.valid for cell in view.cells.rows if (cell.unit_code, cell.wave.key) == ("jiaotong", "citizen")] == [3]


def test_the_table_is_filtered_in_the_address(open_world: World) -> None:
    send(open_world, "recipient", "shenji", count=40)
    with open_world.client("section") as client:
        few = client.get(f"{ROOM}?wave=recipient&kind=few").text
        enough = client.get(f"{ROOM}?wave=recipient&kind=enough").text
        named = client.get(f"{ROOM}?q=交通").text
        nothing = client.get(f"{ROOM}?q=nowhere").text
    assert "/recipient/preview/jiaotong" in few
    assert "/recipient/preview/shenji" not in few
    assert "/recipient/preview/shenji" in enough
    assert "/citizen/preview/" not in few + enough
    assert named.count("/preview/") == len(ANSWERS)
    assert "/preview/" not in nothing
    links = {link.evaluation_id: link.code for link in rows(open_world, SurveyLink)}
    with open_world.acting("section", write=False) as work:
        mine, other = (links[open_world.evaluation(work, unit).id or 0] for unit in ("shenji", "jiaotong"))
    assert f"/s/{mine}" in enough
    assert f"/s/{other}" not in enough


def test_a_changed_link_comes_back_to_the_same_table(open_world: World) -> None:
    with open_world.client("section") as client:
        fields = {"csrf_token": csrf(client, ROOM), "wave": "citizen", "q": "交通", "page": "2"}
        code = link_to(open_world, "citizen").removeprefix("/s/")
        answer = client.post(f"{ROOM}/links/{code}/off", data=fields)
        assert answer.headers["location"] == f"{ROOM}?wave=citizen&q=%E4%BA%A4%E9%80%9A&page=2#links"
        made = client.post(f"{ROOM}/links", data={**fields, "unit": "jiaotong", "label": "大厅二"})
        assert "大厅二" in client.get(made.headers["location"]).text


def test_pages_and_queries_do_not_grow_with_the_departments(open_world: World) -> None:
    with open_world.client("section") as client:
        client.get(ROOM)
        with statements(open_world.engine) as of_three:
            client.get(ROOM)
        _with_forty_more(open_world)
        with statements(open_world.engine) as of_all:
            page = client.get(ROOM).text
        last = client.get(f"{ROOM}?page=999").text
    assert page.count("/preview/") == 25
    assert last.count("/preview/") == 43 * len(ANSWERS) % 25
    assert len(page) < 100_000
    assert len(of_all) <= len(of_three)


def _with_forty_more(world: World) -> None:
    with world.acting("section") as work:
        for number in range(40):
            unit = people.add_unit(work, code=f"u{number:02}", name=f"市第{number}局", short_name=f"{number}局", category="gov", facts={})
            world.units[unit.code] = unit.id or 0
            work.add(Evaluation(office_id=work.office_id, campaign_id=world.campaign_id, unit_id=unit.id or 0, state="assessing",
                                entered_at=work.now))


def test_links_of_a_department_that_stands_still_follow_the_last_row(open_world: World) -> None:
    with open_world.acting("director") as work:
        still = open_world.evaluation(work, "shenji")
        sides.set_side(work, still, SideState.SUSPENDED, document="滕编办发〔2026〕9号", reason="机构改革")
    code = next(link.code for link in rows(open_world, SurveyLink) if link.evaluation_id == still.id)
    with open_world.client("section") as client:
        page = client.get(ROOM).text
        assert f"{ROOM}/links/{code}/off" in page
        assert "/preview/shenji" not in page
        assert code not in client.get(f"{ROOM}?q=交通").text
        fields = {"csrf_token": csrf(client, ROOM)}
        assert client.post(f"{ROOM}/links/{code}/off", data=fields).status_code == 303
        _with_forty_more(open_world)
        assert code not in client.get(ROOM).text
        assert code in client.get(f"{ROOM}?page=999").text


def test_an_unknown_questionnaire_or_page_shows_the_first(open_world: World) -> None:
    with open_world.acting("section", write=False) as work:
        view = queries_overview.overview(work, open_world.campaign(work), Wanted(ROOM, {"wave": "nothing"}, page=0))
        empty = queries_overview.overview(work, open_world.campaign(work), Wanted(ROOM, {"q": "nowhere"}, page=-3))
    assert (view.wanted.filtered, view.cells.first, len(view.cells.rows)) == (False, 1, 3 * len(ANSWERS))
    assert (empty.cells.first, empty.cells.rows) == (0, ())
