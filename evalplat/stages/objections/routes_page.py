"""Showing the one page of this room, with what was typed where something could not be taken."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from evalplat.campaigns import moves
from evalplat.kernel.i18n import gettext
from evalplat.web.render import Context

from . import queries_view
from .rules import DECISIONS, REFUSALS


def objection_page(ctx: Context, *, errors: Mapping[str, str] | None = None) -> Response:
    """The page; ``errors``: field → text."""
    blocked = {move: moves.blocked_by(ctx.work, ctx.evaluation, move) for move in ("decide", "finalise")}
    return ctx.render(
        "stages/objections/objection.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
        evaluation=ctx.evaluation, view=queries_view.page(ctx.work, ctx.evaluation), errors=dict(errors or {}),
        values=ctx.posted.values(), blocked=blocked,
        decisions=[(str(key), gettext(text)) for key, text in DECISIONS.items()],
        refusals=[(str(key), gettext(text)) for key, text in REFUSALS.items()])
