"""What the pages of this room share: their frame, the posted fields, and how a saved form answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi.responses import JSONResponse, Response

from evalplat.access.acts import Act
from evalplat.kernel.formats import clock_time
from evalplat.kernel.i18n import N_, gettext
from evalplat.web.render import Context, said
from evalplat.workflow.stages import State

from . import actions, queries
from .queries_view import label_of, page_token
from .rules import Draft, Issue, clean
from .rules_issues import explained, issues

TOKEN = re.compile(r"[a-z0-9]{2,24}\Z")
SAVED = said(N_("Saved. You can go on at any time."))
TABS = (("", N_("Overview")), ("texts", N_("Report")), ("tables", N_("Statistical form")), ("scores", N_("Self-scores")),
        ("problems", N_("Problems found by yourselves")), ("check", N_("Check and sign")))


def may_fill(ctx: Context, act: Act = Act.FILL_ASSESSMENT) -> bool:
    """Whether this person may fill in now."""
    return ctx.can(act) and ctx.evaluation.state == State.ASSESSING and not ctx.evaluation.side


def tabs(ctx: Context, current: str) -> list[dict[str, Any]]:
    """The parts, as tabs."""
    room = f"{ctx.base}/assessment"
    return [{"label": gettext(label), "href": f"{room}/{key}" if key else room, "current": key == current} for key, label in TABS]


def frame(ctx: Context, current: str, draft: Draft) -> dict[str, Any]:
    """What every page of filling in gets."""
    newest = max(queries.latest(ctx.work, ctx.evaluation, "unit").values(), key=lambda row: row.id or 0, default=None)
    saved = gettext(N_("Saved at {time}"), time=clock_time(newest.at)) if newest else ""
    return {"campaign": ctx.campaign, "unit": ctx.unit, "evaluation": ctx.evaluation, "tabs": tabs(ctx, current), "saved": saved,
            "version": queries.version_of(ctx.work, ctx.evaluation), "token": page_token(), "new_row": page_token(),
            "due": queries.due_at(ctx.work, ctx.evaluation), "draft": draft}


def field_errors(ctx: Context, draft: Draft, part: str, names: Callable[[str], bool] = lambda name: True) -> dict[str, str]:
    """Field → message: what was typed wrong; with ``?check=1`` what is missing, too. ``names`` picks those of the page."""
    everything = ctx.request.query_params.get("check") == "1"
    found: dict[str, str] = {}
    for issue in issues(draft):
        open_note = issue.level == "W" and everything and not explained(draft, issue)
        wrong = issue.level == "E" and (everything or not issue.missing)
        if issue.part == part and names(issue.name) and (wrong or open_note):
            found.setdefault(issue.name, message(issue))
    return found


def summary(draft: Draft, part: str, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """The errors for the head of the page, each with the name of its field."""
    known = {issue.name for issue in issues(draft) if issue.part == part}
    return [(name, label_of(draft, part, name) + gettext(": ") + text if name in known else text) for name, text in errors.items()]


def message(issue: Issue) -> str:
    """What an issue says, in the language of the page."""
    return gettext(issue.message, **issue.params)


def base_of(ctx: Context) -> actions.Base:
    """What the page that sent this form had shown."""
    version, page = ctx.posted.get("version"), ctx.posted.get("page")
    return actions.Base(int(version) if version.isdecimal() and len(version) < 12 else 0, page if TOKEN.match(page) else "")


def posted(ctx: Context) -> dict[str, str]:
    """Every posted field, cleaned."""
    return {name: clean(text) for name, text in ctx.posted.fields if name not in ("csrf_token", "version", "page")}


def save(ctx: Context, part: str, table: str = "") -> None:
    """Store what was typed in a part."""
    actions.save(ctx.work, ctx.evaluation, posted(ctx), part=part, table=table, base=base_of(ctx))


def saved_answer(ctx: Context) -> Response:
    """What the autosave script wants to hear."""
    return JSONResponse({"saved_at": clock_time(ctx.work.now)})


def change_rows(ctx: Context, tables: Iterable[str]) -> str:
    """Add or remove the row that a button names; the anchor to return to ("" if no such button was pressed)."""
    wanted, gone = ctx.posted.get("add_row"), ctx.posted.get("remove_row")
    if wanted in tables:
        actions.add_row(ctx.work, ctx.evaluation, wanted, ctx.posted.get("new_row"))
        return f"#f-{wanted}"
    table, _, key = gone.partition(".")
    if table in tables:
        actions.remove_row(ctx.work, ctx.evaluation, table, key)
        return f"#f-{table}"
    return ""
