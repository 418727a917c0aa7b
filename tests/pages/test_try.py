"""Try it: who may, that a changed weight moves exactly whom ``score`` says, errors at their field, and that nothing is stored."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from sqlalchemy import text

from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import system_of
from evalplat.definitions.editing import edited
from evalplat.definitions.loader import parse_system
from evalplat.definitions.outline import outline_of
from evalplat.kernel.db import metadata
from evalplat.kernel.work import SystemActor
from evalplat.pages.queries.try_changes import Base, fields_of, tried, typed_in
from evalplat.pages.queries.try_places import measured, standings, taking_part
from evalplat.pages.queries.try_scores import FIXED, PROVISIONAL, base_of, moved
from evalplat.pages.queries.try_shares import fitted
from evalplat.pages.queries.try_view import outcome
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.scores import ledger, sheet
from evalplat.scores.measurements import measurements
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Options
from evalplat.web.forms import Posted
from tests.pages.counting import statements
from tests.scored import complete_ledger
from tests.world import PASSWORD, World, csrf

PAGE = "/c/2026/try"
WEIGHTS = """\
format: 1
system: w
version: "1"
title: 权重
score: {method: weights, max: 100}
categories: {a: 甲类}
fields: {v: {title: 数, filled_by: office}, w: {title: 人, filled_by: office}}
rules:
  plain: {type: linear, value: v, points: [{at: 0, points: 0}, {at: 10, points: 100}]}
indicators:
  - {id: A, title: 甲, weight: 60}
  - {id: A1, title: 甲一, weight: 40, rule: plain}
  - {id: A2, title: 甲二, weight: 20, rule: plain}
  - {id: B, title: 乙, weight: 40}
  - {id: B1, title: 乙一, weight: 40, rule: {type: fixed, points: 50}}
"""


@pytest.fixture
def filled(noticed_world: World) -> World:
    """Three departments with everything recorded; the result of one is fixed."""
    for unit in ("jiaotong", "shenji", "minzheng"):
        complete_ledger(noticed_world, unit)
    with noticed_world.acting("lead") as work:
        sheet.freeze(work, noticed_world.evaluation(work, "jiaotong"), reason="测算")
    noticed_world.pass_days(1)
    return noticed_world


@pytest.mark.parametrize(("who", "status"), [
    ("assessor", 403), ("lead", 403), ("head-jiaotong", 403), ("filler-jiaotong", 403), ("third", 403), ("commission", 403),
    ("establishment", 403), ("sysadmin", 404), ("secadmin", 404), ("auditadmin", 404), ("section", 200), ("director", 200)])
def test_who_may_try(filled: World, who: str, status: int) -> None:
    with filled.client(who) as client:
        assert client.get(PAGE).status_code == status
        if status != 200:
            token = csrf(client, "/")
            assert client.post(PAGE, data={"csrf_token": token}).status_code == status
            assert client.post(f"{PAGE}/draft", data={"csrf_token": token}).status_code == status


def _all_denied(world: World, who: str, status: int) -> None:
    with world.client(who) as client:
        token = csrf(client, "/")
        sent = {"csrf_token": token, "share~A": "30", "fit": "1"}
        answers = client.get(PAGE), client.post(PAGE, data=sent), client.post(f"{PAGE}/draft", data=sent)
    assert [answer.status_code for answer in answers] == [status] * 3
    assert not [answer for answer in answers if "try-form" in answer.text or 'id="moves"' in answer.text]


def test_outsiders_find_nothing_and_insiders_without_the_right_are_refused(noticed_world: World) -> None:
    world = noticed_world
    with world.acting("system") as work:
        unit = people.add_unit(work, code="tiyu", name="市体育局", short_name="体育局", category="gov_social", facts={})
        people.add_user(work, login="head-tiyu", name="负责人", roles=[(Role.DEPT_HEAD, unit.id)], password=PASSWORD, must_change=False)
        other = people.set_up_office(work, code="other", name="别的编办", short_name="别的编办", document_mark="别的编办",
                                     document_series="别编办发")
        work.actor = SystemActor(other.id or 0)
        for login, role in (("their-section", Role.SUPERVISION_SECTION), ("their-director", Role.DIRECTOR)):
            people.add_user(work, login=login, name=login, roles=[(role, None)], password=PASSWORD, must_change=False)
    for who in ("their-section", "their-director", "head-tiyu"):
        _all_denied(world, who, 404)
    for who in ("head-jiaotong", "liaison-jiaotong", "establishment", "assessor"):
        _all_denied(world, who, 403)


def test_a_department_learns_nothing_before_the_notice(campaign_world: World) -> None:
    _all_denied(campaign_world, "head-jiaotong", 404)


def test_who_is_not_signed_in_is_led_to_the_sign_in(noticed_world: World) -> None:
    with noticed_world.client() as client:
        assert client.get(PAGE).headers["location"].startswith("/sign-in")
        assert client.post(PAGE, data={"share~A": "30"}).status_code in (303, 401)


def test_the_director_tries_but_begins_no_draft(filled: World) -> None:
    with filled.client("director") as client:
        token = csrf(client, PAGE)
        assert client.post(PAGE, data={}).status_code == 403
        assert client.post(f"{PAGE}/draft", data={"csrf_token": token}).status_code == 403
        assert "/try/draft" not in client.post(PAGE, data={"csrf_token": token, "fit": "1"}).text


def test_a_changed_weight_moves_whom_score_says(filled: World) -> None:
    with filled.acting("section") as work:
        campaign = filled.campaign(work)
        base = base_of(work, campaign)
        assert base is not None
        made = tried(base, {"share~A202": "4", "share~A201": "0"}, fit=False)
        wanted = edited(base.text, {
            ("indicators", "A201", "points"): "0", ("indicators", "A202", "points"): "4",
            ("indicators", "A201", "rule", "out_of"): "2", ("indicators", "A202", "rule", "out_of"): "2"})
        after, problems = parse_system(made.text)
        same, _ = parse_system(wanted)
        assert after is not None, problems
        assert same is not None
        taking = taking_part(work, campaign)
        for system, found in ((system_of(work, campaign), "before"), (same, "after")):
            given = [measurements(system, taken.unit, ledger.entries(work, taken.evaluation)) for taken in taking]
            units = {unit.unit: unit for unit in score(system, Measurements(given)).units}
            for row in moved(work, campaign, after):
                assert getattr(row, found).total == units[row.code].total
                assert getattr(row, found).grade == units[row.code].grade
        rows = {row.code: row for row in moved(work, campaign, after)}
        assert (rows["jiaotong"].kind, rows["shenji"].kind) == (FIXED, PROVISIONAL)
        places = standings(after, taking, measured(work, taking, after), options=Options())
        assert {row.code: row.after for row in rows.values()} == places
        assert {places["jiaotong"].place, places["shenji"].place} <= {1, 2}


def test_who_was_given_a_figure_keeps_it_and_the_rest_makes_room(filled: World) -> None:
    with filled.acting("section") as work:
        base = base_of(work, filled.campaign(work))
    assert base is not None
    for wanted in ({"A": "30"}, {"A202": "3"}, {"A202": "3", "B": "8"}):
        found = fitted(base.outline, {code: Fraction(value) for code, value in wanted.items()})
        assert {code: found[code] for code in wanted} == {code: Fraction(value) for code, value in wanted.items()}
        made = tried(base, {f"share~{code}": value for code, value in wanted.items()}, fit=True)
        system, problems = parse_system(made.text)
        assert system is not None, problems
        assert sum(leaf.points for leaf in system.leaves) == 100
    assert tried(base, {"share~A": "0"}, fit=True).shares["A101"] == 0


def test_weights_and_the_way_of_combining() -> None:
    system, problems = parse_system(WEIGHTS)
    outline = outline_of(WEIGHTS)
    assert system is not None, problems
    assert outline is not None
    base = Base(WEIGHTS, "w", outline, system)
    names = fields_of(base)
    assert {"combine~-", "combine~A", "floor~A", "share~A1", "step~A1.0.at", "figure~points~B1"} <= names.keys()
    assert "step~A2.0.at" not in names
    typed = typed_in(base, Posted((("share~A", "６０"), ("share~B", "20"), ("combine~A", "min"), ("step~A1.1.at", "5"))))
    assert typed == {"share~B": "20", "combine~A": "min", "step~A1.1.at": "5"}
    after, problems = parse_system(tried(base, typed, fit=True).text)
    assert after is not None, problems
    assert [node.weight for node in after.nodes] == [80, 20]
    assert after.node("A").combine == "min"
    assert after.leaf("A2").rule.points[1][0] == 5


def test_an_error_stands_at_its_field_and_what_was_typed_stays(filled: World) -> None:
    with filled.client("section") as client:
        token = csrf(client, PAGE)
        answer = client.post(PAGE, data={"csrf_token": token, "share~A": "二十", "share~C": "40", "step~A201.1.points": "9",
                                         "fit": "1"})
        assert answer.status_code == 422
        assert 'value="二十" aria-invalid="true"' in answer.text
        assert 'value="9" aria-invalid="true"' in answer.text
        assert 'href="#f-share~A"' in answer.text
        assert 'id="moves"' not in answer.text
        wrong = client.post(PAGE, data={"csrf_token": token, "share~A": "21"})
        assert wrong.status_code == 422
        assert 'value="21" aria-invalid="true"' in wrong.text
        assert client.post(PAGE, data={"csrf_token": token, "start": "draft:none"}).status_code == 404
        assert client.post(f"{PAGE}/draft", data={"csrf_token": token, "share~A": "21"}).status_code == 422


def test_nothing_is_stored_and_every_department_costs_no_query_more(filled: World) -> None:
    def counts() -> dict[str, int]:
        with filled.acting("system", write=False) as work:
            return {name: work.session.connection().execute(text(f'select count(*) from "{name}"')).scalar_one()
                    for name in metadata.tables}

    with filled.client("section") as client:
        token = csrf(client, PAGE)
        before = counts()
        with statements(filled.engine) as sent:
            answer = client.post(PAGE, data={"csrf_token": token, "share~A": "30", "missing": "zero", "fit": "1", "top": "1"})
        assert answer.status_code == 200
        assert counts() == before
        assert not [one for one in sent if re.match(r"\s*(insert|delete)", one, re.IGNORECASE)]
        assert 'id="moves"' in answer.text
        assert "暂定" in answer.text
        assert "try-slope" in answer.text or "没有变化" in answer.text


def test_what_was_tried_becomes_a_draft(filled: World) -> None:
    with filled.client("section") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/draft", data={"csrf_token": token, "share~A": "30", "fit": "1"})
        assert answer.status_code == 303
        code = answer.headers["location"].rpartition("/")[2]
        again = client.post(PAGE, data={"csrf_token": token, "start": f"draft:{code}", "shown": "", "fit": "1"})
        assert again.status_code == 200
        assert f'value="draft:{code}" selected' in again.text
        assert 'name="share~A" value="30"' in again.text
    with filled.acting("section") as work:
        one = drafts.written(drafts.draft_named(work, code).text, code)
        assert one.system is not None
        assert one.version != "2026.1"


def _draft(world: World, *changes: tuple[str, str]) -> str:
    """The code of a draft with a changed text."""
    with world.acting("section") as work:
        text = base_of(work, world.campaign(work)).text  # type: ignore[union-attr]
        for before, after in changes:
            assert before in text
            text = text.replace(before, after, 1)
        return drafts.start_from_text(work, text, started_from="tengzhou-2026@2026.1").code


def test_missing_figures_are_no_falling_grades(filled: World) -> None:
    """An indicator that reads what nobody was asked for: named, counted apart, and its weight can go to the others at once."""
    code = _draft(filled, ("\nfields:\n", "\nfields:\n  T8.shared: {type: integer, title: 共享数据, filled_by: office}\n"),
                  ("value: T8.duties_assigned / T8.duties_total", "value: T8.shared / T8.duties_total"))
    with filled.acting("section") as work:
        campaign, base = filled.campaign(work), base_of(work, filled.campaign(work), f"draft:{code}")
        assert base is not None
        told = outcome(moved(work, campaign, base.system), 3)
    assert {one.code for one in told.lost} == {"jiaotong", "shenji", "minzheng"}
    assert (told.regraded, told.moving, told.rows) == (0, 0, ())
    assert not any(category.leaving for category in told.categories)
    assert dict(told.lacking) == {"A101": 3}
    assert len(told.rows) + len(told.points) + len(told.still) + len(told.lost) == 3
    with filled.client("section") as client:
        sent = {"csrf_token": csrf(client, PAGE), "start": f"draft:{code}", "shown": f"draft:{code}", "fit": "1"}
        page = client.post(PAGE, data=sent).text
        assert "3 个部门将没有结果" in page
        assert "A101" in page.partition("try-sums")[0]
        again = client.post(PAGE, data={**sent, "instead": "reweight"}).text
    assert "个部门将没有结果" not in again
    assert re.search(r'<option value="reweight" selected', again)


def test_a_draft_with_errors_is_named_and_not_offered(filled: World) -> None:
    code = _draft(filled, ("points: 3\n", "points: 31\n"))
    with filled.client("section") as client:
        page = client.get(PAGE).text
    assert f'value="draft:{code}"' not in page
    assert f'href="/definitions/drafts/{code}"' in page
