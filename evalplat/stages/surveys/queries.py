"""Waves, links and windows of a campaign; the questionnaire about one unit; the fact of this room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlmodel import col, func, select

from evalplat.campaigns import definitions, windows
from evalplat.campaigns.tables import Campaign, Definition, Evaluation, Window
from evalplat.definitions.indicators import SurveyGroup
from evalplat.definitions.survey_model import Survey
from evalplat.kernel.i18n import N_, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.machine import YES, Fact

from . import rules
from .rules import WaveState
from .tables import SurveyLink, SurveyWave, Tally, Token

DEFAULT_CONTACT = "12310"


def waves_of(work: Work, campaign: Campaign) -> list[SurveyWave]:
    """The campaign's waves, in the order of their questionnaires' keys."""
    query = select(SurveyWave).where(SurveyWave.campaign_id == campaign.id).order_by(col(SurveyWave.key))
    return list(work.session.exec(query))


def wave_of(work: Work, campaign: Campaign, key: str) -> SurveyWave | None:
    """One wave by its questionnaire's key."""
    query = select(SurveyWave).where(SurveyWave.campaign_id == campaign.id, SurveyWave.key == key)
    return work.session.exec(query).one_or_none()


def units_of(work: Work, campaign: Campaign) -> list[tuple[Evaluation, Unit]]:
    """The units that are asked about, in the office's order; those that stand still are left out."""
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id, col(Evaluation.side).is_(None)).order_by(*by_unit_order(work)))
    return list(work.session.exec(query))


def unit_of(work: Work, campaign: Campaign, code: str) -> tuple[Evaluation, Unit] | None:
    """One of them by its code."""
    return next((pair for pair in units_of(work, campaign) if pair[1].code == code), None)


def survey_of(work: Work, wave: SurveyWave) -> Survey:
    """The frozen questionnaire of a wave, about no unit in particular."""
    return definitions.survey_by_definition(work.session.get_one(Definition, wave.definition_id))


def title_of(work: Work, wave: SurveyWave) -> str:
    """What a questionnaire is called, in the present language."""
    survey = survey_of(work, wave)
    return survey.words(survey.title, language())


def questionnaire(work: Work, wave: SurveyWave, evaluation: Evaluation) -> Survey:
    """The questionnaire as it is put to people about one unit."""
    definition = work.session.get_one(Definition, wave.definition_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    office = work.session.get_one(Office, wave.office_id)
    campaign = work.session.get_one(Campaign, wave.campaign_id)
    return _about(definition.hash, definition.text, definition.key, unit.name, office.name, contact_of(campaign))


@lru_cache(maxsize=512)
def _about(digest: str, text: str, key: str, unit: str, office: str, contact: str) -> Survey:
    row = Definition(office_id=0, kind="survey", key=key, version="", title="", hash=digest, text=text)
    return definitions.survey_by_definition(row).for_unit(unit, office=office, contact=contact)


def contact_of(campaign: Campaign) -> str:
    """The telephone printed on posters and questionnaires."""
    return str(campaign.settings.get("survey_contact", DEFAULT_CONTACT))


def open_weight(campaign: Campaign) -> Fraction:
    """The campaign's weight of open answers beside those by one-time links."""
    return rules.open_weight(campaign.settings.get("open_link_weight", 0))


@dataclass(frozen=True, slots=True)
class Door:
    """What an address opens: a wave about a unit, by an open link (``code``) or a one-time one (``ballot``)."""

    wave: SurveyWave
    evaluation: Evaluation
    code: str = ""
    ballot: str = ""


def door_of_link(work: Work, code: str) -> Door | None:
    """The open link behind a code; None if there is none or it was taken down."""
    query = select(SurveyLink).where(SurveyLink.code == code.lower(), col(SurveyLink.active).is_(True))
    link = work.session.exec(query).one_or_none()
    return _door(work, link.wave_id, link.evaluation_id, code=link.code) if link else None


def door_of_token(work: Work, token: str, key: bytes) -> Door | None:
    """The one-time link behind a token; the door knows its ballot alone."""
    row = work.session.get(Token, rules.digest(token))
    return _door(work, row.wave_id, row.evaluation_id, ballot=rules.ballot_of(token, key)) if row else None


def _door(work: Work, wave_id: int, evaluation_id: int, *, code: str = "", ballot: str = "") -> Door:
    return Door(work.session.get_one(SurveyWave, wave_id), work.session.get_one(Evaluation, evaluation_id), code, ballot)


def is_open(work: Work, wave: SurveyWave, evaluation: Evaluation) -> bool:
    """Whether answers are taken now: by the clock, and as long as nobody closed the wave."""
    taking = wave.state in (WaveState.DRAFT, WaveState.OPEN) and evaluation.side is None
    return taking and windows.is_open(windows.window_for(work, evaluation, "survey"), work.now)


def not_yet(work: Work, evaluation: Evaluation) -> datetime | None:
    """When it opens, if it has not opened yet."""
    window = windows.window_for(work, evaluation, "survey")
    return window.opens_at if window and work.now < window.opens_at else None


def ends_at(work: Work, campaign: Campaign) -> datetime | None:
    """When the last unit's window closes (extensions included)."""
    query = select(func.max(Window.closes_at)).where(Window.campaign_id == campaign.id, Window.kind == "survey")
    return work.session.exec(query).one()


def links_of(work: Work, campaign: Campaign, *, evaluations: Collection[int] | None = None) -> list[tuple[SurveyLink, SurveyWave, Unit]]:
    """Every open link (of these evaluations) with its wave and unit, the standing ones first."""
    query = (select(SurveyLink, SurveyWave, Unit)
             .join(SurveyWave, col(SurveyWave.id) == col(SurveyLink.wave_id))
             .join(Evaluation, col(Evaluation.id) == col(SurveyLink.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(SurveyWave.campaign_id == campaign.id)
             .order_by(col(SurveyLink.active).desc(), *by_unit_order(work), col(SurveyWave.key), col(SurveyLink.id)))
    if evaluations is not None:
        query = query.where(col(SurveyLink.evaluation_id).in_(evaluations))
    return list(work.session.exec(query))


def link_of(work: Work, campaign: Campaign, code: str) -> SurveyLink | None:
    """One open link of this campaign by its code, standing or taken down."""
    query = (select(SurveyLink).join(SurveyWave, col(SurveyWave.id) == col(SurveyLink.wave_id))
             .where(SurveyWave.campaign_id == campaign.id, SurveyLink.code == code))
    return work.session.exec(query).one_or_none()


def minimum_of(work: Work, campaign: Campaign, wave: SurveyWave) -> int:
    """How many valid answers a unit needs: the indicator system's number, else the questionnaire's."""
    group = group_of(work, campaign, wave)
    minimum = definitions.system_of(work, campaign).surveys[group].minimum if group else 0
    return minimum or survey_of(work, wave).min_valid


def group_of(work: Work, campaign: Campaign, wave: SurveyWave) -> str:
    """The survey group of the indicator system that this wave measures; empty if it is shown beside alone."""
    return group_in(definitions.system_of(work, campaign).surveys, wave)


def group_in(groups: Mapping[str, SurveyGroup], wave: SurveyWave) -> str:
    """The same among groups that were read already."""
    return definitions.group_asked(groups, wave.key, wave.group)


def issued_tokens(work: Work, campaign: Campaign) -> dict[tuple[int, int], int]:
    """(wave, evaluation) → one-time links that were made."""
    query = (select(Token.wave_id, Token.evaluation_id, func.count())
             .join(SurveyWave, col(SurveyWave.id) == col(Token.wave_id)).where(SurveyWave.campaign_id == campaign.id)
             .group_by(col(Token.wave_id), col(Token.evaluation_id)))
    return {(wave, evaluation): n for wave, evaluation, n in work.session.exec(query)}


def whole_counts(work: Work, campaign: Campaign) -> dict[tuple[int, int, str, str], int]:
    """(wave, evaluation, evidence, "n" or "valid") → how many, from the tallies."""
    waves = select(SurveyWave.id).where(SurveyWave.campaign_id == campaign.id)
    about = select(Evaluation.id).where(Evaluation.campaign_id == campaign.id)
    query: Any = (select(Tally.wave_id, Tally.evaluation_id, Tally.evidence, Tally.option, Tally.n)
                  .where(col(Tally.wave_id).in_(waves), col(Tally.evaluation_id).in_(about), col(Tally.evidence).in_(list(rules.Evidence)),
                         Tally.question == rules.WHOLE))
    return {(wave, evaluation, evidence, option): n for wave, evaluation, evidence, option, n in work.session.exec(query)}


def survey_frozen(work: Work, evaluation: Evaluation) -> Fact:
    """Every wave of the campaign is closed, recounted and frozen."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    if all(wave.state == WaveState.FROZEN for wave in waves_of(work, campaign)):
        return YES
    return Fact(False, N_("The survey is not frozen yet."), href=f"/c/{campaign.code}/surveys")
