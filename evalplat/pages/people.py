"""People: accounts, units, lent roles. A new password is shown once, on a slip, and stored nowhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.people import actions
from evalplat.people.roles import ADMIN_ROLES, LABELS, UNIT_ROLES, Role
from evalplat.people.tables import Unit, User
from evalplat.web import guard
from evalplat.web.render import Context, said

from .forms import DelegationForm, UnitForm, UserForm
from .labels import CATEGORIES, text_of
from .places import Tab
from .queries import people as queries
from .queries.listing import paged, wanted

router = APIRouter()
CLOSED = said(N_("The account is closed. What the person did stays on record."))
UNIT_ADDED = said(N_("The department is added."))
LENT = said(N_("The role is lent. It takes effect on its first day."))
TAKEN_BACK = said(N_("The lent role ended."))
FACTS = (("has_affiliates", N_("has affiliated institutions")), ("has_enforcement", N_("has enforcement duties")),
         ("has_services", N_("has public service items")))
See = Annotated[Context, guard.office(Act.SEE_PEOPLE)]
Manage = Annotated[Context, guard.office(Act.MANAGE_PEOPLE)]
Lend = Annotated[Context, guard.office(Act.DELEGATE)]


def _tabs(ctx: Context, current: str) -> list[Tab]:
    found = [("", N_("Accounts")), ("units", N_("Departments")), ("delegations", N_("Lent roles"))]
    return [Tab(gettext(label), f"/people/{key}".rstrip("/"), key == current) for key, label in found]


def _role_options() -> list[tuple[str, str, str]]:
    hints = {**dict.fromkeys(UNIT_ROLES, N_("of one department")), **dict.fromkeys(ADMIN_ROLES, N_("holds no other role"))}
    return [(str(role), gettext(LABELS[role]), gettext(hints[role]) if role in hints else "") for role in Role]


@router.get("/people")
def accounts(ctx: See) -> Response:
    """The accounts."""
    return _accounts(ctx)


def _accounts(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    ask = wanted("/people", ctx.request.query_params, filters=queries.FILTERS)
    return ctx.render(
        "pages/people.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
        ticked=ctx.posted.list("roles"), ask=ask, tabs=_tabs(ctx, ""), lines=paged(queries.users_of(ctx.work, ask), ask),
        roles=_role_options(), units=queries.unit_options(ctx.work))


@router.post("/people")
def add_account(ctx: Manage) -> Response:
    """A new account; the answer is its slip."""
    checked = ctx.parse(UserForm)
    if checked.model is None:
        return _accounts(ctx, errors=checked.errors)
    form = checked.model
    if not set(form.roles) <= set(Role):
        return _accounts(ctx, errors={"roles": gettext("Choose one of the options.")})
    unit = ctx.session.exec(select(Unit).where(Unit.code == form.unit, Unit.office_id == ctx.work.office_id)).one_or_none()
    held = [(Role(role), unit.id if unit and role in UNIT_ROLES else None) for role in form.roles]
    try:
        user, first = actions.add_user(ctx.work, login=form.login, name=form.name, post=form.post, roles=held,
                                       expires_on=form.expires_on)
    except Invalid as error:
        return _accounts(ctx, errors={{"role": "roles"}.get(key, key): text for key, text in ctx.refused(error).items()})
    return _slip(ctx, user, first)


def _slip(ctx: Context, user: User, first: str) -> Response:
    """The only page that shows a password. It answers the POST itself: the password must not wait in a cookie or an address."""
    return ctx.render("pages/slip.html", line=queries.user_line(ctx.work, user), first=first)


@router.get("/people/units")
def unit_list(ctx: See) -> Response:
    """The evaluated bodies."""
    return _units(ctx)


def _units(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("pages/units.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      ticked=ctx.posted.list("facts"), tabs=_tabs(ctx, "units"), lines=queries.units_of(ctx.work),
                      categories=[(key, text_of(CATEGORIES, key)) for key in CATEGORIES],
                      facts=[(key, gettext(text)) for key, text in FACTS])


@router.post("/people/units")
def add_unit(ctx: Manage) -> Response:
    """A new unit."""
    checked = ctx.parse(UnitForm)
    if checked.model is None:
        return _units(ctx, errors=checked.errors)
    form = checked.model
    try:
        actions.add_unit(ctx.work, code=form.code, name=form.name, short_name=form.short_name, category=form.category,
                         nature=form.nature, civil_service_ref=form.civil_service_ref,
                         facts={key: key in form.facts for key, _ in FACTS})
    except Invalid as error:
        return _units(ctx, errors=ctx.refused(error))
    return ctx.see("/people/units", said=UNIT_ADDED)


@router.get("/people/delegations")
def delegations(ctx: See) -> Response:
    """Lent roles."""
    return _delegations(ctx)


def _delegations(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    takers = [(line.login, f"{line.name} · {line.unit or line.post or '、'.join(line.roles)}")
              for line in queries.users_of(ctx.work, wanted("/people", {"state": "active"}, filters=queries.FILTERS))]
    return ctx.render("pages/delegations.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      tabs=_tabs(ctx, "delegations"), lines=queries.delegations_of(ctx.work), givers=queries.lendable(ctx.work),
                      takers=takers, today=ctx.work.today)


@router.post("/people/delegations")
def lend(ctx: Lend) -> Response:
    """Lend a role for a period, by a document."""
    checked = ctx.parse(DelegationForm)
    if checked.model is None:
        return _delegations(ctx, errors=checked.errors)
    form = checked.model
    giver, taker = queries.find_membership(ctx.work, form.giver), queries.find_user(ctx.work, form.taker)
    if giver is None or taker is None or Role(giver.role) in ADMIN_ROLES:
        return _delegations(ctx, errors={"giver": gettext("Choose one of the options.")})
    try:
        actions.delegate(ctx.work, giver=giver, taker=taker, starts_on=form.starts_on, ends_on=form.ends_on, document=form.document)
    except Invalid as error:
        return _delegations(ctx, errors=ctx.refused(error))
    return ctx.see("/people/delegations", said=LENT)


@router.post("/people/delegations/{delegation}/end")
def take_back(ctx: Lend, delegation: int) -> Response:
    """End a lent role before its last day."""
    row = queries.find_delegation(ctx.work, delegation)
    if row is None:
        raise NotFound
    actions.end_delegation(ctx.work, row)
    return ctx.see("/people/delegations", said=TAKEN_BACK)


def _user(ctx: Context, login: str) -> User:
    user = queries.find_user(ctx.work, login)
    if user is None:
        raise NotFound
    return user


@router.get("/people/{login}")
def account(ctx: See, login: str) -> Response:
    """One account."""
    return ctx.render("pages/person.html", line=queries.user_line(ctx.work, _user(ctx, login)))


@router.post("/people/{login}/reset")
def reset(ctx: Manage, login: str) -> Response:
    """A new one-time password; every session of the account ends."""
    user = _user(ctx, login)
    return _slip(ctx, user, actions.reset_password(ctx.work, user))


@router.post("/people/{login}/close")
def close(ctx: Manage, login: str) -> Response:
    """Close an account."""
    actions.deactivate_user(ctx.work, _user(ctx, login))
    return ctx.see("/people", said=CLOSED)
