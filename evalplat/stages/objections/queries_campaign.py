"""Everything contested or corrected in one campaign, and what it does to scores, grades and the ranks of others. For the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation, Progress
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores.queries import grade_name
from evalplat.scores.ranks import Order, order_of, rank_text
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import CampaignState

from .rules import DECISIONS, PROGRESSED, Decision, Progressed
from .tables import Correction, Objection, ObjectionItem

KINDS = {Progressed.FILED: "warn", Progressed.CORRECTING: "warn", Progressed.ACCEPTED: "action", Progressed.DECIDED: "seal"}


@dataclass(frozen=True, slots=True)
class Line:
    """One objection."""

    unit: str
    name: str
    attempt: int
    filed_at: datetime | None
    state: str
    kind: str
    due_at: datetime | None
    outcome: str
    items: int
    extended: bool
    document: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction."""

    unit: str
    name: str
    state: str
    drafted_at: datetime
    signed_at: datetime | None
    document: str


@dataclass(frozen=True, slots=True)
class Change:
    """A unit before and after: its own result, and its rank among the others."""

    unit: str
    name: str
    total_before: Decimal | None
    total_after: Decimal | None
    grade_before: str
    grade_after: str
    rank_before: str
    rank_after: str
    versions: int


@dataclass(frozen=True, slots=True)
class CampaignObjections:
    """The page. ``touched``: units with a new version; ``moved``: others whose rank is another for it."""

    lines: tuple[Line, ...]
    corrections: tuple[Corrected, ...]
    touched: tuple[Change, ...]
    moved: tuple[Change, ...]
    concluded: bool


def first(evaluation_id: int, versions: list[ResultVersion]) -> ResultVersion | None:
    """The result as the report fixed it."""
    return versions[0] if versions else None


def objections_page(work: Work, campaign: Campaign) -> CampaignObjections:
    """Everything on it, in a fixed number of queries."""
    query = (select(Evaluation.id, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id))
    units = {key or 0: unit for key, unit in work.session.exec(query)}
    names = {unit.code: unit.short_name for unit in units.values()}
    counts = _version_counts(work, units)
    before, after = order_of(work, campaign, choose=first), order_of(work, campaign)
    system = system_of(work, campaign)
    changes = [_change(system, code, names[code], before, after, counts.get(code, 0)) for code in sorted(names)]
    return CampaignObjections(
        _lines(work, units), _corrections(work, units), tuple(one for one in changes if one.versions > 1),
        tuple(one for one in changes if one.versions <= 1 and one.rank_before != one.rank_after),
        campaign.state in (CampaignState.CONCLUDED, CampaignState.ARCHIVED))


def _version_counts(work: Work, units: dict[int, Unit]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in work.session.exec(select(ResultVersion.evaluation_id).where(col(ResultVersion.evaluation_id).in_(units))):
        found[units[key].code] = found.get(units[key].code, 0) + 1
    return found


def _change(system: IndicatorSystem, code: str, name: str, before: Order, after: Order, versions: int) -> Change:
    old, new = before.units[code], after.units[code]
    return Change(code, name, old.total, new.total, grade_name(system, old.grade) or "—", grade_name(system, new.grade) or "—",
                  rank_text(before.ranked.get(code)), rank_text(after.ranked.get(code)), versions)


def _lines(work: Work, units: dict[int, Unit]) -> tuple[Line, ...]:
    query = (select(Objection, Document.code).outerjoin(Document, col(Document.id) == col(Objection.document_id))
             .where(col(Objection.evaluation_id).in_(units), col(Objection.filed_at).is_not(None))
             .order_by(col(Objection.filed_at).desc(), col(Objection.id).desc()))
    rows = list(work.session.exec(query))
    items: dict[int, list[ObjectionItem]] = {}
    for item in work.session.exec(select(ObjectionItem).where(col(ObjectionItem.objection_id).in_([row.id for row, _ in rows]))):
        items.setdefault(item.objection_id, []).append(item)
    due = _due(work, units)
    return tuple(_line(units[row.evaluation_id], row, document or "", items.get(row.id or 0, []), due.get(row.evaluation_id))
                 for row, document in rows)


def _due(work: Work, units: dict[int, Unit]) -> dict[int, datetime]:
    """Evaluation → the next deadline of its objection."""
    query = select(Progress).where(col(Progress.evaluation_id).in_(units), Progress.stage == "objection",
                                   col(Progress.done_at).is_(None), col(Progress.due_at).is_not(None))
    found: dict[int, datetime] = {}
    for row in work.session.exec(query):
        if row.evaluation_id and row.due_at:
            found[row.evaluation_id] = min(found.get(row.evaluation_id, row.due_at), row.due_at)
    return found


def _line(unit: Unit, row: Objection, document: str, items: Sequence[ObjectionItem], due: datetime | None) -> Line:
    open_ = row.state in (Progressed.FILED, Progressed.CORRECTING, Progressed.ACCEPTED)
    return Line(unit.code, unit.short_name, row.attempt, row.filed_at, gettext(PROGRESSED[Progressed(row.state)]),
                KINDS.get(Progressed(row.state), "mute"), due if open_ else None, _outcome(row, items), len(items),
                row.extended_at is not None, document)


def _outcome(row: Objection, items: Sequence[ObjectionItem]) -> str:
    if row.state != Progressed.DECIDED:
        return ""
    counts = [(decision, sum(item.decision == decision for item in items)) for decision in Decision]
    return gettext("; ").join(f"{gettext(DECISIONS[decision])} {count}" for decision, count in counts if count)


def _corrections(work: Work, units: dict[int, Unit]) -> tuple[Corrected, ...]:
    query = (select(Correction, Document.code).outerjoin(Document, col(Document.id) == col(Correction.document_id))
             .where(col(Correction.evaluation_id).in_(units), Correction.state != "dropped").order_by(col(Correction.id).desc()))
    return tuple(Corrected(units[row.evaluation_id].code, units[row.evaluation_id].short_name, row.state, row.drafted_at,
                           row.signed_at, document or "") for row, document in work.session.exec(query))
