"""What this room lends to the overall report and the boards: answers of each questionnaire at each unit, scores with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work

from . import queries, rules
from .rules import Evidence, WaveState
from .tables import SurveyFigure, SurveyWave

WIDEST = Decimal(50)
"""Half of the scale: what is not known of a channel is as uncertain as can be."""


def lend() -> None:
    """Say how the rows are read."""
    lent.lend(lent.Surveyed, answers)
    lent.lend(lent.Poster, posters)


def answers(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Surveyed]:
    """Every questionnaire at every unit of these campaigns."""
    return [row for campaign in campaigns for row in _of(work, campaign)]


def posters(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Poster]:
    """The open links that take answers now."""
    return [lent.Poster(campaign.code, unit.short_name, wave.group, queries.title_of(work, wave), link.code)
            for campaign in campaigns for link, wave, unit in queries.links_of(work, campaign)
            if link.active and queries.is_open(work, wave, work.session.get_one(Evaluation, link.evaluation_id))]


def _of(work: Work, campaign: Campaign) -> Iterator[lent.Surveyed]:
    counts, tokens = queries.whole_counts(work, campaign), queries.issued_tokens(work, campaign)
    units, waves = queries.units_of(work, campaign), queries.waves_of(work, campaign)
    keys = [wave.id for wave in waves]
    figures = {(row.wave_id, row.evaluation_id): row.figures for row in work.session.exec(
        select(SurveyFigure).where(col(SurveyFigure.wave_id).in_(keys)))}
    for wave in waves:
        group, minimum = queries.group_of(work, campaign, wave), queries.minimum_of(work, campaign, wave)
        title, weight = queries.title_of(work, wave), queries.open_weight(campaign)
        for evaluation, _ in units:
            place = (wave.id or 0, evaluation.id or 0)
            n = [counts.get((*place, grade, "n"), 0) for grade in Evidence]
            by_token, *by_link = (counts.get((*place, grade, "valid"), 0) for grade in Evidence)
            beside = rules.weight_beside(wave.group, by_token, weight)
            known = figures.get(place, {}) if wave.state == WaveState.FROZEN else {}
            yield lent.Surveyed(
                evaluation.id or 0, wave.key, title, group or wave.group, wave.state, tokens.get(place, 0), sum(n),
                by_token + int(sum(by_link) * beside), minimum, *_interval(wave, known, beside))


def _interval(wave: SurveyWave, figures: dict[str, Any], beside: Fraction) -> tuple[Decimal | None, Decimal | None]:
    """Score and half of its interval: the two channels are independent, so their halves add up as squares."""
    score = figures.get("score")
    if score is None:
        return None, None
    parts = [(figures.get(key, {}), share) for key, share in (("tokens", Fraction(1)), ("links", beside))]
    weights = [float(part.get("valid", 0) * share) for part, share in parts]
    if not sum(weights):
        return Decimal(score), None
    halves = [(Decimal(part["high"]) - Decimal(part["low"])) / 2 if part.get("low") and part.get("high") else WIDEST
              for part, _ in parts]
    squares = sum((weight / sum(weights) * float(half)) ** 2 for weight, half in zip(weights, halves, strict=True))
    return Decimal(score), Decimal(str(sqrt(squares))).quantize(Decimal("0.01"))
