"""The office's pages of the social survey: counts, links, posters, one-time links, results, freezing."""

from __future__ import annotations

import csv
import io
from typing import Annotated

import segno
from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_, gettext, language
from evalplat.kernel.listing import Wanted
from evalplat.people.tables import Unit
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from . import actions, queries, queries_overview, queries_pages, queries_results
from .forms import MOST_TOKENS, LinkForm, TokensForm
from .queries_overview import KINDS
from .routes_public import PUBLIC
from .routes_public import router as citizens
from .tables import SurveyLink, SurveyWave

__all__ = ["PUBLIC", "router"]
router = APIRouter()
router.include_router(citizens)
PAGE = "stages/surveys/overview.html"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins so; an apostrophe makes it text."""

LINK_MADE = said(N_("The link is made. Print its poster below."))
LINK_SET = said(N_("The link is changed."))
POSTER_MADE = said(N_("The poster is made. The PDF follows in a moment."))
FREEZING = said(N_("The recount has begun. This page shows when the survey is frozen."))

CampaignSee = Annotated[Context, guard.campaign(Act.SEE_SURVEYS)]


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    wanted = queries_overview.read(f"{ctx.base}/surveys", ctx.request.query_params)
    kinds = [(key, gettext(text)) for key, text in KINDS.items()]
    return ctx.render(PAGE, status=422 if errors else 200, campaign=ctx.campaign, errors=errors or {}, kinds=kinds,
                      view=queries_overview.overview(ctx.work, ctx.campaign, wanted), values=ctx.posted.values())


def _wave(ctx: Context, key: str) -> SurveyWave:
    wave = queries.wave_of(ctx.work, ctx.campaign, key)
    if wave is None:
        raise NotFound
    return wave


def _unit(ctx: Context, code: str) -> tuple[Evaluation, Unit]:
    found = queries.unit_of(ctx.work, ctx.campaign, code)
    if found is None:
        raise NotFound
    return found


def _link(ctx: Context, code: str) -> SurveyLink:
    link = queries.link_of(ctx.work, ctx.campaign, code)
    if link is None:
        raise NotFound
    return link


@router.get("/c/{campaign}/surveys")
def surveys(ctx: CampaignSee) -> Response:
    """How far every questionnaire is, and its units as the address asks for them."""
    return _page(ctx)


@router.post("/c/{campaign}/surveys/links")
def make_link(ctx: Annotated[Context, guard.campaign(Act.MANAGE_SURVEYS)]) -> Response:
    """One more open link, for another place."""
    form = ctx.parse(LinkForm)
    if form.model is None:
        return _page(ctx, errors=form.errors)
    evaluation, unit = _unit(ctx, form.model.unit)
    wave = _wave(ctx, form.model.wave)
    actions.make_link(ctx.work, wave, evaluation, label=form.model.label)
    return ctx.see(f"{Wanted(f'{ctx.base}/surveys', {'wave': wave.key, 'q': unit.name}).href()}#links", said=LINK_MADE)


@router.post("/c/{campaign}/surveys/links/{code}/{what}")
def change_link(ctx: Annotated[Context, guard.campaign(Act.MANAGE_SURVEYS)], code: str, what: str) -> Response:
    """Take it down, put it up, or print its poster."""
    link = _link(ctx, code)
    if what == "poster":
        document = actions.make_poster(ctx.work, link)
        return ctx.see(f"/documents/{document.code}", said=POSTER_MADE)
    if what not in ("on", "off"):
        raise NotFound
    actions.set_link(ctx.work, link, active=what == "on")
    return ctx.see(f"{queries_overview.read(f'{ctx.base}/surveys', ctx.posted).href()}#links", said=LINK_SET)


@router.get("/c/{campaign}/surveys/links/{code}.svg")
def link_image(ctx: CampaignSee, code: str) -> Response:
    """The QR code of an open link."""
    _link(ctx, code)
    out = io.BytesIO()
    segno.make(actions.address(code), error="q", micro=False).save(out, kind="svg", scale=4, border=2)
    return Response(out.getvalue(), media_type="image/svg+xml")


@router.post("/c/{campaign}/surveys/tokens")
def make_tokens(ctx: Annotated[Context, guard.campaign(Act.MAKE_TOKENS)]) -> Response:
    """One-time links, shown this once: as a page to cut up, or as CSV."""
    form = ctx.parse(TokensForm)
    if form.model is None:
        return _page(ctx, errors=form.errors)
    wave = _wave(ctx, form.model.wave)
    units = [_unit(ctx, form.model.unit)] if form.model.unit else queries.units_of(ctx.work, ctx.campaign)
    if len(units) * form.model.count > MOST_TOKENS:
        return _page(ctx, errors={"count": gettext(N_("At most {most} links at once."), most=MOST_TOKENS)})
    slips = [(unit.name, actions.address(token)) for evaluation, unit in units
             for token in actions.make_tokens(ctx.work, wave, evaluation, count=form.model.count)]
    return _csv(slips, wave.key) if ctx.posted.get("as") == "csv" else _slips(ctx, wave, slips)


def _slips(ctx: Context, wave: SurveyWave, slips: list[tuple[str, str]]) -> Response:
    survey = queries.survey_of(ctx.work, wave)
    images = [(unit, url, segno.make(url, error="m", micro=False).svg_data_uri(scale=2, border=2)) for unit, url in slips]
    return ctx.render("stages/surveys/tokens.html", campaign=ctx.campaign, title=survey.words(survey.title, language()),
                      slips=images)


def _csv(slips: list[tuple[str, str]], key: str) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext("Department"), gettext("One-time link")])
    writer.writerows((f"'{unit}" if unit.startswith(FORMULA) else unit, url) for unit, url in slips)
    return download(("\ufeff" + out.getvalue()).encode(), f"links-{key}.csv", media_type="text/csv; charset=utf-8")


@router.post("/c/{campaign}/surveys/freeze")
def freeze(ctx: Annotated[Context, guard.campaign(Act.FREEZE_SURVEYS)]) -> Response:
    """Recount everything and freeze it."""
    actions.freeze(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/surveys#freeze", said=FREEZING)


@router.get("/c/{campaign}/surveys/{wave}/preview/{unit}")
def preview(ctx: CampaignSee, wave: str, unit: str) -> Response:
    """The questionnaire as people see it, every page and question; nothing can be sent."""
    row = _wave(ctx, wave)
    evaluation, found = _unit(ctx, unit)
    survey = queries.questionnaire(ctx.work, row, evaluation)
    pages = [queries_pages.page_view(survey, page.name, language(), answers={}, everything=True) for page in survey.pages]
    return ctx.render("stages/surveys/preview.html", campaign=ctx.campaign, unit=found, pages=pages,
                      survey_title=survey.words(survey.title, language()))


@router.get("/c/{campaign}/surveys/{wave}/results/{unit}")
def results(ctx: Annotated[Context, guard.campaign(Act.SEE_SURVEY_RESULTS)], wave: str, unit: str) -> Response:
    """What people said about one unit, from the tallies."""
    row = _wave(ctx, wave)
    evaluation, found = _unit(ctx, unit)
    view = queries_results.results(ctx.work, ctx.campaign, row, evaluation, language())
    return ctx.render("stages/surveys/results.html", campaign=ctx.campaign, unit=found, view=view)
