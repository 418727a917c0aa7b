"""One Excel workbook for departments and people: template, upload, errors at their cells, comparison, all taken or nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.people import book_take, book_writing
from evalplat.people.book_format import PEOPLE, UNITS
from evalplat.people.book_state import present_state
from evalplat.people.tables import OfficeImport
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from .office_tabs import office_tabs
from .queries import office as queries
from .queries.export import MEDIA_TYPE

router = APIRouter()
TAKEN = said(N_("The workbook is imported: {new} departments new, {changed} changed; {people} people new, {others} changed."))
ASIDE = said(N_("The workbook is discarded. Nothing was imported."))
HREF = "/office/import"
Manage = Annotated[Context, guard.office(Act.MANAGE_OFFICE)]


@router.get("/office/import")
def import_page(ctx: Manage) -> Response:
    """Templates, the upload, and what waits to be confirmed."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("pages/office_import.html", status=422 if errors else 200, errors=errors or {}, tabs=office_tabs(ctx, HREF),
                      waiting=queries.uploads_of(ctx.work, login=ctx.person.login))


@router.get("/office/import/template.xlsx")
def empty_template(ctx: Manage) -> Response:
    """The empty workbook."""
    data = book_writing.template(queries.words_of(ctx.work))
    return download(data, gettext("Departments and people (template).xlsx"), media_type=MEDIA_TYPE)


@router.get("/office/import/present.xlsx")
def present_workbook(ctx: Manage) -> Response:
    """The same with what is set up now."""
    data = book_writing.present(queries.words_of(ctx.work), present_state(ctx.work))
    return download(data, gettext("Departments and people (present state).xlsx"), media_type=MEDIA_TYPE)


@router.post("/office/import")
def upload(ctx: Manage) -> Response:
    """Check what was uploaded and keep it for the next page, faulty or not."""
    file = ctx.posted.file("file")
    if file is None:
        return _page(ctx, errors={"file": gettext("Choose a file first.")})
    try:
        book_take.read_book(ctx.work, file.data, queries.words_of(ctx.work), login=ctx.person.login)
        row = book_take.keep_upload(ctx.work, file.name, file.data)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{HREF}/{row.code}")


def _row(ctx: Context, code: str) -> OfficeImport:
    row = book_take.find_upload(ctx.work, code)
    if row is None:
        raise NotFound
    return row


def _reading(ctx: Context, row: OfficeImport) -> book_take.Reading:
    return book_take.read_book(ctx.work, book_take.bytes_of(ctx.work, row), queries.words_of(ctx.work), login=ctx.person.login)


@router.get("/office/import/{code}")
def check_page(ctx: Manage, code: str) -> Response:
    """What is wrong with the workbook; or, when nothing is, what it would change."""
    row = _row(ctx, code)
    reading = _reading(ctx, row)
    people = [one for one in reading.problems if one.sheet == PEOPLE]
    units = [one for one in reading.problems if one.sheet == UNITS]
    return ctx.render("pages/office_import_check.html", tabs=office_tabs(ctx, HREF), row=row, rows=reading.rows,
                      problems=[part for part in ((UNITS, units), (PEOPLE, people)) if part[1]],
                      total=len(reading.problems), waiting=queries.waiting_cells(reading.notes), compared=reading.comparison,
                      may_take=ctx.can(Act.MANAGE_PEOPLE) or not reading.comparison.touches_people)


@router.get("/office/import/{code}/marked.xlsx")
def marked_copy(ctx: Manage, code: str) -> Response:
    """The sender's own workbook with its faulty cells coloured and a remark at each."""
    row = _row(ctx, code)
    reading = _reading(ctx, row)
    data = book_writing.marked(reading.book, reading.problems, author=gettext("Check of the workbook"))
    return download(data, gettext("{name} (marked).xlsx", name=row.name.rpartition(".")[0] or row.name), media_type=MEDIA_TYPE)


@router.post("/office/import/{code}/take")
def take(ctx: Manage, code: str) -> Response:
    """Take everything that was shown, or nothing."""
    people_too = ctx.can(Act.MANAGE_PEOPLE)
    taken = book_take.take(ctx.work, _row(ctx, code), queries.words_of(ctx.work), login=ctx.person.login,
                           digest=ctx.posted.get("digest"), people_too=people_too)
    return ctx.see("/office/slips" if people_too else "/office/units", said=TAKEN, new=taken.count("units", "new"),
                   changed=taken.count("units", "changed"), people=taken.count("people", "new"), others=taken.count("people", "changed"))


@router.post("/office/import/{code}/set-aside")
def set_aside(ctx: Manage, code: str) -> Response:
    """Forget an upload."""
    book_take.set_aside(ctx.work, _row(ctx, code))
    return ctx.see(HREF, said=ASIDE)
