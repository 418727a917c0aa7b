"""After the notice: a unit joins by a supplementary notice, with a team and dates of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.workflow.stages import CampaignState

from . import windows
from .conflicts import conflicts
from .tables import Campaign, Evaluation, Team, TeamMember, Window


def check_join(work: Work, campaign: Campaign, unit: Unit, team: Team) -> None:
    """Refuse a unit that is there already, or a team of which somebody has a conflict with it."""
    if campaign.state != CampaignState.ISSUED:
        raise Refused(N_("A department joins in this way only while the evaluation runs."))
    known = select(Evaluation.id).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == unit.id)
    if work.session.exec(known).first() is not None:
        raise Invalid({"join": N_("This department is part of the evaluation already.")})
    if not unit.active or unit.merged_into_id:
        raise Invalid({"join": N_("This department does not exist any more. Choose the one that took over its work.")})
    members = list(work.session.exec(select(TeamMember.user_id).where(TeamMember.team_id == team.id)))
    reasons = conflicts(work, members)
    reason = next((found for user in members if (found := reasons.get((user, unit.id or 0)))), None)
    if reason:
        raise Invalid({"join_team": N_("Somebody of this team cannot evaluate this department: {reason}.")}, reason=gettext(reason))


def join(work: Work, campaign: Campaign, unit: Unit, team: Team, *, closes: Mapping[str, datetime], document: str,
         reason: str) -> Evaluation:
    """Take the unit in, not yet notified; ``closes``: the last days that are its own."""
    check_join(work, campaign, unit, team)
    row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id, unit_id=unit.id, team_id=team.id,
                                          entered_at=work.now))
    for kind, closes_at in closes.items():
        common = windows.window_of(work, campaign, kind)
        opens_at = min(common.opens_at, closes_at) if common else work.now
        work.add(Window(office_id=work.office_id, campaign_id=campaign.id, evaluation_id=row.id, kind=kind, opens_at=opens_at,
                        closes_at=closes_at, reason=reason, document=document))
    record(work, "campaign.unit_added", campaign=campaign.code, unit=unit.code)
    return row
