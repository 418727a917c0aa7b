"""Which rooms this installation has: a link stands only where a page answers and the person may open it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import Match

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.access.scope import find_evaluations
from evalplat.campaigns import modes
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import targets
from evalplat.web.render import Context
from evalplat.workflow.stages import CampaignState, Stage

UNIT_ROOMS: tuple[tuple[str, str, Act, Stage | None], ...] = (
    ("notice", N_("Notice"), Act.SEE_NOTICE, Stage.NOTICE),
    ("assessment", N_("Self-assessment"), Act.SEE_ASSESSMENT, Stage.ASSESSMENT),
    ("review", N_("On-site evaluation"), Act.SEE_REVIEW, Stage.REVIEW),
    ("findings", N_("Problems found"), Act.SEE_FINDINGS, None),
    ("report", N_("Evaluation report"), Act.SEE_REPORT, Stage.REPORT),
    ("feedback", N_("Feedback"), Act.SEE_LETTER, Stage.FEEDBACK),
    ("objection", N_("Objection"), Act.SEE_OBJECTION, Stage.OBJECTION),
    ("follow-up", N_("Rectification"), Act.SEE_FOLLOW_UP, Stage.FOLLOW_UP),
    ("documents", N_("Documents"), Act.SEE_DOCUMENTS, None),
)
CAMPAIGN_ROOMS: tuple[tuple[str, str, Act, Stage | None], ...] = (
    ("plan", N_("Plan"), Act.SEE_SUMMARY, None),
    ("notice", N_("Notice"), Act.SEE_SUMMARY, Stage.NOTICE),
    ("chasing", N_("Chasing"), Act.SEE_CHASING, None),
    ("surveys", N_("Social survey"), Act.SEE_SURVEYS, Stage.SURVEY),
    ("moderation", N_("Moderation"), Act.SEE_MODERATION, Stage.REPORT),
    ("objections", N_("Objections"), Act.SEE_OBJECTIONS, Stage.OBJECTION),
    ("summary", N_("Overall report"), Act.SEE_SUMMARY, Stage.SUMMARY),
    ("results", N_("Published results"), Act.SEE_PUBLISHED, None),
)
_OF_UNIT = re.compile(r"/c/([^/]+)/u/([^/]+)")
AFTER_CONCLUSION = frozenset({"results"})
OF_REGISTER = frozenset({"findings", "follow-up", "documents"})
"""A unit's place in the yearly register begins with its follow-up: it has no other rooms."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One link of the tabs."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


def exists(ctx: Context, path: str) -> bool:
    """Whether some route answers a GET of ``path``."""
    known: dict[str, bool] = ctx.request.app.state.__dict__.setdefault("evalplat_places", {})
    key = "/".join([*(part if part in ("c", "u") else "x" for part in path.split("/")[:-1]), path.rsplit("/", 1)[-1]])
    if key not in known:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        known[key] = any(route.matches(scope)[0] == Match.FULL for route in ctx.request.app.router.routes)
    return known[key]


def opens(ctx: Context, hrefs: Iterable[str]) -> Callable[[str], bool]:
    """Whether the page behind each of these links of ours lets this person in: its own gate is asked before the link is shown."""
    paths = {href: href.partition("#")[0].partition("?")[0] for href in hrefs}
    targets_of = {found.groups() for found in map(_OF_UNIT.match, paths.values()) if found}
    asked: dict[tuple[Any, ...], Any] = {("evaluation", *place): () for place in targets_of}
    for place, evaluation in find_evaluations(ctx.work.session, ctx.person, targets_of).items():
        asked["evaluation", *place] = (evaluation,)
    answers = {path: _opens(ctx, path, asked) for path in set(paths.values())}
    return lambda href: answers[paths[href]]


def _opens(ctx: Context, path: str, asked: dict[tuple[Any, ...], Any]) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    for route in _routes(ctx.request.app.router):
        match, child = route.matches(scope)
        if match == Match.FULL:
            gate = next((call for call in _calls(route.dependant) if hasattr(call, "evalplat_act")), None)
            return gate is None or _lets_in(ctx, gate, child["path_params"], asked)
    return False


def _lets_in(ctx: Context, gate: Any, params: dict[str, Any], asked: dict[tuple[Any, ...], Any]) -> bool:
    key = (gate.evalplat_target, params.get("campaign"), params.get("unit"))
    if key not in asked:
        try:
            asked[key] = (getattr(targets, gate.evalplat_target)(ctx.work, ctx.person, params),)
        except NotFound:
            asked[key] = ()
    return bool(asked[key]) and may(ctx.person, gate.evalplat_act, asked[key][0])


def _calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for child in dependant.dependencies:
        yield from _calls(child)


def _routes(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router)


def unit_tabs(ctx: Context, *, current: str = "") -> list[Tab]:
    """The rooms of one unit's file, the file itself first."""
    tabs = [Tab(gettext("File"), ctx.base, not current)]
    tabs += [Tab(gettext(label), f"{ctx.base}/{path}", path == current) for path, label, act, _ in UNIT_ROOMS
             if _open(ctx, path, act)]
    return tabs


def _open(ctx: Context, path: str, act: Act) -> bool:
    """Whether a room of a unit is there, and open to this person."""
    return ctx.can(act) and exists(ctx, f"{ctx.base}/{path}") and (ctx.campaign.kind != modes.REGISTER or path in OF_REGISTER)


def campaign_tabs(ctx: Context, *, current: str = "") -> list[Tab]:
    """The rooms of a whole campaign; none for the yearly register, which is one ledger."""
    if ctx.campaign.kind == modes.REGISTER:
        return []
    tabs = [Tab(gettext("Departments"), ctx.base, not current)]
    concluded = ctx.campaign.state in (CampaignState.CONCLUDED, CampaignState.ARCHIVED)
    tabs += [Tab(gettext(label), f"{ctx.base}/{path}", path == current) for path, label, act, _ in CAMPAIGN_ROOMS
             if ctx.can(act) and (concluded or path not in AFTER_CONCLUSION) and exists(ctx, f"{ctx.base}/{path}")]
    return tabs


def stage_hrefs(ctx: Context, *, unit: bool) -> dict[Stage, str]:
    """Stage → the room where it is worked on, as far as it is open to this person."""
    rooms = UNIT_ROOMS if unit else CAMPAIGN_ROOMS
    return {stage: f"{ctx.base}/{path}" for path, _, act, stage in rooms
            if stage is not None and _open(ctx, path, act)}
