"""Background work: what runs, how far it is, what did not succeed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_
from evalplat.kernel.listing import PAGE_SIZE, wanted
from evalplat.web import guard
from evalplat.web.render import Context, said

from .labels import JOB_STATES, text_of
from .queries import jobs as queries

router = APIRouter()
AGAIN = said(N_("The job is queued again."))
Gate = Annotated[Context, guard.office(Act.SEE_JOBS)]


@router.get("/jobs")
def list_jobs(ctx: Gate) -> Response:
    """The list."""
    ask = wanted("/jobs", ctx.request.query_params, filters=queries.FILTERS)
    return ctx.render("pages/jobs.html", ask=ask, jobs=queries.jobs_page(ctx.work, ask, size=PAGE_SIZE),
                      states=[(key, text_of(JOB_STATES, key)) for key in JOB_STATES])


@router.get("/jobs/{job}")
def one_job(ctx: Gate, job: int) -> Response:
    """One job; the block ``progress`` alone when the page asks for itself again."""
    view = queries.job_view(ctx.work, job)
    if view is None:
        raise NotFound
    return ctx.render("pages/job.html", job=view, trace=ctx.can(Act.MANAGE_PEOPLE))


@router.post("/jobs/{job}/retry")
def retry(ctx: Gate, job: int) -> Response:
    """Try a failed job again."""
    if queries.job_view(ctx.work, job) is None:
        raise NotFound
    queries.retry(ctx.work, job)
    return ctx.see(f"/jobs/{job}", said=AGAIN)
