"""The table of moves: every move from every state, every fact, and the calendar that deadlines stand on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.workflow.calendar import (
    add_working_days,
    is_working_day,
    next_working_day,
    working_days_between,
)
from evalplat.workflow.machine import CAMPAIGN, EVALUATION, YES, Fact, moves_from, what_blocks
from evalplat.workflow.stages import ORDER, STAGE_OF, CampaignState, Stage, State, at_least
from evalplat.workflow.table import CAMPAIGN_MOVES, EVALUATION_MOVES, every_fact

NATIONAL = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 9, 20): True, date(2026, 10, 10): True}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(EVALUATION_MOVES), ids=lambda move: move.name)
def test_a_move_starts_only_where_the_table_says(move, state) -> None:
    facts = dict.fromkeys(move.facts, YES)
    blocked = what_blocks(move, state, facts)
    assert (blocked == ()) == (state in move.sources)


@pytest.mark.parametrize("move", list(EVALUATION_MOVES), ids=lambda move: move.name)
def test_every_fact_of_a_move_can_block_it_and_all_are_told_at_once(move) -> None:
    blocked = what_blocks(move, move.sources[0], {})
    assert [item.fact for item in blocked] == list(move.facts)
    for missing in move.facts:
        facts = dict.fromkeys(move.facts, YES) | {missing: Fact(False, "why", href="/there")}
        [only] = what_blocks(move, move.sources[0], facts)
        assert (only.fact, only.reason, only.href) == (missing, "why", "/there")


def test_every_state_has_a_stage_and_is_reached() -> None:
    assert set(STAGE_OF) == set(State)
    reached = {move.to for move in EVALUATION_MOVES} | {State.DRAFTED}
    assert reached == set(State)
    assert set(STAGE_OF.values()) | {Stage.SURVEY} == set(Stage)


def test_no_state_is_a_trap_before_the_end() -> None:
    assert [state for state in State if not moves_from(state)] == [State.LOOKED_BACK]


def test_names_are_unique() -> None:
    assert len(EVALUATION) == len(EVALUATION_MOVES)
    assert len(CAMPAIGN) == len(CAMPAIGN_MOVES)
    assert {move.to for move in CAMPAIGN_MOVES} | {CampaignState.DRAFTED} == set(CampaignState)


def test_a_final_result_is_only_reached_past_the_objection() -> None:
    [finalise] = [move for move in EVALUATION_MOVES if move.to == State.FINAL]
    assert finalise.sources == (State.INFORMED, State.DECIDED)
    assert "objections_over" in finalise.facts
    assert "result_fixed" in every_fact()


def test_states_are_in_order() -> None:
    assert at_least(State.FINAL, State.REPORTED)
    assert not at_least(State.SCORED, State.REPORTED)
    assert list(ORDER) == list(State)


def test_the_national_holiday_and_its_shifted_working_days_count() -> None:
    assert is_working_day(date(2026, 9, 20), NATIONAL)
    assert not is_working_day(date(2026, 10, 5), NATIONAL)
    assert add_working_days(date(2026, 9, 30), 3, exceptions=NATIONAL) == date(2026, 10, 10)
    assert next_working_day(date(2026, 10, 3), NATIONAL) == date(2026, 10, 8)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_counting_there_and_back_agrees(start: date, count: int) -> None:
    end = add_working_days(start, count, exceptions=NATIONAL)
    assert working_days_between(start, end, exceptions=NATIONAL) == count


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 1, 1), -1, exceptions={})
