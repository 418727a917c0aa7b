"""The explicit list of what makes up the platform: every room's facts, jobs and routes. A new room is a line here."""

from __future__ import annotations

from importlib import import_module

from fastapi import APIRouter

from evalplat.campaigns import own_facts
from evalplat.documents import actions as documents
from evalplat.jobs.queue import register
from evalplat.operate import jobs as operations
from evalplat.operate import proofs
from evalplat.scores import facts as scores

ROOMS = (
    "plans",
    "notices",
    "surveys",
    "assessments",
    "reports",
    "feedback",
    "objections",
    "summaries",
    "followup",
    "reviews",
)
LENDERS = ("followup", "objections", "reviews", "surveys")
"""Rooms whose rows the overall report and the boards count (``campaigns.lent``)."""
PAGES = (
    "login",
    "tour",
    "home",
    "boards",
    "setup",
    "setup_teams",
    "campaigns",
    "evaluation",
    "heat",
    "try_scores",
    "chasing",
    "findings",
    "documents",
    "jobs",
    "people",
    "office_start",
    "office",
    "office_import",
    "office_slips",
    "office_clear",
    "audit",
    "publication",
    "definition_upload",
    "definition_blocks",
    "definition_drafts",
    "judging",
    "definitions",
    "health",
    "doctor",
    "api_tokens",
    "api",
)


def register_all() -> None:
    """Make facts, after-move deeds, job kinds and task names known in this process."""
    own_facts.provide()
    scores.provide()
    register(*documents.JOBS)
    register(*import_module("evalplat.pages.queries.verification").JOBS)
    for room in ROOMS:
        import_module(f"evalplat.stages.{room}").install()
    operations.install()
    proofs.provide("tallies", import_module("evalplat.stages.surveys.actions_recount").differences)
    for room in LENDERS:
        import_module(f"evalplat.stages.{room}.queries_lent").lend()


def routers() -> list[APIRouter]:
    """Every router: pages first, then the rooms."""
    modules = [f"evalplat.pages.{name}" for name in PAGES]
    modules += [f"evalplat.stages.{room}.routes" for room in ROOMS]
    return [import_module(name).router for name in modules]


def load_tables() -> None:
    """Import every module that has tables, for migrations and tests."""
    books = ("people", "audit", "jobs", "files", "campaigns", "access", "findings", "scores", "documents")
    for name in [f"evalplat.{book}.tables" for book in books] + [f"evalplat.stages.{room}.tables" for room in ROOMS]:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
