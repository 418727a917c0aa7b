"""A plan's life: drafted, proposed by rule, changed by hand, handed over, approved as a document, carried out batch by batch."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import modes, progress, setup
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import queries, queries_signals, rules
from .forms import ApprovalForm, PlanForm, RowForm
from .queries_document import plan_letter
from .queries_plan import defaults_of, gaps
from .rules import PlanState
from .tables import EvaluationPlan, PlanBatch, PlanRow


def draft_plan(work: Work, form: PlanForm) -> EvaluationPlan:
    """Begin a plan; its rows come by rule or by hand."""
    code = f"{form.first_year}-{form.first_year + form.years - 1}"
    if queries.find_plan(work, code):
        raise Invalid({"first_year": N_("There is a plan for these years already. Make a new version of it.")})
    plan: EvaluationPlan = work.add(EvaluationPlan(
        office_id=work.office_id, code=code, title=form.title.strip(), first_year=form.first_year, years=form.years,
        basis=form.basis.strip(), opening=form.opening.strip(), drafted_by=work.actor.user_id, drafted_at=work.now))
    record(work, "plan.drafted", plan=code, version=1)
    _wait_for_draft(work, plan)
    return plan


def change_plan(work: Work, plan: EvaluationPlan, form: PlanForm) -> None:
    """Change title and texts; the years stay."""
    _drafted(plan)
    plan.title, plan.basis, plan.opening = form.title.strip(), form.basis.strip(), form.opening.strip()
    work.add(plan)


def new_version(work: Work, plan: EvaluationPlan, *, reason: str) -> EvaluationPlan:
    """An approved plan changes only so: a copy to be changed, which takes its place once it is approved."""
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    if plan.state != PlanState.APPROVED or queries.find_plan(work, plan.code) != plan:
        raise Refused(N_("A new version is made of the approved plan, and only one at a time."))
    copy: EvaluationPlan = work.add(EvaluationPlan(
        office_id=work.office_id, code=plan.code, version=plan.version + 1, title=plan.title, first_year=plan.first_year,
        years=plan.years, basis=plan.basis, opening=plan.opening, changed_because=reason.strip(),
        drafted_by=work.actor.user_id, drafted_at=work.now))
    for row in queries.rows_of(work, plan):
        work.add(PlanRow(office_id=work.office_id, plan_id=copy.id, unit_id=row.unit_id, year=row.year, mode=row.mode,
                         by_hand=row.by_hand, reason=row.reason))
    record(work, "plan.drafted", plan=copy.code, version=copy.version)
    _wait_for_draft(work, copy)
    return copy


def _wait_for_draft(work: Work, plan: EvaluationPlan, *, note: str = "") -> None:
    progress.wait_in_office(work, "draft_plan", key=plan.code, href=f"/plans/{plan.code}", title=plan.title, detail=note)


def _drafted(plan: EvaluationPlan) -> None:
    if plan.state != PlanState.DRAFTED:
        raise Refused(N_("This plan is not being drafted. An approved plan is changed only by a new version."))


def propose_rows(work: Work, plan: EvaluationPlan, *, light_rest: bool = False) -> int:
    """Spread the units over the years by rule. What was placed by hand, and years whose batch has begun, stay as they are."""
    _drafted(plan)
    fixed_years = queries.begun_years(work, plan)
    rows = queries.rows_of(work, plan)
    kept = [row for row in rows if row.by_hand or row.year in fixed_years]
    for row in rows:
        if row not in kept:
            work.session.delete(row)
    work.session.flush()
    known = queries_signals.known_units(work)
    full = {row.unit_id for row in kept if row.mode == modes.FULL}
    ids = {one.unit.code: one.unit.id or 0 for one in known}
    free = [year for year in range(plan.first_year, plan.first_year + plan.years) if year not in fixed_years]
    units = queries_signals.candidates([one for one in known if one.unit.id not in full], year=work.today.year,
                                       cycle=queries.cycle_of(work), weights=queries.weights_of(work))
    placed = rules.propose(units, first=free[0], years=len(free)) if free else {}
    count = sum(_place(work, plan, ids[code], free[year - free[0]], modes.FULL) for code, year in sorted(placed.items()))
    if light_rest:
        taken = {(row.unit_id, row.year) for row in queries.rows_of(work, plan)}
        for year in free:
            for unit_id in ids.values():
                if (unit_id, year) not in taken:
                    count += _place(work, plan, unit_id, year, modes.LIGHT)
    record(work, "plan.proposed", plan=plan.code, version=plan.version, rows=count)
    return count


def _place(work: Work, plan: EvaluationPlan, unit_id: int, year: int, mode: str) -> int:
    work.add(PlanRow(office_id=work.office_id, plan_id=plan.id, unit_id=unit_id, year=year, mode=mode))
    return 1


def change_row(work: Work, plan: EvaluationPlan, form: RowForm) -> None:
    """By hand, with a reason: to another year (``to``), to another mode, in (``year`` 0), or out (``to`` 0)."""
    _drafted(plan)
    unit = queries.unit_called(work, form.unit)
    years = range(plan.first_year, plan.first_year + plan.years)
    if unit is None or (form.year and form.year not in years) or (form.to and form.to not in years) or not (form.year or form.to):
        raise Invalid({"unit": N_("Choose one of the options.")})
    rows = {row.year: row for row in queries.rows_of(work, plan) if row.unit_id == unit.id}
    row = rows.get(form.year)
    if form.year and row is None:
        raise Invalid({"unit": N_("The department does not stand in this year any more. Reload the page.")})
    if form.to and form.to != form.year and form.to in rows:
        raise Invalid({"to": N_("The department stands in that year already.")})
    if {form.year, form.to} & queries.begun_years(work, plan):
        raise Refused(N_("The batch of this year has begun. Its departments change in the evaluation itself."))
    if form.to == 0 and row is not None:
        work.session.delete(row)
    else:
        row = row or PlanRow(office_id=work.office_id, plan_id=plan.id, unit_id=unit.id, year=form.to)
        row.year, row.mode, row.by_hand, row.reason = form.to, form.mode, True, form.reason.strip()
        work.session.add(row)
    work.session.flush()
    record(work, "plan.row_changed", unit=unit.code, plan=plan.code, year=form.to, mode=form.mode, reason=form.reason.strip())


def hand_over(work: Work, plan: EvaluationPlan) -> None:
    """The plan goes to the commission; its document is drafted with it."""
    _drafted(plan)
    missing = gaps(work, plan)
    if missing:
        raise Refused(missing[0].reason, href=missing[0].href, **missing[0].params)
    plan.state, plan.handed_by, plan.handed_at, plan.returned_because = PlanState.HANDED_OVER, work.actor.user_id, work.now, ""
    work.add(plan)
    view = plan_letter(work, plan)
    old = queries.document_of(work, plan)
    document = documents.draft(work, "plan", view, title=view.title, campaign=None, replaces=old if old and old.state == "draft" else None)
    plan.document_id = document.id
    work.add(plan)
    progress.done_in_office(work, "draft_plan", key=plan.code)
    kept_apart = sorted({user for user in (plan.drafted_by, plan.handed_by) if user})
    progress.wait_in_office(work, "approve_plan", key=plan.code, href=f"/plans/{plan.code}#approval", title=plan.title,
                            not_users=kept_apart)
    record(work, "plan.handed_over", plan=plan.code, version=plan.version)


def send_back(work: Work, plan: EvaluationPlan, *, reason: str) -> None:
    """The commission wants it changed."""
    _handed(plan)
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    plan.state, plan.returned_because = PlanState.DRAFTED, reason.strip()
    work.add(plan)
    progress.done_in_office(work, "approve_plan", key=plan.code)
    _wait_for_draft(work, plan, note=reason.strip())
    record(work, "plan.sent_back", plan=plan.code, version=plan.version, reason=reason.strip())


def approve(work: Work, plan: EvaluationPlan, form: ApprovalForm) -> EvaluationPlan:
    """Approve: numbered and issued with the approver as its signer. Whoever drafted or handed it over does not approve it."""
    work.session.refresh(plan, with_for_update=True)
    _handed(plan)
    if work.actor.user_id in (plan.drafted_by, plan.handed_by):
        raise Refused(N_("You drafted this plan or handed it over. Somebody else approves it."))
    plan.resolution = form.resolution.strip()
    view = plan_letter(work, plan)
    draft = documents.draft(work, "plan", view, title=view.title, campaign=None, replaces=queries.document_of(work, plan))
    document = documents.issue(work, draft, checked_by=plan.handed_by)
    before = next((row for row in queries.plans_of(work) if row.code == plan.code and row.state == PlanState.APPROVED), None)
    if before is not None:
        before.state = PlanState.REPLACED
        work.add(before)
    plan.state, plan.approved_by, plan.approved_at, plan.document_id = PlanState.APPROVED, work.actor.user_id, work.now, document.id
    work.add(plan)
    progress.done_in_office(work, "approve_plan", key=plan.code)
    record(work, "plan.approved", plan=plan.code, version=plan.version, number=document.number, rows=len(queries.rows_of(work, plan)))
    return plan


def _handed(plan: EvaluationPlan) -> None:
    if plan.state != PlanState.HANDED_OVER:
        raise Refused(N_("This plan does not wait for an approval."))


def start_batch(work: Work, plan: EvaluationPlan, year: int, *, census_date: date | None = None) -> Campaign:
    """One press drafts the campaign of a year's batch: its units, who is visited and who is not, marked with the plan. After a
    cancelled one it is a campaign of its own, with its own code and title; the cancelled one stays in the history."""
    if plan.state != PlanState.APPROVED:
        raise Refused(N_("Only an approved plan is carried out."))
    rows = [row for row in queries.rows_of(work, plan) if row.year == year]
    if not rows:
        raise Refused(N_("The plan has no departments in this year."))
    if year in queries.begun_years(work, plan):
        raise Refused(N_("The batch of this year was begun already."))
    document, before = queries.document_of(work, plan), queries.cancelled_of(work, plan).get(year, [])
    given = defaults_of(work, year, again=len(before))
    marked = {"plan": {"code": plan.code, "version": plan.version, "year": year, "number": document.number if document else ""}}
    campaign = setup.draft_campaign(
        work, code=given.code, title=given.title, year=year, census_date=census_date or given.census_date, basis=plan.basis,
        scope=given.scope, system_file=given.system_file, survey_files=list(given.survey_files), kind=modes.COMPREHENSIVE, settings=marked)
    units = {row.unit_id: work.session.get_one(Unit, row.unit_id) for row in rows}
    setup.choose_units(work, campaign, [unit for unit in units.values() if unit.active])
    light = {row.unit_id for row in rows if row.mode == modes.LIGHT}
    for evaluation in work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)):
        if evaluation.unit_id in light:
            reason = f"{plan.title}（{marked['plan']['number']}）"  # zh: recorded
            modes.set_mode(work, campaign, evaluation, mode=modes.LIGHT, reason=reason)
    work.add(PlanBatch(office_id=work.office_id, plan_code=plan.code, plan_version=plan.version, year=year,
                       campaign_id=campaign.id, begun_on=work.today))
    record(work, "plan.batch_started", campaign=campaign.code, plan=plan.code, year=year, campaign_code=campaign.code)
    return campaign
