"""The page of one evaluation's report, from the first look at the score to the approval."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from evalplat.access.acts import Act
from evalplat.files.store import keep
from evalplat.kernel.errors import Invalid
from evalplat.kernel.formats import clock_time
from evalplat.kernel.i18n import N_
from evalplat.scores.words import mark_text, reason_text
from evalplat.web import guard
from evalplat.web.forms import Posted
from evalplat.web.render import Context, said

from . import actions
from .forms import ItemForm, MinutesForm, ReasonForm
from .queries_page import report_page
from .routes_moderation import router as moderation_router
from .rules import ADVICE, CHAPTERS, MOST_ACHIEVEMENTS, Achievement, ReportText

router = APIRouter()

SCORED = said(N_("The scoring is closed. The moderation waits for the section."))
CHANGED = said(N_("The change is entered; the score above shows it."))
TAKEN_BACK = said(N_("The change is taken back."))
RECORDED = said(N_("The minutes are recorded."))
MODERATED = said(N_("The moderation is closed. The report waits for the team lead."))
SAVED = said(N_("The report is saved and its proof renewed."))
HANDED = said(N_("The report is with the checker now."))
CHECKED = said(N_("The report is checked and waits for the director."))
RETURNED = said(N_("The report went back to its author."))
APPROVED = said(N_("The report is approved and the result fixed."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, typed: ReportText | None = None) -> Response:
    view = report_page(ctx.work, ctx.evaluation, typed=typed)
    return ctx.render("stages/reports/report.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
                      state=ctx.evaluation.state, view=view, errors=errors or {}, values=ctx.posted.values(),
                      reason=reason_text, mark=mark_text)


def _wrong(ctx: Context, error: Invalid, *, typed: ReportText | None = None) -> Response:
    return _page(ctx, errors=ctx.refused(error), typed=typed)


def _typed(posted: Posted) -> ReportText:
    """The posted chapters. Empty achievements are left out."""
    shown = [Achievement(posted.get(f"achievement.{n}.heading").strip(), posted.get(f"achievement.{n}.text").strip())
             for n in range(MOST_ACHIEVEMENTS)]
    return ReportText(achievements=tuple(one for one in shown if one.heading or one.text),
                      finding_causes={code: cause.strip() for code, cause in posted.starting("cause.")},
                      **{name: posted.get(name).strip() for name, _, _ in (*CHAPTERS, *ADVICE)})


def _revision(posted: Posted) -> int:
    typed = posted.get("revision")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


@router.get("/c/{campaign}/u/{unit}/report")
def show(ctx: Annotated[Context, guard.evaluation(Act.SEE_REPORT)]) -> Response:
    """Score with its arithmetic, moderation, text, steps."""
    return _page(ctx)


@router.post("/c/{campaign}/u/{unit}/report/score")
def score(ctx: Annotated[Context, guard.evaluation(Act.SCORE_EVALUATION)]) -> Response:
    """The lead closes the scoring."""
    actions.score(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/report", said=SCORED)


@router.post("/c/{campaign}/u/{unit}/report/items")
def add_item(ctx: Annotated[Context, guard.evaluation(Act.MODERATE)]) -> Response:
    """The meeting changed an indicator."""
    checked = ctx.parse(ItemForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    try:
        actions.add_item(ctx.work, ctx.evaluation, checked.model)
    except Invalid as error:
        return _wrong(ctx, error)
    return ctx.see(f"{ctx.base}/report#moderation", said=CHANGED)


@router.post("/c/{campaign}/u/{unit}/report/items/remove")
def remove_item(ctx: Annotated[Context, guard.evaluation(Act.MODERATE)]) -> Response:
    """Take a change back."""
    typed = ctx.posted.get("item")
    actions.remove_item(ctx.work, ctx.evaluation, int(typed) if typed.isdecimal() and len(typed) < 10 else 0)
    return ctx.see(f"{ctx.base}/report#moderation", said=TAKEN_BACK)


@router.post("/c/{campaign}/u/{unit}/report/minutes")
def record_minutes(ctx: Annotated[Context, guard.evaluation(Act.MODERATE)]) -> Response:
    """Record the minutes, with their scan if there is one."""
    checked = ctx.parse(MinutesForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    try:
        upload = ctx.posted.file("scan")
        file = keep(ctx.work, upload.name, upload.data, purpose="moderation_minutes", evaluation_id=ctx.evaluation.id,
                    field="scan") if upload else None
        actions.record_minutes(ctx.work, ctx.evaluation, checked.model, file_id=file.id if file else None)
    except Invalid as error:
        return _wrong(ctx, error)
    return ctx.see(f"{ctx.base}/report#minutes", said=RECORDED)


@router.post("/c/{campaign}/u/{unit}/report/moderate")
def moderate(ctx: Annotated[Context, guard.evaluation(Act.MODERATE)]) -> Response:
    """Close the moderation."""
    actions.moderate(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/report", said=MODERATED)


@router.post("/c/{campaign}/u/{unit}/report/autosave")
def autosave(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_REPORT)]) -> Response:
    """Keep what is being typed; another's save in between is refused."""
    report = actions.autosave(ctx.work, ctx.evaluation, _typed(ctx.posted), revision=_revision(ctx.posted))
    return JSONResponse({"saved_at": clock_time(report.saved_at), "fields": {"revision": str(report.revision)}})


@router.post("/c/{campaign}/u/{unit}/report/text")
def write_report(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_REPORT)]) -> Response:
    """Save a version and renew the proof."""
    text = _typed(ctx.posted)
    try:
        actions.write_report(ctx.work, ctx.evaluation, text, revision=_revision(ctx.posted))
    except Invalid as error:
        return _wrong(ctx, error, typed=text)
    return ctx.see(f"{ctx.base}/report#report", said=SAVED)


@router.post("/c/{campaign}/u/{unit}/report/hand-over")
def hand_over(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_REPORT)]) -> Response:
    """Give it to the checker."""
    try:
        actions.hand_over(ctx.work, ctx.evaluation)
    except Invalid as error:
        return _wrong(ctx, error)
    return ctx.see(f"{ctx.base}/report", said=HANDED)


@router.post("/c/{campaign}/u/{unit}/report/check")
def check(ctx: Annotated[Context, guard.evaluation(Act.CHECK_REPORT)]) -> Response:
    """Somebody else has read it."""
    actions.check(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/report", said=CHECKED)


@router.post("/c/{campaign}/u/{unit}/report/return")
def return_report(ctx: Annotated[Context, guard.evaluation(Act.CHECK_REPORT)]) -> Response:
    """Back to the author, by the checker."""
    return _returned(ctx)


@router.post("/c/{campaign}/u/{unit}/report/refuse")
def refuse_report(ctx: Annotated[Context, guard.evaluation(Act.APPROVE_REPORT)]) -> Response:
    """Back to the author, by the director."""
    return _returned(ctx)


def _returned(ctx: Context) -> Response:
    checked = ctx.parse(ReasonForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    actions.return_report(ctx.work, ctx.evaluation, reason=checked.model.reason)
    return ctx.see(f"{ctx.base}/report", said=RETURNED)


@router.post("/c/{campaign}/u/{unit}/report/approve")
def approve(ctx: Annotated[Context, guard.evaluation(Act.APPROVE_REPORT)]) -> Response:
    """Fix the result and issue the report."""
    actions.approve(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/report", said=APPROVED)


router.include_router(moderation_router)
