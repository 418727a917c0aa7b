"""Teams proposed by rule: never a conflict, even load, the same for the same people whatever their order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.campaigns.proposal import Candidate, Place, Proposal, propose, weight_of

UNITS = [f"u{number:02}" for number in range(14)]
places = st.lists(st.sampled_from(UNITS), unique=True, min_size=0, max_size=14).flatmap(lambda keys: st.tuples(*(
    st.builds(Place, st.just(key), st.sampled_from(["gov", "soc", "inst"]), st.sampled_from([1, 4, 5, 6])) for key in keys)))
away = st.frozensets(st.sampled_from(UNITS), max_size=4)
people = st.lists(st.tuples(st.booleans(), away), max_size=9).map(
    lambda rows: [Candidate(f"p{number}", leads, units) for number, (leads, units) in enumerate(rows)])
free_people = st.lists(st.booleans(), max_size=9).map(
    lambda rows: [Candidate(f"p{number}", leads) for number, leads in enumerate(rows)])


def loads(proposal: Proposal) -> list[int]:
    return [team.load for team in proposal.teams]


@settings(max_examples=150, deadline=None)
@given(people, places)
def test_nobody_is_given_a_unit_that_they_must_keep_away_from(candidates: list[Candidate], units: tuple[Place, ...]) -> None:
    proposal, known = propose(candidates, units), {one.key: one for one in candidates}
    for team in proposal.teams:
        assert known[team.lead].leads
        assert len(team.members) in (1, 2)
        assert not any(set(team.units) & known[key].away for key in (team.lead, *team.members))


@settings(max_examples=150, deadline=None)
@given(people, places)
def test_everybody_and_every_unit_is_accounted_for_once(candidates: list[Candidate], units: tuple[Place, ...]) -> None:
    proposal = propose(candidates, units)
    seated = [key for team in proposal.teams for key in (team.lead, *team.members)]
    assert sorted([*seated, *proposal.free]) == sorted(one.key for one in candidates)
    assert sorted([*(key for team in proposal.teams for key in team.units), *(one.unit for one in proposal.left)]) == sorted(
        one.key for one in units)
    for one in proposal.left:
        assert all(one.blockers), "a unit is left only where each team has somebody who must keep away"


@settings(max_examples=150, deadline=None)
@given(free_people, places)
def test_without_conflicts_loads_differ_by_at_most_one_unit(candidates: list[Candidate], units: tuple[Place, ...]) -> None:
    proposal = propose(candidates, units)
    if proposal.teams:
        assert not proposal.left
        assert max(loads(proposal)) - min(loads(proposal)) <= max((one.weight for one in units), default=0)


@settings(max_examples=150, deadline=None)
@given(people, places)
def test_no_unit_could_move_to_a_lighter_team_and_bring_them_nearer(candidates: list[Candidate], units: tuple[Place, ...]) -> None:
    proposal, known = propose(candidates, units), {one.key: one for one in candidates}
    weights = {one.key: one.weight for one in units}
    for heavy in proposal.teams:
        for light in proposal.teams:
            closed = frozenset().union(*(known[key].away for key in (light.lead, *light.members)))
            assert not any(heavy.load - light.load > weights[key] for key in heavy.units if key not in closed)


@settings(max_examples=60, deadline=None)
@given(people, places, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(candidates: list[Candidate], units: tuple[Place, ...], random: object) -> None:
    shuffled, mixed = list(candidates), list(units)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert propose(candidates, units) == propose(shuffled, mixed)


def test_a_person_who_blocks_the_last_way_changes_places() -> None:
    candidates = [Candidate("a", leads=True), Candidate("b", leads=True), Candidate("c", leads=False, away=frozenset({"x"})),
                  Candidate("d", leads=False, away=frozenset({"x"}))]
    assert [one.unit for one in propose(candidates, [Place("x", "gov", 4), Place("y", "gov", 4)]).left] == ["x"]
    five = [*candidates, Candidate("e", leads=False)]
    assert not propose(five, [Place("x", "gov", 4), Place("y", "gov", 4)]).left


def test_categories_come_together_where_no_load_changes() -> None:
    candidates = [Candidate(key, leads=key in "ab") for key in "abcd"]
    units = [Place(f"g{n}", "gov", 4) for n in range(4)] + [Place(f"s{n}", "soc", 4) for n in range(4)]
    teams = propose(candidates, units).teams
    assert {team.units for team in teams} == {("g0", "g1", "g2", "g3"), ("s0", "s1", "s2", "s3")}


def test_eighty_units_are_shared_out_evenly() -> None:
    candidates = [Candidate(f"p{n:02}", leads=n < 6, away=frozenset({f"u{n:02}", f"u{(n * 7) % 80:02}"})) for n in range(18)]
    units = [Place(f"u{n:02}", f"k{n % 4}", weight_of("light" if n % 3 else "full", n * 5)) for n in range(80)]
    proposal = propose(candidates, units)
    assert len(proposal.teams) == 6
    assert not proposal.left
    assert max(loads(proposal)) - min(loads(proposal)) <= 6


def test_a_visit_is_more_work_than_papers_and_a_big_house_more_than_a_small_one() -> None:
    assert weight_of("light", 900) < weight_of("full") < weight_of("full", 150) < weight_of("full", 900)


def test_one_person_is_no_team() -> None:
    proposal = propose([Candidate("a", leads=True)], [Place("x", "gov", 4)])
    assert not proposal.teams
    assert [one.unit for one in proposal.left] == ["x"]
