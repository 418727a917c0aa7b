"""Drafting a campaign: its frame and units, the approval of its plan, its end.

Units change only before the approval, the rest of the frame only before the notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.workflow.stages import CampaignState, Stage

from . import modes, moves, progress
from .days import CALENDAR_DAYS, DAYS
from .tables import Campaign, Evaluation, Progress


def must_be_open(campaign: Campaign) -> None:
    """The frame changes only before the notice."""
    if campaign.state not in (CampaignState.DRAFTED, CampaignState.APPROVED):
        raise Refused(N_("The notice was issued: units, teams and files are fixed. Changes go into a supplementary notice."))


def draft_campaign(work: Work, *, code: str, title: str, year: int, census_date: date, basis: str = "", scope: str = "",
                   system_file: str, survey_files: Sequence[str], kind: str = "comprehensive", matter: str = "",
                   settings: dict[str, Any] | None = None) -> Campaign:
    """Begin a campaign. The files must exist; their errors show on the campaign page until they are mended."""
    if work.session.exec(select(Campaign).where(Campaign.office_id == work.office_id, Campaign.code == code)).first():
        raise Invalid({"code": N_("There is an evaluation with this short name already.")})
    campaign: Campaign = work.add(Campaign(
        office_id=work.office_id, code=code, title=title, year=year, kind=kind, basis=basis, scope=scope, matter=matter,
        census_date=census_date, system_file=system_file, survey_files=list(survey_files), settings=settings or {},
        created_at=work.now))
    record(work, "campaign.drafted", campaign=code, code=code, title=title)
    progress.wait(work, campaign, "set_up_campaign", stage=Stage.NOTICE, href=f"/c/{code}/set-up")
    return campaign


def change_frame(work: Work, campaign: Campaign, **changes: Any) -> None:
    """Change title, year, kind (before the approval), basis, scope, census date or files."""
    must_be_open(campaign)
    if changes.get("kind", campaign.kind) != campaign.kind:
        modes.must_be_drafted(campaign)
    changed = sorted(name for name, value in changes.items() if getattr(campaign, name) != value)
    for name in changed:
        setattr(campaign, name, changes[name])
    work.session.add(campaign)
    if changed:
        record(work, "campaign.changed", campaign=campaign.code, changes=changed)


def set_days(work: Work, campaign: Campaign, days: Mapping[str, int]) -> None:
    """Set the days of this campaign; what equals the default is not kept."""
    must_be_open(campaign)
    defaults = DAYS | CALENDAR_DAYS
    wrong = {key: N_("Enter a number of days from 1 to 365.") for key, value in days.items() if not 1 <= value <= 365}
    if wrong:
        raise Invalid(wrong)
    settings = {key: value for key, value in campaign.settings.items() if key not in days}
    change_frame(work, campaign, settings=settings | {key: value for key, value in days.items() if value != defaults[key]})


def _must_be_undecided(campaign: Campaign) -> None:
    """The approval names who takes part: a unit taken out and put back would be visited although it was approved as light."""
    must_be_open(campaign)
    modes.must_be_drafted(campaign)


def choose_units(work: Work, campaign: Campaign, units: Sequence[Unit]) -> None:
    """The campaign has exactly these units: new ones come in, others go out."""
    _must_be_undecided(campaign)
    wanted = {unit.id for unit in units}
    for row in list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id))):
        if row.unit_id not in wanted:
            remove_evaluation(work, campaign, row)
    for unit in units:
        add_evaluation(work, campaign, unit)


def add_evaluation(work: Work, campaign: Campaign, unit: Unit) -> Evaluation:
    """Take a unit into the campaign, before the plan is approved."""
    _must_be_undecided(campaign)
    known = select(Evaluation).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == unit.id)
    found = work.session.exec(known).one_or_none()
    if found:
        return found
    row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id, unit_id=unit.id,
                                          entered_at=work.now))
    record(work, "campaign.unit_added", campaign=campaign.code, unit=unit.code)
    return row


def remove_evaluation(work: Work, campaign: Campaign, evaluation: Evaluation) -> None:
    """Take a unit out, before the plan is approved."""
    _must_be_undecided(campaign)
    record(work, "campaign.unit_removed", campaign=campaign.code, unit=moves.codes(work, evaluation)[1])
    work.session.delete(evaluation)
    work.session.flush()


def hand_over(work: Work, campaign: Campaign) -> None:
    """The plan is complete and waits for its approval."""
    blocked = moves.campaign_blocked_by(work, campaign, "approve")
    if blocked:
        raise MoveBlocked(blocked)
    progress.done(work, campaign, "set_up_campaign")
    progress.wait(work, campaign, "approve_campaign", stage=Stage.NOTICE, href=f"/c/{campaign.code}#approval")
    record(work, "campaign.handed_over", campaign=campaign.code)


def send_back(work: Work, campaign: Campaign, *, reason: str) -> None:
    """The approver wants the plan changed."""
    if campaign.state != CampaignState.DRAFTED:
        raise Refused(N_("The plan was approved already."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    progress.done(work, campaign, "approve_campaign")
    progress.wait(work, campaign, "set_up_campaign", stage=Stage.NOTICE, href=f"/c/{campaign.code}/set-up", note=reason.strip())
    record(work, "campaign.sent_back", campaign=campaign.code, reason=reason.strip())


def approve(work: Work, campaign: Campaign) -> Campaign:
    """Approve the plan; now the notice can be drafted."""
    moved = moves.make_campaign(work, campaign, "approve")
    moved.approved_by = work.actor.user_id
    work.session.add(moved)
    progress.done(work, moved, "set_up_campaign")
    progress.done(work, moved, "approve_campaign")
    progress.wait(work, moved, "draft_notice", stage=Stage.NOTICE, href=f"/c/{moved.code}/notice")
    return moved


def cancel(work: Work, campaign: Campaign, *, document: str, reason: str) -> Campaign:
    """End a campaign by a document. What was done stays readable, nothing waits any more."""
    missing = {name: N_("Fill this in.") for name, text in (("document", document), ("reason", reason)) if not text.strip()}
    if missing:
        raise Invalid(missing)
    campaign.settings = {**campaign.settings, "cancel_document": document.strip(), "cancel_reason": reason.strip()}
    work.session.add(campaign)
    work.session.flush()
    moved = moves.make_campaign(work, campaign, "cancel", note=f"{document.strip()}: {reason.strip()}")
    query = select(Progress).where(Progress.campaign_id == moved.id, col(Progress.done_at).is_(None))
    for row in work.session.exec(query):
        row.done_at, row.done_by = work.now, work.actor.name
    return moved


def archive(work: Work, campaign: Campaign) -> Campaign:
    """Put a concluded campaign away."""
    moved = moves.make_campaign(work, campaign, "archive")
    progress.done(work, moved, "archive_campaign")
    return moved
