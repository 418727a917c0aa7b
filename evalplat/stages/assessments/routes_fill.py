"""Pages on which a unit fills in: report, tables, self-scores with files, problems. Each saves while one types."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import gettext
from evalplat.web import guard
from evalplat.web.render import Context

from . import actions, actions_claims, queries
from .queries_view import block_view, problem_rows, table_view
from .routes_parts import SAVED, change_rows, field_errors, frame, may_fill, save, saved_answer, summary
from .rules import AFFILIATES, AFFILIATES_CHAPTER, CHAPTERS, LIMITS, unit_tables, words

router = APIRouter()
FOLDER = "stages/assessments"
Fill = Annotated[Context, guard.evaluation(Act.FILL_ASSESSMENT)]
Affiliates = Annotated[Context, guard.evaluation(Act.FILL_AFFILIATES)]
See = Annotated[Context, guard.evaluation(Act.SEE_ASSESSMENT)]
ROOM = "/c/{campaign}/u/{unit}/assessment"


def _overview(ctx: Context) -> Response:
    return ctx.see(f"{ctx.base}/assessment")


@router.get(f"{ROOM}/texts")
def texts(ctx: See) -> Response:
    """The report in its nine chapters."""
    if not may_fill(ctx):
        return _overview(ctx)
    draft = queries.draft_of(ctx.work, ctx.evaluation)
    chapters = [{"name": f"text.{key}", "title": gettext(title), "value": draft.text(f"text.{key}"),
                 "required": key != AFFILIATES_CHAPTER or draft.has_affiliates} for key, title in CHAPTERS]
    errors = field_errors(ctx, draft, "texts")
    return ctx.render(f"{FOLDER}/texts.html", chapters=chapters, limit=LIMITS["text"], errors=errors,
                      summary=summary(draft, "texts", errors), **frame(ctx, "texts", draft))


@router.post(f"{ROOM}/texts")
def save_texts(ctx: Fill) -> Response:
    """Save the report."""
    save(ctx, "texts")
    return ctx.see(f"{ctx.base}/assessment/texts", said=SAVED)


@router.post(f"{ROOM}/texts/autosave")
def autosave_texts(ctx: Fill) -> Response:
    """Save it while somebody types."""
    save(ctx, "texts")
    return saved_answer(ctx)


@router.get(f"{ROOM}/tables")
def tables(ctx: See) -> Response:
    """The statistical form opens at its first table."""
    if not may_fill(ctx):
        return _overview(ctx)
    first = unit_tables(queries.draft_of(ctx.work, ctx.evaluation).system)
    return ctx.see(f"{ctx.base}/assessment/tables/{first[0].id}" if first else f"{ctx.base}/assessment")


@router.get(f"{ROOM}/tables/{{table}}")
def table(ctx: See, table: str) -> Response:
    """One table of the statistical form."""
    return _table_page(ctx, table) if may_fill(ctx) else _overview(ctx)


def _table_page(ctx: Context, table: str, *, affiliates: bool = False) -> Response:
    draft = queries.draft_of(ctx.work, ctx.evaluation)
    listed = {one.id: one for one in unit_tables(draft.system)}
    if table not in listed:
        raise NotFound
    room = f"{ctx.base}/assessment"
    names = list(listed)
    after = names[names.index(table) + 1] if table != names[-1] else ""
    parts = [{"label": f"{one.id} {words(one.title)}", "href": f"{room}/tables/{one.id}", "current": one.id == table}
             for one in listed.values()]
    errors = field_errors(ctx, draft, "figures", lambda name: name.split(".")[0] == table)
    return ctx.render(f"{FOLDER}/table.html", table=table_view(draft, listed[table]), errors=errors,
                      summary=summary(draft, "figures", errors),
                      parts=() if affiliates else parts, action=f"{room}/affiliates" if affiliates else f"{room}/tables/{table}",
                      next_href=f"{room}/tables/{after}" if after and not affiliates else "", affiliates=affiliates,
                      **frame(ctx, "tables", draft))


@router.post(f"{ROOM}/tables/{{table}}")
def save_table(ctx: Fill, table: str) -> Response:
    """Save a table; its buttons add and remove rows."""
    save(ctx, "figures", table)
    return ctx.see(f"{ctx.base}/assessment/tables/{table}{change_rows(ctx, (table,))}", said=SAVED)


@router.post(f"{ROOM}/tables/{{table}}/autosave")
def autosave_table(ctx: Fill, table: str) -> Response:
    """Save it while somebody types."""
    save(ctx, "figures", table)
    return saved_answer(ctx)


@router.get(f"{ROOM}/affiliates")
def affiliates(ctx: Affiliates) -> Response:
    """The affiliated institutions alone, for their own clerk."""
    if may_fill(ctx, Act.FILL_AFFILIATES):
        return _table_page(ctx, AFFILIATES, affiliates=True)
    return ctx.render(f"{FOLDER}/over.html", campaign=ctx.campaign, unit=ctx.unit, evaluation=ctx.evaluation)


@router.post(f"{ROOM}/affiliates")
def save_affiliates(ctx: Affiliates) -> Response:
    """Save them."""
    save(ctx, "figures", AFFILIATES)
    return ctx.see(f"{ctx.base}/assessment/affiliates{change_rows(ctx, (AFFILIATES,))}", said=SAVED)


@router.post(f"{ROOM}/affiliates/autosave")
def autosave_affiliates(ctx: Affiliates) -> Response:
    """Save them while somebody types."""
    save(ctx, "figures", AFFILIATES)
    return saved_answer(ctx)


@router.get(f"{ROOM}/scores")
def scores(ctx: See) -> Response:
    """The self-scores open at the first block."""
    blocks = _blocks(ctx)
    return ctx.see(blocks[0]["href"]) if may_fill(ctx) and blocks else _overview(ctx)


def _blocks(ctx: Context, current: str = "") -> list[dict[str, Any]]:
    system = queries.draft_of(ctx.work, ctx.evaluation).system
    return [{"label": f"{one.code} {words(one.title)}", "href": f"{ctx.base}/assessment/scores/{one.code}", "current": one.code == current,
             "code": one.code} for one in system.children("")]


@router.get(f"{ROOM}/scores/{{block}}")
def block(ctx: See, block: str) -> Response:
    """One block of indicators with rule, self-score, statement and evidence."""
    return _block_page(ctx, block) if may_fill(ctx) else _overview(ctx)


def _block_page(ctx: Context, block: str, refused: dict[str, str] | None = None) -> Response:
    blocks = _blocks(ctx, block)
    codes = [one["code"] for one in blocks]
    if block not in codes:
        raise NotFound
    draft = queries.draft_of(ctx.work, ctx.evaluation)
    after = blocks[codes.index(block) + 1]["href"] if block != codes[-1] else f"{ctx.base}/assessment/problems"
    inside = {leaf.code for leaf in draft.system.leaves_under(block)}
    errors = {**field_errors(ctx, draft, "scores", lambda name: name.partition(".")[2] in inside), **(refused or {})}
    return ctx.render(f"{FOLDER}/scores.html", status=422 if refused else 200, parts=blocks, next_href=after, block=block,
                      leaves=block_view(ctx.work, ctx.evaluation, draft, block), values=ctx.posted.values(), limit=LIMITS["statement"],
                      errors=errors, summary=summary(draft, "scores", errors), **frame(ctx, "scores", draft))


@router.post(f"{ROOM}/scores/{{block}}")
def save_block(ctx: Fill, block: str) -> Response:
    """Save a block: scores, statements, new files; its buttons remove a file, claim and take back a claim."""
    save(ctx, "scores")
    refused = _files_and_claims(ctx)
    if refused:
        return _block_page(ctx, block, refused)
    code = ctx.posted.get("claim") or ctx.posted.get("withdraw")
    return ctx.see(f"{ctx.base}/assessment/scores/{block}{f'#i-{code}' if code.isalnum() else ''}", said=SAVED)


def _files_and_claims(ctx: Context) -> dict[str, str]:
    """Errors by field; what could be stored is stored."""
    refused: dict[str, str] = {}
    for name, upload in ctx.posted.files:
        if name.startswith("file.") and upload.name:
            try:
                actions.add_file(ctx.work, ctx.evaluation, name.removeprefix("file."), upload.name, upload.data)
            except Invalid as error:
                refused |= error.texts()
    for code in ctx.posted.list("remove_file"):
        actions.remove_file(ctx.work, ctx.evaluation, code)
    claim, withdraw = ctx.posted.get("claim"), ctx.posted.get("withdraw")
    try:
        if claim:
            actions_claims.claim_not_applicable(ctx.work, ctx.evaluation, claim, reason=ctx.posted.get(f"reason.{claim}"))
    except Invalid as error:
        refused |= error.texts()
    if withdraw:
        actions_claims.withdraw_claim(ctx.work, ctx.evaluation, withdraw)
    return refused


@router.post(f"{ROOM}/scores/{{block}}/autosave")
def autosave_block(ctx: Fill, block: str) -> Response:
    """Save scores and statements while somebody types."""
    save(ctx, "scores")
    return saved_answer(ctx)


@router.get(f"{ROOM}/problems")
def problems(ctx: See) -> Response:
    """The unit's own list of problems."""
    if not may_fill(ctx):
        return _overview(ctx)
    draft = queries.draft_of(ctx.work, ctx.evaluation)
    categories = [(key, f"{key} {gettext(text)}") for key, text in CATEGORIES.items()]
    errors = field_errors(ctx, draft, "problems")
    return ctx.render(f"{FOLDER}/problems.html", rows=problem_rows(draft), answer=draft.text("problems.any"), categories=categories,
                      errors=errors, summary=summary(draft, "problems", errors), **frame(ctx, "problems", draft))


@router.post(f"{ROOM}/problems")
def save_problems(ctx: Fill) -> Response:
    """Save the list; its buttons add and remove rows."""
    save(ctx, "problems")
    return ctx.see(f"{ctx.base}/assessment/problems{change_rows(ctx, ('problem',))}", said=SAVED)


@router.post(f"{ROOM}/problems/autosave")
def autosave_problems(ctx: Fill) -> Response:
    """Save it while somebody types."""
    save(ctx, "problems")
    return saved_answer(ctx)
