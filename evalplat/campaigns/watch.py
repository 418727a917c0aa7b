"""Conflicts that appear after the notice: found at once where an interest is declared, by the clock where a register changed."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from evalplat.kernel.work import Work
from evalplat.workflow.stages import CampaignState, State

from . import seats
from .conflicts import conflicts
from .tables import Campaign, Evaluation, TeamChange, TeamMember

RUNNING = (State.NOTIFIED, State.ASSESSING, State.SUBMITTED, State.ACCEPTED, State.REVIEWED, State.SCORED)
"""States in which a team works on the unit and can still be changed."""


def look(work: Work, *, unit_id: int | None = None) -> int:
    """Tell the office of every member who must keep away from a unit of theirs and of whom it was not told; how many."""
    query = select(Evaluation).join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id)).where(
        Evaluation.office_id == work.office_id, Campaign.state == CampaignState.ISSUED, col(Evaluation.side).is_(None),
        col(Evaluation.state).in_(RUNNING))
    if unit_id is not None:
        query = query.where(Evaluation.unit_id == unit_id)
    rows = list(work.session.exec(query))
    near = _near(work, rows)
    return sum(seats.tell(work, row, seat) for row in rows if row.id in near for seat in seats.of_unit(work, row) if seat.conflict)


def _near(work: Work, rows: list[Evaluation]) -> set[int | None]:
    """Evaluations where somebody who has or had a place has a conflict: a few questions for all of them."""
    places: Any = select(TeamMember.team_id, TeamMember.user_id).where(col(TeamMember.team_id).in_([row.team_id for row in rows]))
    joined: Any = select(TeamChange.evaluation_id, TeamChange.joined_user_id).where(
        col(TeamChange.evaluation_id).in_([row.id for row in rows]), col(TeamChange.joined_user_id).is_not(None))
    by_team, by_row = list(work.session.exec(places)), list(work.session.exec(joined))
    known = conflicts(work, {user for _, user in by_team} | {user for _, user in by_row})
    return {row.id for row in rows
            if any((user, row.unit_id) in known for team, user in by_team if team == row.team_id)
            or any((user, row.unit_id) in known for key, user in by_row if key == row.id)}
