"""Signing in and out, one's own password, the view and the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.kernel import templating
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import LANGUAGES, N_, gettext
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work
from evalplat.people import sessions
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Membership, Unit, User
from evalplat.web import guard
from evalplat.web.forms import Posted
from evalplat.web.render import Context, finish, own_path, public_page, said, see_other
from evalplat.web.session import WorkDep

router = APIRouter()
CHANGED = said(N_("Your password is changed."))
DEMO_PASSWORD = "Demo-2026-pass"  # noqa: S105 - printed on the sign-in page of the demonstration alone


def _page(request: Request, work: Work, *, login: str = "", error: str = "", status: int = 200) -> Response:
    html = templating.render("pages/sign_in.html", page=public_page(request), can=lambda *a: False, login=login,
                             error=error, next=own_path(request.query_params.get("next", "/")), demo=_demo_users(work))
    return finish(HTMLResponse(html, status), request)


def _demo_users(work: Work) -> list[tuple[str, str, str]]:
    """One user a role, in the demonstration alone."""
    if not settings().demo:
        return []
    query = (select(Membership.role, User.login, User.name, Unit.short_name).join(User, col(User.id) == col(Membership.user_id))
             .outerjoin(Unit, col(Unit.id) == col(Membership.unit_id)).order_by(col(Membership.id)))
    found: dict[str, tuple[str, str, str]] = {}
    for role, login, name, unit in work.session.exec(query):
        found.setdefault(role, (gettext(LABELS[Role(role)]), login, f"{name} · {unit}" if unit else name))
    return [found[role] for role in Role if role in found]


@router.get("/sign-in")
def sign_in_page(request: Request, work: WorkDep) -> Response:
    """The form."""
    return _page(request, work)


@router.post("/sign-in")
def sign_in(request: Request, work: WorkDep, posted: Annotated[Posted, Depends(guard.read_form)]) -> Response:
    """Check the password and begin a session. The answer is the same for an unknown login and a wrong password."""
    login = posted.get("login").strip()
    user = sessions.check_password(work, login, posted.get("password"))
    if user is None:
        return _page(request, work, login=login, error=gettext("Login or password is wrong."), status=422)
    signed = sessions.open_session(work, user)
    answer = RedirectResponse(own_path(posted.get("next", "/")), 303)
    answer.set_cookie(guard.COOKIE, signed.secret, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/")
    return answer


@router.post("/sign-out")
def sign_out(request: Request, ctx: Annotated[Context, guard.office(Act.SEE_HOME)]) -> Response:
    """End the session on the server."""
    sessions.close_session(ctx.work, request.cookies.get(guard.COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(guard.COOKIE)
    return answer


@router.get("/password")
def password_page(ctx: Annotated[Context, guard.office(Act.CHANGE_OWN_PASSWORD)]) -> Response:
    """Change one's own password."""
    return ctx.render("pages/password.html", errors={}, first=ctx.person.must_change)


@router.post("/password")
def change_password(ctx: Annotated[Context, guard.office(Act.CHANGE_OWN_PASSWORD)]) -> Response:
    """Set it; all other sessions end, this one begins anew."""
    user = ctx.session.get_one(User, ctx.person.user_id)
    try:
        sessions.change_password(ctx.work, user, old=ctx.posted.get("old"), new=ctx.posted.get("new"),
                                 again=ctx.posted.get("again"))
    except Invalid as error:
        return ctx.again("pages/password.html", error, first=ctx.person.must_change)
    signed = sessions.open_session(ctx.work, user)
    answer = see_other("/", said=CHANGED)
    answer.set_cookie(guard.COOKIE, signed.secret, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/")
    return answer


@router.get("/view/{view}")
def choose_view(view: str, request: Request) -> Response:
    """Normal or large text, kept in this browser."""
    answer = RedirectResponse(own_path(request.query_params.get("next", "/")), 303)
    answer.set_cookie("view", "large" if view == "large" else "normal", max_age=31_536_000, samesite="lax")
    return answer


@router.get("/language/{code}")
def choose_language(code: str, request: Request) -> Response:
    """Chinese or English, kept in this browser."""
    answer = RedirectResponse(own_path(request.query_params.get("next", "/")), 303)
    answer.set_cookie("language", code if code in LANGUAGES else "zh", max_age=31_536_000, samesite="lax")
    return answer
