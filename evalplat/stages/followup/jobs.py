"""What the clock does for the follow-up: receipts that never came, reminders, holds, the look at an adjustment's effect."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns.days import days
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline

from . import actions, actions_holds, actions_items, queries, rules_ladder
from .queries_waiting import AHEAD
from .rules import ItemState
from .tables import Advice, Rectification, Reminder


def deem_received(work: Work) -> int:
    """A department that did not confirm receipt in time counts as having the notice; how many items."""
    query = (select(Evaluation, Campaign, Rectification.issued_at)
             .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
             .join(Rectification, col(Rectification.evaluation_id) == col(Evaluation.id))
             .where(Rectification.state == ItemState.ISSUED, Evaluation.office_id == work.office_id,
                    col(Evaluation.side).is_(None), col(Evaluation.state).in_(queries.ITEM_STATES))
             .order_by(col(Evaluation.id), col(Rectification.issued_at)))
    late: dict[int, Evaluation] = {}
    for evaluation, campaign, issued_at in work.session.exec(query):
        if deadline(work, days(campaign, "letter_deemed"), start=issued_at) < work.now:
            late[evaluation.id or 0] = evaluation
    return sum(actions_items.receive(work, evaluation, how="deemed") for evaluation in late.values())


def remind(work: Work) -> int:
    """Remind departments of due dates: ten and three days before, on the day, the day after. How many reminders were written."""
    query = (select(Rectification, Evaluation).join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .where(Rectification.office_id == work.office_id, Finding.state != FindingState.WITHDRAWN, col(Evaluation.side).is_(None),
                    col(Rectification.state).not_in((ItemState.VERIFIED, ItemState.CLOSED))).order_by(col(Rectification.id)))
    known = _reminded(work)
    touched: dict[int, Evaluation] = {}
    count = 0
    for row, evaluation in work.session.exec(query).all():
        due = row.due_at.astimezone(work.settings.zone).date()
        place = rules_ladder.reminder(due, work.today)
        applies = rules_ladder.waits_for_unit(row.state, row.due_at, row.submitted_at)
        if place is None or not applies or (row.round, due, place) in known[row.id or 0]:
            continue
        work.add(Reminder(office_id=work.office_id, rectification_id=row.id, round=row.round, due_on=due, days=place, at=work.now))
        campaign, unit = codes(work, evaluation)
        record(work, "rectification.reminded", campaign=campaign, unit=unit, item=row.number, days=place)
        touched[evaluation.id or 0] = evaluation
        count += 1
    for evaluation in touched.values():
        actions.refresh(work, evaluation)
    return count


def _reminded(work: Work) -> dict[int, set[tuple[int, object, int]]]:
    found: dict[int, set[tuple[int, object, int]]] = defaultdict(set)
    for one in work.session.exec(select(Reminder).where(Reminder.office_id == work.office_id)):
        found[one.rectification_id].add((one.round, one.due_on, one.days))
    return found


def open_effects(work: Work) -> int:
    """An adopted adjustment comes up again when its year is nearly over; how many evaluations were touched."""
    query = (select(Evaluation).join(Advice, col(Advice.evaluation_id) == col(Evaluation.id))
             .where(Advice.office_id == work.office_id, col(Advice.followed_at).is_(None), col(Advice.follow_due_at) <= work.now + AHEAD)
             .distinct())
    rows = list(work.session.exec(query))
    for evaluation in rows:
        actions.refresh(work, evaluation)
    return len(rows)


def _deem(work: Work) -> None:
    deem_received(work)


def _remind(work: Work) -> None:
    remind(work)


def _hold(work: Work) -> None:
    actions_holds.sync(work)


def _effects(work: Work) -> None:
    open_effects(work)


TICKS = (TickKind("followup.deem_received", 30, _deem), TickKind("followup.remind", 60, _remind),
         TickKind("followup.holds", 30, _hold), TickKind("followup.effects", 24 * 60, _effects))
