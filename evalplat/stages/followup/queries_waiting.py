"""What waits for whom in one evaluation's follow-up, worked out from its rows: nothing is opened or closed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.queries import readers_of
from evalplat.kernel.work import Work
from evalplat.people.calendar import calendar_deadline, deadline
from evalplat.workflow.stages import State

from . import queries, rules, rules_ladder
from .rules import ItemState
from .tables import Proof, Rectification, Reminder, Verification

ACTS = ("route_finding", "issue_rectification", "start_follow_up", "fill_rectification", "submit_rectification",
        "verify_rectification", "extend_rectification", "record_advice", "follow_advice", "record_referral", "read_reminder",
        "close_follow_up", "look_back")
AHEAD = timedelta(days=30)
"""How long before its day the look at an adjustment's effect begins to wait."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: the act says for whom, ``href`` is where its button stands."""

    act: str
    href: str
    key: str = ""
    due_at: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)


def waiting(work: Work, evaluation: Evaluation) -> list[Waiting]:
    """Everything that waits now."""
    if evaluation.side or evaluation.state not in queries.ITEM_STATES:
        return []
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return [*_before(work, evaluation, campaign), *_items(work, evaluation, campaign), *_uses(work, evaluation),
            *_after(work, evaluation, campaign)]


def _before(work: Work, evaluation: Evaluation, campaign: Campaign) -> Iterator[Waiting]:
    """Until the follow-up has begun."""
    href, final = queries.base(work, evaluation), evaluation.state == State.FINAL
    due = deadline(work, days(campaign, "rectification_after_final"), start=evaluation.entered_at) if final else None
    unrouted, to_issue = queries.unrouted(work, evaluation), queries.to_issue(work, evaluation)
    if evaluation.state == State.FOLLOWING and unrouted:
        since = min(row.confirmed_at or row.raised_at for row in unrouted)
        yield Waiting("route_finding", f"{href}#routing",
                      due_at=deadline(work, days(campaign, "rectification_after_final"), start=since))
    if final and unrouted:
        yield Waiting("route_finding", f"{href}#routing", due_at=due)
    if to_issue and not (final and unrouted):
        yield Waiting("issue_rectification", f"{href}#notice", due_at=due)
    if final and not unrouted and not to_issue:
        yield Waiting("start_follow_up", f"{href}#begin", due_at=due)


def _items(work: Work, evaluation: Evaluation, campaign: Campaign) -> Iterator[Waiting]:
    pairs = queries.items_of(work, evaluation)
    ids = [row.id for row, _ in pairs]
    proven = set(work.session.exec(select(Proof.rectification_id, Proof.round).where(
        col(Proof.rectification_id).in_(ids), col(Proof.look_back).is_(False))))
    verified = list(work.session.exec(select(Verification).where(col(Verification.rectification_id).in_(ids))))
    for row, finding in pairs:
        href, here = f"{queries.base(work, evaluation)}/items/{finding.code.lower()}", {"finding": finding.code}
        if row.state in rules.BEFORE_PLAN:
            place, due = ("progress", row.due_at) if row.at_once else ("plan", row.plan_due_at)
            yield Waiting("fill_rectification", f"{href}#{place}", row.number, due, here)
        elif row.state in rules.AT_WORK:
            ready = row.state == ItemState.IN_PROGRESS and (row.id, row.round) in proven
            act, place = ("submit_rectification", "submit") if ready else ("fill_rectification", "progress")
            yield Waiting(act, f"{href}#{place}", row.number, row.due_at, here)
        elif row.state in (ItemState.PLAN_SUBMITTED, ItemState.SUBMITTED):
            spoke = [v.user_id for v in verified if v.rectification_id == row.id and v.submission == row.submissions]
            since = row.plan_at if row.state == ItemState.PLAN_SUBMITTED else row.submitted_at
            yield Waiting("verify_rectification", f"{href}#verify", row.number,
                          deadline(work, days(campaign, "rectification_check"), start=since), here | {"not_users": spoke})
        if asked(row):
            yield Waiting("extend_rectification", f"{href}#extension", row.number, row.due_at, here)
        if row.first_step_due_at is not None and row.first_step_at is None and rules.is_open(row.state):
            yield Waiting("fill_rectification", f"{href}#progress", f"{row.number}-first", row.first_step_due_at, here)
    yield from _reminders(work, evaluation, pairs)


def _reminders(work: Work, evaluation: Evaluation, pairs: list[queries.Pair]) -> Iterator[Waiting]:
    """The latest reminder of each item that nobody has taken note of, while the item is still the department's to do."""
    items = {row.id: (row, finding) for row, finding in pairs if rules_ladder.waits_for_unit(row.state, row.due_at, row.submitted_at)}
    query = select(Reminder).where(col(Reminder.rectification_id).in_(items)).order_by(col(Reminder.id))
    latest = {one.rectification_id: one for one in work.session.exec(query)} if items else {}
    for one in latest.values():
        row, finding = items[one.rectification_id]
        if one.read_at is None and one.round == row.round and one.due_on == row.due_at.astimezone(work.settings.zone).date():
            yield Waiting("read_reminder", f"{queries.base(work, evaluation)}/items/{finding.code.lower()}#reminder", row.number,
                          row.due_at, {"finding": finding.code})


def asked(row: Rectification) -> bool:
    """Whether the department asked for more time and nobody has decided."""
    return rules.is_open(row.state) and row.asked_until is not None and row.extended_at is None and not row.extension_refused


def _uses(work: Work, evaluation: Evaluation) -> Iterator[Waiting]:
    """Studies and referrals. A referral has no due date here: dates of an evaluation are shown to people who must not know."""
    href = queries.base(work, evaluation)
    for advice, finding in queries.advices_of(work, evaluation):
        if advice.state in rules.UNDECIDED:
            yield Waiting("record_advice", f"{href}#advice", finding.code, params={"finding": finding.code})
        elif advice.follow_due_at and advice.followed_at is None and work.now >= advice.follow_due_at - AHEAD:
            yield Waiting("follow_advice", f"{href}#advice", finding.code, advice.follow_due_at, {"finding": finding.code})
    for referral, finding in queries.referrals_of(work, evaluation):
        if not referral.receipt:
            for reader in readers_of(work, finding):
                yield Waiting("record_referral", f"{href}#referrals", f"{finding.code}-{reader.user_id}",
                              params={"finding": finding.code, "only_user": reader.user_id})


def _after(work: Work, evaluation: Evaluation, campaign: Campaign) -> Iterator[Waiting]:
    href = queries.base(work, evaluation)
    if evaluation.state == State.FOLLOWING and queries.findings_verified(work, evaluation).holds:
        yield Waiting("close_follow_up", f"{href}#close")
    if evaluation.state == State.CLOSED:
        yield Waiting("look_back", f"{href}#look-back",
                      due_at=calendar_deadline(work, days(campaign, "look_back"), start=evaluation.entered_at))
