"""The audit log: filtered by its address, and verified at the press of a button."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.audit.log import verify
from evalplat.web import guard
from evalplat.web.render import Context

from .queries import audit as queries
from .queries.listing import wanted

router = APIRouter()
SIZE = 50
See = Annotated[Context, guard.office(Act.SEE_AUDIT)]


@router.get("/audit")
def log(ctx: See) -> Response:
    """One page of the log."""
    ask = wanted("/audit", ctx.request.query_params, filters=queries.FILTERS)
    return ctx.render("pages/audit.html", ask=ask, lines=queries.events_page(ctx.work, ask, size=SIZE), areas=queries.choices(),
                      verdict=None)


@router.get("/audit/verify")
def verified(ctx: See) -> Response:
    """Walk the whole chain now and say what was found. Reading changes nothing, so this is a GET."""
    ask = wanted("/audit", {}, filters=queries.FILTERS)
    return ctx.render("pages/audit.html", ask=ask, lines=queries.events_page(ctx.work, ask, size=SIZE), areas=queries.choices(),
                      verdict=verify(ctx.session, ctx.person.office_id))
