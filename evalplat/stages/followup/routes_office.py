"""The office's own pages: entering a finding from another source, holds on new requests and what was asked for meanwhile."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.findings.kinds import CATEGORIES, OTHER_SOURCES, SEVERITIES, SOURCES
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_
from evalplat.people.tables import Office, Unit
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_holds, actions_register, queries_holds, queries_register, rules
from .forms import EntryForm, RequestForm, WaiverForm
from .routes_form import answer, attempt, files_of

router = APIRouter()
ENTERED = said(N_("The finding is entered. Say next where it goes."))
LOGGED = said(N_("The request is noted. It is not taken up while the department is held up."))
WAIVED = said(N_("The request is let through. The hold itself goes on."))


def _entry(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("stages/followup/entry.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      chosen=ctx.posted.list("units"), units=queries_register.unit_choices(ctx.work), categories=CATEGORIES,
                      severities=SEVERITIES, sources={key: SOURCES[key] for key in OTHER_SOURCES})


@router.get("/follow-up/new")
def entry_page(ctx: Annotated[Context, guard.office(Act.ENTER_FINDING)]) -> Response:
    """The form of a finding from another source."""
    return _entry(ctx)


@router.post("/follow-up/new")
def enter(ctx: Annotated[Context, guard.office(Act.ENTER_FINDING)]) -> Response:
    """Enter it; the next page says where it goes."""
    papers, made = files_of(ctx, "papers"), []
    errors = attempt(ctx, EntryForm, lambda form: made.extend(actions_register.enter(ctx.work, form, files=papers)))
    to = queries_register.place_of(ctx.work, made[0]) if made else ""
    return answer(ctx, errors, again=lambda found: _entry(ctx, errors=found), to=to, said=ENTERED)


@router.get("/follow-up/holds")
def holds_page(ctx: Annotated[Context, guard.office(Act.SEE_HOLDS)]) -> Response:
    """Who is held up now, what was asked for meanwhile, and earlier holds."""
    return ctx.render("stages/followup/holds.html", held=queries_holds.held_units(ctx.work), requests=queries_holds.requests(ctx.work),
                      history=queries_holds.history(ctx.work))


def _unit(ctx: Context, code: str) -> Unit:
    found = queries_holds.unit_by_code(ctx.work, code)
    if found is None:
        raise NotFound
    return found


def _hold(ctx: Context, unit: Unit, *, errors: dict[str, str] | None = None, at: str = "") -> Response:
    return ctx.render("stages/followup/hold.html", status=422 if errors else 200, unit=unit, rules=rules, errors=errors or {}, at=at,
                      values=ctx.posted.values(), items=queries_holds.held_items(ctx.work, unit), today=ctx.work.today,
                      requests=queries_holds.requests(ctx.work, unit), history=queries_holds.history(ctx.work, unit),
                      office=ctx.work.session.get_one(Office, ctx.work.office_id))


@router.get("/follow-up/holds/{unit}")
def hold_page(ctx: Annotated[Context, guard.office(Act.SEE_HOLDS)], unit: str) -> Response:
    """One unit's hold, to be printed and handed to whoever approves."""
    return _hold(ctx, _unit(ctx, unit))


@router.post("/follow-up/holds/{unit}/requests")
def log_request(ctx: Annotated[Context, guard.office(Act.LOG_REQUEST)], unit: str) -> Response:
    """A request came and is not taken up."""
    row = _unit(ctx, unit)
    errors = attempt(ctx, RequestForm, lambda form: actions_holds.log_request(ctx.work, row, form))
    return answer(ctx, errors, again=lambda found: _hold(ctx, row, errors=found, at="request"), to=f"/follow-up/holds/{unit}#requests",
                  said=LOGGED)


@router.post("/follow-up/holds/{unit}/requests/{number}/waive")
def waive(ctx: Annotated[Context, guard.office(Act.WAIVE_HOLD)], unit: str, number: str) -> Response:
    """The director lets one through."""
    row = _unit(ctx, unit)
    request = queries_holds.request_by_number(ctx.work, int(number)) if number.isdecimal() and len(number) < 9 else None
    if request is None or request.unit_id != row.id:
        raise NotFound
    errors = attempt(ctx, WaiverForm, lambda form: actions_holds.waive(ctx.work, request, form))
    return answer(ctx, errors, again=lambda found: _hold(ctx, row, errors=found, at=f"waive-{number}"),
                  to=f"/follow-up/holds/{unit}#requests", said=WAIVED)
