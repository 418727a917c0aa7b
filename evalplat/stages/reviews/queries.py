"""Who is in the team, whether the room is open, and how everything here is called."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from evalplat.campaigns import seats, windows
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation, Team
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.workflow.stages import State

from .tables import DeskCheck, ReviewSeal, ReviewVisit


@dataclass(frozen=True, slots=True)
class Member:
    """A place in the team. ``conflict`` is a gettext id: why this person keeps away from this unit."""

    user_id: int
    login: str
    name: str
    lead: bool
    conflict: str | None


def members(work: Work, evaluation: Evaluation) -> tuple[Member, ...]:
    """The unit's team, the lead first."""
    return tuple(Member(seat.user.id or 0, seat.user.login, seat.user.name, seat.lead, seat.conflict)
                 for seat in seats.of_unit(work, evaluation))


def active_members(work: Work, evaluation: Evaluation) -> tuple[Member, ...]:
    """Those of the team who may evaluate this unit."""
    return tuple(one for one in members(work, evaluation) if one.conflict is None)


def in_team(work: Work, evaluation: Evaluation) -> bool:
    """Whether the acting person is of the team."""
    return any(one.user_id == work.actor.user_id for one in members(work, evaluation))


def team_name(work: Work, evaluation: Evaluation) -> str:
    """The team's name."""
    team = work.session.get(Team, evaluation.team_id) if evaluation.team_id else None
    return team.name if team else ""


def could_join(work: Work, evaluation: Evaluation) -> list[tuple[str, str]]:
    """Assessors who might take a recused one's place: (login, name)."""
    return [(user.login, user.name) for user, _ in seats.could_join(work, evaluation)]


def base(work: Work, evaluation: Evaluation) -> str:
    """The address below which the unit's pages lie."""
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}"


def visit_of(work: Work, evaluation: Evaluation) -> ReviewVisit | None:
    """The planned visit."""
    return work.session.get(ReviewVisit, evaluation.id)


def desk_check_of(work: Work, evaluation: Evaluation) -> DeskCheck | None:
    """What the section checked at its desk, where nobody is sent."""
    return work.session.get(DeskCheck, evaluation.id)


def seal_of(work: Work, evaluation: Evaluation) -> ReviewSeal | None:
    """The seal, once the review is finished."""
    return work.session.get(ReviewSeal, evaluation.id)


def is_current(evaluation: Evaluation) -> bool:
    """Whether the unit's review is going on."""
    return evaluation.state == State.ACCEPTED and not evaluation.side


def is_open(work: Work, evaluation: Evaluation) -> bool:
    """Whether the team may write now: the review goes on and its window is open."""
    return is_current(evaluation) and windows.is_open(windows.window_for(work, evaluation, "review"), work.now)


def names(work: Work) -> dict[int, str]:
    """User id → name, for the whole office."""
    rows = work.session.exec(select(User).where(User.office_id == work.office_id))
    return {user.id or 0: user.name for user in rows}
