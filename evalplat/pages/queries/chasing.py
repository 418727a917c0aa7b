"""What is late or due soon in a campaign, with whom, since when: a handful of queries, however many units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from evalplat.access import scope
from evalplat.access.acts import LABELS, Act
from evalplat.access.policy import POLICY, Holds, OfInformedUnit, OfTeam, OfUnit, may
from evalplat.campaigns.calls import calls_of
from evalplat.campaigns.tables import Call, Campaign, Evaluation, Progress, Team, TeamMember
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Wanted, ordered
from evalplat.kernel.work import Work
from evalplat.pages.labels import STAGES, text_of
from evalplat.people.calendar import exceptions
from evalplat.people.roles import LABELS as ROLES
from evalplat.people.roles import UNIT_ROLES
from evalplat.people.tables import Membership, Unit, User
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow import calendar
from evalplat.workflow.stages import Stage

from .units import campaign_system, category_label

FILTERS = ("kind", "days", "side", "stage", "team", "category", "q")
SIDES = {"unit": N_("the department"), "team": N_("the team"), "office": N_("the office")}
SOON = 3


@dataclass(frozen=True, slots=True)
class ChaseRow:
    """One thing that somebody owes. ``days``: working days overdue, or (negative) still left."""

    unit_code: str
    unit: str
    unit_name: str
    category: str
    category_label: str
    team: str
    team_code: str
    stage: str
    stage_label: str
    what: str
    side: str
    side_label: str
    who: str
    since: datetime
    due_at: datetime
    days: int
    late: bool
    href: str
    file_href: str
    calls: int
    last_call: Call | None
    may_call: bool


SORTS: dict[str, Callable[[ChaseRow], Any]] = {
    "unit": lambda row: row.unit_code, "stage": lambda row: list(Stage).index(Stage(row.stage)), "due": lambda row: row.due_at,
    "since": lambda row: row.since, "days": lambda row: row.days, "calls": lambda row: row.calls,
}


def days_wanted(ask: Wanted) -> int:
    """How many working days ahead the list looks."""
    text = ask.get("days")
    return min(int(text), 60) if text.isdecimal() and len(text) < 4 else SOON


def rows_of(work: Work, campaign: Campaign, *, within: int) -> list[ChaseRow]:
    """Everything of this person's units that is late or due within so many working days, the most overdue first."""
    known = exceptions(work.session, work.office_id)
    until = calendar.closes_at(calendar.add_working_days(work.today, within, exceptions=known), work.settings.zone)
    query: Any = (select(Progress, Evaluation, Unit, Team)
                  .join(Evaluation, col(Evaluation.id) == col(Progress.evaluation_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(Team, col(Team.id) == col(Evaluation.team_id))
                  .where(Progress.campaign_id == campaign.id, col(Progress.done_at).is_(None), col(Progress.due_at).is_not(None),
                         col(Progress.due_at) <= until, scope.evaluations(work.actor))
                  .order_by(col(Progress.due_at), *by_unit_order(work), col(Progress.id)))
    found = list(work.session.exec(query))
    people = _people(work, [unit for _, _, unit, _ in found], [team.id for *_, team in found if team])
    calls = calls_of(work, sorted({evaluation.id for _, evaluation, _, _ in found}))
    system = campaign_system(work, campaign)
    labels = {unit.category: category_label(system, unit.category) for _, _, unit, _ in found}
    zone = work.settings.zone

    def row(wait: Progress, evaluation: Evaluation, unit: Unit, team: Team | None) -> ChaseRow:
        due: Any = wait.due_at
        day: date = due.astimezone(zone).date()
        side, who = people.holders(wait, unit, team)
        own = calls.get(evaluation.id or 0, [])
        return ChaseRow(
            unit.code, unit.short_name, unit.name, unit.category, labels[unit.category], team.name if team else "",
            team.code if team else "", wait.stage, text_of(STAGES, wait.stage), _what(wait, unit), side, gettext(SIDES[side]), who,
            wait.opened_at, due, calendar.working_days_between(day, work.today, exceptions=known), due < work.now, wait.href,
            f"/c/{campaign.code}/u/{unit.code}", len(own), own[0] if own else None,
            may(work.actor, Act.LOG_CALL, evaluation))

    return [row(*one) for one in found]


def _what(wait: Progress, unit: Unit) -> str:
    """The task's own words without the campaign, which is the same for the whole list."""
    params: dict[str, Any] = {"unit": unit.short_name, **wait.params, "campaign": ""}
    return gettext(LABELS.get(Act(wait.act), wait.act)).format(**params).rstrip("：: ")  # zh: read


@dataclass(frozen=True, slots=True)
class _Book:
    """Names by unit and role, by team, and by id."""

    of_unit: Mapping[tuple[int, str], list[tuple[int, str]]]
    of_team: Mapping[int, list[tuple[int, str]]]
    successor: Mapping[int, int]

    def holders(self, wait: Progress, unit: Unit, team: Team | None) -> tuple[str, str]:
        """Which side owes it, and the names (or the roles, where it is the office's)."""
        rules = POLICY.get(Act(wait.act), ())
        roles = {role for rule in rules if isinstance(rule, OfUnit | OfInformedUnit) for role in rule.roles}
        if roles:
            units = [unit.id or 0, self.successor.get(unit.id or 0, 0)]
            return "unit", _named((one for key in units for role in sorted(roles) for one in self.of_unit.get((key, role), ())), wait)
        if any(isinstance(rule, OfTeam) for rule in rules):
            return "team", _named(self.of_team.get(team.id or 0, ()) if team else (), wait)
        held = [gettext(ROLES[role]) for rule in rules if isinstance(rule, Holds) for role in sorted(rule.roles)]
        return "office", gettext(", ").join(dict.fromkeys(held))


def _named(people: Iterable[tuple[int, str]], wait: Progress) -> str:
    """Without those whom the row does not wait for."""
    only, never = wait.params.get("only_user"), wait.params.get("not_users") or ()
    return gettext(", ").join(dict.fromkeys(name for key, name in people if only in (None, key) and key not in never))


def _people(work: Work, units: Sequence[Unit], teams: Sequence[int]) -> _Book:
    successor = {unit.id or 0: unit.merged_into_id for unit in units if unit.merged_into_id}
    wanted = {unit.id for unit in units} | set(successor.values())
    held = select(Membership.unit_id, Membership.role, User.id, User.name).join(User, col(User.id) == col(Membership.user_id)).where(
        col(Membership.unit_id).in_(wanted), col(Membership.role).in_(UNIT_ROLES), col(User.active).is_(True)).order_by(col(User.id))
    of_unit: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for unit_id, role, user_id, name in work.session.exec(held):
        of_unit.setdefault((unit_id or 0, role), []).append((user_id or 0, name))
    seats = select(TeamMember.team_id, User.id, User.name).join(User, col(User.id) == col(TeamMember.user_id)).where(
        col(TeamMember.team_id).in_(set(teams))).order_by(col(TeamMember.lead).desc(), col(User.id))
    of_team: dict[int, list[tuple[int, str]]] = {}
    for team_id, user_id, name in work.session.exec(seats):
        of_team.setdefault(team_id, []).append((user_id or 0, name))
    return _Book(of_unit, of_team, successor)


def chosen(rows: Sequence[ChaseRow], ask: Wanted) -> list[ChaseRow]:
    """The rows that the address asks for, in its order."""
    text = ask.get("q").lower()
    kept = [row for row in rows
            if (not ask.get("kind") or row.late == (ask.get("kind") == "late")) and ask.get("side") in ("", row.side)
            and ask.get("stage") in ("", row.stage) and ask.get("team") in ("", row.team_code)
            and ask.get("category") in ("", row.category)
            and (not text or text in row.unit_name.lower() or text in row.unit_code or text in row.what.lower())]
    return ordered(kept, ask, SORTS)


def offers(rows: Sequence[ChaseRow]) -> dict[str, list[tuple[str, str]]]:
    """What the filter form offers: only what occurs."""
    stages = {row.stage for row in rows}
    return {"stage": [(str(stage), text_of(STAGES, stage)) for stage in Stage if stage in stages],
            "team": sorted({(row.team_code, row.team) for row in rows if row.team}),
            "category": sorted({(row.category, row.category_label) for row in rows}),
            "side": [(key, gettext(label)) for key, label in SIDES.items()]}
