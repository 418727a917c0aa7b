"""From answers to a group's survey score: respondent scores by dimension, exact mean, its error, satisfied share, counts.

Respondent: Σ w_d · mean(answered items in d) / Σ w_d over the dimensions that have an answer. Group: mean over the
responses that answered enough scored questions. Means are exact fractions, rounded once, half up; errors are floats.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalplat.definitions.answer_codes import ALPHABET, BASE, HIDDEN, UNANSWERED
from evalplat.definitions.survey_model import Answers, Column, Survey

from .intervals import Z95, wilson

_CENTS = 100
_MISSING = -1
_SAFE = 2**62

Points = NDArray[np.int64]
"""Responses × scored questions, in hundredths of a point; −1 is missing."""


@dataclass(frozen=True, slots=True)
class Satisfied:
    """How many of those who rated the overall question are satisfied, with the Wilson 95 % interval."""

    count: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """What one group of respondents says about one unit. ``mean`` is None when no response counts."""

    n: int
    n_valid: int
    mean: Decimal | None
    exact: Fraction | None
    se: float | None
    ci95: tuple[float, float] | None
    satisfied: Satisfied | None
    dimensions: Mapping[str, Decimal | None]
    questions: Mapping[str, Mapping[str, int]]
    short: bool
    """Fewer valid responses than the file's ``min_valid``: the points go elsewhere."""
    suppressed: bool
    """Fewer responses than the smallest cell that may be shown: show no figure at all."""


def respondent_score(survey: Survey, answers: Answers) -> Fraction | None:
    """The score of one response, exactly; None when it answered too few scored questions."""
    scores, valid = _scores(survey, _matrix(survey, [answers]))
    return scores.exact(0) if valid[0] else None


def group_estimate(
    survey: Survey, rows: Iterable[Answers], *, population: int | None = None
) -> GroupEstimate:
    """The estimate from decoded answers. ``population`` (the size of the frame) adds the finite correction to the error."""
    found = list(rows)
    counts = count_answers(survey, found)
    return _estimate(survey, _matrix(survey, found), counts, n=len(found), population=population)


def estimate_codes(survey: Survey, codes: Sequence[str], *, population: int | None = None) -> GroupEstimate:
    """The same straight from the stored texts, for many responses. ValueError if one has another length."""
    table = _characters(survey, codes)
    counts = recount(survey, codes)
    return _estimate(survey, _matrix_of(survey, table), counts, n=len(codes), population=population)


def recount(survey: Survey, codes: Sequence[str]) -> Counter[tuple[str, str]]:
    """Counts of (question, option) over all stored texts: what the tallies must equal, cell by cell."""
    table = _characters(survey, codes)
    found: Counter[tuple[str, str]] = Counter()
    for column in survey.columns:
        found.update(_count_column(column, table[:, column.start : column.start + column.width]))
    return found


def count_answers(survey: Survey, rows: Iterable[Answers]) -> Counter[tuple[str, str]]:
    """Counts of (question, option) over decoded answers; questions that were not asked or not answered count nowhere."""
    found: Counter[tuple[str, str]] = Counter()
    closed = {question.name for question in survey.closed}
    for row in rows:
        for name, answer in row.items():
            if name in closed and isinstance(answer, tuple):
                found[name, BASE] += 1
                found.update((name, option) for option in answer)
            elif name in closed:
                found[name, str(answer)] += 1
    return found


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """A fraction with that many decimals, half away from zero."""
    scale = 10**places
    whole = math.floor(abs(value) * scale + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores as integers: ``numerators`` / ``denominators`` in points, exactly; ``dims`` likewise per dimension."""

    numerators: NDArray[Any]
    denominators: NDArray[Any]

    def exact(self, row: int) -> Fraction:
        return Fraction(int(self.numerators[row]), int(self.denominators[row]))

    def mean(self, rows: NDArray[np.bool_]) -> Fraction:
        total = Fraction(0)
        for denominator in np.unique(self.denominators[rows]):
            these = rows & (self.denominators == denominator)
            total += Fraction(_exact_sum(self.numerators[these]), int(denominator))
        return total / int(rows.sum())

    def floats(self, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray(self.numerators[rows].astype(float) / self.denominators[rows], dtype=float)


def _matrix(survey: Survey, rows: Sequence[Answers]) -> Points:
    table = np.full((len(rows), len(survey.scored)), _MISSING, dtype=np.int64)
    for place, question in enumerate(survey.scored):
        points = {name: _cents(question.points(name)) for name in question.options}
        table[:, place] = [points.get(str(row.get(question.name, "")), _MISSING) for row in rows]
    return table


def _cents(points: Decimal | None) -> int:
    return _MISSING if points is None else int(points * _CENTS)


def _characters(survey: Survey, codes: Sequence[str]) -> NDArray[np.uint8]:
    width = sum(column.width for column in survey.columns)
    if any(len(code) != width for code in codes):
        raise ValueError("a stored answer has another length than the questionnaire")
    return np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(len(codes), width)


def _matrix_of(survey: Survey, table: NDArray[np.uint8]) -> Points:
    columns = {column.question.name: column for column in survey.columns}
    found = np.full((len(table), len(survey.scored)), _MISSING, dtype=np.int64)
    for place, question in enumerate(survey.scored):
        points = np.full(256, _MISSING, dtype=np.int64)
        for index, option in enumerate(question.options):
            points[ord(ALPHABET[index])] = _cents(question.points(option))
        found[:, place] = points[table[:, columns[question.name].start]]
    return found


def _count_column(column: Column, table: NDArray[np.uint8]) -> Counter[tuple[str, str]]:
    question = column.question
    found: Counter[tuple[str, str]] = Counter()
    if question.kind == "select_multiple":
        return _count_bits(column, table)
    counts = np.bincount(table[:, 0], minlength=256)
    for index, option in enumerate(question.options):
        found[question.name, option] = int(counts[ord(ALPHABET[index])])
    found[question.name, UNANSWERED] = int(counts[ord(UNANSWERED)])
    return +found


def _count_bits(column: Column, table: NDArray[np.uint8]) -> Counter[tuple[str, str]]:
    name = column.question.name
    shown = table[:, 0] != ord(HIDDEN)
    empty = table[:, 0] == ord(UNANSWERED)
    found = Counter({(name, UNANSWERED): int(empty.sum()), (name, BASE): int((shown & ~empty).sum())})
    values = np.zeros(256, dtype=np.uint8)
    values[[ord(character) for character in ALPHABET]] = np.arange(len(ALPHABET))
    bits = values[table]
    for index, option in enumerate(column.question.options):
        found[name, option] = int((bits[:, index // 6] >> (index % 6) & 1).sum())
    return +found


def _scores(survey: Survey, points: Points) -> tuple[_Scores, NDArray[np.bool_]]:
    """Exact scores and which responses answered enough. Σ_d w_d · (sum_d / n_d) / Σ_d w_d over one common denominator."""
    answered = points != _MISSING
    enough = answered.sum(axis=1) * 100 >= survey.min_answered * max(1, points.shape[1])
    valid = np.asarray(enough & answered.any(axis=1))
    largest = max((sum(q.dimension == key for q in survey.scored) for key in survey.dimensions), default=1)
    common = math.lcm(*range(1, max(1, largest) + 1))
    heaviest = sum((int(dimension.weight * _CENTS) for dimension in survey.dimensions.values()), 1)
    fits = largest * 100 * _CENTS * common * heaviest < _SAFE
    numerators: NDArray[Any] = np.zeros(len(points), dtype=np.int64 if fits else object)
    weights: NDArray[Any] = np.zeros(len(points), dtype=np.int64 if fits else object)
    for key, dimension in survey.dimensions.items():
        places = [place for place, question in enumerate(survey.scored) if question.dimension == key]
        sums, n = _sum_answered(points[:, places], answered[:, places])
        weight = int(dimension.weight * _CENTS)
        numerators = numerators + sums.astype(numerators.dtype) * (common // np.maximum(n, 1)) * weight
        weights = weights + np.where(n > 0, weight, 0)
    return _Scores(numerators, np.maximum(weights, 1) * common * _CENTS), valid


def _exact_sum(numbers: NDArray[Any]) -> int:
    """The sum as a Python integer; halves of 31 bits, because a million numerators may pass 64 bits."""
    if numbers.dtype == object:
        return int(numbers.sum())
    return (int((numbers >> 31).sum()) << 31) + int((numbers & 0x7FFFFFFF).sum())


def _sum_answered(points: Points, answered: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.where(answered, points, 0).sum(axis=1), answered.sum(axis=1)


def _estimate(
    survey: Survey, points: Points, counts: Counter[tuple[str, str]], *, n: int, population: int | None
) -> GroupEstimate:
    scores, valid = _scores(survey, points)
    n_valid = int(valid.sum())
    exact = scores.mean(valid) if n_valid else None
    se = _standard_error(scores.floats(valid), population)
    middle = float(exact) if exact is not None else None
    return GroupEstimate(
        n=n,
        n_valid=n_valid,
        mean=half_up(exact) if exact is not None else None,
        exact=exact,
        se=se,
        ci95=(middle - Z95 * se, middle + Z95 * se) if middle is not None and se is not None else None,
        satisfied=_satisfied(survey, points[valid]),
        dimensions=_dimension_means(survey, points[valid]),
        questions={
            q.name: {o: c for (name, o), c in counts.items() if name == q.name} for q in survey.closed
        },
        short=n_valid < survey.min_valid,
        suppressed=n < survey.small_cell,
    )


def _standard_error(scores: NDArray[np.float64], population: int | None) -> float | None:
    n = len(scores)
    if n < 2:
        return None
    left = max(0.0, 1 - n / population) if population else 1.0
    return math.sqrt(float(scores.var(ddof=1)) / n * left)


def _satisfied(survey: Survey, points: Points) -> Satisfied | None:
    """Over the overall question of valid responses; "don't know" and "does not apply" are no rating."""
    place = next((place for place, one in enumerate(survey.scored) if one.name == survey.overall), None)
    if place is None:
        return None
    choices = survey.scored[place].choices
    good = [_cents(choice.points) for choice in choices.choices if choice.satisfied] if choices else []
    rated = points[:, place][points[:, place] != _MISSING]
    if not len(rated):
        return None
    count = int(np.isin(rated, good).sum())
    low, high = wilson(count, len(rated))
    return Satisfied(count, len(rated), count / len(rated), low, high)


def _dimension_means(survey: Survey, points: Points) -> dict[str, Decimal | None]:
    """The mean over respondents of each dimension's mean."""
    found: dict[str, Decimal | None] = {}
    for key in survey.dimensions:
        places = [place for place, question in enumerate(survey.scored) if question.dimension == key]
        sums, n = _sum_answered(points[:, places], points[:, places] != _MISSING)
        total = sum(
            (Fraction(int(sums[n == size].sum()), int(size)) for size in np.unique(n[n > 0])), Fraction(0)
        )
        people = int((n > 0).sum())
        found[key] = half_up(total / people / _CENTS) if people else None
    return found
