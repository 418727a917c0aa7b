"""What waits for a person: open progress rows of their scope whose act they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation, OfficeProgress, Progress
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import scope
from .actor import Person
from .acts import BUTTONS, LABELS, Act
from .policy import may


@dataclass(frozen=True, slots=True)
class Task:
    """One line of "waits for me", ready for the page."""

    title: str
    detail: str
    button: str
    href: str
    due_at: datetime | None
    stage: str
    campaign: str
    unit: str
    act: str = ""


def waiting_for(work: Work, person: Person, *, campaign_id: int | None = None) -> list[Task]:
    """Everything that waits for ``person``, the earliest deadline first, those without one at the end."""
    tasks = [_task(row, campaign, unit) for row, campaign, unit in _rows(work, person, campaign_id)]
    tasks += [_office_task(row) for row in _office_rows(work, person)] if campaign_id is None else []
    return sorted(tasks, key=lambda t: (t.due_at is None, t.due_at, t.title))


def count_waiting(work: Work, person: Person) -> int:
    """How many things wait for ``person``."""
    return len(_rows(work, person, None)) + len(_office_rows(work, person))


def _rows(work: Work, person: Person, campaign_id: int | None) -> list[tuple[Progress, Campaign, Unit | None]]:
    query: Any = (select(Progress, Campaign, Evaluation, Unit)
                  .join(Campaign, col(Campaign.id) == col(Progress.campaign_id))
                  .outerjoin(Evaluation, col(Evaluation.id) == col(Progress.evaluation_id))
                  .outerjoin(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(col(Progress.done_at).is_(None), Progress.office_id == person.office_id)
                  .where(col(Progress.evaluation_id).is_(None) | scope.evaluations(person)))
    if campaign_id is not None:
        query = query.where(Progress.campaign_id == campaign_id)
    return [(row, campaign, unit) for row, campaign, evaluation, unit in work.session.exec(query)
            if may(person, Act(row.act), evaluation or campaign) and _not_mine_to_skip(row, person)]


def _office_rows(work: Work, person: Person) -> list[OfficeProgress]:
    query = select(OfficeProgress).where(OfficeProgress.office_id == person.office_id, col(OfficeProgress.done_at).is_(None))
    return [row for row in work.session.exec(query) if may(person, Act(row.act)) and _not_mine_to_skip(row, person)]


def _office_task(row: OfficeProgress) -> Task:
    act = Act(row.act)
    title = gettext(LABELS.get(act, act)).format(**row.params)
    return Task(title, str(row.params.get("detail", "")), gettext(BUTTONS.get(act, "Open")), row.href, row.due_at, "", "", "")


def _not_mine_to_skip(row: Progress | OfficeProgress, person: Person) -> bool:
    """A row may name the one person it waits for, or those it must not go to (four eyes)."""
    only = row.params.get("only_user")
    never = row.params.get("not_users") or ()
    return (only is None or only == person.user_id) and person.user_id not in never


def _task(row: Progress, campaign: Campaign, unit: Unit | None) -> Task:
    act = Act(row.act)
    params = {"unit": unit.short_name if unit else "", "campaign": campaign.title, **row.params}
    title = gettext(LABELS.get(act, act)).format(**params)
    return Task(title, campaign.title, gettext(BUTTONS.get(act, "Open")), row.href, row.due_at, row.stage,
                campaign.code, unit.short_name if unit else "", row.act)
