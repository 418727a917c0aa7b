"""Freezing: every unit is recounted from its answers and must equal the tallies cell by cell; then the wave is sealed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import definitions, progress
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions import answer_codes
from evalplat.definitions.survey_model import Survey
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import ledger
from evalplat.scores.measurements import best_asked
from evalplat.scoring.estimates import GroupEstimate, estimate_codes, half_up, recount

from . import queries, rules
from .actions_answers import whole_counts
from .rules import Evidence, WaveState
from .tables import Ballot, Submission, SurveyAnswer, SurveyFigure, SurveyText, SurveyWave, Tally


class TallyMismatch(RuntimeError):
    """The tallies are not what the answers say: somebody touched the database, or the program is wrong."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts for one unit: the score on 0–100 (None below the smallest cell), valid answers, and both channels."""

    score: Decimal | None
    n: int
    of_tokens: GroupEstimate
    of_links: GroupEstimate


def settle(work: Work, wave: SurveyWave, evaluation: Evaluation) -> Counted:
    """Recount one unit, compare, estimate, put the figure into the ledger. Doing it again changes nothing."""
    survey = queries.survey_of(work, wave)
    query = select(SurveyAnswer).where(SurveyAnswer.wave_id == wave.id, SurveyAnswer.evaluation_id == evaluation.id)
    rows = list(work.session.exec(query))
    _compare(work, wave, evaluation, _recounted(survey, rows))
    counted = count(survey, rows, weight=queries.open_weight(_campaign(work, wave)))
    _keep(work, wave, evaluation, counted)
    if evaluation.side is None:
        _put(work, wave, evaluation, counted, rows)
    return counted


def _campaign(work: Work, wave: SurveyWave) -> Campaign:
    return work.session.get_one(Campaign, wave.campaign_id)


def _recounted(survey: Survey, rows: list[SurveyAnswer]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for grade in Evidence:
        mine = [row for row in rows if row.evidence == grade]
        cells = recount(survey, [row.closed for row in mine]) if mine else Counter()
        for row in mine:
            cells.update(whole_counts(survey, answer_codes.decode(survey, row.closed), row.quality))
        found.update({(grade.value, *cell): n for cell, n in cells.items()})
    return found


def _compare(work: Work, wave: SurveyWave, evaluation: Evaluation, expected: Counter[tuple[str, str, str]]) -> None:
    query = select(Tally).where(Tally.wave_id == wave.id, Tally.evaluation_id == evaluation.id, Tally.n != 0)
    stored = {(row.evidence, row.question, row.option): row.n for row in work.session.exec(query)}
    wanted = {cell: n for cell, n in expected.items() if n}
    if stored != wanted:
        cell = min(cell for cell in stored.keys() | wanted.keys() if stored.get(cell) != wanted.get(cell))
        raise TallyMismatch(f"wave {wave.key}, evaluation {evaluation.id}: {'/'.join(cell)} is {stored.get(cell, 0)} in the "
                            f"tallies and {wanted.get(cell, 0)} by recount")


def count(survey: Survey, rows: list[SurveyAnswer], *, weight: Fraction) -> Counted:
    """Which answers count, and what they come to; see ``rules.weight_beside``."""
    tokens = estimate_codes(survey, [row.closed for row in rows if row.evidence == Evidence.TOKEN])
    links = estimate_codes(survey, [row.closed for row in rows if row.evidence != Evidence.TOKEN])
    beside = rules.weight_beside(survey.group, tokens.n_valid, weight)
    exact, n = rules.weighted([(tokens.exact, tokens.n_valid, Fraction(1)), (links.exact, links.n_valid, beside)])
    score = half_up(exact) if exact is not None and n >= survey.small_cell else None
    return Counted(score, n, tokens, links)


def _keep(work: Work, wave: SurveyWave, evaluation: Evaluation, counted: Counted) -> None:
    row = work.session.get(SurveyFigure, (wave.id, evaluation.id)) or SurveyFigure(
        wave_id=wave.id or 0, evaluation_id=evaluation.id or 0, office_id=wave.office_id)
    row.figures = {"score": _text(counted.score), "n": counted.n, "tokens": _figures(counted.of_tokens),
                   "links": _figures(counted.of_links)}
    work.add(row)


def _figures(estimate: GroupEstimate) -> dict[str, Any]:
    """What may be shown of one channel; nothing but the number of people below the smallest cell."""
    if estimate.suppressed or estimate.n_valid == 0:
        return {"n": estimate.n, "valid": estimate.n_valid}
    low, high = estimate.ci95 or (None, None)
    return {"n": estimate.n, "valid": estimate.n_valid, "mean": _text(estimate.mean),
            "low": _text(half_up(Fraction(low))) if low is not None else None,
            "high": _text(half_up(Fraction(high))) if high is not None else None,
            "satisfied": round(estimate.satisfied.share, 4) if estimate.satisfied else None,
            "dimensions": {key: _text(mean) for key, mean in estimate.dimensions.items()}}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _put(work: Work, wave: SurveyWave, evaluation: Evaluation, counted: Counted, rows: list[SurveyAnswer]) -> None:
    campaign = _campaign(work, wave)
    group = queries.group_of(work, campaign, wave)
    if not group:
        return
    system = definitions.system_of(work, campaign)
    title, wanted = str(system.surveys[group].title), best_asked(system).get(group, ())
    value: dict[str, Any] = {"score": _text(counted.score), "n": counted.n}
    if wanted and counted.score is not None:
        survey = queries.survey_of(work, wave)
        beside = rules.weight_beside(survey.group, counted.of_tokens.n_valid, queries.open_weight(campaign))
        value |= best_answers(survey, rows, beside=beside, wanted=wanted)
    ledger.put(work, evaluation, f"survey:{group}", value, source="survey",
               ref=f"社会调查·{title} n={counted.n}")  # zh: recorded
    unit = work.session.get_one(Unit, evaluation.unit_id)
    short = counted.n < queries.minimum_of(work, campaign, wave)
    record(work, "survey.results_taken", campaign=campaign.code, unit=unit.code, survey=wave.key, n=counted.n, short=short)


def best_answers(survey: Survey, rows: list[SurveyAnswer], *, beside: Fraction, wanted: Iterable[int]) -> dict[str, Any]:
    """How often each option of the overall question was chosen, the worst first, by those whose answers count; where open answers
    weigh only in part, the share of the best options instead. Nothing for a questionnaire without such a question. Pure."""
    question = next((one for one in survey.scored if one.name == survey.overall), None)
    if question is None:
        return {}
    options = sorted((name for name in question.options if question.points(name) is not None),
                     key=lambda name: question.points(name) or Decimal(0))
    chosen: Counter[tuple[bool, str]] = Counter()
    for row in rows:
        given = answer_codes.decode(survey, row.closed)
        if answer_codes.enough_answered(survey, given):
            chosen[row.evidence == Evidence.TOKEN, str(given.get(question.name, ""))] += 1
    tokens, links = ([chosen[by_token, option] for option in options] for by_token in (True, False))
    whole = sum(tokens) + beside * sum(links)
    if not whole:
        return {}
    if beside in (0, 1) or not sum(links):
        return {"counts": [one + int(beside) * other for one, other in zip(tokens, links, strict=True)]}
    return {"top": {str(best): str(half_up((sum(tokens[-best:]) + beside * sum(links[-best:])) / whole, 6)) for best in wanted}}


def seal(work: Work, wave: SurveyWave) -> None:
    """Write all answers again in a random order, forget ballots and submissions, fix the root. The wave is frozen."""
    answers = _rewrite(work, wave, SurveyAnswer)
    _rewrite(work, wave, SurveyText)
    for spent in (Ballot, Submission):
        work.session.execute(delete(spent).where(col(spent.wave_id) == wave.id))
    wave.root = rules.merkle_root(leaf_of(row) for row in answers)
    wave.n, wave.state, wave.frozen_at = len(answers), WaveState.FROZEN, work.now
    work.session.add(wave)
    work.session.flush()
    campaign = _campaign(work, wave)
    record(work, "survey.frozen", campaign=campaign.code, survey=wave.key, n=wave.n, root=wave.root)
    if all(one.state == WaveState.FROZEN for one in queries.waves_of(work, campaign)):
        progress.done(work, campaign, "freeze_surveys")


def _rewrite(work: Work, wave: SurveyWave, table: type[SurveyAnswer | SurveyText]) -> list[dict[str, Any]]:
    """New random keys and a new place in the file for every row."""
    columns = table.__table__  # type: ignore[union-attr]  # SQLModel's own attribute
    rows = [dict(row) for row in work.session.execute(select(columns).where(columns.c.wave_id == wave.id)).mappings()]
    secrets.SystemRandom().shuffle(rows)
    for row in rows:
        row["key"] = rules.new_secret()
    work.session.execute(delete(columns).where(columns.c.wave_id == wave.id))
    if rows:
        work.session.execute(insert(columns), rows)
    return rows


def leaf_of(row: dict[str, Any]) -> bytes:
    """What the seal covers of one answer."""
    names = ("key", "wave_id", "evaluation_id", "closed", "evidence", "quality")
    return "|".join(str(row[name]) for name in names).encode()


def root_of(work: Work, wave: SurveyWave) -> str:
    """The root over the answers as they are now: equal to the frozen one, or somebody changed them."""
    columns = SurveyAnswer.__table__  # type: ignore[attr-defined]
    rows = work.session.execute(select(columns).where(columns.c.wave_id == wave.id)).mappings()
    return rules.merkle_root(leaf_of(dict(row)) for row in rows)
