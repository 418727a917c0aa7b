"""The doctor's page: what the platform needs, whether it is well, what to do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.operate import doctor
from evalplat.web import guard
from evalplat.web.render import Context

router = APIRouter()


@router.get("/doctor")
def signs(ctx: Annotated[Context, guard.office(Act.SEE_DOCTOR)]) -> Response:
    """Everything that was looked at, what is to be mended first."""
    found = doctor.examine(ctx.session, ctx.request.app.state.engine)
    return ctx.render("pages/doctor.html", ill=[one for one in found if not one.well], well=[one for one in found if one.well])
