"""The director's board: what is late and with whom, objections, holds, the slowest units, the end in sight. A dozen questions in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from evalplat.access import policy, scope
from evalplat.access.acts import LABELS, Act
from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation, Progress, Step, Team, Window
from evalplat.kernel.i18n import gettext, listed
from evalplat.kernel.work import Work
from evalplat.pages.labels import STATES, text_of
from evalplat.people import roles
from evalplat.people.tables import Unit, User
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.stages import ORDER, CampaignState, State

from .boards_forecast import Forecast, Walk, forecast
from .campaigns import CampaignLine, campaigns_of

OPEN_OBJECTIONS = ("filed", "correcting", "accepted")
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """The campaigns that a board is about, and what may be chosen."""

    lines: tuple[CampaignLine, ...]
    chosen: tuple[Campaign, ...]
    asked: str


@dataclass(frozen=True, slots=True)
class Place:
    """One unit in one campaign."""

    evaluation: Evaluation
    unit: Unit
    team: str
    team_code: str
    campaign: Campaign

    @property
    def href(self) -> str:
        """Its file."""
        return f"/c/{self.campaign.code}/u/{self.unit.code}"


@dataclass(frozen=True, slots=True)
class Late:
    """One overdue task; ``who`` is the key of whoever has it."""

    who: str
    whom: str
    title: str
    where: str
    href: str
    due_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Whoever has something overdue."""

    who: str
    whom: str
    count: int
    oldest: int


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection that is not decided yet."""

    unit: str
    state: str
    filed_at: datetime
    items: int
    due_at: datetime | None
    href: str


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A unit whose requests are held up."""

    unit: str
    count: int
    since: datetime
    href: str


@dataclass(frozen=True, slots=True)
class SlowLine:
    """A unit that is far behind, or long in one state; ``end``: when it should be final."""

    unit: str
    campaign: str
    state: str
    days: int
    team: str
    end: datetime | None
    href: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the director's board."""

    units: int
    final: int
    late: tuple[LateGroup, ...]
    objections: tuple[ObjectionLine, ...]
    holds: tuple[HoldLine, ...]
    slow: tuple[SlowLine, ...]
    ahead: Forecast
    planned: datetime | None


def choice(work: Work, asked: str, *, settled: bool = False) -> Choice:
    """``asked``: a campaign's code; without one all under way, else the newest. ``settled``: one campaign, with results."""
    lines = tuple(sorted((line for line in campaigns_of(work) if line.state not in (CampaignState.DRAFTED, CampaignState.CANCELLED)),
                         key=lambda line: (line.year, line.campaign.id or 0), reverse=True))
    named = [line for line in lines if line.code == asked]
    if named:
        return Choice(lines, (named[0].campaign,), asked)
    if settled:
        best = next((line for line in lines if line.final), None) or next(iter(lines), None)
        return Choice(lines, (best.campaign,) if best else (), best.code if best else "")
    living = [line.campaign for line in lines if line.state == CampaignState.ISSUED] or [line.campaign for line in lines[:1]]
    return Choice(lines, tuple(living), "")


def places_of(work: Work, campaigns: Sequence[Campaign]) -> dict[int, Place]:
    """Evaluation → its place, of those that this person may see and that take part."""
    query: Any = (select(Evaluation, Unit, Team.name, Team.code).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(Team, col(Team.id) == col(Evaluation.team_id))
                  .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]), scope.evaluations(work.actor))
                  .order_by(*by_unit_order(work)))
    by_id = {one.id: one for one in campaigns}
    return {evaluation.id: Place(evaluation, unit, team or "", code or "", by_id[evaluation.campaign_id])
            for evaluation, unit, team, code in work.session.exec(query)}


def board(work: Work, campaigns: Sequence[Campaign]) -> Board:
    """Count it all."""
    places = places_of(work, campaigns)
    taking = {key: place for key, place in places.items() if place.evaluation.side is None}
    ahead = forecast(_walks(work, taking), work.now)
    planned = work.session.exec(select(func.max(Window.closes_at)).where(
        col(Window.campaign_id).in_([one.id for one in campaigns]))).one()
    late = late_tasks(work, campaigns, places)
    return Board(len(taking), sum(ORDER[State(p.evaluation.state)] >= ORDER[State.FINAL] for p in taking.values()),
                 tuple(_grouped(late)), tuple(_objections(work, campaigns, places)), tuple(_holds(work, campaigns, places)),
                 tuple(_slow(work, taking, ahead)), ahead, planned)


# --- what is late, and with whom ----------------------------------------------------------------------------

def late_tasks(work: Work, campaigns: Sequence[Campaign], places: Mapping[int, Place]) -> list[Late]:
    """Every overdue task of these campaigns, the oldest first."""
    query = select(Progress).where(col(Progress.campaign_id).in_([one.id for one in campaigns]), col(Progress.done_at).is_(None),
                                   col(Progress.due_at) < work.now).order_by(col(Progress.due_at))
    rows = [row for row in work.session.exec(query) if "referral" not in row.act or row.params.get("only_user") == work.actor.user_id]
    named = {row.params.get("only_user") for row in rows if row.params.get("only_user")}
    names = dict(work.session.exec(select(User.id, User.name).where(col(User.id).in_(named))).all()) if named else {}
    titles = {one.id: one.title for one in campaigns}
    return [_late(work, row, places.get(row.evaluation_id or 0), names, title=titles[row.campaign_id]) for row in rows
            if row.evaluation_id is None or row.evaluation_id in places]


def _late(work: Work, row: Progress, place: Place | None, names: Mapping[int | None, str], *, title: str) -> Late:
    who, whom = holder(row, place, names)
    params = {"unit": place.unit.short_name if place else "", "campaign": title, **row.params}
    label = gettext(LABELS.get(Act(row.act), row.act)).format(**params)
    due = row.due_at or work.now
    return Late(who, whom, label, place.unit.short_name if place else title, row.href, due, (work.now - due).days)


def holder(row: Progress, place: Place | None, names: Mapping[int | None, str]) -> tuple[str, str]:
    """(key, name) of whoever a task waits for: a person, the unit, the team, the panel, or a role of the office."""
    only = row.params.get("only_user")
    if only in names:
        return f"user-{only}", names[only]
    rules = policy.POLICY.get(Act(row.act), ())
    if place and any(isinstance(rule, policy.OfUnit | policy.OfInformedUnit) for rule in rules):
        return f"unit-{place.unit.code}", place.unit.short_name
    if place and place.team and any(isinstance(rule, policy.OfTeam) for rule in rules):
        return f"team-{place.evaluation.team_id}", place.team
    if any(isinstance(rule, policy.OfPanel) for rule in rules):
        return "panel", gettext(roles.LABELS[roles.Role.REVIEW_PANEL])
    held = [role for rule in rules if isinstance(rule, policy.Holds) for role in roles.Role if role in rule.roles]
    return "role-" + "-".join(held), listed(gettext(roles.LABELS[role]) for role in held) or gettext("somebody else")


def _grouped(late: Sequence[Late]) -> list[LateGroup]:
    groups: dict[str, list[Late]] = {}
    for one in late:
        groups.setdefault(one.who, []).append(one)
    found = [LateGroup(who, rows[0].whom, len(rows), max(row.days for row in rows)) for who, rows in groups.items()]
    return sorted(found, key=lambda group: (-group.oldest, -group.count, group.whom))


# --- objections, holds, the slow ones -----------------------------------------------------------------------

def _objections(work: Work, campaigns: Sequence[Campaign], places: Mapping[int, Place]) -> list[ObjectionLine]:
    rows = [row for row in lent.borrow(work, lent.Objected, campaigns) if row.state in OPEN_OBJECTIONS and row.evaluation_id in places]
    due: dict[int | None, datetime] = {}
    if rows:
        query = select(Progress.evaluation_id, func.min(Progress.due_at)).where(
            col(Progress.evaluation_id).in_([row.evaluation_id for row in rows]), col(Progress.done_at).is_(None),
            Progress.stage == "objection", col(Progress.due_at).is_not(None)).group_by(col(Progress.evaluation_id))
        due = dict(work.session.exec(query).all())
    return [ObjectionLine(places[row.evaluation_id].unit.short_name, row.state, row.filed_at, row.items, due.get(row.evaluation_id),
                          f"{places[row.evaluation_id].href}/objection") for row in rows]


def _holds(work: Work, campaigns: Sequence[Campaign], places: Mapping[int, Place]) -> list[HoldLine]:
    held: dict[int, list[lent.Rectified]] = {}
    for row in lent.borrow(work, lent.Rectified, campaigns):
        if row.holds and row.evaluation_id in places:
            held.setdefault(row.evaluation_id, []).append(row)
    lines = [HoldLine(places[key].unit.short_name, len(rows), min(row.due_at for row in rows), f"{places[key].href}/follow-up")
             for key, rows in held.items()]
    return sorted(lines, key=lambda line: (line.since, line.unit))


def _walks(work: Work, places: Mapping[int, Place]) -> list[Walk]:
    query: Any = select(Step.evaluation_id, Step.move, Step.at).where(col(Step.evaluation_id).in_(list(places))).order_by(col(Step.id))
    moves: dict[int, list[tuple[str, datetime]]] = {}
    for evaluation, move, at in work.session.exec(query):
        moves.setdefault(evaluation, []).append((move, at))
    return [Walk(str(key), State(place.evaluation.state), place.evaluation.entered_at, moves.get(key, [])) for key, place in places.items()]


def _slow(work: Work, places: Mapping[int, Place], ahead: Forecast) -> list[SlowLine]:
    """Those whose end lies farthest away."""
    found = []
    for code, end in ahead.ends[::-1][:SLOWEST]:
        place = places[int(code)]
        found.append(SlowLine(place.unit.short_name, place.campaign.title, text_of(STATES, State(place.evaluation.state)),
                              (work.now - place.evaluation.entered_at).days, place.team, end, place.href))
    return found
