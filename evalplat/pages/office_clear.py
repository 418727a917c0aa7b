"""Clearing the demonstration in the browser: says what goes, asks for the office's name, and leads to the first page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.background import BackgroundTask

from evalplat.access.acts import Act
from evalplat.kernel import templating
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.formats import integer
from evalplat.kernel.i18n import N_, gettext
from evalplat.operate import backup
from evalplat.people import clearing
from evalplat.people.tables import Office
from evalplat.web import guard
from evalplat.web.first_start import office_removed
from evalplat.web.render import Context, public_page

from .office_tabs import office_tabs

router = APIRouter()
NAMES = {"campaign": N_("Evaluations"), "evaluation": N_("Files of departments"), "unit": N_("Departments"),
         "user_account": N_("Accounts"), "document": N_("Documents"), "stored_file": N_("Stored files"),
         "audit_event": N_("Audit log"), "rows": N_("Rows in all")}
Manage = Annotated[Context, guard.office(Act.MANAGE_PEOPLE)]


@router.get("/office/clear")
def clear_page(ctx: Manage) -> Response:
    """What would go."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    if not ctx.work.settings.demo:
        raise NotFound
    counts = clearing.what_goes(ctx.work)
    return ctx.render("pages/office_clear.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      tabs=office_tabs(ctx, "/office/clear"), running=clearing.running_jobs(ctx.work), backups=_backups_left(),
                      office=ctx.session.get_one(Office, ctx.work.office_id).name,
                      facts=[(gettext(label), integer(counts[key])) for key, label in NAMES.items()])


def _backups_left() -> str:
    """The folder with backups, which clearing leaves alone; empty if there is none."""
    folder = backup.folder().resolve()
    return str(folder) if folder.is_dir() and any(folder.iterdir()) else ""


@router.post("/office/clear")
def clear(ctx: Manage) -> Response:
    """Remove everything; the answer alone shows the start code."""
    try:
        code = clearing.clear(ctx.work, typed_name=ctx.posted.get("name"))
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    html = templating.render("pages/office_cleared.html", page=public_page(ctx.request), can=lambda *a: False, code=code,
                             backups=_backups_left())
    answer = HTMLResponse(html, background=BackgroundTask(_afterwards, ctx))
    answer.delete_cookie(guard.COOKIE)
    return answer


def _afterwards(ctx: Context) -> None:
    """The rows are gone for good: now the files, and the first page opens."""
    office_removed(ctx.request.app)
    clearing.remove_files()
