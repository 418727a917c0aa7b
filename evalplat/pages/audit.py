"""The audit log: filtered by its address; log, results and documents verified at the press of a button."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import NotFound
from evalplat.kernel.listing import wanted
from evalplat.web import guard
from evalplat.web.render import Context

from .queries import audit as queries
from .queries import verification

router = APIRouter()
SIZE = 50
See = Annotated[Context, guard.office(Act.SEE_AUDIT)]


@router.get("/audit")
def log(ctx: See) -> Response:
    """One page of the log."""
    return _page(ctx)


def _page(ctx: Context, *, verdict: verification.Verified | None = None, job: verification.Running | None = None,
          big: bool = False) -> Response:
    ask = wanted("/audit", {} if verdict or job or big else ctx.request.query_params, filters=queries.FILTERS)
    return ctx.render("pages/audit.html", ask=ask, lines=queries.events_page(ctx.work, ask, size=SIZE), areas=queries.choices(),
                      verdict=verdict, job=job, big=big)


@router.get("/audit/verify")
def verified(ctx: See) -> Response:
    """Walk the chain, compute the hashes of results and documents now, and say what was found. Reading changes nothing, so this
    is a GET; where it would take long, the page offers the job instead (``?job=`` shows how far it is)."""
    asked = ctx.request.query_params.get("job", "")
    if asked:
        job = verification.running(ctx.work, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
        if job is None:
            raise NotFound
        return _page(ctx, job=job, verdict=job.found)
    if not verification.is_small(ctx.session, ctx.person.office_id):
        return _page(ctx, big=True)
    return _page(ctx, verdict=verification.verified(ctx.session, ctx.person.office_id))


@router.post("/audit/verify")
def verify_by_job(ctx: See) -> Response:
    """The same by a job, with its progress."""
    return ctx.see(f"/audit/verify?job={verification.start(ctx.work).id}")
