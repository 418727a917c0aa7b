"""One-time passwords on slips of paper: set, printed and forgotten in one answer; nowhere are they stored in clear."""

from __future__ import annotations

import secrets
import warnings
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.documents import assets, render
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.settings import settings
from evalplat.kernel.work import working
from evalplat.people import changes
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said, saying

from .office_tabs import office_tabs
from .queries import office_slips as queries

router = APIRouter()
NOWHERE = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 - compared with, never bound
"""Hosts that no other computer finds."""
MOST = 400
"""Slips of one answer: each password takes its time on purpose."""
MADE = said(N_("{count} slips are made. Keep or print the file now: the passwords stand nowhere else."))
MARK = "slips_made"
"""A cookie that changes with each file, so that the page beside it knows to renew itself."""
Manage = Annotated[Context, guard.office(Act.MANAGE_PEOPLE)]


@router.get("/office/slips")
def slips_page(ctx: Manage) -> Response:
    """Whose slips can be made."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    groups, address = queries.groups_of(ctx.work), ctx.work.settings.public_url
    return ctx.render("pages/office_slips.html", status=422 if errors else 200, errors=errors or {}, groups=groups,
                      tabs=office_tabs(ctx, "/office/slips"), address=address,
                      local_address=_only_here(address), values=ctx.posted.values(), ticked=ctx.posted.list("group"),
                      waiting=sum(len(group.waiting) for group in groups), unused=sum(len(group.unused) for group in groups))


@router.post("/office/slips")
def make_slips(ctx: Manage) -> Response:
    """Set new one-time passwords and answer with the slips; if the paper fails, the passwords stay as they were.

    Hashing and printing take seconds, so they happen after the request's own transaction was given up and before the one that
    sets the passwords: meanwhile everybody else can write.
    """
    wanted = set(ctx.posted.list("group"))
    chosen = [(group.name, [*group.waiting, *(group.unused if ctx.posted.get("again") else ())])
              for group in queries.groups_of(ctx.work) if not wanted or group.code in wanted]
    users = [user for _, listed in chosen for user in listed]
    errors = _refusals(ctx, len(users))
    if errors:
        return _page(ctx, errors=errors)
    made = changes.new_passwords(users)
    sheaves = queries.sheaves(ctx.work, chosen, {one.login: one.password for one in made})
    office = queries.letterhead(ctx.work)
    ctx.work.undo()
    data, hashes = slips_pdf(sheaves, office, ctx.work.today), changes.hashes_of(made)
    with working(ctx.request.app.state.engine, ctx.person) as work:
        changes.set_one_time_passwords(work, made, hashes)
    answer = download(data, gettext("Password slips {day}.pdf", day=ctx.work.today.isoformat()), media_type="application/pdf")
    answer.set_cookie(MARK, secrets.token_hex(8), max_age=600, samesite="lax", secure=settings().secure_cookies, path="/office/slips")
    return saying(answer, MADE, count=len(users))


def _only_here(address: str) -> bool:
    return urlsplit(address).hostname in NOWHERE


def _refusals(ctx: Context, count: int) -> dict[str, str]:
    """Why no slips are made: nobody needs one, too many, an address that nobody reaches, valid slips that would become void."""
    wrong = {}
    if not count:
        wrong["group"] = gettext("None of those chosen needs a slip.")
    elif count > MOST:
        wrong["group"] = gettext("At most {count} slips at once. Choose fewer departments.", count=MOST)
    if _only_here(ctx.work.settings.public_url) and not ctx.posted.get("here"):
        wrong["here"] = gettext("Nobody could sign in with these slips from another computer. Set the address first, or confirm.")
    if ctx.posted.get("again") and not ctx.posted.get("void"):
        wrong["void"] = gettext("Confirm that the earlier slips of these people become void.")
    return wrong


def slips_pdf(sheaves: list[queries.Sheaf], office: queries.Letterhead, day: date) -> bytes:
    """The sheets to be cut; no metadata says whose they are."""
    weasyprint = render.pdf_library()
    html = render.environment().get_template("pages/office_slips_pdf.html").render(
        sheaves=sheaves, address=settings().public_url, office=office, day=day, text=gettext)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="unclosed file .*sRGB", category=ResourceWarning)
        return bytes(weasyprint.HTML(string=html, url_fetcher=assets.fetcher()).write_pdf())
