"""Who evaluates a unit after the notice: its team, less those who left it for this unit, and those who came in for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, User
from evalplat.workflow.stages import STAGE_OF, State, at_least

from . import moves, progress
from .conflicts import conflicts
from .tables import Evaluation, PanelMember, Step, Team, TeamChange, TeamMember

Deed = Callable[[Work, Evaluation, User], None]
_left: list[Deed] = []
_conflicted: list[Deed] = []


def when_left(deed: Deed) -> None:
    """A room asks to be called when somebody leaves a unit's team, to withdraw what they did alone."""
    if deed not in _left:
        _left.append(deed)


def when_conflicted(deed: Deed) -> None:
    """A room asks to be called when a conflict of somebody of a unit's team appears."""
    if deed not in _conflicted:
        _conflicted.append(deed)


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the team of one unit. ``conflict``: a gettext id, why this person must keep away, or None."""

    user: User
    lead: bool
    conflict: str | None

    @property
    def why(self) -> str:
        """Why this person must keep away, in the present language."""
        return gettext(self.conflict) if self.conflict else ""


@dataclass(frozen=True, slots=True)
class Places:
    """Evaluations in which somebody has a place of their own, leads by it, or has left."""

    seats: frozenset[int]
    led: frozenset[int]
    away: frozenset[int]


def places_of(session: Session, user_id: int) -> Places:
    """What the changes of teams mean for one person."""
    query = select(TeamChange).where((TeamChange.left_user_id == user_id) | (TeamChange.joined_user_id == user_id))
    now: dict[int, str] = {}
    for row in session.exec(query.order_by(col(TeamChange.id))):
        now[row.evaluation_id] = ("led" if row.lead else "seats") if row.joined_user_id == user_id else "away"
    by_word = {word: frozenset(key for key, value in now.items() if value == word) for word in ("seats", "led", "away")}
    return Places(by_word["seats"] | by_word["led"], by_word["led"], by_word["away"])


def changes_of(work: Work, evaluation: Evaluation) -> list[TeamChange]:
    """The changes of a unit's team in their order."""
    return list(work.session.exec(select(TeamChange).where(TeamChange.evaluation_id == evaluation.id).order_by(col(TeamChange.id))))


def of_unit(work: Work, evaluation: Evaluation) -> list[Seat]:
    """The unit's team as it is now, the lead first."""
    query: Any = select(TeamMember.user_id, TeamMember.lead).where(TeamMember.team_id == evaluation.team_id)
    now: dict[int, bool] = dict(work.session.exec(query).all())
    for row in changes_of(work, evaluation):
        if row.left_user_id is not None:
            now.pop(row.left_user_id, None)
        if row.joined_user_id is not None:
            now[row.joined_user_id] = row.lead
    users = work.session.exec(select(User).where(col(User.id).in_(list(now))).order_by(col(User.id)))
    known = conflicts(work, now)
    found = [Seat(user, now[user.id or 0], known.get((user.id or 0, evaluation.unit_id))) for user in users]
    return sorted(found, key=lambda seat: not seat.lead)


def was_of_team(work: Work, evaluation: Evaluation, user_id: int | None) -> bool:
    """Whether somebody evaluates the unit or did until the place was taken by another."""
    gone = {row.left_user_id for row in changes_of(work, evaluation)}
    return user_id in gone or any(seat.user.id == user_id for seat in of_unit(work, evaluation))


def could_join(work: Work, evaluation: Evaluation) -> list[tuple[User, bool]]:
    """Who might take a place (person, may lead): an assessor of the office, not of the panel, without a conflict."""
    seated = [seat.user.id or 0 for seat in of_unit(work, evaluation)]
    panel = select(col(PanelMember.user_id)).where(PanelMember.campaign_id == evaluation.campaign_id)
    query: Any = (select(User, Membership.role).join(Membership, col(Membership.user_id) == col(User.id))
                  .where(User.office_id == work.office_id, col(User.active).is_(True), col(User.id).not_in(panel),
                         col(User.id).not_in(seated), col(User.expires_on).is_(None) | (col(User.expires_on) >= work.today),
                         col(Membership.role).in_([Role.ASSESSOR, Role.TEAM_LEAD])).order_by(col(User.id)))
    found: dict[int, tuple[User, bool]] = {}
    for user, role in work.session.exec(query):
        found[user.id] = user, role == Role.TEAM_LEAD or found.get(user.id, (user, False))[1]
    known = conflicts(work, found)
    return [(user, leads) for key, (user, leads) in found.items() if (key, evaluation.unit_id) not in known]


def must_be_running(evaluation: Evaluation) -> None:
    """After the notice and before the moderation: only then is there a team to change."""
    if evaluation.side or not changeable(evaluation):
        raise Refused(N_("The team of this department can be changed only after the notice and before the moderation of its score."))


def changeable(evaluation: Evaluation) -> bool:
    """Whether the unit's state lets its team be changed."""
    return evaluation.state != State.DRAFTED and not at_least(evaluation.state, State.MODERATED)


def check(work: Work, evaluation: Evaluation, *, leaves: User | None, joins: User | None) -> bool:
    """Whether the change is possible, and whether whoever comes in leads. Raises ``Invalid`` for the field that is wrong."""
    must_be_running(evaluation)
    seats = of_unit(work, evaluation)
    if leaves is not None and leaves.id not in {seat.user.id for seat in seats}:
        raise Invalid({"leaves": N_("This person has no place in the team of this department.")})
    may = {user.id: leads for user, leads in could_join(work, evaluation)}
    if joins is not None and joins.id not in may:
        raise Invalid({"joins": N_("Choose an assessor who has no conflict with this department.")})
    stay = [seat for seat in seats if seat.conflict is None and (leaves is None or seat.user.id != leaves.id)]
    leaderless = not any(seat.lead for seat in stay)
    if leaderless and (joins is None or not may[joins.id]):
        raise Invalid({"joins": N_("The team has no lead now. Choose somebody who may lead.")})
    if len(stay) + (joins is not None) < 2:
        raise Invalid({"joins": N_("The team needs a lead and one more assessor without a conflict.")})
    return leaderless


def change(work: Work, evaluation: Evaluation, *, leaves: User | None, joins: User | None, reason: str, document: str) -> TeamChange:
    """Somebody leaves the team of one unit, comes in, or takes another's place; with a reason, by a document. Only who must keep
    away anyhow may go without one."""
    needed = (("reason", reason), ("document", document))[:2 if joins is not None or not _conflicted_seat(work, evaluation, leaves) else 1]
    missing = {name: N_("Fill this in.") for name, text in needed if not text.strip()}
    if missing or (leaves is None and joins is None):
        raise Invalid(missing or {"joins": N_("Fill this in.")})
    locked = moves.lock(work, evaluation)
    leads = check(work, locked, leaves=leaves, joins=joins)
    row = _note(work, locked, leaves=leaves, joins=joins, lead=leads and joins is not None, reason=reason.strip(),
                document=document.strip())
    _after(work, locked, [leaves] if leaves else [])
    return row


def _conflicted_seat(work: Work, evaluation: Evaluation, user: User | None) -> bool:
    return any(seat.conflict for seat in of_unit(work, evaluation) if user is not None and seat.user.id == user.id)


def _note(work: Work, evaluation: Evaluation, *, leaves: User | None, joins: User | None, lead: bool, reason: str,
          document: str) -> TeamChange:
    row: TeamChange = work.add(TeamChange(
        office_id=work.office_id, evaluation_id=evaluation.id or 0, left_user_id=leaves.id if leaves else None,
        joined_user_id=joins.id if joins else None, lead=lead, reason=reason, document=document, at=work.now, by_name=work.actor.name))
    campaign, unit = moves.codes(work, evaluation)
    record(work, "team.changed", campaign=campaign, unit=unit, left=leaves.login if leaves else "",
           joined=joins.login if joins else "", document=document, reason=reason)
    names = f"{leaves.name if leaves else '—'} → {joins.name if joins else '—'}"
    note_step(work, evaluation, "team_changed", f"{names}（{document or '—'}） {reason}")  # zh: recorded
    return row


def note_step(work: Work, evaluation: Evaluation, move: str, note: str) -> None:
    """A line of the unit's timeline that is no move."""
    work.add(Step(office_id=work.office_id, evaluation_id=evaluation.id or 0, move=move, stage=STAGE_OF[State(evaluation.state)],
                  from_state=evaluation.state, to_state=evaluation.state, at=work.now, by_user_id=work.actor.user_id,
                  by_name=work.actor.name, note=note))


def give_to(work: Work, evaluation: Evaluation, team: Team, *, reason: str, document: str) -> None:
    """Another team evaluates the unit from now on; what the first one did alone is withdrawn."""
    missing = {name: N_("Fill this in.") for name, text in (("reason", reason), ("document", document)) if not text.strip()}
    if missing:
        raise Invalid(missing)
    locked = moves.lock(work, evaluation)
    check_team(work, locked, team)
    before, old = of_unit(work, locked), work.session.get(Team, locked.team_id) if locked.team_id else None
    stay = set(work.session.exec(select(TeamMember.user_id).where(TeamMember.team_id == team.id)))
    gone = [seat.user for seat in before if seat.user.id not in stay]
    for user in gone:
        work.add(TeamChange(office_id=work.office_id, evaluation_id=locked.id or 0, left_user_id=user.id, reason=reason.strip(),
                            document=document.strip(), at=work.now, by_name=work.actor.name))
    locked.team_id = team.id
    work.session.add(locked)
    work.session.flush()
    campaign, unit = moves.codes(work, locked)
    record(work, "team.unit_given", campaign=campaign, unit=unit, to=team.code, document=document.strip(), reason=reason.strip(),
           **{"from": old.code if old else ""})
    note_step(work, locked, "team_given",
              f"{old.name if old else '—'} → {team.name}（{document.strip()}） {reason.strip()}")  # zh: recorded
    _after(work, locked, gone)


def check_team(work: Work, evaluation: Evaluation, team: Team) -> None:
    """Whether a team can take the unit."""
    must_be_running(evaluation)
    if team.id == evaluation.team_id:
        raise Invalid({"team": N_("This department has this team already.")})
    users = list(work.session.exec(select(User).join(TeamMember, col(TeamMember.user_id) == col(User.id))
                                   .where(TeamMember.team_id == team.id)))
    known = conflicts(work, [user.id or 0 for user in users])
    gone = {row.left_user_id for row in changes_of(work, evaluation)}
    for user in users:
        reason = known.get((user.id or 0, evaluation.unit_id))
        if reason or user.id in gone:
            raise Invalid({"team": N_("{name} cannot evaluate this department: {reason}.")}, name=user.name,
                          reason=gettext(reason or N_("left its team before")))
    if len(users) < 2:
        raise Invalid({"team": N_("A team has fewer than two assessors.")})


def _after(work: Work, evaluation: Evaluation, gone: list[User]) -> None:
    for user in gone:
        progress.done(work, evaluation, "arrange_team", key=user.login)
        for row in progress.waiting(work, evaluation):
            if row.params.get("only_user") == user.id:
                progress.done(work, evaluation, row.act, key=row.key)
    for deed in _left:
        for user in gone:
            deed(work, evaluation, user)


def tell(work: Work, evaluation: Evaluation, seat: Seat) -> bool:
    """A conflict of somebody of the team appeared: the office is told once, rooms mark what this person did. Whether it is new."""
    campaign, unit = moves.codes(work, evaluation)
    if any(row.act == "arrange_team" and row.key == seat.user.login for row in progress.waiting(work, evaluation)):
        return False
    record(work, "team.conflict_found", campaign=campaign, unit=unit, user=seat.user.login, reason=seat.conflict or "")
    note_step(work, evaluation, "conflict_found", f"{seat.user.name}：{seat.why}")  # zh: recorded
    progress.wait(work, evaluation, "arrange_team", stage=STAGE_OF[State(evaluation.state)], key=seat.user.login,
                  name=seat.user.name, href=f"/c/{campaign}/u/{unit}/team#member-{seat.user.login}")
    for deed in _conflicted:
        deed(work, evaluation, seat.user)
    return True
