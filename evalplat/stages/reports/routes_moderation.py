"""The moderation of a whole campaign: the matrix with its open cells, one meeting for several units, all closed in one deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.forms import Posted, parse
from evalplat.web.render import Context, said

from . import actions_moderation as actions
from . import queries_moderation as queries
from .forms import ItemForm, MeetingForm

router = APIRouter()
HERE = "/c/{campaign}/moderation"
LINES = 5
HELD = said(N_("The meeting is recorded for every department ticked."))


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _page(ctx: Context, *, errors: Mapping[str, str] | None = None) -> Response:
    ask = ctx.request.query_params
    run = _number(ask.get("run", ""))
    return ctx.render(
        "stages/reports/moderation.html", status=422 if errors else 200, campaign=ctx.campaign, errors=dict(errors or {}),
        view=queries.matrix(ctx.work, ctx.campaign, every_leaf=ask.get("leaves") == "all", cell=ask.get("cell", "")),
        every=ask.get("leaves") == "all", closing=queries.closing(ctx.work, ctx.campaign, run) if run else None,
        values=ctx.posted.values(), ticked=ctx.posted.list("units") if ctx.posted.fields else None, lines=range(1, LINES + 1))


@router.get(HERE)
def show(ctx: Annotated[Context, guard.campaign(Act.SEE_MODERATION)]) -> Response:
    """The matrix; the block ``closing`` alone when the page asks for itself again."""
    return _page(ctx)


def _changes(posted: Posted) -> tuple[list[actions.Change], dict[str, str]]:
    """The lines that were filled in, and what cannot be taken of them."""
    found: list[actions.Change] = []
    errors: dict[str, str] = {}
    for number in range(1, LINES + 1):
        key = f"change.{number}"
        line = Posted(tuple(posted.starting(f"{key}.")))
        if not any(value.strip() for value in line.values().values()):
            continue
        checked = parse(ItemForm, line)
        errors |= {f"{key}.{name}": text for name, text in checked.errors.items()}
        if not line.get("unit"):
            errors[f"{key}.unit"] = gettext("Choose one of the options.")
        if checked.model is not None:
            found.append(actions.Change(key, line.get("unit"), checked.model))
    return found, errors


@router.post(f"{HERE}/meeting")
def hold_meeting(ctx: Annotated[Context, guard.campaign(Act.MODERATE)]) -> Response:
    """Record one meeting for the units ticked, with its changes."""
    checked = ctx.parse(MeetingForm)
    changes, errors = _changes(ctx.posted)
    if checked.model is None or errors:
        return _page(ctx, errors=checked.errors | errors)
    upload = ctx.posted.file("scan")
    try:
        actions.hold_meeting(ctx.work, ctx.campaign, checked.model, units=ctx.posted.list("units"), changes=changes,
                             scan=(upload.name, upload.data) if upload else None)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/moderation#close", said=HELD)


@router.post(f"{HERE}/close")
def close(ctx: Annotated[Context, guard.campaign(Act.MODERATE)]) -> Response:
    """Close the moderation of all units ticked."""
    try:
        run = actions.close_all(ctx.work, ctx.campaign, ctx.posted.list("units"))
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/moderation?run={run.id}#closing")
