"""Indicator systems and questionnaires: what lies ready, what campaigns fixed, and one opened as a tree or as asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns.definitions import INDICATORS, SURVEY
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import gettext
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from .definition_drafts import YAML, workbook
from .queries import definition_chart as chart
from .queries import definition_compare as comparing
from .queries import definition_tree as trees
from .queries import definitions as queries
from .queries import judging

router = APIRouter()
See = Annotated[Context, guard.office(Act.SEE_DEFINITIONS)]


@router.get("/definitions")
def all_definitions(ctx: See) -> Response:
    """Files and frozen versions. Files that lie ready are the office's business."""
    inside = ctx.person.of_office
    return ctx.render("pages/definitions.html", systems=queries.files_of(INDICATORS) if inside else [],
                      surveys=queries.files_of(SURVEY) if inside else [], frozen=queries.frozen_lines(ctx.work, inside=inside),
                      inside=inside, judging=judging.waiting(ctx.work) if inside and ctx.can(Act.JUDGE_WEIGHTS) else [])


@router.get("/definitions/compare")
def compare(ctx: See) -> Response:
    """Two systems and their differences in words; drafts and files are the office's business."""
    offers = comparing.offers(ctx.work, inside=ctx.person.of_office)
    names = [ctx.request.query_params.get(name, "") for name in ("before", "after")]
    errors = {field: gettext("Choose one of the list.") for field, name in zip(("before", "after"), names, strict=True)
              if name and name not in {value for value, _ in offers}}
    found = None if errors or not all(names) else comparing.compared(ctx.work, *names)
    return ctx.render("pages/definition_compare.html", offers=offers, before=names[0], after=names[1], errors=errors, found=found,
                      titles=dict(offers))


@router.get("/definitions/files/{name}")
def one_file(ctx: See, name: str) -> Response:
    """A file that has errors: every one with its place."""
    file = queries.file_named(name)
    if file is None or not ctx.person.of_office:
        raise NotFound
    return ctx.render("pages/definition_file.html", file=file)


@router.get("/definitions/{key}/{version}")
def one_definition(ctx: See, key: str, version: str) -> Response:
    """One definition to be read."""
    opened = queries.opened(ctx.work, key, version, inside=ctx.person.of_office)
    if opened is None:
        raise NotFound
    if opened.system is not None:
        system = opened.system
        weights = chart.weights_of(system, ctx.request.query_params.get("column", ""))
        return ctx.render("pages/definition_system.html", one=opened, tree=trees.tree_of(system), weights=weights,
                          comparable=comparing.others(ctx.work, key, version, inside=ctx.person.of_office))
    if opened.survey is None:
        raise NotFound
    return ctx.render("pages/definition_survey.html", one=opened, survey=trees.survey_view(opened.survey))


@router.get("/definitions/{key}/{version}/file.{ending}")
def as_file(ctx: See, key: str, version: str, ending: str) -> Response:
    """An indicator system to keep: as a workbook or as text."""
    opened = queries.opened(ctx.work, key, version, inside=ctx.person.of_office)
    if opened is None or ending not in ("xlsx", "yaml") or (ending == "xlsx" and opened.system is None):
        raise NotFound
    if ending == "xlsx":
        return workbook(opened.text, f"{opened.title} {version}.xlsx")
    return download(opened.text.encode(), f"{key}-{version}.yaml", media_type=YAML)
