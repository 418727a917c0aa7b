"""The overview: for the unit what is done and missing, for the office what was signed and what it can do with it."""

from __future__ import annotations

from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.kernel.i18n import gettext
from evalplat.web.render import Context
from evalplat.workflow.stages import State

from . import queries
from .actions_claims import DECIDABLE
from .queries_signed import signed_view
from .routes_parts import may_fill, tabs
from .rules import words
from .rules_issues import PartState, issues, parts

HREFS = {"texts": "texts", "figures": "tables", "scores": "scores", "problems": "problems"}


def overview(ctx: Context, errors: dict[str, str] | None = None) -> Response:
    """The page of the room, for whoever may see it."""
    work, evaluation = ctx.work, ctx.evaluation
    row, signed = queries.assessment_of(work, evaluation), queries.submissions_of(work, evaluation)
    filling, of_unit = may_fill(ctx), evaluation.unit_id in ctx.person.unit_ids
    draft = queries.draft_of(work, evaluation)
    titles = {item.code: words(item.title) for item in draft.system.tree}
    returnable = [one for one in moves.blocked_by(work, evaluation, "return_once") if one.fact != "return_reason_given"]
    return ctx.render(
        "stages/assessments/overview.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
        campaign=ctx.campaign, unit=ctx.unit, evaluation=evaluation, assessment=row, filling=filling, of_unit=of_unit,
        tabs=tabs(ctx, "") if filling else (), parts=[_part(ctx, one) for one in parts(draft, issues(draft))] if row else [],
        due=queries.due_at(work, evaluation), signed=signed_view(work, evaluation, signed[-1]) if signed else None,
        claims=queries.claims_of(work, evaluation), titles=titles, return_blocked=returnable,
        may_return=ctx.can(Act.RETURN_ASSESSMENT) and evaluation.state == State.SUBMITTED,
        may_accept=ctx.can(Act.ACCEPT_ASSESSMENT) and evaluation.state == State.SUBMITTED,
        may_refuse=ctx.can(Act.RECORD_REFUSAL) and evaluation.state == State.ASSESSING and not evaluation.side,
        may_decide=ctx.can(Act.DECIDE_NOT_APPLICABLE) and evaluation.state in DECIDABLE,
        may_take=ctx.can(Act.RAISE_FINDING) and evaluation.state in (State.SUBMITTED, State.ACCEPTED))


def _part(ctx: Context, part: PartState) -> dict[str, object]:
    return {"title": gettext(part.title), "state": part.state, "missing": part.missing, "errors": part.errors,
            "href": f"{ctx.base}/assessment/{HREFS[part.key]}"}
