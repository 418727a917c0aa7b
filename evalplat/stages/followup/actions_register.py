"""Findings from other sources: they enter a register of the year, a campaign that begins with its follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import modes, moves
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.files.store import keep
from evalplat.findings import actions as findings
from evalplat.findings.kinds import CATEGORIES, OTHER_SOURCES
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.turns import in_turn
from evalplat.workflow.stages import CampaignState, State

from . import actions, queries_register
from .forms import EntryForm
from .tables import FindingPaper

Files = Sequence[tuple[str, bytes]]


def register_of(work: Work) -> Campaign:
    """The register of this year, opened with its first finding."""
    year = work.today.year
    query = select(Campaign).where(Campaign.office_id == work.office_id, Campaign.kind == modes.REGISTER, Campaign.year == year)
    found = work.session.exec(query).first()
    if found is not None:
        return found
    code = f"daily-{year}"
    campaign: Campaign = work.add(Campaign(
        office_id=work.office_id, code=code, title=f"{year}年机构编制日常监督", year=year, kind=modes.REGISTER,  # zh: recorded
        state=CampaignState.CONCLUDED, census_date=date(year, 12, 31), created_at=work.now, concluded_at=work.now))
    record(work, "register.opened", campaign=code, code=code)
    return campaign


def evaluation_for(work: Work, unit: Unit) -> Evaluation:
    """The unit's place in the register: it only follows up. The team that knows the unit checks it."""
    campaign = register_of(work)
    query = select(Evaluation).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == unit.id)
    found = work.session.exec(query).one_or_none()
    if found is not None:
        if found.side or found.state != State.FOLLOWING:
            raise Refused(N_("The register of this department is closed for this year."))
        return found
    latest = select(Evaluation.team_id).where(Evaluation.unit_id == unit.id, col(Evaluation.team_id).is_not(None))
    team_id = work.session.exec(latest.order_by(col(Evaluation.id).desc())).first()
    row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id, unit_id=unit.id, team_id=team_id,
                                          state=State.FOLLOWING, entered_at=work.now))
    record(work, "campaign.unit_added", campaign=campaign.code, unit=unit.code)
    return row


def enter(work: Work, form: EntryForm, *, files: Files = ()) -> list[Finding]:
    """Enter a finding with its document for one or several units. It stands; the section says next where it goes."""
    _check(work, form)
    in_turn(work)
    units = queries_register.units_by_code(work, form.units)
    joint = queries_register.joint_code(work) if len(units) > 1 else ""
    rows = []
    for unit in units:
        evaluation = moves.lock(work, evaluation_for(work, unit))
        row = findings.enter(
            work, evaluation, source=str(form.source), category=form.category, severity=str(form.severity), title=form.title,
            description=form.description, basis=form.basis, document=form.document, found_on=form.found_on,
            requirement=form.requirement, evidence=form.evidence, joint=joint, joint_names=form.names_shown)
        _keep(work, evaluation, row, files)
        rows.append(row)
        actions.refresh(work, evaluation)
    return rows


def _check(work: Work, form: EntryForm) -> None:
    errors = {}
    if not form.units:
        errors["units"] = N_("Choose at least one department.")
    if form.source not in OTHER_SOURCES:
        errors["source"] = N_("Choose one of the options.")
    if form.category not in CATEGORIES:
        errors["category"] = N_("Choose one of the options.")
    if form.found_on > work.today:
        errors["found_on"] = N_("The day lies in the future.")
    if errors:
        raise Invalid(errors)


def _keep(work: Work, evaluation: Evaluation, finding: Finding, files: Files) -> None:
    """What the source sent stays with the office: it may name whoever told."""
    for name, data in files:
        file = keep(work, name, data, purpose="finding", evaluation_id=evaluation.id, field="papers")
        work.add(FindingPaper(office_id=work.office_id, finding_id=finding.id, file_id=file.id))
