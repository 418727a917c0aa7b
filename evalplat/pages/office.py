"""The office itself, its working days and its departments: looked after by the supervision section and the system administrator."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.people import actions, calendar, changes
from evalplat.people.book_format import NATURES
from evalplat.people.categories import CATEGORIES
from evalplat.people.tables import Office, Unit
from evalplat.web import guard
from evalplat.web.render import Context, said

from .labels import text_of
from .office_forms import DayForm, NewUnitForm, OfficeForm, UnitEditForm
from .office_tabs import office_tabs
from .queries import office as queries

router = APIRouter()
SAVED = said(N_("Saved."))
DAY_SET = said(N_("The calendar is changed. Deadlines that are set already stay; new ones count with it."))
CHECKED = said(N_("The working days of {year} are marked as checked."))
UNCHECKED = said(N_("The working days of {year} are no longer marked as checked."))
UNIT_ADDED = said(N_("The department is added."))
UNIT_REMOVED = said(N_("The department is removed."))
FACTS = (("has_affiliates", N_("has affiliated institutions")), ("has_enforcement", N_("has enforcement duties")),
         ("has_services", N_("has public service items")))
YEARS = range(2020, 2101)
Manage = Annotated[Context, guard.office(Act.MANAGE_OFFICE)]
See = Annotated[Context, guard.office(Act.SEE_PEOPLE)]


@router.get("/office")
def office_page(ctx: Manage) -> Response:
    """Names, mark, series, contact, and what is missing."""
    return _office(ctx)


def _office(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    view = queries.office_view(ctx.work)
    values = ctx.posted.values() or {key: getattr(view, key) for key in OfficeForm.model_fields}
    return ctx.render("pages/office.html", status=422 if errors else 200, errors=errors or {}, values=values, view=view,
                      tabs=office_tabs(ctx, "/office"))


@router.post("/office")
def save_office(ctx: Manage) -> Response:
    """New entries of the office."""
    checked = ctx.parse(OfficeForm)
    if checked.model is None:
        return _office(ctx, errors=checked.errors)
    changes.change_office(ctx.work, ctx.session.get_one(Office, ctx.work.office_id), checked.model.model_dump())
    return ctx.see("/office", said=SAVED)


@router.get("/office/calendar")
def calendar_page(ctx: Manage) -> Response:
    """A year's working days."""
    return _calendar(ctx, _year(ctx))


def _year(ctx: Context) -> int:
    text = ctx.posted.get("year") or ctx.request.query_params.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in YEARS else ctx.work.today.year


def _calendar(ctx: Context, year: int, *, errors: dict[str, str] | None = None) -> Response:
    this = ctx.work.today.year
    return ctx.render("pages/office_calendar.html", status=422 if errors else 200, errors=errors or {}, year=year,
                      years=sorted({this - 1, this, this + 1, year}), months=queries.months_of(ctx.work, year),
                      days=calendar.days_of(ctx.work, year), published=calendar.published(year), values=ctx.posted.values(),
                      warning_year=calendar.year_to_fill(ctx.work), checked=year in calendar.checked_years(ctx.work),
                      tabs=office_tabs(ctx, "/office/calendar"))


@router.post("/office/calendar")
def set_day(ctx: Manage) -> Response:
    """A holiday, or a weekend that is worked."""
    checked = ctx.parse(DayForm)
    if checked.model is None:
        return _calendar(ctx, _year(ctx), errors=checked.errors)
    form = checked.model
    try:
        calendar.set_day(ctx.work, form.day, worked=form.kind == "worked", name=form.name)
    except Invalid as error:
        return _calendar(ctx, _year(ctx), errors=ctx.refused(error))
    return ctx.see(f"/office/calendar?year={form.day.year}", said=DAY_SET)


@router.post("/office/calendar/clear")
def clear_day(ctx: Manage) -> Response:
    """A day that is as every week says again."""
    checked = ctx.parse(DayForm)
    if checked.model is None:
        return _calendar(ctx, _year(ctx), errors=checked.errors)
    calendar.clear_day(ctx.work, checked.model.day)
    return ctx.see(f"/office/calendar?year={checked.model.day.year}", said=DAY_SET)


@router.post("/office/calendar/published")
def take_published(ctx: Manage) -> Response:
    """Fill a year from the published holidays; what stands there stays."""
    year = _year(ctx)
    calendar.seed(ctx.work, year, year)
    return ctx.see(f"/office/calendar?year={year}", said=DAY_SET)


@router.post("/office/calendar/checked")
def mark_checked(ctx: Manage) -> Response:
    """A year's days were looked through and stand as they should, or that is taken back."""
    year, checked = _year(ctx), ctx.posted.get("checked") == "1"
    calendar.mark_checked(ctx.work, year, checked=checked)
    return ctx.see(f"/office/calendar?year={year}", said=CHECKED if checked else UNCHECKED, year=year)


@router.get("/office/units")
def unit_list(ctx: See) -> Response:
    """The evaluated bodies."""
    return _units(ctx)


def _choices(ctx: Context, own: Unit | None = None) -> dict[str, Any]:
    rows = queries.unit_rows(ctx.work)
    known = dict.fromkeys([*CATEGORIES, *(row.category for row in rows)])
    return {"rows": rows, "categories": [(key, text_of(CATEGORIES, key)) for key in known], "natures": NATURES,
            "facts": [(key, gettext(text)) for key, text in FACTS],
            "others": [(row.code, row.short_name) for row in rows if own is None or row.code != own.code]}


def _units(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("pages/office_units.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      ticked=ctx.posted.list("facts"), tabs=office_tabs(ctx, "/office/units"), **_choices(ctx))


@router.post("/office/units")
def add_unit(ctx: Manage) -> Response:
    """A new department."""
    checked = ctx.parse(NewUnitForm)
    if checked.model is None:
        return _units(ctx, errors=checked.errors)
    form = checked.model
    try:
        unit = actions.add_unit(ctx.work, code=form.code, name=form.name, short_name=form.short_name, category=form.category)
        changes.change_unit(ctx.work, unit, _entries(ctx, form, unit))
    except Invalid as error:
        return _units(ctx, errors=ctx.refused(error))
    return ctx.see("/office/units", said=UNIT_ADDED)


def _entries(ctx: Context, form: UnitEditForm, unit: Unit) -> dict[str, Any]:
    facts = {**unit.facts, **{key: key in form.facts for key, _ in FACTS}}
    return {"name": form.name, "short_name": form.short_name, "category": form.category, "nature": form.nature,
            "civil_service_ref": form.civil_service_ref, "profile": form.profile, "facts": facts, "active": not form.closed,
            "parent_id": _unit_id(ctx, form.parent, "parent"), "merged_into_id": _unit_id(ctx, form.merged_into, "merged_into")}


def _unit_id(ctx: Context, code: str, field: str) -> int | None:
    if not code:
        return None
    unit = queries.find_unit(ctx.work, code)
    if unit is None:
        raise Invalid({field: N_("Choose one of the options.")})
    return unit.id


def _unit(ctx: Context, code: str) -> Unit:
    unit = queries.find_unit(ctx.work, code)
    if unit is None:
        raise NotFound
    return unit


@router.get("/office/units/{code}")
def unit_page(ctx: See, code: str) -> Response:
    """One department."""
    return _one_unit(ctx, _unit(ctx, code))


def _one_unit(ctx: Context, unit: Unit, *, errors: dict[str, str] | None = None) -> Response:
    choices = _choices(ctx, unit)
    row = next(row for row in choices["rows"] if row.code == unit.code)
    shown = {key: getattr(row, key) for key in ("name", "short_name", "category", "nature", "profile", "parent", "merged_into")}
    shown |= {"civil_service_ref": "1" if row.civil_service_ref else "", "closed": "" if row.active else "1"}
    return ctx.render("pages/office_unit.html", status=422 if errors else 200, errors=errors or {}, row=row,
                      values=ctx.posted.values() or shown, ticked=ctx.posted.list("facts") if ctx.posted.fields else row.facts,
                      removable=queries.may_be_removed(ctx.work, unit), tabs=office_tabs(ctx, "/office/units"), **choices)


@router.post("/office/units/{code}")
def save_unit(ctx: Manage, code: str) -> Response:
    """New entries of a department."""
    unit = _unit(ctx, code)
    checked = ctx.parse(UnitEditForm)
    if checked.model is None:
        return _one_unit(ctx, unit, errors=checked.errors)
    try:
        changes.change_unit(ctx.work, unit, _entries(ctx, checked.model, unit))
    except Invalid as error:
        return _one_unit(ctx, unit, errors=ctx.refused(error))
    return ctx.see("/office/units", said=SAVED)


@router.post("/office/units/{code}/remove")
def remove_unit(ctx: Manage, code: str) -> Response:
    """Take away a department that nothing refers to."""
    changes.remove_unit(ctx.work, _unit(ctx, code))
    return ctx.see("/office/units", said=UNIT_REMOVED)
