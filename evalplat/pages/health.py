"""Whether the server is up: for balancers and monitors, without a sign-in and without a secret."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from evalplat.jobs.queue import worker_seen
from evalplat.kernel import clock, schema
from evalplat.operate.doctor import WORKER_LATE

router = APIRouter()
newest = lru_cache(schema.newest)


@router.get("/healthz")
def health(request: Request) -> JSONResponse:
    """200 while pages can be served; 503 when the database does not answer or has another schema than the program.

    A worker that is late is told, but takes no page away; a monitor that wants it as a failure asks ``/healthz?worker=1``.
    """
    try:
        found = _look(request.app.state.engine)
    except SQLAlchemyError:
        return JSONResponse({"status": "down", "database": "unreachable"}, 503)
    well = found["schema"] != "other" and (found["worker"] == "seen" or "worker" not in request.query_params)
    return JSONResponse({"status": "up" if well else "down", **found}, 200 if well else 503)


def _look(engine: Any) -> dict[str, Any]:
    with engine.connect() as connection:
        version = schema.current(connection)
        seen = worker_seen(Session(bind=connection))
    seconds = max(0, int((clock.now() - seen).total_seconds())) if seen else None
    return {"database": "reachable", "schema": version if version in ("", newest()) else "other",
            "worker": "seen" if seconds is not None and seconds <= WORKER_LATE.total_seconds() else "late", "worker_seconds": seconds}
