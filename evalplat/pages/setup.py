"""Setting up a campaign: frame, units, dates; handing the plan over, approving it, ending the campaign. Teams: ``setup_teams``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import headcount, modes, setup, windows
from evalplat.campaigns.days import CALENDAR_DAYS, DAYS
from evalplat.campaigns.definitions import INDICATORS, SURVEY
from evalplat.campaigns.tables import Campaign
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext
from evalplat.people.roles import Role
from evalplat.people.tables import Unit
from evalplat.web import guard
from evalplat.web.render import Context, said
from evalplat.workflow.calendar import closes_at

from . import campaigns
from .forms import FrameForm, NewCampaignForm, WindowsForm
from .labels import CAMPAIGN_KINDS, text_of
from .places import campaign_tabs
from .queries import definitions
from .queries import setup as queries
from .queries.campaigns import handed_over, line_of

router = APIRouter()
PAGE = "pages/set_up.html"
SAVED = said(N_("Saved."))
DRAFTED = said(N_("The evaluation is begun. Now choose departments, teams and dates."))
HANDED = said(N_("The plan is handed over and waits for approval."))
APPROVED = said(N_("The plan is approved. The section drafts the notice now."))
SENT_BACK = said(N_("The plan went back to the section with your reason."))
CANCELLED = said(N_("The evaluation is cancelled."))
ARCHIVED = said(N_("The evaluation is in the archive."))

name_task(Act.SET_UP_CAMPAIGN, N_("Set up the evaluation: {campaign}"), N_("Set up"))
name_task(Act.APPROVE_CAMPAIGN, N_("Approve the plan: {campaign}"), N_("Examine"))


@router.get("/c/new")
def new_page(ctx: Annotated[Context, guard.office(Act.DRAFT_CAMPAIGN)]) -> Response:
    """The form for a new campaign; its kind (``?kind=``) says what is asked."""
    kind = ctx.request.query_params.get("kind", "")
    values = {"year": str(ctx.work.today.year), "kind": kind if kind in modes.KINDS else modes.COMPREHENSIVE,
              "code": str(ctx.work.today.year)}
    return _new(ctx, values, {})


def _new(ctx: Context, values: dict[str, str], errors: dict[str, str]) -> Response:
    chosen = ctx.posted.list("survey_files") if ctx.posted.fields else []
    kinds = [{"label": text_of(CAMPAIGN_KINDS, kind), "href": f"/c/new?kind={kind}", "current": kind == values.get("kind")}
             for kind in modes.KINDS]
    return ctx.render("pages/new_campaign.html", status=422 if errors else 200, values=values, errors=errors, kinds=kinds,
                      systems=definitions.choices_of(ctx.work, INDICATORS), surveys=definitions.choices_of(ctx.work, SURVEY), chosen=chosen)


@router.post("/c/new")
def draft(ctx: Annotated[Context, guard.office(Act.DRAFT_CAMPAIGN)]) -> Response:
    """Begin a campaign."""
    checked = ctx.parse(NewCampaignForm)
    if checked.model is None:
        return _new(ctx, checked.values, checked.errors)
    if checked.model.code == "new":
        return _new(ctx, checked.values, {"code": gettext("There is an evaluation with this short name already.")})
    try:
        campaign = setup.draft_campaign(ctx.work, **modes.frame_of(checked.model.model_dump(), {}))
    except Invalid as error:
        return _new(ctx, checked.values, ctx.refused(error))
    return ctx.see(f"/c/{campaign.code}/set-up", said=DRAFTED)


@router.get("/c/{campaign}/set-up")
def set_up_page(ctx: Annotated[Context, guard.campaign(Act.SET_UP_CAMPAIGN)]) -> Response:
    """The whole plan, each part with its own form."""
    return page(ctx)


@router.get("/c/{campaign}/plan")
def plan_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """The plan to be read: by who approves it, and afterwards by everybody of the office."""
    return ctx.render("pages/plan.html", campaign=ctx.campaign, line=line_of(ctx.work, ctx.campaign),
                      plan=queries.plan_of(ctx.work, ctx.campaign),
                      tabs=campaign_tabs(ctx, current="plan"), systems=definitions.choices_of(ctx.work, INDICATORS),
                      surveys=definitions.choices_of(ctx.work, SURVEY), errors={}, handed=handed_over(ctx.work, ctx.campaign),
                      **counted(ctx))


def page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    """The set-up page; ``part`` is the card whose form was refused, with its errors and what was typed."""
    campaign = ctx.campaign
    typed = ctx.posted.values() if errors else {}
    return ctx.render(
        PAGE, status=422 if errors else 200, errors=errors or {}, part=part, typed=typed, lists=ctx.posted.multi() if errors else {},
        campaign=campaign, line=line_of(ctx.work, campaign), plan=queries.plan_of(ctx.work, campaign),
        tabs=campaign_tabs(ctx, current="plan"),
        systems=definitions.choices_of(ctx.work, INDICATORS), surveys=definitions.choices_of(ctx.work, SURVEY),
        leads=queries.candidates(ctx.work, Role.TEAM_LEAD), assessors=queries.candidates(ctx.work, Role.TEAM_LEAD, Role.ASSESSOR),
        panelists=queries.candidates(ctx.work, Role.REVIEW_PANEL), open=campaign.state in ("drafted", "approved"),
        handed=handed_over(ctx.work, campaign), units_fixed=gettext(modes.APPROVED),
        **counted(ctx))


def counted(ctx: Context) -> dict[str, Any]:
    """How many people the rules need and have, and which rules are relaxed."""
    rules = [(key, gettext(text), "") for key, text in headcount.RELAXABLE.items()]
    return {"count": headcount.headcount(ctx.work, ctx.campaign), "words": headcount.WORDS, "rules": rules,
            "relaxed": headcount.relaxed_in_words(ctx.campaign)}


def saved(ctx: Context, part: str, deed: Callable[[], object]) -> Response:
    """Do it and come back to the same part of the page, or show the page again with the errors beside the fields."""
    try:
        deed()
    except Invalid as error:
        return page(ctx, errors=ctx.refused(error), part=part)
    return ctx.see(f"{ctx.base}/set-up#{part}", said=SAVED)


Gate = Annotated[Context, guard.campaign(Act.SET_UP_CAMPAIGN)]


@router.post("/c/{campaign}/set-up/frame")
def save_frame(ctx: Gate) -> Response:
    """Title, year, basis, scope, census date and files; the kind stays as it was begun."""
    checked = ctx.parse(FrameForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="frame")
    typed, campaign = checked.model.model_dump() | {"kind": ctx.campaign.kind}, ctx.campaign
    return saved(ctx, "frame", lambda: setup.change_frame(ctx.work, campaign, **modes.frame_of(typed, campaign.settings)))


@router.post("/c/{campaign}/set-up/units")
def save_units(ctx: Gate) -> Response:
    """Which units: those ticked, a whole category (``all=gov``), all (``*``), or all that belong to no other one (``-``)."""
    whole, ticked = ctx.posted.get("all"), set(ctx.posted.list("units"))
    units = [unit for unit in ctx.session.exec(select(Unit).where(Unit.office_id == ctx.work.office_id, Unit.active))
             if whole in ("*", unit.category) or (unit.parent_id is None if whole == "-" else unit.code in ticked)]
    return saved(ctx, "units", lambda: setup.choose_units(ctx.work, ctx.campaign, units))


@router.post("/c/{campaign}/set-up/windows")
def save_windows(ctx: Gate) -> Response:
    """First and last days."""
    checked = ctx.parse(WindowsForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="windows")
    form = checked.model
    wrong = {f"{kind}_closes": gettext("The window must close after it opens.") for kind in windows.KINDS
             if getattr(form, f"{kind}_closes") < getattr(form, f"{kind}_opens")}
    if wrong:
        return page(ctx, errors=wrong, part="windows")
    return saved(ctx, "windows", lambda: _set_windows(ctx, ctx.campaign, form))


def _set_windows(ctx: Context, campaign: Campaign, form: WindowsForm) -> None:
    setup.must_be_open(campaign)
    zone = ctx.work.settings.zone
    for kind in windows.KINDS:
        windows.set_window(ctx.work, campaign, kind, closes_at=closes_at(getattr(form, f"{kind}_closes"), zone),
                           opens_at=datetime.combine(getattr(form, f"{kind}_opens"), time(), tzinfo=zone))


@router.post("/c/{campaign}/set-up/days")
def save_days(ctx: Gate) -> Response:
    """The days that the rules count."""
    typed = {key: ctx.posted.get(f"days.{key}").strip() for key in DAYS | CALENDAR_DAYS}
    wrong = {f"days.{key}": gettext("Enter a whole number.") for key, text in typed.items() if not (text.isdecimal() and len(text) < 6)}
    if wrong:
        return page(ctx, errors=wrong, part="days")
    return saved(ctx, "days", lambda: setup.set_days(ctx.work, ctx.campaign, {key: int(text) for key, text in typed.items()}))


@router.post("/c/{campaign}/set-up/hand-over")
def hand_over(ctx: Gate) -> Response:
    """The plan waits for approval from now on."""
    setup.hand_over(ctx.work, ctx.campaign)
    return ctx.see(ctx.base, said=HANDED)


@router.post("/c/{campaign}/approve")
def approve(ctx: Annotated[Context, guard.campaign(Act.APPROVE_CAMPAIGN)]) -> Response:
    """Approve the plan."""
    setup.approve(ctx.work, ctx.campaign)
    return ctx.see(ctx.base, said=APPROVED)


@router.post("/c/{campaign}/send-back")
def send_back(ctx: Annotated[Context, guard.campaign(Act.APPROVE_CAMPAIGN)]) -> Response:
    """Give the plan back with a reason."""
    try:
        setup.send_back(ctx.work, ctx.campaign, reason=ctx.posted.get("reason"))
    except Invalid as error:
        return campaigns.page(ctx, errors=ctx.refused(error))
    return ctx.see(ctx.base, said=SENT_BACK)


@router.post("/c/{campaign}/cancel")
def cancel(ctx: Annotated[Context, guard.campaign(Act.CANCEL_CAMPAIGN)]) -> Response:
    """End the campaign by a document."""
    try:
        setup.cancel(ctx.work, ctx.campaign, document=ctx.posted.get("document"), reason=ctx.posted.get("reason"))
    except Invalid as error:
        return campaigns.page(ctx, errors=ctx.refused(error))
    return ctx.see(ctx.base, said=CANCELLED)


@router.post("/c/{campaign}/archive")
def archive(ctx: Annotated[Context, guard.campaign(Act.ARCHIVE_CAMPAIGN)]) -> Response:
    """Put the campaign away."""
    setup.archive(ctx.work, ctx.campaign)
    return ctx.see(ctx.base, said=ARCHIVED)
