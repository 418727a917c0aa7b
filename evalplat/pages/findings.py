"""The ledger of findings: every finding of my scope, filtered, and the same as an Excel file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import PAGE_SIZE, Wanted, columns, wanted
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from .places import exists
from .queries import findings as queries
from .queries.export import MEDIA_TYPE, workbook

router = APIRouter()
HEADS = (N_("Evaluation"), N_("Department"), N_("Source"), N_("Code"), N_("Category"), N_("Severity"), N_("Problem"), N_("State"),
         N_("Destination"), N_("Raised"), N_("One finding of several departments"))
COLUMNS = {"unit": N_("Department"), "source": N_("Source"), "category": N_("Category"), "severity": N_("Severity"), "state": N_("State"),
           "destination": N_("Destination"), "raised": N_("Raised")}


def _ask(ctx: Context) -> Wanted:
    return wanted("/findings", ctx.request.query_params, filters=queries.FILTERS, sorts=queries.SORTS)


@router.get("/findings")
def ledger(ctx: Annotated[Context, guard.office(Act.SEE_ALL_FINDINGS)]) -> Response:
    """One page of the ledger."""
    ask = _ask(ctx)
    specs = [("title", gettext("Problem"), False), *((key, gettext(label), False) for key, label in COLUMNS.items())]
    return ctx.render("pages/findings.html", ask=ask, lines=queries.ledger_page(ctx.work, ask, size=PAGE_SIZE),
                      once=queries.count_once(ctx.work, ask), columns=columns(ask, specs, sortable=queries.SORTS),
                      choices=queries.choices(ctx.work), room=exists(ctx, "/c/x/u/x/findings"))


@router.get("/findings.xlsx")
def export(ctx: Annotated[Context, guard.office(Act.SEE_ALL_FINDINGS)]) -> Response:
    """All lines of the same filter."""
    rows = ((one.campaign_title, one.unit, one.source, one.view.code, f"{one.view.category} {one.view.category_label}",
             one.view.severity_label, one.view.title, one.view.state_label, one.view.destination_label, one.raised_at, one.joint)
            for one in queries.ledger_all(ctx.work, _ask(ctx)))
    title = gettext("Findings")
    return download(workbook(title, [gettext(head) for head in HEADS], rows), f"{title}.xlsx", media_type=MEDIA_TYPE)
