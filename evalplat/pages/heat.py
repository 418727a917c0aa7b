"""The heat map of a campaign: departments and indicators, as a page that sorts and filters and as an Excel file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns.definitions import system_of
from evalplat.kernel.i18n import gettext
from evalplat.kernel.listing import Wanted, wanted
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from .places import campaign_tabs
from .queries import export
from .queries.heat import LEAVES, SORTS, STEPS, Cell, Heat, choices, columns_of, heat_of
from .queries.units import campaign_system

router = APIRouter()
Reader = Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]


def _asked(ctx: Context) -> Wanted:
    system = system_of(ctx.work, ctx.campaign)
    params = ctx.request.query_params
    by = params.get("by", "")
    sorts = [*SORTS, *(column.code for column in columns_of(system, by if by in choices(system) else ""))]
    return wanted(f"{ctx.base}/heat", params, filters=("by", "category"), sorts=sorts, known={"by": choices(system)})


@router.get("/c/{campaign}/heat")
def heat_page(ctx: Reader) -> Response:
    """The grid; columns, order and category stand in the address."""
    if campaign_system(ctx.work, ctx.campaign) is None:
        return ctx.render("pages/heat.html", campaign=ctx.campaign, tabs=campaign_tabs(ctx, current="summary"), heat=None)
    ask = _asked(ctx)
    heat = heat_of(ctx.work, ctx.campaign, ask)
    views = [("", gettext("First-level indicators")), (LEAVES, gettext("All indicators")),
             *((one.code, f"{one.code} {one.title}") for one in heat.blocks)]
    return ctx.render("pages/heat.html", campaign=ctx.campaign, tabs=campaign_tabs(ctx, current="summary"), heat=heat, ask=ask,
                      views=[(label, ask.href(by=by, sort=ask.sort if ask.sort.lstrip("-") in SORTS else ""), by == ask.get("by"))
                             for by, label in views],
                      order=_order(ask, heat), steps=STEPS, excel=f"{ctx.base}/heat.xlsx{ask.query()}")


def _order(ask: Wanted, heat: Heat) -> dict[str, tuple[str, str]]:
    """Column → the address that sorts by it (figures the greatest first, at the second click the other way) and its present order."""
    found = {}
    for key in (*SORTS, *(column.code for column in heat.columns)):
        up, down = ask.sort == key, ask.sort == f"-{key}"
        first, second = (key, f"-{key}") if key in ("code", "category") else (f"-{key}", key)
        found[key] = (ask.href(sort=second if ask.sort == first else first), "ascending" if up else "descending" if down else "")
    return found


@router.get("/c/{campaign}/heat.xlsx")
def heat_excel(ctx: Reader) -> Response:
    """The same rows and columns as the page shows, shares as figures."""
    ask = _asked(ctx)
    heat = heat_of(ctx.work, ctx.campaign, ask)
    heads = [gettext("Code"), gettext("Department"), gettext("Category"), gettext("Score"),
             *(f"{column.code} {column.title}" for column in heat.columns)]
    rows = ([row.code, row.name, row.category_label, row.total, *(_plain(cell) for cell in row.cells)] for row in heat.rows)
    notes = [gettext("Per cent of the full mark, from fixed results alone.")]
    if heat.waiting:
        notes.append(gettext("Without a fixed result: {names}.", names=gettext(", ").join(heat.waiting)))
    data = export.workbook(gettext("Heat map"), heads, rows, notes=notes)
    return download(data, f"{ctx.campaign.title}-{gettext('Heat map')}.xlsx", media_type=export.MEDIA_TYPE)


def _plain(cell: Cell) -> object:
    """Missing and not applicable are words, so that neither is taken for 0."""
    if cell.share is not None:
        return cell.share
    return gettext("Does not apply") if cell.kind == "not_applicable" else gettext("no value")
