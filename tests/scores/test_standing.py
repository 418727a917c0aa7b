"""How sure a place is: the same figures from the same results, what each doubt does, drawn once; for whom it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalplat.scores import standing
from evalplat.scores.ranks import order_of
from evalplat.scores.standing import ALL, MEAN, SURVEY, WEIGHTS, draw, frozen_unit, standings
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Result, UnitResult
from evalplat.scoring.ranking import rank
from evalplat.scoring.robustness import Doubt, rank_ranges
from tests.pages.counting import statements
from tests.pages.test_publication import concluded
from tests.scoring.tengzhou_data import full_unit, tengzhou
from tests.world import World

SYSTEM = tengzhou()
FILE, LIST = "/c/2026/u/jiaotong", "/c/2026/results"


def results(count: int) -> Result:
    """Units that lie close together, and a last one far behind."""
    given = []
    for number in range(count):
        unit = full_unit(SYSTEM, f"u{number}")
        fields = unit.fields | {"T8.duties_assigned": 40 - number, "T6.seconded_out": (number * 3) % 4,
                                "T8.tasks_with_process": 20 if number == count - 1 else 54 - (number * 5) % 9}
        given.append(replace(unit, fields=fields))
    return score(SYSTEM, Measurements(given))


def frozen(result: Result) -> list[UnitResult]:
    """What is left of them when each was frozen alone."""
    return [frozen_unit(canonical_bytes(replace(result, units=(unit,))).decode()) for unit in result.units]


def test_what_is_frozen_gives_the_same_ranks_and_ranges_as_the_result_itself() -> None:
    result = results(6)
    again = replace(result, units=tuple(frozen(result)))
    assert rank(again, SYSTEM) == rank(result, SYSTEM)
    category = result.units[0].category
    assert rank_ranges(again, SYSTEM, category=category, draws=200) == rank_ranges(result, SYSTEM, category=category, draws=200)


def test_the_same_seed_gives_the_same_figures_and_every_source_is_told() -> None:
    units = frozen(results(6))
    errors = {unit.unit: dict.fromkeys(SYSTEM.surveys, 2.0) for unit in units}
    one, two = (draw(units, SYSTEM, errors=errors, seed=5, draws=300) for _ in range(2))
    assert one == two
    assert set(one) == {unit.unit for unit in units}
    for sure in one.values():
        assert [found.source for found in sure.ranges] == [ALL, WEIGHTS, SURVEY, MEAN]
        assert 1 <= sure.whole.best <= sure.whole.worst <= sure.of == 6
        assert sure.draws == 300
        assert len(sure.without) <= 3
        assert all(without.place != sure.place for without in sure.without)
    assert [found.source for found in draw(units, SYSTEM, errors={}, seed=5, draws=50)["u0"].ranges] == [ALL, WEIGHTS, MEAN]


def test_errors_of_the_surveys_widen_the_range_and_nobody_far_away_moves() -> None:
    units = frozen(results(6))
    sure = draw(units, SYSTEM, errors={}, seed=5, draws=300)
    doubtful = draw(units, SYSTEM, errors={unit.unit: dict.fromkeys(SYSTEM.surveys, 10.0) for unit in units}, seed=5, draws=300)
    assert sum(one.whole.worst - one.whole.best for one in doubtful.values()) > sum(
        one.whole.worst - one.whole.best for one in sure.values())
    assert (sure["u5"].whole.best, sure["u5"].whole.worst, sure["u5"].place) == (6, 6, 6)


def test_without_an_indicator_is_what_a_file_without_it_would_give() -> None:
    result = results(6)
    found = draw(frozen(result), SYSTEM, errors={}, seed=1, draws=50)
    weightless = Doubt(0)
    base = rank_ranges(result, SYSTEM, category=result.units[0].category, doubt=weightless, draws=1)
    assert {unit: one.place for unit, one in found.items()} == {unit: one.rank for unit, one in base.items()}
    code = next(without.code for one in found.values() for without in one.without)
    left = [replace(unit, leaves=tuple(replace(leaf, counted=leaf.counted and leaf.code != code) for leaf in unit.leaves))
            for unit in result.units]
    shifted = draw([replace(unit, total=_without(unit)) for unit in left], SYSTEM, errors={}, seed=1, draws=50)
    for unit, one in found.items():
        for without in one.without:
            if without.code == code:
                assert shifted[unit].place == without.place


def _without(unit: UnitResult):  # type: ignore[no-untyped-def]
    counted = [leaf for leaf in unit.leaves if leaf.counted and leaf.points is not None]
    share = sum(leaf.points for leaf in counted) / sum(leaf.effective_max for leaf in counted)  # type: ignore[misc]
    return round(share * 100 + unit.adjustment_total, 2)


def test_it_is_drawn_once_for_the_same_results(noticed_world: World) -> None:
    world = concluded(noticed_world)
    with world.acting("section", write=False) as work:
        campaign = world.campaign(work)
        first = standings(work, campaign, "gov_econ")
        assert set(first) == {"jiaotong", "shenji"}
        assert standings(work, campaign, "gov_social") == {}
        with statements(world.engine) as asked:
            assert standings(work, campaign, "gov_econ") is not first
        assert len(asked) == 2  # who takes part, and the definition that they were scored by
        assert standings(work, campaign) == first
        standing._kept.clear()
        assert standings(work, campaign) == first
        order = order_of(work, campaign)
        assert {unit: one.ranked for unit, one in first.items()} == {unit: order.ranked[unit] for unit in first}


def test_nobody_has_a_place_while_somebody_has_no_result(noticed_world: World) -> None:
    world = concluded(noticed_world)
    with world.acting("system") as work:
        evaluation = world.evaluation(work, "shenji")
        evaluation.side = "exempt"
        work.session.add(evaluation)
        assert standings(work, world.campaign(work), "gov_econ") == {}


@pytest.mark.parametrize(("who", "sees"), [("section", True), ("director", True), ("lead", True), ("head-jiaotong", True)])
def test_who_reads_how_sure_a_place_is(noticed_world: World, who: str, sees: bool) -> None:
    world = concluded(noticed_world)
    with world.client(who) as client:
        text = client.get(FILE).text
        assert ('id="sure"' in text) is sees
        assert "2,000 次试算" in text
        assert ("#sure" in client.get(LIST).text) is (who in ("section", "director"))
        assert "#sure" not in client.get(f"{LIST}?as=evaluated").text


def test_a_unit_that_is_not_shown_its_rank_reads_nothing_of_it(noticed_world: World) -> None:
    world = concluded(noticed_world)
    with world.acting("system") as work:
        campaign = world.campaign(work)
        campaign.settings = campaign.settings | {"publication": {}}
        work.session.add(campaign)
    with world.client("head-jiaotong") as client:
        text = client.get(FILE).text
        assert 'id="total"' in text
        assert 'id="sure"' not in text
    with world.client("section") as client:
        assert 'id="sure"' in client.get(FILE).text
