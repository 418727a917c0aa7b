"""Who is visited in a campaign: the draw, changes by hand, and the places of a visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.campaigns import modes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext
from evalplat.people.tables import Unit
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_sample, queries_visits, rules
from .forms import DrawForm, ModeForm

router = APIRouter()
SAVED = said(N_("Saved."))
DRAWN = said(N_("The lot is drawn. Seed, rule and result are recorded."))
Gate = Annotated[Context, guard.campaign(Act.SET_UP_CAMPAIGN)]


@router.get("/c/{campaign}/visits")
def visits_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """Who is visited, where, and how it was drawn."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    return ctx.render("stages/plans/visits.html", status=422 if errors else 200, campaign=ctx.campaign, errors=errors or {}, part=part,
                      found=queries_visits.visits(ctx.work, ctx.campaign), values=ctx.posted.values(),
                      approved=gettext(modes.APPROVED),
                      modes=[(key, gettext(text)) for key, text in rules.MODES.items()])


def _done(ctx: Context, part: str, deed: Callable[[], object], *, said: str = SAVED) -> Response:
    try:
        deed()
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error), part=part)
    return ctx.see(f"{ctx.base}/visits#{part}", said=said)


@router.post("/c/{campaign}/visits/draw")
def draw(ctx: Gate) -> Response:
    """Draw the sample."""
    checked = ctx.parse(DrawForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="draw")
    form = checked.model
    return _done(ctx, "draw", lambda: actions_sample.draw_sample(ctx.work, ctx.campaign, form), said=DRAWN)


@router.post("/c/{campaign}/visits/mode")
def set_mode(ctx: Gate) -> Response:
    """One unit by hand."""
    checked = ctx.parse(ModeForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="mode")
    form = checked.model
    return _done(ctx, "mode", lambda: actions_sample.set_mode(ctx.work, ctx.campaign, form))


@router.post("/c/{campaign}/visits/places")
def set_places(ctx: Gate) -> Response:
    """What is visited besides the seat: one place a line, for each unit whose field was sent."""
    rows = list(ctx.session.exec(select(Evaluation, Unit).join(Unit).where(Evaluation.campaign_id == ctx.campaign.id)))
    sent = dict(ctx.posted.starting("places."))

    def keep() -> None:
        for evaluation, unit in rows:
            if unit.code in sent:
                modes.set_places(ctx.work, ctx.campaign, evaluation, sent[unit.code].splitlines())

    return _done(ctx, "places", keep)
