"""Results of one unit in one wave, from tallies alone; below five people nothing is shown."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.answer_codes import BASE
from evalplat.definitions.survey_model import Question, Survey
from evalplat.kernel.work import Work

from . import queries, rules
from .rules import WHOLE, Evidence, WaveState
from .tables import SurveyFigure, SurveyText, SurveyWave, Tally

MOST_TEXTS = 500


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: how many chose it, of how many."""

    label: str
    n: int
    base: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.n / self.base if self.base else 0.0


@dataclass(frozen=True, slots=True)
class Distribution:
    """One question. ``base``: who answered it; several answers may be chosen where ``multiple``."""

    name: str
    label: str
    base: int
    multiple: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """The answers that came one way. ``shown`` is false below the smallest cell: then there is only their number."""

    key: str
    n: int
    valid: int
    shown: bool
    figures: dict[str, Any]
    flags: tuple[tuple[str, int], ...]
    questions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One unit in one wave."""

    wave: str
    title: str
    state: str
    smallest: int
    minimum: int
    score: str | None
    n: int
    channels: tuple[Channel, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]


def results(work: Work, campaign: Campaign, wave: SurveyWave, evaluation: Evaluation, language: str) -> Results:
    """Figures only once nothing more comes in: seen answer by answer, their difference would be somebody's answer."""
    survey = queries.questionnaire(work, wave, evaluation)
    query = select(Tally).where(Tally.wave_id == wave.id, Tally.evaluation_id == evaluation.id)
    tallies = list(work.session.exec(query))
    figure = work.session.get(SurveyFigure, (wave.id, evaluation.id))
    figures = figure.figures if figure and wave.state == WaveState.FROZEN else {}
    over = wave.state in (WaveState.CLOSED, WaveState.FROZEN)
    ways = (("tokens", (Evidence.TOKEN,)), ("links", (Evidence.OPEN, Evidence.REPEATED)))
    channels = tuple(_channel(survey, key, _sum(tallies, grades), figures.get(key, {}), language=language, over=over)
                     for key, grades in ways)
    total = sum(channel.n for channel in channels)
    texts = _texts(work, wave, evaluation, survey, language=language) if over and total >= survey.small_cell else ()
    return Results(wave.key, survey.words(survey.title, language), wave.state, survey.small_cell,
                   queries.minimum_of(work, campaign, wave), figures.get("score"), figures.get("n", 0), channels, texts)


def _sum(tallies: list[Tally], grades: tuple[Evidence, ...]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in tallies:
        if row.evidence in grades:
            found[row.question, row.option] = found.get((row.question, row.option), 0) + row.n
    return found


def _channel(survey: Survey, key: str, counts: dict[tuple[str, str], int], figures: dict[str, Any], *, language: str,
             over: bool) -> Channel:
    n = counts.get((WHOLE, "n"), 0)
    shown = over and n >= survey.small_cell
    flags = tuple((option.removeprefix("flag:"), count) for (question, option), count in sorted(counts.items())
                  if question == WHOLE and option.startswith("flag:") and count)
    questions = tuple(_distribution(survey, question, counts, language) for question in survey.closed) if shown else ()
    return Channel(key, n, counts.get((WHOLE, "valid"), 0), shown, figures if shown else {}, flags if shown else (),
                   tuple(one for one in questions if one.base >= survey.small_cell))


def _distribution(survey: Survey, question: Question, counts: dict[tuple[str, str], int], language: str) -> Distribution:
    multiple = question.kind == "select_multiple"
    chosen = {option: counts.get((question.name, option), 0) for option in question.options}
    base = counts.get((question.name, BASE), 0) if multiple else sum(chosen.values())
    bars = tuple(Bar(survey.choice_name(question.name, option, language), n, base) for option, n in chosen.items())
    return Distribution(question.name, survey.words(question.label, language), base, multiple, bars)



def _texts(work: Work, wave: SurveyWave, evaluation: Evaluation, survey: Survey, *, language: str,
           ) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Free answers by question, in another order each time."""
    query = (select(SurveyText).where(SurveyText.wave_id == wave.id, SurveyText.evaluation_id == evaluation.id)
             .order_by(col(SurveyText.key)).limit(MOST_TEXTS))
    rows = list(work.session.exec(query))
    secrets.SystemRandom().shuffle(rows)
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(rules.redact(row.text))
    return tuple((survey.words(survey.question(name).label, language), tuple(words)) for name, words in sorted(found.items()))
