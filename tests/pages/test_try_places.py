"""Try it where units are compared, what is remembered between two trials, and that a trial keeps nobody from writing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from evalplat.campaigns.definitions import INDICATORS, system_of
from evalplat.campaigns.sides import set_side
from evalplat.campaigns.tables import Definition, Evaluation
from evalplat.definitions.loader import parse_system
from evalplat.kernel.work import Work
from evalplat.pages.queries.try_changes import tried
from evalplat.pages.queries.try_places import taking_part
from evalplat.pages.queries.try_scores import FIXED, OTHER, PROVISIONAL, Moved, base_of, moved
from evalplat.people.tables import SignInSession, Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.measurements import measurements
from evalplat.scores.rebuilt import result_then
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements
from evalplat.workflow.stages import SideState
from tests.pages.counting import statements
from tests.world import World, csrf

PAGE = "/c/2026/try"
HEAD = """\
format: 1
system: group
version: "1"
title: 比较
score: {method: points, max: 100}
"""
FIELDS = "fields: {v: {title: 数, filled_by: office}, w: {title: 人, filled_by: office}}\n"
LEAVES = """\
indicators:
  - {id: A, title: 甲, points: 60, rule: {%s}}
  - {id: B, title: 乙, points: 40, rule: {type: formula, value: w}}
"""
COMPARING = {
    "rank": "relative: true\n" + FIELDS + LEAVES % "type: rank, value: v, within: all",
    "minmax": "relative: true\n" + FIELDS + LEAVES % "type: minmax, value: v, within: all",
    "zscore": "relative: true\n" + FIELDS + LEAVES % "type: zscore, value: v, within: all",
    "percentile": "relative: true\n" + FIELDS + LEAVES % "type: percentile, value: v, within: all",
    "group mean": "missing: {default: group_mean}\n" + FIELDS + LEAVES % "type: formula, value: v",
    "impute": "relative: true\n" + FIELDS + LEAVES % "type: formula, value: v"
              + "prepare:\n  - {step: impute, fields: [v, w], with: mean}\n",
    "outliers": "relative: true\n" + FIELDS + LEAVES % "type: minmax, value: v, within: all"
                + "prepare:\n  - {step: outliers, fields: [v], most: 1, skewness: 0.1, kurtosis: 0.1}\n",
}
FIGURES = {"jiaotong": ("20", "10"), "shenji": ("60", "20"), "minzheng": ("4", None), "jiaoyu": ("31", "37"), "caizheng": ("9", "30")}
NO_GAPS = {"group mean", "impute"}
"""Files by which a result is complete though a figure is missing."""
ASIDE = "shenji"


def _world(world: World, name: str) -> World:
    """Five departments of one category whose file compares them; one stands aside, with the highest figures."""
    text = HEAD + COMPARING[name]
    with world.acting("system") as work:
        _define(world, work, text)
        for unit, (v, w) in FIGURES.items():
            if unit not in world.units:
                row = work.add(Unit(office_id=world.office_id, code=unit, name=unit, short_name=unit, category="gov_econ", facts={}))
                world.units[unit] = row.id
                work.add(Evaluation(office_id=world.office_id, campaign_id=world.campaign_id, unit_id=row.id, state="drafted",
                                    entered_at=work.now))
            work.session.get_one(Unit, world.units[unit]).category = "gov_econ"
            for field, value in (("v", v), ("w", w or (None if name in NO_GAPS else "25"))):
                if value is not None:
                    _put(world, work, unit, field, value)
        set_side(work, world.evaluation(work, ASIDE), SideState.SUSPENDED, document="滕编〔2026〕1号", reason="机构改革")
    return world


def _define(world: World, work: Work, text: str) -> None:
    system, problems = parse_system(text)
    assert system is not None, problems
    work.add(Definition(office_id=world.office_id, kind=INDICATORS, key="group", version="1", title="比较", hash=system.hash, text=text,
                        frozen_at=work.now))
    campaign = world.campaign(work)
    campaign.system_file = "group@1"
    work.session.add(campaign)


def _put(world: World, work: Work, unit: str, field: str, value: str) -> None:
    ledger.put(work, world.evaluation(work, unit), f"field:{field}", value, source="office", ref="台账")


def _moved(world: World, work: Work, **typed: str) -> dict[str, Moved]:
    base = base_of(work, world.campaign(work))
    assert base is not None
    after, problems = parse_system(tried(base, {f"share~{code}": value for code, value in typed.items()}, fit=True).text)
    assert after is not None, problems
    return {row.code: row for row in moved(work, world.campaign(work), after)}


@pytest.mark.parametrize("name", COMPARING)
def test_who_stands_aside_is_compared_with_nobody(campaign_world: World, name: str) -> None:
    world = _world(campaign_world, name)
    with world.acting("system") as work:
        for unit in FIGURES:
            sheet.freeze(work, world.evaluation(work, unit), reason="测算")
    world.pass_days(1)
    with world.acting("section", write=False) as work:
        rows, own = _moved(world, work, A="20"), system_of(work, world.campaign(work))
        assert own.compares
        assert set(rows) == set(FIGURES)
        aside = rows.pop(ASIDE)
        assert (aside.before.place, aside.after.place, aside.before.reason, aside.kind) == (None, None, "suspended", FIXED)
        for unit, row in rows.items():
            evaluation = world.evaluation(work, unit)
            version = sheet.latest(work, evaluation)
            assert version is not None
            assert (row.before.total, row.kind) == (version.total, FIXED)
            assert row.before.total == result_then(work, evaluation, version).units[0].total
            assert row.before.of == len(rows)
        assert min(row.before.place or 0 for row in rows.values()) == 1
        _same_as_scored_without(world, work, rows)


def _same_as_scored_without(world: World, work: Work, rows: dict[str, Moved]) -> None:
    base = base_of(work, world.campaign(work))
    assert base is not None
    system, _ = parse_system(tried(base, {"share~A": "20"}, fit=True).text)
    assert system is not None
    given = [measurements(system, one.unit, ledger.entries(work, one.evaluation))
             for one in taking_part(work, world.campaign(work)) if one.unit.code in rows]
    assert {unit.unit: unit.total for unit in score(system, Measurements(given)).units} == {
        code: row.after.total for code, row in rows.items()}


def test_the_page_of_a_comparing_file(campaign_world: World) -> None:
    world = _world(campaign_world, "minmax")
    with world.client("section") as client:
        token = csrf(client, PAGE)
        answer = client.post(PAGE, data={"csrf_token": token, "share~A": "20", "fit": "1"})
        assert answer.status_code == 200
        assert 'id="moves"' in answer.text
        assert "评估暂停，不参加排名" in answer.text


def _withdrawn(world: World, work: Work) -> None:
    ledger.withdraw(work, world.evaluation(work, "jiaotong"), "field:v", source="office", reason="更正")


def _put_anew(world: World, work: Work) -> None:
    _put(world, work, "jiaotong", "v", "1")


def _aside(world: World, work: Work) -> None:
    set_side(work, world.evaluation(work, "jiaotong"), SideState.SUSPENDED, document="滕编〔2026〕2号", reason="机构改革")


def _light(world: World, work: Work) -> None:
    world.evaluation(work, "jiaotong").mode = "light"


def _other_category(world: World, work: Work) -> None:
    work.session.get_one(Unit, world.units["jiaotong"]).category = "gov_social"


@pytest.mark.parametrize("change", [_put_anew, _withdrawn, _aside, _light, _other_category])
def test_a_trial_sees_at_once_what_changed(campaign_world: World, change: Callable[[World, Work], None]) -> None:
    world = _world(campaign_world, "minmax")
    with world.acting("section", write=False) as work:
        before = _moved(world, work, A="20")
    with world.acting("system") as work:
        change(world, work)
    with world.acting("section", write=False) as work:
        assert _moved(world, work, A="20") != before


def test_a_result_is_fixed_between_two_trials(campaign_world: World) -> None:
    world = _world(campaign_world, "minmax")
    with world.acting("section", write=False) as work:
        assert _moved(world, work)["jiaotong"].kind == PROVISIONAL
    with world.acting("system") as work:
        sheet.freeze(work, world.evaluation(work, "jiaotong"), reason="测算")
    world.pass_days(1)
    with world.acting("section", write=False) as work:
        assert _moved(world, work)["jiaotong"].kind == FIXED
    with world.acting("system") as work:
        _put(world, work, "jiaoyu", "v", "90")
    with world.acting("section", write=False) as work:
        assert _moved(world, work)["jiaotong"].kind == OTHER


def test_the_ledger_is_read_once_for_many_trials(campaign_world: World) -> None:
    world = _world(campaign_world, "minmax")
    with world.acting("section", write=False) as work:
        first = _moved(world, work, A="20")
    with world.acting("section", write=False) as work, statements(world.engine) as sent:
        again, other = _moved(world, work, A="20"), _moved(world, work, A="30")
    assert again == first
    assert other != first
    assert not [one for one in sent if "ledger_entry.value" in one or "result_version.canonical" in one]


def test_a_trial_keeps_nobody_from_writing_but_its_sign_in_alive(campaign_world: World) -> None:
    world = _world(campaign_world, "minmax")
    begun: list[bool] = []
    read_in: list[bool] = []

    def begin(connection: Any) -> None:
        begun.append(bool(connection.get_execution_options().get("evalplat_write")))

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "ledger_entry" in statement or "definition" in statement:
            read_in.append(begun[-1])

    with world.client("section") as client:
        token = csrf(client, PAGE)
        with world.acting("system") as work:
            _sign_in(work).seen_at = world.now - timedelta(minutes=5)
        event.listen(world.engine, "begin", begin)
        event.listen(world.engine, "before_cursor_execute", note)
        try:
            assert client.post(PAGE, data={"csrf_token": token, "share~A": "20", "fit": "1"}).status_code == 200
        finally:
            event.remove(world.engine, "begin", begin)
            event.remove(world.engine, "before_cursor_execute", note)
    assert read_in
    assert not any(read_in)
    with world.acting("system", write=False) as work:
        assert _sign_in(work).seen_at == world.now


def _sign_in(work: Work) -> SignInSession:
    return work.session.exec(select(SignInSession)).one()
