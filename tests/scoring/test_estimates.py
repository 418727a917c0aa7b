"""Survey scores: the worked example, exactness, validity, suppression, and agreement of the two ways to count."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.definitions.answer_codes import encode, tally_deltas
from evalplat.definitions.surveys import Survey, load_survey
from evalplat.scoring.estimates import (
    estimate_codes,
    group_estimate,
    half_up,
    recount,
    respondent_score,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = {
    "R3": "5", "R4": "4", "R5": "4", "R6": "3", "R7": "na", "R9": "4", "R10": "2", "R11": "5", "R12": "na",
    "R13": "4", "R14": "4",
}  # fmt: skip


def shipped(name: str) -> Survey:
    survey, problems = load_survey(ROOT / "surveys" / f"{name}.yaml")
    assert survey is not None, problems
    return survey


RECIPIENT, DELEGATE = shipped("recipient"), shipped("delegate")


def scale(points: str) -> Survey:
    """The recipients' questionnaire with other points for the five steps."""
    text = (ROOT / "surveys" / "recipient.yaml").read_text(encoding="utf-8")
    for old, new in zip(["100,", "80,", "60,", "30}", "0}"], points.split(), strict=True):
        text = text.replace(f"ep_score: {old}", f"ep_score: {new}{old[-1]}")
    survey, problems = load_survey(text)
    assert survey is not None, problems
    return survey


def test_worked_example_of_the_domain() -> None:
    """Worked example 3 of the indicator system: dimensions 90 / 70 / 55 / 86.667 make 77.67."""
    assert respondent_score(RECIPIENT, EXAMPLE) == Fraction(233, 3)
    estimate = group_estimate(RECIPIENT, [EXAMPLE])
    assert estimate.mean == Decimal("77.67")
    assert estimate.dimensions == {
        "attitude": Decimal("90.00"),
        "ability": Decimal("70.00"),
        "efficiency": Decimal("55.00"),
        "effect": Decimal("86.67"),
    }
    assert half_up(
        Fraction(5) * estimate.mean.as_integer_ratio()[0] / estimate.mean.as_integer_ratio()[1] / 100
    ) == (Decimal("3.88"))


def test_another_scale_gives_another_score() -> None:
    other = scale("100 75 50 25 0")
    assert respondent_score(other, EXAMPLE) == Fraction(875 * 2 + 625 * 2 + 500 * 2, 100) + Fraction(100, 3)
    assert other.hash != RECIPIENT.hash


def test_a_dimension_without_an_answer_leaves_its_weight_out() -> None:
    answers = {name: option for name, option in EXAMPLE.items() if name not in {"R9", "R10"}}
    assert respondent_score(RECIPIENT, answers) == (Fraction(20 * 90 + 20 * 70) + Fraction(40 * 260, 3)) / 80


@pytest.mark.parametrize(("answered", "valid"), [(11, True), (7, True), (6, False), (0, False)])
def test_a_response_needs_six_tenths_of_the_scored_questions(answered: int, valid: bool) -> None:
    names = [question.name for question in RECIPIENT.scored]
    answers = {name: "5" if place < answered else "na" for place, name in enumerate(names)}
    score = respondent_score(
        RECIPIENT, {name: option for name, option in answers.items() if name not in {"R7", "R12"}}
    )
    full = respondent_score(RECIPIENT, answers)
    assert (full == 100) is valid
    assert (full is None) is not valid
    assert score in {None, Fraction(100)}


def test_zero_is_a_score_and_missing_is_none() -> None:
    worst = {question.name: "1" for question in RECIPIENT.scored}
    estimate = group_estimate(RECIPIENT, [worst, {}, {"R3": "5"}])
    assert (estimate.n, estimate.n_valid, estimate.mean) == (3, 1, Decimal("0.00"))
    nobody = group_estimate(RECIPIENT, [])
    assert (nobody.n, nobody.mean, nobody.se, nobody.ci95, nobody.satisfied) == (0, None, None, None, None)
    assert nobody.short
    assert nobody.suppressed


def test_error_share_and_size() -> None:
    rows = [{question.name: step for question in RECIPIENT.scored} for step in "5" * 20 + "4" * 6 + "2" * 4]
    estimate = group_estimate(RECIPIENT, rows)
    assert estimate.mean == Decimal("86.67")
    assert estimate.se == pytest.approx(4.3769, abs=1e-4)
    assert estimate.ci95 == pytest.approx((78.0881, 95.2452), abs=1e-3)
    assert estimate.satisfied is not None
    assert (estimate.satisfied.count, estimate.satisfied.n) == (26, 30)
    assert (estimate.satisfied.low, estimate.satisfied.high) == pytest.approx((0.7032, 0.9469), abs=1e-4)
    assert estimate.questions["R3"] == {"5": 20, "4": 6, "2": 4}
    assert not estimate.short
    corrected = group_estimate(RECIPIENT, rows, population=40)
    assert corrected.se == pytest.approx(4.3769 / 2, abs=1e-4)
    assert group_estimate(RECIPIENT, rows[:29]).short
    assert group_estimate(RECIPIENT, rows[:4]).suppressed
    assert not group_estimate(RECIPIENT, rows[:5]).suppressed


def answers_of(survey: Survey) -> st.SearchStrategy[dict[str, str]]:
    fields = {question.name: st.sampled_from(question.options) for question in survey.scored}
    return st.fixed_dictionaries({}, optional=fields)


@settings(deadline=None)
@given(rows=st.lists(answers_of(RECIPIENT), max_size=12))
def test_answers_and_stored_texts_give_the_same(rows: list[dict[str, str]]) -> None:
    codes = [encode(RECIPIENT, row)[0] for row in rows]
    by_rows, by_codes = group_estimate(RECIPIENT, rows), estimate_codes(RECIPIENT, codes)
    assert (by_rows.n_valid, by_rows.exact, by_rows.satisfied) == (
        by_codes.n_valid,
        by_codes.exact,
        by_codes.satisfied,
    )
    scores = [score for row in rows if (score := respondent_score(RECIPIENT, row)) is not None]
    assert by_rows.exact == (sum(scores, Fraction(0)) / len(scores) if scores else None)


@settings(deadline=None)
@given(data=st.data())
def test_a_recount_equals_the_tallies_cell_by_cell(data: st.DataObject) -> None:
    survey = DELEGATE
    one = {q.name: st.sampled_from(q.options) for q in survey.closed if q.kind == "select_one"}
    many = {
        q.name: st.sets(st.sampled_from(q.options), min_size=1).map(partial(in_order, q.options))
        for q in survey.closed
        if q.kind == "select_multiple"
    }
    rows = data.draw(st.lists(st.fixed_dictionaries({}, optional=one | many), max_size=10))
    tallies = sum((tally_deltas(survey, row) for row in rows), Counter())
    assert recount(survey, [encode(survey, row)[0] for row in rows]) == tallies


def in_order(options: tuple[str, ...], chosen: set[str]) -> tuple[str, ...]:
    return tuple(name for name in options if name in chosen)


def test_many_responses_stay_exact() -> None:
    best = encode(RECIPIENT, {question.name: "5" for question in RECIPIENT.scored})[0]
    worst = encode(RECIPIENT, EXAMPLE)[0]
    estimate = estimate_codes(RECIPIENT, [best, best, worst] * 20_000)
    assert estimate.exact == (Fraction(200) + Fraction(233, 3)) / 3
    assert estimate.mean == Decimal("92.56")


def test_a_stored_text_of_another_questionnaire_is_refused() -> None:
    with pytest.raises(ValueError, match="another length"):
        estimate_codes(RECIPIENT, ["000"])


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(5, 1000), "0.01"),
        (Fraction(-5, 1000), "-0.01"),
        (Fraction(4999, 1000000), "0.00"),
        (Fraction(0), "0.00"),
    ],
)
def test_half_up(value: Fraction, printed: str) -> None:
    assert str(half_up(value)) == printed
