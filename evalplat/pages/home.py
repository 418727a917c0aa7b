"""Home: what waits for me, by deadline; then the campaigns."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import col, select

from evalplat.access import scope
from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.campaigns.tables import Campaign
from evalplat.web import guard
from evalplat.web.render import Context

router = APIRouter()


@router.get("/")
def home(ctx: Annotated[Context, guard.office(Act.SEE_HOME)]) -> Response:
    """The first page after signing in."""
    query = select(Campaign).where(scope.campaigns(ctx.person)).order_by(col(Campaign.id).desc())
    campaigns = list(ctx.session.exec(query)) if ctx.can(Act.SEE_CAMPAIGNS) else []
    return ctx.render("pages/home.html", tasks=waiting_for(ctx.work, ctx.person), campaigns=campaigns)
