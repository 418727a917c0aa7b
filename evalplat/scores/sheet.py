"""Ledger → scoring → result: provisional whenever somebody looks, frozen as a version when a decision fixes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scoring.canonical import canonical_bytes, result_hash
from evalplat.scoring.model import Measurements, Options, Override, Result, UnitResult

from . import ledger, marks, together
from .measurements import measurements
from .tables import ResultVersion


def system_for(work: Work, evaluation: Evaluation) -> IndicatorSystem:
    """The indicator system that counts for an evaluation."""
    return system_of(work, work.session.get_one(Campaign, evaluation.campaign_id))


def options_of(campaign: Campaign) -> Options:
    """How its campaign lets results be scored."""
    return Options(shown_only=frozenset(campaign.settings.get("shown_only", [])))


def compute(work: Work, evaluation: Evaluation) -> Result:
    """The result as the ledger stands now: provisional until it is frozen."""
    return _computed(work, evaluation)[1]


def _computed(work: Work, evaluation: Evaluation) -> tuple[Measurements, Result]:
    """The same with what was scored."""
    (given, result), system = _scored(work, evaluation, {}), system_for(work, evaluation)
    return given, replace(result, units=tuple(marks.marked(one, system, mode=evaluation.mode) for one in result.units))


def tried(work: Work, evaluation: Evaluation, overrides: Mapping[str, Override]) -> Result:
    """The same without marks, and with points that somebody thinks of deciding."""
    return _scored(work, evaluation, overrides)[1]


def _scored(work: Work, evaluation: Evaluation, overrides: Mapping[str, Override]) -> tuple[Measurements, Result]:
    """Where the file compares units, the others are scored with this one; its own result is shown."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    system = system_of(work, campaign)
    mine = measurements(system, unit, ledger.entries(work, evaluation))
    mine = replace(mine, overrides={**mine.overrides, **overrides})
    options = options_of(campaign)
    given = together.among(system, mine, lambda: together.others_now(work, evaluation, system), options)
    return given, together.alone(system, given, options, unit.code)


def is_fixable(system: IndicatorSystem, unit: UnitResult) -> bool:
    """Whether a result can be fixed: it has a total, or nothing is scored in this campaign at all."""
    return unit.complete or not system.leaves


def freeze(work: Work, evaluation: Evaluation, *, reason: str) -> ResultVersion:
    """Fix the present result as the next version. Earlier versions stay as they are."""
    given, result = _computed(work, evaluation)
    unit = result.units[0]
    if not is_fixable(system_for(work, evaluation), unit):
        raise Refused(N_("The result is not complete: {count} indicators have no value yet."),
                      count=sum(leaf.state == "missing" for leaf in unit.leaves))
    before = latest(work, evaluation)
    version: ResultVersion = work.add(ResultVersion(
        office_id=work.office_id, evaluation_id=evaluation.id, version=before.version + 1 if before else 1,
        hash=result_hash(result), system_hash=result.system_hash, input_hash=result.input_hash,
        canonical=canonical_bytes(result).decode(), total=unit.total, grade=unit.grade, score_x=unit.score_x,
        score_y=unit.score_y, marks=list(unit.marks), others=together.about(given, but=unit.unit),
        reason=reason, made_by=work.actor.user_id, made_at=work.now))
    campaign, code = codes(work, evaluation)
    record(work, "result.frozen", campaign=campaign, unit=code, version=version.version, hash=version.hash,
           total=version.total, grade=version.grade or "", reason=reason)
    return version


def versions(work: Work, evaluation: Evaluation) -> list[ResultVersion]:
    """All frozen versions, oldest first."""
    query = select(ResultVersion).where(ResultVersion.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(ResultVersion.version))))


def latest(work: Work, evaluation: Evaluation) -> ResultVersion | None:
    """The newest frozen version."""
    found = versions(work, evaluation)
    return found[-1] if found else None


def newest(work: Work, evaluations: Sequence[int]) -> dict[int, ResultVersion]:
    """Evaluation → its newest frozen version, in one query."""
    last = (select(ResultVersion.evaluation_id, func.max(ResultVersion.version).label("version"))
            .where(col(ResultVersion.evaluation_id).in_(evaluations)).group_by(col(ResultVersion.evaluation_id)).subquery())
    query = select(ResultVersion).join(last, (col(ResultVersion.evaluation_id) == last.c.evaluation_id)
                                       & (col(ResultVersion.version) == last.c.version))
    return {row.evaluation_id: row for row in work.session.exec(query)}
