"""A campaign's indicator system and questionnaires: files or published versions while it is drafted, frozen by hash when it is issued.

A campaign names a file (``tengzhou-2026.yaml``) or what its office published (``tengzhou@2027.1``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.definitions.indicators import IndicatorSystem, SurveyGroup
from evalplat.definitions.loader import parse_system
from evalplat.definitions.problems import Problem, has_errors
from evalplat.definitions.survey_model import Survey
from evalplat.definitions.surveys import load_survey
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.resources import indicators_dir, surveys_dir

from .modes import NO_INDICATORS, REGISTER
from .tables import Campaign, CampaignDefinition, Definition

INDICATORS, SURVEY = "indicators", "survey"


@lru_cache(maxsize=64)
def read_system(text: str, name: str) -> tuple[IndicatorSystem | None, tuple[Problem, ...]]:
    """A checked indicator file, None if it has errors, and what was found; remembered."""
    system, problems = parse_system(text, name)
    return system, tuple(problems)


@lru_cache(maxsize=256)
def read_survey(text: str, name: str) -> tuple[Survey | None, tuple[Problem, ...]]:
    """The same for a questionnaire."""
    survey, problems = load_survey(text, file=name)
    return survey, tuple(problems)


def system_files() -> list[str]:
    """The indicator files that can be chosen."""
    return sorted(path.name for path in indicators_dir().glob("*.yaml"))


def survey_files() -> list[str]:
    """The questionnaires that can be chosen."""
    return sorted(path.name for path in surveys_dir().glob("*.yaml"))


def published(work: Work, kind: str, name: str) -> Definition | None:
    """What the office published, or a campaign froze, under ``KEY@VERSION``."""
    key, sign, version = name.partition("@")
    query = select(Definition).where(Definition.office_id == work.office_id, Definition.kind == kind, Definition.key == key,
                                     Definition.version == version)
    return work.session.exec(query).one_or_none() if sign else None


def all_published(work: Work, kind: str) -> list[Definition]:
    """Everything of a kind that the office published or froze, the newest first."""
    query = select(Definition).where(Definition.office_id == work.office_id, Definition.kind == kind)
    return list(work.session.exec(query.order_by(col(Definition.frozen_at).desc(), col(Definition.id).desc())))


def text_of(work: Work, kind: str, name: str) -> str:
    """The text of what a campaign names: a published version or a file."""
    if "@" in name:
        row = published(work, kind, name)
        if row is None:
            raise Refused(N_("The published version {name} is not there any more."), name=name)
        return row.text
    return _read(indicators_dir() if kind == INDICATORS else surveys_dir(), name)


def _read(folder: Path, name: str) -> str:
    path = folder / name
    if path.parent != folder or not path.is_file():
        raise Refused(N_("The file {name} is not there any more."), name=name)
    return path.read_text(encoding="utf-8")


def frozen(work: Work, campaign: Campaign, kind: str) -> list[Definition]:
    """The campaign's frozen definitions of a kind, in the order of their keys."""
    query = (select(Definition).join(CampaignDefinition, col(CampaignDefinition.definition_id) == col(Definition.id))
             .where(CampaignDefinition.campaign_id == campaign.id, Definition.kind == kind).order_by(col(Definition.key)))
    return list(work.session.exec(query))


def system_text(work: Work, campaign: Campaign) -> tuple[str, str]:
    """Text and name of the campaign's indicator file: the frozen one, or what is chosen while it is drafted; the register's, which
    scores nothing."""
    rows = frozen(work, campaign, INDICATORS)
    if rows:
        return rows[0].text, rows[0].key
    file = NO_INDICATORS if campaign.kind == REGISTER else campaign.system_file
    return text_of(work, INDICATORS, file), file


def system_of(work: Work, campaign: Campaign) -> IndicatorSystem:
    """The campaign's indicator system (``system_text``), checked."""
    text, name = system_text(work, campaign)
    system, problems = read_system(text, name)
    if system is None:
        raise Refused(N_("The indicator file {name} has errors: {first}"), name=name, first=problems[0].line())
    return system


def surveys_of(work: Work, campaign: Campaign) -> list[tuple[Survey, Definition | None]]:
    """The campaign's questionnaires with their frozen rows (None while it is drafted)."""
    rows = frozen(work, campaign, SURVEY)
    if rows:
        return [(_checked_survey(row.text, row.key), row) for row in rows]
    return [(_checked_survey(text_of(work, SURVEY, name), name), None) for name in campaign.survey_files]


def published_systems(work: Work) -> list[IndicatorSystem]:
    """Every indicator system that the office published or froze and that can be read, the newest first."""
    found = (read_system(row.text, row.key)[0] for row in all_published(work, INDICATORS))
    return [system for system in found if system is not None]


def survey_by_definition(definition: Definition) -> Survey:
    """The questionnaire of a frozen row."""
    return _checked_survey(definition.text, definition.key)


def _checked_survey(text: str, name: str) -> Survey:
    survey, problems = read_survey(text, name)
    if survey is None:
        raise Refused(N_("The questionnaire {name} has errors: {first}"), name=name, first=problems[0].line())
    return survey


def problems_of(work: Work, campaign: Campaign) -> list[Problem]:
    """Every error in the files that a drafted campaign names."""
    found: list[Problem] = []
    if campaign.system_file:
        found += read_system(text_of(work, INDICATORS, campaign.system_file), campaign.system_file)[1]
    for name in campaign.survey_files:
        found += read_survey(text_of(work, SURVEY, name), name)[1]
    return [problem for problem in found if has_errors([problem])]


def freeze(work: Work, campaign: Campaign) -> None:
    """Freeze the campaign's definitions: from now on their files may change, the campaign's do not."""
    if frozen(work, campaign, INDICATORS):
        return
    system = system_of(work, campaign)
    _keep(work, campaign, INDICATORS, key=system.id, version=system.version, title=str(system.title), digest=system.hash,
          text=text_of(work, INDICATORS, campaign.system_file))
    for name, (survey, _) in zip(campaign.survey_files, surveys_of(work, campaign), strict=True):
        title = survey.title.get("zh") or next(iter(survey.title.values()))
        _keep(work, campaign, SURVEY, key=survey.key, version=survey.version, title=title, digest=survey.hash,
              text=text_of(work, SURVEY, name))


def _keep(work: Work, campaign: Campaign, kind: str, *, key: str, version: str, title: str, digest: str, text: str) -> None:
    query = select(Definition).where(Definition.office_id == work.office_id, Definition.kind == kind,
                                     Definition.key == key, Definition.version == version)
    row = work.session.exec(query).one_or_none()
    if row is not None and row.hash != digest:
        raise Refused(N_("Version {version} of {key} was published with other content. Give the file a new version number."),
                      version=version, key=key)
    if row is None:
        row = work.add(Definition(office_id=work.office_id, kind=kind, key=key, version=version, title=title, hash=digest,
                                  text=text, frozen_at=work.now))
    work.add(CampaignDefinition(campaign_id=campaign.id, definition_id=row.id, office_id=work.office_id))
    record(work, "definition.frozen", campaign=campaign.code, kind=kind, key=key, version=version, hash=digest)


def group_asked(groups: Mapping[str, SurveyGroup], key: str, group: str) -> str:
    """Which of the groups a questionnaire asks: that which names its ``key``, else that of its own ``group`` if this one names none;
    empty if no indicator's group is asked."""
    named = next((code for code, one in groups.items() if one.questionnaire == key), "")
    return named or (group if group in groups and not groups[group].questionnaire else "")
