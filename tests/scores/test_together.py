"""Where the file compares units, the units of an evaluation are scored together, and a frozen result can be made again later."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest

from evalplat.campaigns import definitions
from evalplat.campaigns.definitions import INDICATORS, system_of
from evalplat.campaigns.tables import Definition, Evaluation
from evalplat.cli_verify import recomputed
from evalplat.definitions.loader import parse_system
from evalplat.kernel.errors import Refused
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import ledger, queries, sheet, together
from evalplat.scores.rebuilt import rebuilt, result_then
from evalplat.scoring.canonical import result_hash
from evalplat.scoring.frozen import frozen_bytes, read_frozen
from evalplat.stages.reports.queries_moderation import reviewed
from evalplat.stages.summaries.actions import _final_results
from evalplat.workflow.stages import State
from tests.pages.counting import statements
from tests.world import World

TEXT = """\
format: 1
system: group
version: "1"
title: 比较
score: {method: points, max: 100}
relative: true
fields: {v: {title: 数, filled_by: office}, w: {title: 人, filled_by: office}, x: {title: 别的, filled_by: office}}
indicators:
  - {id: A, title: 甲, points: 60, rule: {type: minmax, value: v, within: all}}
  - {id: B, title: 乙, points: 40, rule: {type: formula, value: w + 0 * x}}
prepare:
  - {step: impute, fields: [w], with: mean}
"""
FIGURES = {"jiaotong": ("5", "10"), "shenji": ("1", "20"), "minzheng": ("9", None)}


@pytest.fixture
def grouped(campaign_world: World) -> World:
    """A drafted evaluation of three units whose file compares them, with figures for all."""
    world = campaign_world
    with world.acting("system") as work:
        _define(world, work, TEXT, "1")
        for unit, (v, w) in FIGURES.items():
            for name, value in (("v", v), ("w", w), ("x", "0")):
                if value is not None:
                    _put(world, work, unit, name, value)
    return world


def _define(world: World, work, text: str, version: str) -> None:
    system, _ = parse_system(text)
    assert system is not None
    work.add(Definition(office_id=world.office_id, kind=INDICATORS, key="group", version=version, title="比较", hash=system.hash, text=text,
                        frozen_at=work.now))
    campaign = world.campaign(work)
    campaign.system_file = f"group@{version}"
    work.session.add(campaign)


def _put(world: World, work, unit: str, name: str, value: str) -> None:
    ledger.put(work, world.evaluation(work, unit), f"field:{name}", value, source="office", ref="台账")


def _points(work, world: World, unit: str) -> list[Decimal | None]:
    [one] = sheet.compute(work, world.evaluation(work, unit)).units
    return [leaf.points for leaf in one.leaves]


def test_units_are_compared_with_those_that_take_part(grouped: World) -> None:
    with grouped.acting("lead") as work:
        assert _points(work, grouped, "jiaotong") == [Decimal("30.00"), Decimal("10.00")]
        assert _points(work, grouped, "minzheng") == [Decimal("60.00"), Decimal("15.00")]
        result = sheet.compute(work, grouped.evaluation(work, "minzheng"))
        assert (result.together, result.units[0].leaf("B").line) == (("jiaotong", "shenji"), "人: – → 30 ÷ 2 = 15; 15 + 0 × 0 = 15.00")
        view = queries.score_view(work, grouped.evaluation(work, "minzheng"))
        assert view is not None
        assert view.total == 75
        aside = grouped.evaluation(work, "shenji")
        aside.side = "exempt"
        work.session.add(aside)
        work.session.flush()
        assert _points(work, grouped, "jiaotong") == [Decimal("0.00"), Decimal("10.00")]
        assert _points(work, grouped, "shenji")[0] == 0


def test_nobody_has_points_while_a_value_of_the_group_is_missing(grouped: World) -> None:
    with grouped.acting("system") as work:
        ledger.withdraw(work, grouped.evaluation(work, "shenji"), "field:v", source="office", reason="x")
        [one] = sheet.compute(work, grouped.evaluation(work, "jiaotong")).units
        assert (one.leaf("A").points, one.leaf("A").reason) == (None, "group_incomplete")


def test_what_a_result_does_not_read_leaves_it_as_it_is(grouped: World) -> None:
    with grouped.acting("system") as work:
        before = result_hash(sheet.compute(work, grouped.evaluation(work, "jiaotong")))
        _put(grouped, work, "shenji", "x", "7")
        assert result_hash(sheet.compute(work, grouped.evaluation(work, "jiaotong"))) == before
        _put(grouped, work, "shenji", "v", "2")
        assert result_hash(sheet.compute(work, grouped.evaluation(work, "jiaotong"))) != before


def test_a_frozen_result_is_made_again_though_the_others_changed_since(grouped: World) -> None:
    with grouped.acting("system") as work:
        row = sheet.freeze(work, grouped.evaluation(work, "jiaotong"), reason="test")
        assert json.loads(row.canonical)["together"] == ["minzheng", "shenji"]
    grouped.pass_days(1)
    with grouped.acting("system") as work:
        _put(grouped, work, "shenji", "v", "0")
        evaluation = grouped.evaluation(work, "jiaotong")
        row = sheet.versions(work, evaluation)[0]
        assert result_hash(sheet.compute(work, evaluation)) != row.hash
        assert result_hash(result_then(work, evaluation, row)) == row.hash
        assert system_of(work, grouped.campaign(work)).relative
        definitions.freeze(work, grouped.campaign(work))
        made = rebuilt(work, evaluation, row)
        assert made.changes == ()
        assert made.frozen is not None
        again = read_frozen(frozen_bytes(made.frozen))
        assert recomputed(again) == row.canonical.encode()


def test_a_frozen_result_is_made_again_though_facts_and_category_of_another_were_edited(grouped: World) -> None:
    text = TEXT.replace("relative: true", "relative: true\nfacts: {has_affiliates: {title: 有所属单位}}\n"
                                          "categories: {gov_econ: {title: 经济}, gov_social: {title: 社会}}").replace(
        "points: 60, rule:", "points: 60, applies_if: has_affiliates, rule:")
    with grouped.acting("system") as work:
        _define(grouped, work, text, "2")
        row = sheet.freeze(work, grouped.evaluation(work, "jiaotong"), reason="test")
        assert set(row.others) == {"minzheng", "shenji"}
        assert row.others["shenji"] == {"profile": "", "category": "gov_econ", "facts": {"has_affiliates": False}}
    grouped.pass_days(1)
    with grouped.acting("system") as work:
        other = work.session.get_one(Unit, grouped.units["shenji"])
        other.category, other.facts = "gov_social", {"has_affiliates": True}
        work.session.add(other)
        work.session.flush()
        evaluation = grouped.evaluation(work, "jiaotong")
        row = sheet.versions(work, evaluation)[0]
        assert result_hash(sheet.compute(work, evaluation)) != row.hash
        assert result_hash(result_then(work, evaluation, row)) == row.hash


def test_the_others_are_read_once_however_many_are_compared(grouped: World) -> None:
    def asked(work: Work, deed: Callable[[Evaluation], object]) -> int:
        with statements(grouped.engine) as sent:
            for unit in FIGURES:
                deed(grouped.evaluation(work, unit))
        return sum("ledger_entry.value" in one and "evaluation_id IN" in one for one in sent)

    with grouped.acting("system") as work:
        assert asked(work, lambda one: sheet.freeze(work, one, reason="test")) == 1
    grouped.pass_days(1)
    with grouped.acting("system") as work:
        system = system_of(work, grouped.campaign(work))
        assert asked(work, lambda one: together.others_now(work, one, system)) == 1
        _put(grouped, work, "shenji", "v", "2")
        assert asked(work, lambda one: together.others_now(work, one, system)) == 1
        assert asked(work, lambda one: result_then(work, one, sheet.versions(work, one)[0])) == len(FIGURES)  # only its own rows


def test_what_was_taken_back_is_not_remembered(grouped: World) -> None:
    def value(work: Work) -> object:
        [found] = [one for one in together.others_now(work, grouped.evaluation(work, "jiaotong"), system) if one.unit == "shenji"]
        return getattr(found.fields.get("v"), "value", None)

    with grouped.acting("system") as work:
        system = system_of(work, grouped.campaign(work))
        assert value(work) == "1"
        with suppress(Refused), work.session.begin_nested():
            _put(grouped, work, "shenji", "v", "6")
            assert value(work) == "6"
            raise Refused("x")
        assert value(work) == "1"
        _put(grouped, work, "shenji", "v", "7")
        assert value(work) == "7"
        work.undo()
        assert value(work) == "1"
        _put(grouped, work, "shenji", "v", "8")
        assert value(work) == "8"
        ledger.withdraw(work, grouped.evaluation(work, "shenji"), "field:v", source="office", reason="x")
        assert value(work) is None
        work.session.get_one(Unit, grouped.units["shenji"]).category = "gov_social"
        work.session.flush()
        assert [one.category for one in together.others_now(work, grouped.evaluation(work, "jiaotong"), system)] == ["", ""]


def test_the_meeting_sees_the_compared_points(grouped: World) -> None:
    with grouped.acting("system") as work:
        for unit in FIGURES:
            evaluation = grouped.evaluation(work, unit)
            evaluation.state = State.REVIEWED
            work.session.add(evaluation)
        work.session.flush()
        found = {one.unit.code: one.leaves["A"]["points"] for one in reviewed(work, grouped.campaign(work))}
        assert found == {"jiaotong": "30.00", "shenji": "0.00", "minzheng": "60.00"}


def test_the_mean_of_the_group_needs_the_group_only_where_something_is_missing(grouped: World) -> None:
    text = TEXT.replace("relative: true", "missing: {default: group_mean}").replace("{type: minmax, value: v, within: all}",
                                                                                  "{type: formula, value: v}").partition("prepare:")[0]
    with grouped.acting("system") as work:
        _define(grouped, work, text, "2")
        assert _points(work, grouped, "minzheng") == [Decimal("9.00"), Decimal("15.00")]
        assert sheet.compute(work, grouped.evaluation(work, "minzheng")).together == ("jiaotong", "shenji")
        assert sheet.compute(work, grouped.evaluation(work, "jiaotong")).together == ()
        sheet.freeze(work, grouped.evaluation(work, "minzheng"), reason="test")
    grouped.pass_days(1)
    with grouped.acting("system") as work:
        _put(grouped, work, "shenji", "w", "40")
        evaluation = grouped.evaluation(work, "minzheng")
        row = sheet.versions(work, evaluation)[0]
        assert result_hash(sheet.compute(work, evaluation)) != row.hash
        assert result_hash(result_then(work, evaluation, row)) == row.hash


def test_who_was_scored_alone_stays_so_though_others_take_part_again(grouped: World) -> None:
    with grouped.acting("system") as work:
        for unit in ("shenji", "minzheng"):
            aside = grouped.evaluation(work, unit)
            aside.side = "suspended"
            work.session.add(aside)
        work.session.flush()
        _define(grouped, work, TEXT.replace("type: minmax, value: v, within: all", "type: formula, value: v"), "2")
        assert sheet.freeze(work, grouped.evaluation(work, "jiaotong"), reason="test").total is not None
    grouped.pass_days(1)
    with grouped.acting("system") as work:
        for unit in ("shenji", "minzheng"):
            back = grouped.evaluation(work, unit)
            back.side = None
            work.session.add(back)
        work.session.flush()
        campaign, row = grouped.campaign(work), grouped.evaluation(work, "jiaotong")
        frozen = sheet.versions(work, row)[0]
        assert result_hash(sheet.compute(work, row)) != frozen.hash
        [found], versions, left_out = _final_results(work, campaign)
        assert (found.unit, versions["jiaotong"][1], left_out) == ("jiaotong", frozen.hash, ["minzheng", "shenji"])
