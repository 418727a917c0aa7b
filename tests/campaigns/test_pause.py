"""An evaluation that stood still loses no time: as many working days are left as were left when it was halted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from evalplat.campaigns import progress, sides, windows
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.stages.followup import queries
from evalplat.workflow.calendar import working_days_between
from evalplat.workflow.stages import SideState, State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World


def _left(work: Work, moment: datetime, *, since: date) -> int:
    known = exceptions(work.session, work.office_id)
    return working_days_between(since, moment.astimezone(work.settings.zone).date(), exceptions=known)


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
        left = {kind: _left(work, before[kind], since=work.today - timedelta(days=1)) for kind in windows.KINDS}
    _pause(noticed_world, 15)
    with noticed_world.acting("system", write=False) as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        for kind in ("assessment", "review"):
            found = windows.window_for(work, evaluation, kind)
            assert _left(work, found.closes_at, since=work.today) == left[kind]
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


def test_days_that_stood_still_count_for_no_deadline(noticed_world: World) -> None:
    noticed_world.now = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
    with noticed_world.acting("system", write=False) as work:
        start, evaluation = work.now, noticed_world.evaluation(work, UNIT)
        assert _day(work, sides.deadline(work, evaluation, 3, start=start)) == date(2026, 10, 8)
    noticed_world.pass_days(1)
    _pause(noticed_world, 10)
    with noticed_world.acting("system", write=False) as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        # 29 September to 9 October stood still; Saturday the 10th is worked.
        assert _day(work, sides.deadline(work, evaluation, 1, start=start)) == date(2026, 10, 10)
        assert _day(work, sides.deadline(work, evaluation, 3, start=start)) == date(2026, 10, 13)
        other = noticed_world.evaluation(work, "shenji")
        assert _day(work, sides.deadline(work, other, 3, start=start)) == date(2026, 10, 8)


def test_what_was_overdue_when_it_was_halted_stays_overdue(noticed_world: World) -> None:
    noticed_world.pass_days(10)
    with noticed_world.acting("system", write=False) as work:
        before = next(row.due_at for row in progress.waiting(work, noticed_world.evaluation(work, UNIT)) if row.act == "acknowledge_notice")
    _pause(noticed_world, 10)
    with noticed_world.acting("system", write=False) as work:
        rows = progress.waiting(work, noticed_world.evaluation(work, UNIT))
        assert [row.due_at for row in rows if row.act == "acknowledge_notice"] == [before]


def _day(work: Work, moment: datetime) -> date:
    return moment.astimezone(work.settings.zone).date()
