"""Refusals become answers: a page for people, a fragment for htmx, the sign-in page for nobody."""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from evalplat.kernel import templating
from evalplat.kernel.errors import Busy, EvalError, Forbidden, Invalid, MoveBlocked, NotFound
from evalplat.kernel.i18n import N_, gettext

from .guard import PasswordChangeNeeded, SignInNeeded, write_denied
from .render import public_page

log = logging.getLogger("evalplat.web")
TROUBLE = N_(
    "The action was not carried out, and nothing was half stored. Please try again; if it happens again, tell the operator the time."
)

BUSY = N_("Somebody else is saving at the same moment. Nothing was saved: press again.")
PASSING = frozenset({"40P01", "40001", "55P03"})
"""PostgreSQL's words for a deadlock, a failed serialisation and a lock that was not to be had."""
SQLITE_BUSY, SQLITE_LOCKED = 5, 6

TITLES: dict[int, str] = {
    400: N_("This request cannot be understood"), 403: N_("This is not open to you"), 404: N_("Page not found"),
    405: N_("This request cannot be understood"), 409: N_("This is not possible now"), 410: N_("This is over"),
    413: N_("Too big"), 422: N_("Some entries need another look"), 429: N_("Too many tries"),
    500: N_("Something went wrong on our side"), 503: N_("Just now there is too much going on"),
}


CODES = {400: "malformed", 404: "not_found", 405: "read_only", 500: "trouble"}
"""For programs, where no refusal of our own says its code."""


def install(app: FastAPI) -> None:
    """Hang the handlers on the application."""
    app.add_exception_handler(EvalError, _refusal)  # type: ignore[arg-type]  # starlette's type is wider
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _malformed)  # type: ignore[arg-type]
    app.add_exception_handler(OperationalError, _database)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _trouble)


def _refusal(request: Request, error: EvalError) -> Response:
    if isinstance(error, SignInNeeded):
        return _to_sign_in(request)
    if isinstance(error, PasswordChangeNeeded):
        return RedirectResponse("/password", 303)
    if isinstance(error, Forbidden) and hasattr(request.state, "denied"):
        write_denied(request.app.state.engine, *request.state.denied)
    reasons = [gettext(b.reason, **b.params) for b in error.blocked] if isinstance(error, MoveBlocked) else []
    links = [b.href for b in error.blocked] if isinstance(error, MoveBlocked) else []
    if isinstance(error, Invalid):
        reasons = list(error.texts().values())
        links = [""] * len(reasons)
    message = gettext(error.message, **error.params)
    if for_program(request):
        return refusal_for_program(error.status, error.code, message)
    return page(request, error.status, message, reasons=list(zip(reasons, links, strict=True)), href=error.href)


def _to_sign_in(request: Request) -> Response:
    """A forced sign-in comes back to the same page; a form's fields wait in the browser (autosave) or on Back."""
    target = request.url.path if request.method == "GET" else request.headers.get("referer", "/")
    if "//" in target:
        target = "/" + target.split("//", 1)[1].partition("/")[2]
    if request.headers.get("hx-request") or request.headers.get("x-requested-with"):
        return HTMLResponse(gettext("Please sign in."), 401, {"HX-Redirect": f"/sign-in?next={quote(target)}"})
    return RedirectResponse(f"/sign-in?next={quote(target)}", 303)


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return _refusal(request, NotFound())
    answer = page(request, error.status_code, gettext(TITLES.get(error.status_code, TITLES[400])))
    answer.headers.update(error.headers or {})
    return answer


def _malformed(request: Request, error: RequestValidationError) -> Response:
    missing = request.method == "GET" and not for_program(request)
    return page(request, 404 if missing else 400, gettext("This address or form is not one of ours."))


def _database(request: Request, error: OperationalError) -> Response:
    """Two who were in each other's way: pressing again helps. Anything else is trouble of ours."""
    if not in_the_way(error):
        raise error
    log.warning("the database was busy", extra={"path": request.url.path, "reason": str(error.orig)[:200]})
    return _refusal(request, Busy(BUSY))


def in_the_way(error: OperationalError) -> bool:
    """Whether the database gave up because somebody else was at the same rows."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return getattr(error.orig, "sqlstate", None) in PASSING or code in (SQLITE_BUSY, SQLITE_LOCKED)


def _trouble(request: Request, error: Exception) -> Response:
    log.error("request failed", extra={"path": request.url.path}, exc_info=error)
    return page(request, 500, gettext(TROUBLE))


def for_program(request: Request) -> bool:
    """Whether a program asks: it gets its refusal as JSON."""
    return request.url.path.startswith("/api/v1/")


def refusal_for_program(status: int, code: str, message: str) -> Response:
    """``{code, message}``, and what a client has to know besides."""
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "5"}, 503: {"Retry-After": "5"}}
    return JSONResponse({"code": code, "message": message}, status, headers.get(status))


def page(request: Request, status: int, message: str, *, reasons: list[tuple[str, str]] | None = None,
         href: str = "") -> Response:
    """The error page: what happened, why, what to do next."""
    if for_program(request):
        return refusal_for_program(status, CODES.get(status, "error"), message)
    html = templating.render("errors/error.html", page=public_page(request), can=lambda *a: False, status=status,
                             title=gettext(TITLES.get(status, TITLES[400])), message=message, reasons=reasons or [],
                             href=href or request.headers.get("referer", "/"), sent=request.method != "GET")
    return HTMLResponse(html, status, {"Retry-After": "5"} if status == 503 else None)
