"""Indicator files and questionnaires: those that lie ready, those frozen into campaigns, and one opened to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns.definitions import (
    INDICATORS,
    SURVEY,
    all_published,
    read_survey,
    read_system,
    survey_files,
    system_files,
)
from evalplat.campaigns.tables import Campaign, CampaignDefinition, Definition
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.survey_model import Survey
from evalplat.kernel.i18n import language
from evalplat.kernel.work import Work
from evalplat.resources import indicators_dir, surveys_dir

from .definition_problems import ProblemLine, problem_lines


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that can be chosen. ``key`` is empty while its errors keep it from being read."""

    name: str
    kind: str
    key: str
    version: str
    title: str
    hash: str
    size: int
    problems: tuple[ProblemLine, ...]

    @property
    def errors(self) -> int:
        """How many problems keep it from being used."""
        return sum(problem.error for problem in self.problems)

    @property
    def href(self) -> str:
        """Where it is read."""
        return f"/definitions/{self.key}/{self.version}" if self.key else f"/definitions/files/{self.name}"


def files_of(kind: str) -> list[FileLine]:
    """Every file of a kind that lies ready."""
    names, folder = (system_files(), indicators_dir()) if kind == INDICATORS else (survey_files(), surveys_dir())
    return [_file(kind, name, (folder / name).read_text(encoding="utf-8", errors="replace")) for name in names]


def choices_of(work: Work, kind: str) -> list[FileLine]:
    """What an evaluation can choose: every file that lies ready, then what the office published, or an earlier evaluation fixed,
    with other content than the files."""
    ready = files_of(kind)
    known = {(one.key, one.version) for one in ready}
    rows = [row for row in all_published(work, kind) if (row.key, row.version) not in known]
    return ready + [_file(kind, f"{row.key}@{row.version}", row.text) for row in rows]


def file_named(name: str) -> FileLine | None:
    """One file by its name."""
    return next((file for kind in (INDICATORS, SURVEY) for file in files_of(kind) if file.name == name), None)


def _file(kind: str, name: str, text: str) -> FileLine:
    if kind == INDICATORS:
        system, problems = read_system(text, name)
        if system is None:
            return FileLine(name, kind, "", "", name, "", 0, problem_lines(problems))
        return FileLine(name, kind, system.id, system.version, system.title.in_language(language()), system.hash,
                        len(system.leaves), problem_lines(problems))
    survey, problems = read_survey(text, name)
    if survey is None:
        return FileLine(name, kind, "", "", name, "", 0, problem_lines(problems))
    return FileLine(name, kind, survey.key, survey.version, survey.words(survey.title, language()), survey.hash,
                    sum(question.asked for question in survey.questions), problem_lines(problems))


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A definition that a campaign fixed."""

    kind: str
    key: str
    version: str
    title: str
    hash: str
    frozen_at: datetime
    campaigns: tuple[tuple[str, str], ...]

    @property
    def href(self) -> str:
        """Where it is read."""
        return f"/definitions/{self.key}/{self.version}"


def frozen_lines(work: Work, *, inside: bool = True) -> list[FrozenLine]:
    """Every frozen definition of the office, the newest first, with the campaigns of one's own scope that use it. What was published
    and no campaign uses yet is for the office (``inside``)."""
    rows = list(work.session.exec(select(Definition).where(Definition.office_id == work.office_id)
                                  .order_by(col(Definition.frozen_at).desc(), col(Definition.key))))
    if not inside:
        rows = [row for row in rows if _in_use(work, row)]
    uses = work.session.exec(select(CampaignDefinition.definition_id, Campaign.code, Campaign.title).join(
        Campaign, col(Campaign.id) == col(CampaignDefinition.campaign_id)).where(scope.campaigns(work.actor)))
    campaigns: dict[int, list[tuple[str, str]]] = {}
    for definition_id, code, title in uses:
        campaigns.setdefault(definition_id, []).append((code, title))
    return [FrozenLine(row.kind, row.key, row.version, _title(row), row.hash, row.frozen_at,
                       tuple(campaigns.get(row.id or 0, ()))) for row in rows]


def _in_use(work: Work, row: Definition) -> bool:
    query = select(CampaignDefinition.campaign_id).where(CampaignDefinition.definition_id == row.id)
    return work.session.exec(query).first() is not None


def _title(row: Definition) -> str:
    """The definition's own title in the present language."""
    if row.kind == INDICATORS:
        system = read_system(row.text, row.key)[0]
        return system.title.in_language(language()) if system else row.title
    survey = read_survey(row.text, row.key)[0]
    return survey.words(survey.title, language()) if survey else row.title


@dataclass(frozen=True, slots=True)
class Opened:
    """One definition to be read: exactly one of ``system`` and ``survey`` is set."""

    title: str
    key: str
    version: str
    hash: str
    frozen_at: datetime | None
    campaigns: tuple[tuple[str, str], ...]
    system: IndicatorSystem | None
    survey: Survey | None
    text: str


def opened(work: Work, key: str, version: str, *, inside: bool = True) -> Opened | None:
    """The frozen definition of this name, else the file that carries it now; files and what no campaign uses yet only ``inside``."""
    query = select(Definition).where(Definition.office_id == work.office_id, Definition.key == key,
                                     Definition.version == version)
    row = work.session.exec(query).first()
    if not inside and (row is None or not _in_use(work, row)):
        return None
    if row is not None:
        uses = next((line.campaigns for line in frozen_lines(work) if (line.key, line.version) == (key, version)), ())
        system = read_system(row.text, row.key)[0] if row.kind == INDICATORS else None
        survey = read_survey(row.text, row.key)[0] if row.kind == SURVEY else None
        return Opened(_title(row), key, version, row.hash, row.frozen_at, uses, system, survey, row.text)
    for kind, folder in ((INDICATORS, indicators_dir()), (SURVEY, surveys_dir())):
        for file in files_of(kind):
            if (file.key, file.version) == (key, version):
                text = (folder / file.name).read_text(encoding="utf-8")
                system = read_system(text, file.name)[0] if kind == INDICATORS else None
                survey = read_survey(text, file.name)[0] if kind == SURVEY else None
                return Opened(file.title, key, version, file.hash, None, (), system, survey, text)
    return None


def plain(value: Fraction | None) -> str:
    """A fraction as people write it: 4, 0.5, 1/3."""
    if value is None:
        return "—"
    if value.denominator == 1:
        return str(value.numerator)
    number = float(value)
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"
