"""Pure rules: every line of the item's table, lateness to the second, the ladder, the reminders, the draw."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from evalplat.kernel.errors import Refused
from evalplat.stages.followup import rules, rules_ladder
from evalplat.stages.followup.rules import MOVES, ItemState
from evalplat.stages.followup.rules_ladder import Light

DUE = datetime(2026, 9, 30, 15, 59, 59, 999999, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOLIDAYS = {date(2026, 10, day): False for day in range(1, 9)}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(ItemState, ItemState)))
def test_every_line_of_the_table_of_states(before: ItemState, after: ItemState) -> None:
    if after in MOVES[before]:
        rules.check_move(before, after)
    else:
        with pytest.raises(Refused):
            rules.check_move(before, after)


def test_nothing_leads_to_closed_but_the_verification_of_two() -> None:
    assert [state for state in ItemState if ItemState.CLOSED in MOVES[state]] == [ItemState.VERIFIED]
    assert [state for state in ItemState if ItemState.VERIFIED in MOVES[state]] == [ItemState.SUBMITTED]


@pytest.mark.parametrize("state", [s for s in ItemState if s not in (ItemState.VERIFIED, ItemState.CLOSED, ItemState.SUBMITTED)])
def test_late_by_a_second_is_late(state: ItemState) -> None:
    assert not rules.is_overdue(state, DUE, submitted_at=None, now=DUE)
    assert rules.is_overdue(state, DUE, submitted_at=None, now=DUE + SECOND)


def test_what_was_handed_in_on_time_is_not_late_and_a_second_later_it_is() -> None:
    later = DUE + timedelta(days=9)
    assert not rules.is_overdue(ItemState.SUBMITTED, DUE, submitted_at=DUE, now=later)
    assert rules.is_overdue(ItemState.SUBMITTED, DUE, submitted_at=DUE + SECOND, now=later)
    assert not rules.is_overdue(ItemState.CLOSED, DUE, submitted_at=DUE + SECOND, now=later)
    assert rules_ladder.lateness(ItemState.CLOSED, DUE, DUE + SECOND, later) == 1
    assert rules_ladder.lateness(ItemState.CLOSED, DUE, DUE, later) == 0
    assert rules_ladder.lateness(ItemState.REJECTED, DUE, DUE, later) == 9


@pytest.mark.parametrize(("today", "expected"), [
    (date(2026, 9, 22), Light.NONE), (date(2026, 9, 23), Light.WARN), (date(2026, 9, 29), Light.WARN), (date(2026, 9, 30), Light.YELLOW),
    (date(2026, 10, 8), Light.YELLOW), (date(2026, 10, 9), Light.YELLOW), (date(2026, 10, 12), Light.RED)])
def test_the_ladder_counts_working_days(today: date, expected: Light) -> None:
    """The holidays of October lie between the due date and the red light."""
    assert rules_ladder.light(date(2026, 9, 30), today, HOLIDAYS) == expected


@pytest.mark.parametrize(("days", "expected"), [(-11, None), (-10, -10), (-4, -10), (-3, -3), (-1, -3), (0, 0), (1, 1), (30, 1)])
def test_reminders_come_ten_and_three_days_before_on_the_day_and_the_day_after(days: int, expected: int | None) -> None:
    assert rules_ladder.reminder(date(2026, 9, 30), date(2026, 9, 30) + timedelta(days=days)) == expected


def test_anybody_can_draw_again_with_one_line() -> None:
    items = {f"2026-u{n}-01": "critical" if n == 3 else "major" for n in range(12)}
    drawn = rules.sample(items, share=0.3, seed="ab12")
    line = rules.draw_again(items, drawn, seed="ab12")
    order = sorted((key for key in items if items[key] != "critical"), key=lambda key: hashlib.sha256(f"ab12:{key}".encode()).hexdigest())
    assert set(drawn) == {"2026-u3-01", *order[:3]}
    shell = shutil.which("sh")
    if shell and shutil.which("sha256sum"):
        said = subprocess.run([shell, "-c", line], capture_output=True, text=True, check=True).stdout
        assert [row.split()[1] for row in said.splitlines()] == order[:3]
