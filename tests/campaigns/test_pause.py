"""An evaluation that stood still loses no time: windows and deadlines move by as long as it did."""

from __future__ import annotations

from datetime import timedelta

from evalplat.campaigns import sides, windows
from evalplat.stages.followup import queries
from evalplat.workflow.stages import SideState, State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World


def _pause(world: World, days: float) -> None:
    with world.acting("director") as work:
        sides.set_side(work, world.evaluation(work, UNIT), SideState.SUSPENDED, document="批复1号", reason="机构调整")
    world.pass_days(days)
    with world.acting("director") as work:
        sides.clear_side(work, world.evaluation(work, UNIT), document="批复2号", reason="调整完成")


def test_a_window_that_was_open_stays_open_as_long_again(noticed_world: World) -> None:
    set_state(noticed_world, UNIT, State.ASSESSING)
    noticed_world.pass_days(20)
    with noticed_world.acting("system", write=False) as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        before = {kind: windows.window_for(work, evaluation, kind).closes_at for kind in windows.KINDS}
    _pause(noticed_world, 15)
    with noticed_world.acting("system", write=False) as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        for kind in ("assessment", "review"):
            found = windows.window_for(work, evaluation, kind)
            assert found.closes_at - before[kind] >= timedelta(days=15)
            assert f"{found.closes_at.astimezone(work.settings.zone):%H:%M}" == "23:59"
        assert windows.window_for(work, evaluation, "survey").closes_at == before["survey"]
        other = noticed_world.evaluation(work, "shenji")
        assert windows.window_for(work, other, "assessment").closes_at == before["assessment"]


def test_a_window_that_was_over_stays_over(noticed_world: World) -> None:
    set_state(noticed_world, UNIT, State.ACCEPTED)
    noticed_world.pass_days(35)
    _pause(noticed_world, 5)
    with noticed_world.acting("system", write=False) as work:
        assert windows.window_for(work, noticed_world.evaluation(work, UNIT), "assessment").evaluation_id is None


def test_a_rectification_keeps_its_days_and_its_extension(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("system", write=False) as work:
        before = {row.number: row.due_at for row, _ in queries.items_of(work, world.evaluation(work, UNIT))}
    _pause(world, 10)
    with world.acting("system", write=False) as work:
        rows = [row for row, _ in queries.items_of(work, world.evaluation(work, UNIT))]
        assert [(row.due_at - before[row.number]).days for row in rows] == [10] * 3
        assert not any(row.extended_at for row in rows)
