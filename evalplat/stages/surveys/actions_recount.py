"""The recount as a proof: do tallies and answers of every wave still agree, and does a frozen wave still have its root?"""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work

from .actions_freeze import TallyMismatch, _compare, _recounted, root_of
from .queries import survey_of
from .rules import WaveState
from .tables import SurveyAnswer, SurveyWave, Tally


def differences(work: Work) -> list[str]:
    """What is wrong with the answers of an office, a sentence for each wave and unit; empty if all is well."""
    waves = work.session.exec(select(SurveyWave).where(SurveyWave.office_id == work.office_id).order_by(col(SurveyWave.id)))
    return [problem for wave in list(waves) for problem in _of_wave(work, wave)]


def _of_wave(work: Work, wave: SurveyWave) -> list[str]:
    campaign = work.session.get_one(Campaign, wave.campaign_id)
    found = [problem for evaluation in _concerned(work, wave) for problem in _of_unit(work, wave, evaluation)]
    if wave.state == WaveState.FROZEN and root_of(work, wave) != wave.root:
        found.append(f"{campaign.code}: the answers of {wave.key} do not give the root that was recorded when they were frozen")
    return found


def _concerned(work: Work, wave: SurveyWave) -> list[Evaluation]:
    """Units with an answer or a tally of this wave."""
    ids = {*work.session.exec(select(SurveyAnswer.evaluation_id).where(SurveyAnswer.wave_id == wave.id).distinct()),
           *work.session.exec(select(Tally.evaluation_id).where(Tally.wave_id == wave.id).distinct())}
    return list(work.session.exec(select(Evaluation).where(col(Evaluation.id).in_(ids)).order_by(col(Evaluation.id))))


def _of_unit(work: Work, wave: SurveyWave, evaluation: Evaluation) -> list[str]:
    rows = list(work.session.exec(select(SurveyAnswer).where(
        SurveyAnswer.wave_id == wave.id, SurveyAnswer.evaluation_id == evaluation.id)))
    try:
        _compare(work, wave, evaluation, _recounted(survey_of(work, wave), rows))
    except TallyMismatch as mismatch:
        return [str(mismatch)]
    finally:
        for row in rows:
            work.session.expunge(row)
    return []
