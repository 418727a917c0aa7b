"""Pages of verified figures: the tables, and one table with its figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_figures, queries, queries_figures
from .actions_figures import Checked
from .queries_figures import TableView

router = APIRouter()
PLACE = "/c/{campaign}/u/{unit}/review/figures"
SAVED = said(N_("The verified figures are saved."))


@router.get(PLACE)
def figures(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """All tables with their progress."""
    tables = queries_figures.tables_to_verify(ctx.work, ctx.evaluation)
    return ctx.render("stages/reviews/figures.html", unit=ctx.unit, campaign=ctx.campaign, tables=tables, open=_open(ctx))


def _open(ctx: Context) -> bool:
    return ctx.can(Act.VERIFY_FIGURES) and queries.is_open(ctx.work, ctx.evaluation)


def _found(ctx: Context) -> TableView:
    slug, row = ctx.request.path_params["table"], ctx.request.query_params.get("row", "").strip()[:80]
    views = queries_figures.tables_to_verify(ctx.work, ctx.evaluation)
    table = queries_figures.find_table(views, slug)
    if table is None:
        raise NotFound
    if row and table.free_rows:
        views = queries_figures.tables_to_verify(ctx.work, ctx.evaluation, extra=(table.id, row))
        table = queries_figures.find_table(views, slug) or table
    return table


def _page(ctx: Context, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("stages/reviews/figures_table.html", status=422 if errors else 200, errors=errors or {}, unit=ctx.unit,
                      campaign=ctx.campaign, table=_found(ctx), values=values or {}, open=_open(ctx),
                      row=ctx.request.query_params.get("row", ""))


@router.get(PLACE + "/{table}")
def figures_table(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """One table: the unit's, the office's and the team's figures side by side."""
    return _page(ctx)


@router.post(PLACE + "/{table}")
def verify(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_FIGURES)]) -> Response:
    """Save the team's figures; nothing is saved if one is refused."""
    table, typed = _found(ctx), ctx.posted
    given = {(line.field, line.row): Checked(typed.get(f"value|{line.name}"), typed.get(f"reason|{line.name}"),
                                             typed.get(f"evidence|{line.name}")) for line in table.lines}
    try:
        actions_figures.verify_figures(ctx.work, ctx.evaluation, table.id, given)
    except Invalid as error:
        return _page(ctx, values=typed.values(), errors={f"value|{name}": text for name, text in ctx.refused(error).items()})
    return ctx.see(f"{ctx.base}/review/figures/{table.slug}", said=SAVED)


@router.post(PLACE + "/{table}/as-reported")
def verify_as_reported(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_FIGURES)]) -> Response:
    """Verify everything that the unit reported in this table."""
    actions_figures.verify_as_reported(ctx.work, ctx.evaluation, _found(ctx).id)
    return ctx.see(f"{ctx.base}/review/figures", said=SAVED)
