"""Whether the server is up and its database answers."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from evalplat.web.session import WorkDep

router = APIRouter()


@router.get("/healthz")
def health(work: WorkDep) -> PlainTextResponse:
    """``ok`` when a query went through."""
    work.session.execute(text("select 1"))
    return PlainTextResponse("ok")
