"""The settings of planning and the rows of plans."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import definitions
from evalplat.campaigns.tables import Campaign
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import load_system
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.people.categories import CATEGORIES
from evalplat.people.tables import Office, Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.resources import indicators_dir
from evalplat.workflow.stages import CampaignState

from . import rules
from .tables import EarlierEvaluation, EvaluationPlan, PlanBatch, PlanRow, SampleDraw


def office_of(work: Work) -> Office:
    """The office whose plan this is."""
    return work.session.get_one(Office, work.office_id)


def weights_of(work: Work) -> dict[str, int]:
    """Points of risk: the office's own, else the defaults."""
    own = office_of(work).settings.get("risk_weights", {})
    return {key: int(own.get(key, default)) for key, default in rules.WEIGHTS.items()}


def cycle_of(work: Work) -> int:
    """In how many years every unit is evaluated in full."""
    return int(office_of(work).settings.get("plan_cycle", rules.CYCLE))


def units_of(work: Work) -> list[Unit]:
    """The active units of the office, by category and code."""
    query = select(Unit).where(Unit.office_id == work.office_id, col(Unit.active).is_(True))
    return list(work.session.exec(query.order_by(*by_unit_order(work))))


def unit_called(work: Work, code: str) -> Unit | None:
    """A unit of the office by its code."""
    return work.session.exec(select(Unit).where(Unit.office_id == work.office_id, Unit.code == code)).one_or_none()


def category_titles(work: Work) -> dict[str, str]:
    """What the office's own indicator systems, the newest first, and the files that lie ready call the categories of units."""
    ready = (_system(name, (indicators_dir() / name).stat().st_mtime_ns) for name in definitions.system_files())
    found: dict[str, str] = {}
    for system in (*definitions.published_systems(work), *ready):
        for key, text in (system.categories if system else {}).items():
            found.setdefault(key, text.in_language(language()))
    return {key: gettext(label) for key, label in CATEGORIES.items()} | found


_systems: dict[tuple[str, int], IndicatorSystem | None] = {}


def _system(name: str, changed: int) -> IndicatorSystem | None:
    if (name, changed) not in _systems:
        _systems[name, changed] = load_system(indicators_dir() / name)[0]
    return _systems[name, changed]


def earlier_of(work: Work) -> dict[int, list[EarlierEvaluation]]:
    """Unit id → what was entered about the time before, the newest first."""
    found: dict[int, list[EarlierEvaluation]] = {}
    query = select(EarlierEvaluation).where(EarlierEvaluation.office_id == work.office_id)
    for row in work.session.exec(query.order_by(col(EarlierEvaluation.year).desc(), col(EarlierEvaluation.id))):
        found.setdefault(row.unit_id, []).append(row)
    return found


def plans_of(work: Work) -> list[EvaluationPlan]:
    """Every plan in every version, the newest first."""
    query = select(EvaluationPlan).where(EvaluationPlan.office_id == work.office_id)
    return list(work.session.exec(query.order_by(col(EvaluationPlan.first_year).desc(), col(EvaluationPlan.version).desc())))


def find_plan(work: Work, code: str, version: int | None = None) -> EvaluationPlan | None:
    """A version of a plan; the newest unless given."""
    return next((row for row in plans_of(work) if row.code == code and version in (None, row.version)), None)


def approved_plan(work: Work, year: int) -> EvaluationPlan | None:
    """The approved plan that covers a year."""
    return next((row for row in plans_of(work)
                 if row.state == rules.PlanState.APPROVED and row.first_year <= year < row.first_year + row.years), None)


def rows_of(work: Work, plan: EvaluationPlan) -> list[PlanRow]:
    """The rows of a plan by year."""
    query = select(PlanRow).where(PlanRow.plan_id == plan.id)
    return list(work.session.exec(query.order_by(col(PlanRow.year), col(PlanRow.unit_id))))


def batches_of(work: Work, plan: EvaluationPlan) -> list[PlanBatch]:
    """The batches that were begun, of any version of the plan."""
    query = select(PlanBatch).where(PlanBatch.office_id == work.office_id, PlanBatch.plan_code == plan.code)
    return list(work.session.exec(query.order_by(col(PlanBatch.year), col(PlanBatch.id))))


def begun_years(work: Work, plan: EvaluationPlan) -> set[int]:
    """The years whose batch a campaign carries out. A cancelled campaign gives its year back."""
    query = (select(PlanBatch.year).join(Campaign, col(Campaign.id) == col(PlanBatch.campaign_id))
             .where(PlanBatch.office_id == work.office_id, PlanBatch.plan_code == plan.code, Campaign.state != CampaignState.CANCELLED))
    return set(work.session.exec(query))


def cancelled_of(work: Work, plan: EvaluationPlan) -> dict[int, list[Campaign]]:
    """Year → the cancelled campaigns of its batch, the oldest first: they stay in the plan's history."""
    query = (select(PlanBatch.year, Campaign).join(Campaign, col(Campaign.id) == col(PlanBatch.campaign_id))
             .where(PlanBatch.office_id == work.office_id, PlanBatch.plan_code == plan.code, Campaign.state == CampaignState.CANCELLED)
             .order_by(col(PlanBatch.id)))
    found: dict[int, list[Campaign]] = {}
    for year, campaign in work.session.exec(query):
        found.setdefault(year, []).append(campaign)
    return found


def document_of(work: Work, plan: EvaluationPlan) -> Document | None:
    """The plan's document."""
    return work.session.get(Document, plan.document_id) if plan.document_id else None


def draws_of(work: Work, campaign_id: int) -> list[SampleDraw]:
    """Every draw of a campaign, the newest first: none is forgotten."""
    query = select(SampleDraw).where(SampleDraw.campaign_id == campaign_id)
    return list(work.session.exec(query.order_by(col(SampleDraw.id).desc())))
