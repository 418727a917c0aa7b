"""Try it: other points or rules on a copy of a campaign's data, and who would move. Nothing is stored and nobody is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import system_of
from evalplat.definitions.editing import edited
from evalplat.definitions.indicators import MISSING_POLICIES, IndicatorSystem
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_, gettext, language
from evalplat.people import sessions
from evalplat.web import guard
from evalplat.web.render import Context, said

from .places import campaign_tabs
from .queries import try_view as view
from .queries.try_changes import Base, errors_at, fields_of, tried, typed_in
from .queries.try_scores import base_of, left_out, moved, reason_words, starts
from .queries.try_shares import Shares
from .queries.units import campaign_system

router = APIRouter()
BEGUN = said(N_("The draft is begun with what you tried. Nothing counts before you publish it."))
NOTED = timedelta(minutes=1)
"""As often as the gate notes that a sign-in lives."""
Trier = Annotated[Context, guard.campaign(Act.TRY_SCORES)]
Writer = Annotated[Context, guard.campaign(Act.EDIT_DEFINITIONS)]


@dataclass
class Trial:
    """One form as it was sent: the system it begins with, what was typed, the file that this gives and what is wrong with it."""

    base: Base
    start: str
    typed: dict[str, str]
    fit: bool
    top: int
    text: str = ""
    shares: Shares = field(default_factory=dict)
    system: IndicatorSystem | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)


@router.get("/c/{campaign}/try")
def form(ctx: Trier) -> Response:
    """The form as the campaign's own system has it."""
    if not _scores(ctx):
        return ctx.render("pages/try.html", campaign=ctx.campaign, tabs=campaign_tabs(ctx, current="try"), trial=None)
    base = base_of(ctx.work, ctx.campaign)
    if base is None:
        raise NotFound
    return _page(ctx, Trial(base, "", {}, fit=True, top=3))


@router.post("/c/{campaign}/try")
def answer(ctx: Trier) -> Response:
    """The same form with what was typed, and who would move. Nothing is written, so everybody else can meanwhile."""
    _give_way(ctx)
    trial = _trial(ctx)
    found = view.outcome(moved(ctx.work, ctx.campaign, trial.system), trial.top) if trial.system is not None else None
    return _page(ctx, trial, found)


@router.post("/c/{campaign}/try/draft")
def keep(ctx: Writer) -> Response:
    """Begin a draft with what was tried, under the next free version."""
    trial = _trial(ctx)
    if trial.system is None:
        return _page(ctx, trial)
    version = drafts.next_version(ctx.work, trial.system.id, year=ctx.work.today.year)
    text = edited(trial.text, {("version",): version}, file=trial.base.name)
    draft = drafts.start_from_text(ctx.work, text, started_from=trial.start or f"{trial.base.system.id}@{trial.base.system.version}")
    return ctx.see(f"/definitions/drafts/{draft.code}", said=BEGUN)


def _give_way(ctx: Context) -> None:
    """Give up the transaction that could write; what follows begins one that reads. The gate noted in the former that the sign-in
    lives: that is noted after the answer instead, as for a page that was only read."""
    ctx.work.undo()
    found = sessions.find(ctx.work.session, ctx.request.cookies.get(guard.COOKIE, ""))
    if found is not None and ctx.work.now - found[0].seen_at >= NOTED:
        ctx.request.state.touch_session = found[0].id_hash


def _scores(ctx: Context) -> bool:
    system = campaign_system(ctx.work, ctx.campaign)
    return system is not None and bool(system.leaves)


def _trial(ctx: Context) -> Trial:
    """What the form says. Fields belong to the system that they were shown for (``shown``), also when another one is chosen."""
    if not _scores(ctx):
        raise NotFound
    posted, start = ctx.posted, ctx.posted.get("start")
    shown = base_of(ctx.work, ctx.campaign, posted.get("shown"))
    base = shown if start == posted.get("shown") else base_of(ctx.work, ctx.campaign, start)
    if base is None or shown is None:
        raise NotFound
    known = fields_of(base)
    typed = {name: value for name, value in typed_in(shown, posted).items() if name in known}
    if posted.get("instead") in MISSING_POLICIES:  # asked for beside the answer, where figures are missing
        typed["missing"] = posted.get("instead")
    top = posted.get("top")
    trial = Trial(base, start, typed, fit=posted.get("fit") == "1",
                  top=int(top) if top in {str(one) for one in view.TOPS} else 3)
    _read(trial)
    return trial


def _read(trial: Trial) -> None:
    """Make the file and check it."""
    made = tried(trial.base, trial.typed, fit=trial.fit)
    trial.text, trial.shares = made.text, made.shares
    one = drafts.written(made.text, trial.base.name)
    trial.system = one.system
    if one.system is None:
        trial.errors = errors_at(trial.base, made.text, drafts.errors_of(one.problems))


def _lacking(trial: Trial, found: view.Outcome | None) -> list[tuple[str, str, int, bool]]:
    """Indicators without figures that leave departments without a result: code, title, how many departments, and whether the choice
    for missing values of the whole file decides about it."""
    if trial.system is None or found is None:
        return []
    leaves = {leaf.code: leaf for leaf in trial.system.leaves}
    return [(code, leaves[code].title.in_language(language()), count, not leaves[code].missing)
            for code, count in found.lacking]


def _page(ctx: Context, trial: Trial, found: view.Outcome | None = None) -> Response:
    own = system_of(ctx.work, ctx.campaign)
    values = fields_of(trial.base)
    by_field: dict[str, str] = {}
    for name, text in trial.errors:
        if name:
            by_field[name] = f"{by_field[name]} {text}" if name in by_field else text
    return ctx.render(
        "pages/try.html", status=422 if trial.errors else 200, campaign=ctx.campaign, tabs=campaign_tabs(ctx, current="try"), trial=trial,
        values=values | trial.typed, before=values, summary=trial.errors, errors=by_field,
        blocks=view.blocks_of(trial.base, trial.shares, trial.typed), found=found, reason=reason_words,
        policies=view.policies(), combinations=view.combinations, tops=[(str(one), str(one)) for one in view.TOPS],
        drawing={"width": view.WIDE, "left": view.LEFT, "right": view.RIGHT},
        starts=[("", gettext("as in this evaluation: {title} {version}", title=str(own.title), version=own.version)),
                *starts(ctx.work, own)],
        left_out=left_out(ctx.work, own), lacking=_lacking(trial, found),
        share_label=gettext("Weight") if trial.base.outline.method == "weights" else gettext("Full mark"),
        may_draft=ctx.can(Act.EDIT_DEFINITIONS))
