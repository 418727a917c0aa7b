"""Indicator systems and questionnaires: what lies ready, what campaigns fixed, and one opened as a tree or as asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns.definitions import INDICATORS, SURVEY
from evalplat.kernel.errors import NotFound
from evalplat.web import guard
from evalplat.web.render import Context

from .queries import definition_tree as trees
from .queries import definitions as queries

router = APIRouter()
See = Annotated[Context, guard.office(Act.SEE_DEFINITIONS)]


@router.get("/definitions")
def all_definitions(ctx: See) -> Response:
    """Files and frozen versions. Files that lie ready are the office's business."""
    inside = ctx.person.of_office
    return ctx.render("pages/definitions.html", systems=queries.files_of(INDICATORS) if inside else [],
                      surveys=queries.files_of(SURVEY) if inside else [], frozen=queries.frozen_lines(ctx.work), inside=inside)


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
    opened = queries.opened(ctx.work, key, version)
    if opened is None or (opened.frozen_at is None and not ctx.person.of_office):
        raise NotFound
    if opened.system is not None:
        return ctx.render("pages/definition_system.html", one=opened, tree=trees.tree_of(opened.system))
    if opened.survey is None:
        raise NotFound
    return ctx.render("pages/definition_survey.html", one=opened, survey=trees.survey_view(opened.survey))
