"""The first page of an empty installation: whoever has the code from the server's console sets up the office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import select

from evalplat.kernel import templating
from evalplat.kernel.errors import TooMany
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people import actions, changes, first_start, passwords
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Office
from evalplat.web import guard
from evalplat.web.first_start import START
from evalplat.web.forms import Posted, parse
from evalplat.web.render import public_page, said, see_other
from evalplat.web.session import WorkDep

from .office_forms import ADMINS, StartForm

router = APIRouter()
DONE = said(N_("The office is set up. Sign in as its system administrator."))
HINTS = {"sysadmin": N_("Makes accounts, departments and the calendar. This is probably you."),
         "secadmin": N_("Lends roles during leave and watches over the rules."),
         "auditadmin": N_("Reads the audit log and checks that it is whole.")}


def _there_is_one(work: Work) -> bool:
    return work.session.exec(select(Office.id)).first() is not None


def _page(request: Request, posted: Posted, errors: dict[str, str], *, status: int = 200) -> Response:
    admins = [(role, gettext(LABELS[Role(role)]), gettext(HINTS[role])) for role in ADMINS]
    html = templating.render("pages/office_start.html", page=public_page(request), can=lambda *a: False, errors=errors,
                             values=posted.values(), admins=admins)
    return HTMLResponse(html, status)


@router.get(START)
def start_page(request: Request, work: WorkDep) -> Response:
    """The form; nothing to do here once there is an office."""
    return RedirectResponse("/sign-in", 303) if _there_is_one(work) else _page(request, Posted(), {})


@router.post(START)
def start(request: Request, work: WorkDep, posted: Annotated[Posted, Depends(guard.read_form)]) -> Response:
    """Set up the office and its administrators, if the code fits."""
    if _there_is_one(work):
        return RedirectResponse("/sign-in", 303)
    try:
        if not first_start.fits(posted.get("code")):
            return _page(request, posted, {"code": gettext("This is not the code that the console shows.")}, status=422)
    except TooMany as error:
        return _page(request, posted, {"code": gettext(error.message)}, status=error.status)
    checked = parse(StartForm, posted)
    errors = checked.errors or _wrong(checked.model)
    if checked.model is None or errors:
        return _page(request, posted, errors, status=422)
    _set_up(work, checked.model)
    return see_other("/sign-in", said=DONE)


def _wrong(form: StartForm | None) -> dict[str, str]:
    """What the fields cannot know of one another."""
    if form is None:
        return {}
    found: dict[str, str] = {}
    logins = [form.of(role, "login").lower() for role in ADMINS]
    for role, login in zip(ADMINS, logins, strict=True):
        reason = passwords.complaint(form.of(role, "password"), login)
        if reason:
            found[f"{role}_password"] = gettext(reason)
        if logins.index(login) != ADMINS.index(role):
            found[f"{role}_login"] = gettext("Each administrator needs their own login.")
    if form.sysadmin_password != form.sysadmin_again:
        found["sysadmin_again"] = gettext("The two new passwords are not the same.")
    return found


def _set_up(work: Work, form: StartForm) -> None:
    """The two who are not here get a password that they must replace: whoever typed it knows it."""
    office = changes.begin_office(work, name=form.name, short_name=form.short_name, document_mark=form.document_mark,
                                  document_series=form.document_series)
    office.contact = form.contact
    for role in ADMINS:
        actions.add_user(work, login=form.of(role, "login"), name=form.of(role, "name"), roles=[(Role(role), None)],
                         password=form.of(role, "password"), must_change=role != "sysadmin")
    work.before_commit.append(lambda _: first_start.forget())
