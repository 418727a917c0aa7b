"""The table of a campaign's units: gathered in a handful of queries, then filtered and sorted as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import col, func, select

from evalplat.access import scope
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation, Progress, Team
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.findings.kinds import Destination
from evalplat.findings.queries import read_by_actor
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import language
from evalplat.kernel.listing import Wanted, ordered
from evalplat.kernel.work import Work
from evalplat.pages.labels import SIDES, STAGES, STATE_KINDS, STATES, text_of
from evalplat.people.categories import CATEGORIES
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.scores.marks import few_answers
from evalplat.scores.queries import grade_name
from evalplat.scores.sheet import newest
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import ORDER, STAGE_OF, Stage, State

from .stages import answers_of

FILTERS = ("category", "stage", "team", "due", "mark", "q")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a campaign. ``total`` and ``grade`` come from the newest frozen version, or are None."""

    code: str
    name: str
    href: str
    category: str
    category_label: str
    state: str
    state_label: str
    state_kind: str
    stage: str
    order: int
    team: str
    team_code: str
    answers: int | None
    total: Decimal | None
    grade: str | None
    version: int | None
    marks: tuple[str, ...]
    findings: int | None
    due_at: datetime | None
    overdue: bool
    late: bool
    place: int = 0

    @property
    def few(self) -> bool:
        """Whether too few people answered a survey behind the score."""
        return few_answers(self.marks)


SORTS: dict[str, Callable[[UnitRow], Any]] = {
    "name": lambda row: row.place, "stage": lambda row: row.order, "team": lambda row: row.team or None,
    "answers": lambda row: row.answers, "total": lambda row: row.total, "findings": lambda row: row.findings,
    "due": lambda row: row.due_at,
}


def campaign_system(work: Work, campaign: Campaign) -> IndicatorSystem | None:
    """The campaign's indicator system; None while its file has errors."""
    try:
        return system_of(work, campaign) if campaign.system_file else None
    except Refused:
        return None


def category_label(system: IndicatorSystem | None, key: str) -> str:
    """What a category is called by the indicator file, else by the office."""
    known = system.categories.get(key) if system else None
    return known.in_language(language()) if known else text_of(CATEGORIES, key)


def rows_of(work: Work, campaign: Campaign) -> list[UnitRow]:
    """Every unit of the campaign that this person may see, in the office's order."""
    query: Any = (select(Evaluation, Unit, Team).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(Team, col(Team.id) == col(Evaluation.team_id))
                  .where(Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor)).order_by(*by_unit_order(work)))
    found = list(work.session.exec(query))
    ids = [evaluation.id for evaluation, _, _ in found]
    system = campaign_system(work, campaign)
    answers, results, findings, due = answers_of(work, ids), newest(work, ids), _findings(work, ids), _due(work, ids)
    return [_row(work, campaign, system, evaluation, unit, team, answers=answers.get(evaluation.id),
                 result=results.get(evaluation.id), findings=findings.get(evaluation.id, 0), due=due.get(evaluation.id), place=place)
            for place, (evaluation, unit, team) in enumerate(found)]


def _findings(work: Work, ids: list[int]) -> dict[int, int]:
    """Evaluation → findings that were not withdrawn; referrals count only for those who handle them."""
    query = select(Finding.evaluation_id, func.count(col(Finding.id))).where(
        col(Finding.evaluation_id).in_(ids), col(Finding.state) != "withdrawn").group_by(col(Finding.evaluation_id))
    query = query.where((col(Finding.destinations) != Destination.REFER) | col(Finding.id).in_(read_by_actor(work)))
    return dict(work.session.exec(query).all())


def _due(work: Work, ids: list[int]) -> dict[int, datetime]:
    """Evaluation → the earliest open deadline."""
    query = select(Progress).where(col(Progress.evaluation_id).in_(ids), col(Progress.done_at).is_(None),
                                   col(Progress.due_at).is_not(None)).order_by(col(Progress.due_at).desc())
    return {row.evaluation_id or 0: row.due_at for row in work.session.exec(query) if row.due_at}


def _row(work: Work, campaign: Campaign, system: IndicatorSystem | None, evaluation: Evaluation, unit: Unit,
         team: Team | None, *, answers: int | None, result: ResultVersion | None, findings: int,
         due: datetime | None, place: int) -> UnitRow:
    state = State(evaluation.state)
    sees_score = may(work.actor, Act.SEE_SCORE, evaluation)
    shown = result if sees_score else None
    return UnitRow(
        code=unit.code, name=unit.short_name, href=f"/c/{campaign.code}/u/{unit.code}", category=unit.category,
        category_label=category_label(system, unit.category), state=evaluation.side or state,
        state_label=text_of(SIDES, evaluation.side) if evaluation.side else text_of(STATES, state),
        state_kind="urgent" if evaluation.side else STATE_KINDS.get(state, "mute"), stage=STAGE_OF[state],
        order=ORDER[state], team=team.name if team else "", team_code=team.code if team else "", answers=answers,
        total=shown.total if shown else None, version=shown.version if shown else None,
        grade=grade_name(system, shown.grade) if shown and shown.grade and system else None,
        marks=tuple(shown.marks) if shown else (),
        findings=findings if may(work.actor, Act.SEE_FINDINGS, evaluation) else None, due_at=due,
        overdue=due is not None and due < work.now, late=evaluation.late, place=place)


def chosen(rows: Sequence[UnitRow], ask: Wanted) -> list[UnitRow]:
    """The rows that the address asks for, in its order; without a wish, what is due first."""
    text = ask.get("q").lower()
    kept = [row for row in rows
            if ask.get("category") in ("", row.category) and ask.get("stage") in ("", row.stage)
            and ask.get("team") in ("", row.team_code) and (ask.get("due") != "over" or row.overdue)
            and (not ask.get("mark") or ask.get("mark") in row.marks or (ask.get("mark") == "late" and row.late))
            and (not text or text in row.name.lower() or text in row.code)]
    return ordered(kept, ask, SORTS) if ask.sort else sorted(kept, key=lambda r: (r.due_at is None, r.due_at or 0, r.place))


@dataclass(frozen=True, slots=True)
class Offers:
    """What the filter form offers: pairs (value, label)."""

    categories: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]


def offers(rows: Sequence[UnitRow]) -> Offers:
    """Only what occurs."""
    present = {row.stage for row in rows}
    return Offers(
        tuple(sorted({(row.category, row.category_label) for row in rows})),
        tuple((str(stage), text_of(STAGES, stage)) for stage in Stage if stage in present),
        tuple(sorted({(row.team_code, row.team) for row in rows if row.team})))
