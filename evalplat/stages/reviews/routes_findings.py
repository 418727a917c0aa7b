"""Findings and proposed deductions: the team's, the unit's and the director's side of one page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.findings.queries import find
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.scores import adjustments
from evalplat.scores.tables import AdjustmentProposal
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_adjustments, actions_findings, queries, queries_findings, queries_records
from .forms import DecisionForm, FindingAnswerForm, FindingForm, ReasonForm, StatementForm
from .rules_checks import BY_CODE

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/findings"

KEPT = said(N_("The finding is kept as a draft. The team's lead sends it to the department."))
SENT = said(N_("Sent to the department. It has been asked to answer."))
ANSWERED = said(N_("Your answer is with the evaluation team."))
SETTLED = said(N_("The finding is settled."))
STATED = said(N_("Your statement is recorded."))
DECIDED = said(N_("The decision is recorded."))


def _page(ctx: Context, *, at: str = "", errors: dict[str, str] | None = None) -> Response:
    return ctx.render("stages/reviews/findings.html", status=422 if errors else 200, errors=errors or {}, at=at,
                      values=ctx.posted.values(), unit=ctx.unit, campaign=ctx.campaign,
                      findings=queries_findings.finding_views(ctx.work, ctx.evaluation),
                      proposals=queries_findings.proposal_views(ctx.work, ctx.evaluation),
                      current=queries.is_current(ctx.evaluation), open=queries.is_open(ctx.work, ctx.evaluation),
                      sees_review=ctx.can(Act.SEE_REVIEW))


def _finding(ctx: Context) -> Finding:
    found = find(ctx.work, ctx.evaluation, ctx.request.path_params["code"])
    if found is None:
        raise NotFound
    return found


def proposal_of(ctx: Context) -> AdjustmentProposal:
    """The proposal of the address."""
    number = ctx.request.path_params["number"]
    found = adjustments.find_proposal(ctx.work, ctx.evaluation, int(number)) if number.isdecimal() else None
    if found is None:
        raise NotFound
    return found


@router.get(HERE)
def findings(ctx: Annotated[Context, guard.evaluation(Act.SEE_FINDINGS)]) -> Response:
    """The unit's findings as the person may see them."""
    return _page(ctx)


def _form(ctx: Context, values: dict[str, Any], *, code: str = "", errors: dict[str, str] | None = None) -> Response:
    return ctx.render("stages/reviews/finding_form.html", status=422 if errors else 200, errors=errors or {}, values=values,
                      code=code, unit=ctx.unit, campaign=ctx.campaign, choices=queries_findings.choices(ctx.work, ctx.evaluation))


@router.get("/c/{campaign}/u/{unit}/review/findings/new")
def new_finding(ctx: Annotated[Context, guard.evaluation(Act.RAISE_FINDING)]) -> Response:
    """An empty finding; ``?check=`` takes a line of the checklist along."""
    check = ctx.request.query_params.get("check", "")
    line = queries_records.check_line(ctx.work, ctx.evaluation, check) if check in BY_CODE else None
    values = {"evidence": f"{line.code} {gettext(line.text)}", "description": line.note} if line else {}
    return _form(ctx, values)


@router.post(HERE)
def raise_finding(ctx: Annotated[Context, guard.evaluation(Act.RAISE_FINDING)]) -> Response:
    """Write a finding down."""
    checked = ctx.parse(FindingForm)
    errors = checked.errors
    if checked.model is not None:
        try:
            finding = actions_findings.raise_finding(ctx.work, ctx.evaluation, checked.model)
            return ctx.see(f"{ctx.base}/findings#{finding.code}", said=KEPT)
        except Invalid as error:
            errors = ctx.refused(error)
    return _form(ctx, checked.values, errors=errors)


@router.get("/c/{campaign}/u/{unit}/review/findings/{code}")
def change_form(ctx: Annotated[Context, guard.evaluation(Act.RAISE_FINDING)]) -> Response:
    """The form of a draft."""
    finding = _finding(ctx)
    return _form(ctx, finding.model_dump(), code=finding.code)


@router.post(HERE + "/{code}/change")
def change_finding(ctx: Annotated[Context, guard.evaluation(Act.RAISE_FINDING)]) -> Response:
    """Change a draft."""
    finding, checked = _finding(ctx), ctx.parse(FindingForm)
    errors = checked.errors
    if checked.model is not None:
        try:
            actions_findings.change_finding(ctx.work, ctx.evaluation, finding, checked.model)
            return ctx.see(f"{ctx.base}/findings#{finding.code}", said=KEPT)
        except Invalid as error:
            errors = ctx.refused(error)
    return _form(ctx, checked.values, code=finding.code, errors=errors)


@router.post(HERE + "/{code}/send")
def send_finding(ctx: Annotated[Context, guard.evaluation(Act.CONFIRM_FINDING)]) -> Response:
    """Send it to the unit."""
    finding = _finding(ctx)
    actions_findings.send_finding(ctx.work, ctx.evaluation, finding)
    return ctx.see(f"{ctx.base}/findings#{finding.code}", said=SENT)


@router.post("/c/{campaign}/u/{unit}/review/findings/send-all")
def send_all(ctx: Annotated[Context, guard.evaluation(Act.CONFIRM_FINDING)]) -> Response:
    """Send every draft."""
    actions_findings.send_all(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/findings", said=SENT)


@router.post("/c/{campaign}/u/{unit}/review/findings/confirm-undisputed")
def confirm_undisputed(ctx: Annotated[Context, guard.evaluation(Act.CONFIRM_FINDING)]) -> Response:
    """Confirm all that the unit agreed to or was silent about."""
    actions_findings.confirm_undisputed(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/findings", said=SETTLED)


@router.post(HERE + "/{code}/answer")
def answer_finding(ctx: Annotated[Context, guard.evaluation(Act.ANSWER_FINDING)]) -> Response:
    """The unit agrees or disputes."""
    finding, checked = _finding(ctx), ctx.parse(FindingAnswerForm)
    errors = checked.errors
    if checked.model is not None:
        try:
            actions_findings.answer_finding(ctx.work, ctx.evaluation, finding, agrees=checked.model.agrees, text=checked.model.text)
            return ctx.see(f"{ctx.base}/findings#{finding.code}", said=ANSWERED)
        except Invalid as error:
            errors = ctx.refused(error)
    return _page(ctx, at=finding.code, errors=errors)


@router.post(HERE + "/{code}/confirm")
def confirm_finding(ctx: Annotated[Context, guard.evaluation(Act.CONFIRM_FINDING)]) -> Response:
    """It stands."""
    finding = _finding(ctx)
    actions_findings.confirm_finding(ctx.work, ctx.evaluation, finding)
    return ctx.see(f"{ctx.base}/findings#{finding.code}", said=SETTLED)


@router.post(HERE + "/{code}/withdraw")
def withdraw_finding(ctx: Annotated[Context, guard.evaluation(Act.CONFIRM_FINDING)]) -> Response:
    """It does not stand."""
    finding, checked = _finding(ctx), ctx.parse(ReasonForm)
    if checked.model is None:
        return _page(ctx, at=finding.code, errors=checked.errors)
    actions_findings.withdraw_finding(ctx.work, ctx.evaluation, finding, reason=checked.model.reason)
    return ctx.see(f"{ctx.base}/findings#{finding.code}", said=SETTLED)


@router.post(HERE + "/adjustments/{number}/statement")
def state_view(ctx: Annotated[Context, guard.evaluation(Act.ANSWER_FINDING)]) -> Response:
    """The unit's view of a proposal."""
    proposal, checked = proposal_of(ctx), ctx.parse(StatementForm)
    at = f"adjustment-{proposal.number}"
    if checked.model is None:
        return _page(ctx, at=at, errors=checked.errors)
    actions_adjustments.state_view(ctx.work, ctx.evaluation, proposal, checked.model.statement)
    return ctx.see(f"{ctx.base}/findings#{at}", said=STATED)


@router.post(HERE + "/adjustments/{number}/decision")
def decide(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_ADJUSTMENT)]) -> Response:
    """The director's decision."""
    proposal, checked = proposal_of(ctx), ctx.parse(DecisionForm)
    at, errors = f"adjustment-{proposal.number}", checked.errors
    if (form := checked.model) is not None:
        try:
            actions_adjustments.decide(ctx.work, ctx.evaluation, proposal, confirmed=form.confirmed, document=form.document,
                                       reason=form.decision_reason)
            return ctx.see(f"{ctx.base}/findings#{at}", said=DECIDED)
        except Invalid as error:
            errors = ctx.refused(error)
    return _page(ctx, at=at, errors=errors)
