"""The facts that the campaign itself provides to the stage machine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, func, select

from evalplat.kernel.i18n import N_, gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.workflow.machine import YES, Fact
from evalplat.workflow.stages import CampaignState, SideState, State

from . import definitions, facts, modes, moves, seats, windows
from .tables import Campaign, Evaluation, PanelMember, TeamMember

LEAST_IN_TEAM = 2


def _campaign(work: Work, evaluation: Evaluation) -> Campaign:
    return work.session.get_one(Campaign, evaluation.campaign_id)


def plan_approved(work: Work, evaluation: Evaluation) -> Fact:
    """The campaign's plan was approved."""
    campaign = _campaign(work, evaluation)
    if campaign.state in (CampaignState.APPROVED, CampaignState.ISSUED):
        return YES
    return Fact(False, N_("The plan of the evaluation is not approved yet."), href=f"/c/{campaign.code}")


def teams_complete(work: Work, evaluation: Evaluation) -> Fact:
    """The unit has a team of at least two."""
    return next(iter(_team_gaps(work, _campaign(work, evaluation), [evaluation])), YES)


def _team_gaps(work: Work, campaign: Campaign, rows: Sequence[Evaluation]) -> list[Fact]:
    """What the first unit without a whole team lacks; one question for all of them."""
    href = f"/c/{campaign.code}/set-up#teams"
    query = select(TeamMember.team_id, func.count(col(TeamMember.user_id))).where(
        col(TeamMember.team_id).in_({row.team_id for row in rows})).group_by(col(TeamMember.team_id))
    sizes = dict(work.session.exec(query).all())
    for row in rows:
        if row.team_id is None:
            return [Fact(False, N_("Not every department has a team."), href=href)]
        if sizes.get(row.team_id, 0) < LEAST_IN_TEAM:
            return [Fact(False, N_("A team has fewer than two assessors."), href=href)]
    return []


def definitions_frozen(work: Work, evaluation: Evaluation) -> Fact:
    """The indicator system and the questionnaires are frozen."""
    campaign = _campaign(work, evaluation)
    if definitions.frozen(work, campaign, definitions.INDICATORS):
        return YES
    return Fact(False, N_("The indicator system and the questionnaires are not frozen yet."), href=f"/c/{campaign.code}")


def windows_in_order(work: Work, evaluation: Evaluation) -> Fact:
    """All windows are set."""
    return _windows(work, _campaign(work, evaluation))


def _windows(work: Work, campaign: Campaign) -> Fact:
    if all(windows.window_of(work, campaign, kind) for kind in windows.KINDS):
        return YES
    return Fact(False, N_("The dates of self-assessment, survey and review are not all set."),
                href=f"/c/{campaign.code}/set-up#windows")


def team_without_conflict(work: Work, evaluation: Evaluation) -> Fact:
    """Nobody of the unit's team must keep away from it: a conflict that appeared is dealt with before sealing and scoring."""
    near = [seat for seat in seats.of_unit(work, evaluation) if seat.conflict]
    if not near:
        return YES
    campaign, unit = moves.codes(work, evaluation)
    return Fact(False, N_("{name} must keep away from this department: {reason}. Replace the member; then another rates again."),
                {"name": near[0].user.name, "reason": near[0].why}, f"/c/{campaign}/u/{unit}/team")


def plan_complete(work: Work, campaign: Campaign) -> Fact:
    """Units, teams, panel, windows and files without errors: everything that the approver signs for."""
    return next(iter(plan_gaps(work, campaign)), YES)


def plan_gaps(work: Work, campaign: Campaign) -> list[Fact]:
    """Everything that the plan still lacks, each with the card of the set-up page where it is filled in."""
    href = f"/c/{campaign.code}/set-up"
    rows = list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)))
    gaps = modes.gaps(campaign)
    gaps += [] if rows else [Fact(False, N_("The evaluation has no departments yet."), href=f"{href}#units")]
    gaps += _team_gaps(work, campaign, rows)
    if not work.session.exec(select(PanelMember).where(PanelMember.campaign_id == campaign.id)).first():
        gaps.append(Fact(False, N_("The objection panel has no members yet."), href=f"{href}#panel"))
    if definitions.problems_of(work, campaign):
        gaps.append(Fact(False, N_("The indicator file or a questionnaire has errors."), href=f"{href}#frame"))
    else:
        gaps += _file_gaps(work, campaign, rows)
    dates = _windows(work, campaign)
    return gaps if dates.holds else [*gaps, dates]


def _file_gaps(work: Work, campaign: Campaign, rows: Sequence[Evaluation]) -> list[Fact]:
    """Where the indicator file, the questionnaires and the departments do not fit together: points that nobody could get, ranks that
    nobody would have."""
    system = definitions.system_of(work, campaign)
    asked = {definitions.group_asked(system.surveys, survey.key, survey.group) for survey, _ in definitions.surveys_of(work, campaign)}
    silent = [group.title.in_language(language()) for code, group in system.surveys.items()
              if code in system.survey_leaves.values() and code not in asked]
    gaps = [Fact(False, N_("Indicators count what these people say, but no questionnaire for them is chosen: {groups}."),
                 {"groups": gettext(", ").join(silent)}, f"/c/{campaign.code}/set-up#frame")] if silent else []
    if not system.leaves:
        return gaps
    units = work.session.exec(select(Unit).where(col(Unit.id).in_([row.unit_id for row in rows])).order_by(col(Unit.code))).all()
    for known, name, message in (
            (system.categories, "category", N_("{count} departments have a category that the indicator file does not know; they would "
                                               "have no rank: {names}. Change it in the list of departments.")),
            (system.profiles, "profile", N_("{count} departments have a class of points that the indicator file does not know: {names}. "
                                            "Change it in the list of departments."))):
        strange = [unit.short_name for unit in units if known and getattr(unit, name) not in known]
        if strange:
            some = gettext(", ").join(strange[:5]) + ("…" if len(strange) > 5 else "")
            gaps.append(Fact(False, message, {"count": len(strange), "names": some}, "/office/units"))
    return gaps


def every_evaluation_final(work: Work, campaign: Campaign) -> Fact:
    """Every evaluation is final or stands aside for good."""
    rows = list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)))
    done = {State.FINAL, State.FOLLOWING, State.CLOSED, State.LOOKED_BACK}
    open_rows = [row for row in rows if row.state not in done and row.side not in set(SideState)]
    if not open_rows:
        return YES
    return Fact(False, N_("{count} departments have no final result yet."), {"count": len(open_rows)}, f"/c/{campaign.code}")


def cancel_reason_given(work: Work, campaign: Campaign) -> Fact:
    """A cancelled campaign names its document."""
    if campaign.settings.get("cancel_document"):
        return YES
    return Fact(False, N_("Name the document that cancels the evaluation."), href=f"/c/{campaign.code}")


def provide() -> None:
    """Make the facts known; called by ``create_app``."""
    for name, fact in (("plan_approved", plan_approved), ("teams_complete", teams_complete),
                       ("definitions_frozen", definitions_frozen), ("windows_in_order", windows_in_order),
                       ("team_without_conflict", team_without_conflict)):
        facts.provide(name, fact)
    for name, of_campaign in (("plan_complete", plan_complete), ("every_evaluation_final", every_evaluation_final),
                              ("cancel_reason_given", cancel_reason_given)):
        facts.provide_for_campaign(name, of_campaign)
