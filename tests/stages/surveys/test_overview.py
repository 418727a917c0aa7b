"""The office's overview: a line for each questionnaire, the table of departments by the address, pages and queries."""

from __future__ import annotations

from evalplat.people import actions as people
from evalplat.stages.surveys import queries_overview
from evalplat.stages.surveys.queries_overview import Wanted
from evalplat.stages.surveys.tables import SurveyLink
from tests.pages.counting import statements
from tests.world import World, csrf, with_campaign, with_notice

from .conftest import ANSWERS, link_to, rows
from .test_office import ROOM, send


def test_a_line_for_each_questionnaire_says_how_many_departments_have_enough(open_world: World) -> None:
    send(open_world, "citizen", "jiaotong", count=3)
    with open_world.acting("section", write=False) as work:
        view = queries_overview.overview(work, open_world.campaign(work), Wanted())
    found = {one.wave.key: one for one in view.waves}
    assert (found["citizen"].n, found["citizen"].units, found["citizen"].reached) == (3, 3, 0)
    assert len(found) == len(ANSWERS)
    assert [cell.valid for cell in view.cells if (cell.unit_code, cell.wave.key) == ("jiaotong", "citizen")] == [3]


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


def test_pages_and_queries_do_not_grow_with_the_departments(world: World) -> None:
    with world.acting("section") as work:
        for number in range(40):
            unit = people.add_unit(work, code=f"u{number:02}", name=f"市第{number}局", short_name=f"{number}局", category="gov", facts={})
            world.units[unit.code] = unit.id or 0
    with_notice(with_campaign(world)).pass_days(6)
    with world.client("section") as client:
        with statements(world.engine) as all_of_them:
            page = client.get(ROOM).text
        with statements(world.engine) as one:
            client.get(f"{ROOM}?q=第39局")
        last = client.get(f"{ROOM}?page=999").text
    assert page.count("/preview/") == 25
    assert last.count("/preview/") == 43 * len(ANSWERS) % 25
    assert len(page) < 100_000
    assert len(all_of_them) <= len(one) + 2
