"""Pages of the self-assessment: overview, check and signature, evidence files; the rest by subject beside this file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.scoring.canonical import sha256_of
from evalplat.web import guard
from evalplat.web.answers import stored
from evalplat.web.render import Context, said

from . import actions_submit, queries, routes_fill, routes_office
from .queries_copy import copy_of
from .queries_view import IssueView, issue_view
from .routes_parts import SAVED, frame, may_fill, save, saved_answer
from .routes_view import overview
from .rules_issues import blocking, issues

router = APIRouter()
router.include_router(routes_fill.router)
router.include_router(routes_office.router)
ROOM = "/c/{campaign}/u/{unit}/assessment"
Fill = Annotated[Context, guard.evaluation(Act.FILL_ASSESSMENT)]
READY = said(N_("It waits for the head's signature now."))
SIGNED = said(N_("The self-assessment is signed and sent. Thank you."))


@router.get(ROOM)
def room(ctx: Annotated[Context, guard.evaluation(Act.SEE_ASSESSMENT)]) -> Response:
    """Where the self-assessment stands."""
    return overview(ctx)


@router.get(f"{ROOM}/check")
def check(ctx: Annotated[Context, guard.evaluation(Act.SEE_ASSESSMENT)]) -> Response:
    """Everything that is missing or needs a word, and the signature."""
    return _check_page(ctx) if may_fill(ctx) else ctx.see(f"{ctx.base}/assessment")


def _check_page(ctx: Context, errors: dict[str, str] | None = None) -> Response:
    draft = queries.draft_of(ctx.work, ctx.evaluation)
    found = issues(draft)
    views = [issue_view(draft, issue, ctx.base) for issue in found]
    grouped: dict[str, list[IssueView]] = {}
    for one in views:
        if one.level == "E":
            grouped.setdefault(one.group, []).append(one)
    return ctx.render(
        "stages/assessments/check.html", status=422 if errors else 200, errors=errors or {},
        gaps=[one for one in views if one.level == "E"], grouped=grouped, notes=[one for one in views if one.level == "W"],
        leads=[one for one in views if one.level == "F"], complete=not blocking(draft, found),
        assessment=queries.assessment_of(ctx.work, ctx.evaluation), blocked=moves.blocked_by(ctx.work, ctx.evaluation, "submit"),
        seen=sha256_of(copy_of(ctx.work, ctx.evaluation)), me=ctx.person.user_id, **frame(ctx, "check", draft))


@router.post(f"{ROOM}/explanations")
def explain(ctx: Fill) -> Response:
    """Save the explanations of what the checks noted."""
    save(ctx, "explanations")
    return ctx.see(f"{ctx.base}/assessment/check", said=SAVED)


@router.post(f"{ROOM}/explanations/autosave")
def autosave_explanations(ctx: Fill) -> Response:
    """Save them while somebody types."""
    save(ctx, "explanations")
    return saved_answer(ctx)


@router.post(f"{ROOM}/ready")
def ready(ctx: Fill) -> Response:
    """It is complete: the head is asked to sign."""
    actions_submit.mark_ready(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/assessment", said=READY)


@router.post(f"{ROOM}/submit")
def submit(ctx: Annotated[Context, guard.evaluation(Act.SUBMIT_ASSESSMENT)]) -> Response:
    """The head signs what was shown."""
    try:
        actions_submit.submit(ctx.work, ctx.evaluation, declared=ctx.posted.get("declared") == "1", seen=ctx.posted.get("seen"))
    except Invalid as error:
        return _check_page(ctx, ctx.refused(error))
    return ctx.see(f"{ctx.base}/assessment", said=SIGNED)


@router.get(f"{ROOM}/files/{{code}}")
def file(ctx: Annotated[Context, guard.evaluation(Act.SEE_ASSESSMENT)], code: str) -> Response:
    """An evidence file, always to be saved, never shown inside our pages."""
    found = queries.file_by_code(ctx.work, ctx.evaluation, code)
    if found is None:
        raise NotFound
    return stored(found)
