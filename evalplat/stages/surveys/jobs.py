"""What the clock and the job process do for surveys: open, close, recount, freeze."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.jobs.queue import JobKind, TickKind
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import actions, actions_freeze, queries
from .rules import FREEZE, WaveState
from .tables import SurveyWave


def open_and_close(work: Work) -> None:
    """Waves follow their windows."""
    actions.open_and_close(work)


def _items(work: Work, payload: dict[str, Any]) -> list[list[int]]:
    """[wave, evaluation] for each recount, then [wave] to seal it."""
    campaign = work.session.get_one(Campaign, payload["campaign"])
    evaluations = list(work.session.exec(select(Evaluation.id).where(Evaluation.campaign_id == campaign.id)
                                         .order_by(Evaluation.id)))  # type: ignore[arg-type]  # a column
    items: list[list[int]] = []
    for wave in queries.waves_of(work, campaign):
        if wave.state == WaveState.CLOSED:
            items += [[wave.id or 0, evaluation or 0] for evaluation in evaluations]
            items.append([wave.id or 0])
    return items


def _run(work: Work, payload: dict[str, Any], item: list[int]) -> None:
    wave = work.session.get_one(SurveyWave, item[0])
    if wave.state != WaveState.CLOSED:
        return
    if len(item) == 1:
        actions_freeze.seal(work, wave)
    else:
        actions_freeze.settle(work, wave, work.session.get_one(Evaluation, item[1]))


JOBS = (JobKind(FREEZE, N_("Recount and freeze the survey"), _run, _items),)
TICKS = (TickKind("surveys.open_and_close", 5, open_and_close),)
