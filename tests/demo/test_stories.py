"""What does not go its usual way stands where it can be played: whoever has a story is among the departments of that campaign."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evalplat.demo import content_stories as content
from evalplat.demo import plan, plan_last_year, plan_served
from evalplat.demo import plan_stories as stories
from evalplat.demo.cast import BODIES, RECUSED, STAFF, TEAMS

PLACES = {body.code: place for place, body in enumerate(BODIES)}
VISITED = plan_last_year.VISITED


def day(number: int) -> date:
    return date(2025, 8, 4) + timedelta(days=number)


@pytest.mark.parametrize("body", [*stories.OBJECTING, *stories.RELAPSED, stories.CORRECTED, stories.REFUSED_TIME, stories.CALLED])
def test_stories_of_a_visit_belong_to_visited_departments(body):
    assert PLACES[body] < VISITED


@pytest.mark.parametrize("body", [stories.EXEMPT, stories.HALTED])
def test_whoever_stands_aside_is_not_visited(body):
    assert VISITED <= PLACES[body] < 80
    assert stories.last_year(body, day)


def test_each_way_of_an_objection_ends_before_the_result_is_final():
    for way in stories.OBJECTING.values():
        assert [line.after for line in way] == sorted(line.after for line in way)
        assert way[-1].after < plan.OBJECTS


def test_a_halt_touches_no_deed_of_its_department():
    place = PLACES[stories.HALTED]
    signed = 12 + place % 5
    shift = plan_last_year.SCORED - signed - 8
    days = {signed + line.after + (shift if line.after >= 8 else 0) for line in plan_last_year.light_lines()}
    assert not days & {at for at, *_ in stories.last_year(stories.HALTED, day)}


def test_who_must_keep_away_sits_in_the_team_and_who_comes_in_does_not():
    served = plan_served.cases_for(date(2026, 11, 20), 12)
    for body, (leaves, joins) in RECUSED.items():
        place = next(place for place, case in enumerate(served) if case.body.code == body)
        team = TEAMS[place % len(TEAMS)]
        assert team[3] == leaves
        assert joins not in team
        assert TEAMS[PLACES[body] % len(TEAMS)][3] != leaves, "last year's team is another"


def test_earlier_evaluations_name_departments_of_the_cast():
    assert {unit for unit, *_ in content.EARLIER} <= set(PLACES)
    assert set(content.CALLS) <= {stop.body for stop in plan_served.STOPS}
    assert {login for pair in RECUSED.values() for login in pair} <= {one.login for one in STAFF}
