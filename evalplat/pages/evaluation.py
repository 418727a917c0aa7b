"""One unit's file: where it stands, its score opened to the arithmetic, findings, tasks, documents, timeline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.campaigns.calls import calls_of
from evalplat.kernel.errors import EvalError, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.scores import proof, sheet
from evalplat.scores.publication import Shown, audience_of, may_show
from evalplat.scores.queries import ScoreView, score_view
from evalplat.scores.ranks import rank_text
from evalplat.scores.rebuilt import rebuilt
from evalplat.scores.standing import standing_of
from evalplat.scores.words import mark_text
from evalplat.scoring.frozen import frozen_bytes
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context
from evalplat.workflow.stages import State

from .labels import MARKS, SIDES, STATE_KINDS, STATES, text_of
from .places import exists, stage_hrefs, unit_tabs
from .queries import evaluation as queries
from .queries import scores, stages
from .queries.changes import changes
from .queries.units import campaign_system, category_label

router = APIRouter()
CHANGED = N_("The records do not give the result that was fixed any more, so no file is made. "
             "The check of all records says what was changed.")
GRADE_KINDS = {"excellent": "ok", "good": "ok", "fair": "warn", "poor": "urgent"}


@router.get("/c/{campaign}/u/{unit}")
def unit_file(ctx: Annotated[Context, guard.evaluation(Act.SEE_EVALUATION)]) -> Response:
    """The file."""
    return page(ctx)


@router.get("/c/{campaign}/u/{unit}/result.zip")
def frozen_file(ctx: Annotated[Context, guard.evaluation(Act.SEE_MODERATION)]) -> Response:
    """The frozen result as anybody can recompute it; it names the assessors, so it is for the office alone (``?version=1``)."""
    asked = ctx.request.query_params.get("version", "")
    versions = [row for row in sheet.versions(ctx.work, ctx.evaluation) if asked in ("", str(row.version))]
    if not versions:
        raise NotFound
    campaign, unit, row = ctx.campaign.code, ctx.unit.code, versions[-1]
    made = rebuilt(ctx.work, ctx.evaluation, row).frozen
    if made is None or f"{campaign}/{unit} {row.version}" in proof.changed(ctx.session, row.office_id):
        raise Refused(CHANGED)
    return download(frozen_bytes(made), f"{campaign}-{unit}-v{row.version}.zip", media_type="application/zip")


def page(ctx: Context) -> Response:
    """Everything that this person may see of it."""
    work, evaluation, campaign, unit = ctx.work, ctx.evaluation, ctx.campaign, ctx.unit
    state = State(evaluation.state)
    findings = queries.findings_of(work, evaluation) if ctx.can(Act.SEE_FINDINGS) else None
    return ctx.render(
        "pages/evaluation.html", campaign=campaign, unit=unit, evaluation=evaluation,
        category=category_label(campaign_system(work, campaign), unit.category),
        state_label=text_of(STATES, state), state_kind=STATE_KINDS.get(state, "mute"),
        side_label=text_of(SIDES, evaluation.side) if evaluation.side else "", team=queries.team_of(work, evaluation),
        tabs=unit_tabs(ctx), bar=stages.unit_bar(work, campaign, evaluation, stage_hrefs(ctx, unit=True)),
        score=_score(ctx) if ctx.can(Act.SEE_SCORE) else None, findings=findings,
        findings_href=f"{ctx.base}/findings" if exists(ctx, f"{ctx.base}/findings") and ctx.can(Act.SEE_FINDINGS) else None,
        tasks=[task for task in waiting_for(work, ctx.person, campaign_id=campaign.id) if task.unit == unit.short_name],
        events=queries.timeline_of(work, evaluation), calls=calls_of(work, [evaluation.id or 0]).get(evaluation.id or 0, [])
        if ctx.can(Act.LOG_CALL) else None,
        aside_href=f"{ctx.base}/aside" if exists(ctx, f"{ctx.base}/aside") and ctx.can(Act.SEE_NOTICE) else None,
        documents=queries.documents_for(work, ctx.person, evaluation)[:5] if ctx.can(Act.SEE_DOCUMENTS) else None)


def _score(ctx: Context) -> dict[str, object] | None:
    """Everything about the score; None while there is nothing to show."""
    params = ctx.request.query_params
    number = params.get("version", "")
    try:
        view = score_view(ctx.work, ctx.evaluation, int(number) if number.isdecimal() and len(number) < 6 else None)
    except EvalError:
        return None
    if view is None:
        raise NotFound
    versions = sheet.versions(ctx.work, ctx.evaluation)
    if view.provisional and (ctx.person.unit_ids or all(leaf.state == "missing" for leaf in view.leaves)):
        return None
    opened = [code for code in params.get("open", "").split(",") if code][:60]
    other = params.get("compare", "")
    before = score_view(ctx.work, ctx.evaluation, int(other)) if other.isdecimal() and len(other) < 6 else None
    return {"view": view, "versions": versions, "rows": _rows(ctx, view, opened), "opened": opened, "before": before,
            "changes": changes(before, view, base=ctx.base, documents=_numbered(ctx)) if before else [],
            "marks": [mark_text(mark) if ":" in mark else text_of(MARKS, mark) for mark in view.marks],
            "grade_kind": GRADE_KINDS.get(view.grade_code or "", "mute"), "number": number,
            **_standing(ctx, newest=bool(versions) and view.version == versions[-1].version)}


def _numbered(ctx: Context) -> dict[str, str]:
    """Number → address of the unit's documents that this person may read."""
    rows = queries.documents_for(ctx.work, ctx.person, ctx.evaluation) if ctx.can(Act.SEE_DOCUMENTS) else []
    return {row.number: f"/documents/{row.code}" for row in rows if row.number}


def _standing(ctx: Context, *, newest: bool) -> dict[str, object]:
    """How sure rank and grade are: for the office once ranks exist, for the unit where the plan chose to show it its rank."""
    audience = audience_of(ctx.person, ctx.evaluation)
    if not newest or not may_show(Shown.RANK, ctx.campaign, ctx.evaluation, to=audience):
        return {"standing": None}
    found = standing_of(ctx.work, ctx.campaign, ctx.evaluation)
    return {"standing": found, "rank": rank_text(found.ranked if found else None)}


def _rows(ctx: Context, view: ScoreView, opened: list[str]) -> list[scores.ScoreRow]:
    own = ctx.evaluation.unit_id in ctx.person.unit_ids
    peers = {} if own or view.provisional else queries.peers_of(ctx.work, ctx.evaluation)
    number = f"version={view.version}&" if view.version and ctx.request.query_params.get("version") else ""
    system = sheet.system_for(ctx.work, ctx.evaluation)
    return scores.score_rows(view, open_codes=opened, href=f"{ctx.base}?{number}open=", peers=peers,
                             definition_href=f"/definitions/{system.id}/{system.version}")
