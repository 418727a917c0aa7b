"""Coverage: the table of all units, its chart and file, one unit's history. The pages of plans and samples join here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from . import actions, queries, queries_coverage, queries_unit, routes_plan, routes_visits, rules
from .forms import EarlierForm, RemovalForm
from .queries_coverage import DUES

router = APIRouter()
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAVED = said(N_("Saved."))
ENTERED = said(N_("The earlier evaluation is entered."))
REMOVED = said(N_("The entry is removed. The audit log keeps it."))

See = Annotated[Context, guard.office(Act.SEE_PLANS)]
Draft = Annotated[Context, guard.office(Act.DRAFT_PLAN)]


@router.get("/plans")
def coverage_page(ctx: See) -> Response:
    """All units over the cycle."""
    return _coverage(ctx)


def _coverage(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    found, wanted = queries_coverage.coverage(ctx.work), queries_coverage.read("/plans", ctx.request.query_params)
    categories = sorted({(line.category, line.category_label) for line in found.lines})
    return ctx.render("stages/plans/coverage.html", status=422 if errors else 200, found=found, wanted=wanted,
                      lines=queries_coverage.chosen(wanted, found.lines), columns=queries_coverage.columns(wanted),
                      categories=categories, dues=[(key, gettext(text)) for key, text in DUES.items()],
                      plans=queries.plans_of(ctx.work), states=rules.STATES, errors=errors or {}, values=ctx.posted.values())


@router.get("/plans.xlsx")
def coverage_file(ctx: See) -> Response:
    """The same lines as a file."""
    lines = queries_coverage.chosen(queries_coverage.read("/plans", ctx.request.query_params), queries_coverage.coverage(ctx.work).lines)
    title = gettext("Coverage")
    return download(queries_coverage.workbook(lines, title=title), f"{title}.xlsx", media_type=EXCEL)


@router.get("/plans/coverage.svg")
def coverage_chart(ctx: See) -> Response:
    """Covered, due and planned per year."""
    drawn = queries_coverage.chart_of(queries_coverage.coverage(ctx.work)).svg()
    return Response(drawn, media_type="image/svg+xml")


@router.post("/plans/weights")
def save_weights(ctx: Draft) -> Response:
    """What the risk is made of."""
    typed = {key: ctx.posted.get(f"weight.{key}").strip() for key in rules.WEIGHTS} | {"cycle": ctx.posted.get("cycle").strip()}
    wrong = {name if name == "cycle" else f"weight.{name}": gettext("Enter a whole number.") for name, text in typed.items()
             if not (text.isdecimal() and len(text) < 4)}
    if wrong:
        return _coverage(ctx, errors=wrong)
    cycle = int(typed.pop("cycle"))
    try:
        actions.set_weights(ctx.work, {key: int(text) for key, text in typed.items()}, cycle=cycle)
    except Invalid as error:
        return _coverage(ctx, errors=ctx.refused(error))
    return ctx.see("/plans#weights", said=SAVED)


@router.get("/plans/units/{unit}")
def unit_page(ctx: See, unit: str) -> Response:
    """Everything about one unit over the years."""
    return _unit(ctx, unit)


def _unit(ctx: Context, code: str, *, errors: dict[str, str] | None = None) -> Response:
    found = queries_unit.unit_history(ctx.work, code)
    if found is None:
        raise NotFound
    return ctx.render("stages/plans/unit.html", status=422 if errors else 200, found=found, errors=errors or {},
                      values=ctx.posted.values(), kinds=[(key, gettext(text)) for key, text in rules.KINDS.items()])


@router.post("/plans/units/{unit}")
def add_earlier(ctx: Draft, unit: str) -> Response:
    """Enter what was before the system."""
    checked = ctx.parse(EarlierForm)
    if checked.model is None:
        return _unit(ctx, unit, errors=checked.errors)
    try:
        actions.add_earlier(ctx.work, checked.model.model_copy(update={"unit": unit}))
    except Invalid as error:
        return _unit(ctx, unit, errors=ctx.refused(error))
    return ctx.see(f"/plans/units/{unit}", said=ENTERED)


@router.post("/plans/units/{unit}/remove")
def remove_earlier(ctx: Draft, unit: str) -> Response:
    """Take a wrong entry out."""
    checked = ctx.parse(RemovalForm)
    if checked.model is None:
        return _unit(ctx, unit, errors=checked.errors)
    year = ctx.posted.get("year")
    actions.remove_earlier(ctx.work, unit, year=int(year) if year.isdecimal() else 0, kind=ctx.posted.get("kind"), form=checked.model)
    return ctx.see(f"/plans/units/{unit}", said=REMOVED)


for _part in (routes_visits, routes_plan):
    router.include_router(_part.router)
