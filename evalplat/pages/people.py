"""People: accounts, units, lent roles. A new password is shown once, on a slip, and stored nowhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.listing import paged, wanted
from evalplat.people import actions, changes
from evalplat.people.roles import ADMIN_ROLES, LABELS, UNIT_ROLES, Role
from evalplat.people.tables import Unit, User
from evalplat.web import guard
from evalplat.web.render import Context, said

from .forms import DelegationForm, UserForm
from .office_forms import PersonForm
from .office_tabs import office_tabs
from .queries import office
from .queries import people as queries

router = APIRouter()
CLOSED = said(N_("The account is closed. What the person did stays on record."))
SAVED = said(N_("Saved."))
LENT = said(N_("The role is lent. It takes effect on its first day."))
TAKEN_BACK = said(N_("The lent role ended."))
See = Annotated[Context, guard.office(Act.SEE_PEOPLE)]
Manage = Annotated[Context, guard.office(Act.MANAGE_PEOPLE)]
Lend = Annotated[Context, guard.office(Act.DELEGATE)]


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
        ticked=ctx.posted.list("roles"), ask=ask, tabs=office_tabs(ctx, "/people"), lines=paged(queries.users_of(ctx.work, ask), ask),
        roles=_role_options(), units=queries.unit_options(ctx.work), campaigns=office.running_campaigns(ctx.work))


@router.post("/people")
def add_account(ctx: Manage) -> Response:
    """A new account; the answer is its slip."""
    checked = ctx.parse(UserForm)
    if checked.model is None:
        return _accounts(ctx, errors=checked.errors)
    form = checked.model
    if not set(form.roles) <= set(Role):
        return _accounts(ctx, errors={"roles": gettext("Choose one of the options.")})
    try:
        user, first = actions.add_user(ctx.work, login=form.login, name=form.name, post=form.post,
                                       roles=_held(ctx, form.roles, form.unit), ends_with=_ends_with(ctx),
                                       expires_on=changes.last_day(form.expires_on, ctx.work.today))
    except Invalid as error:
        return _accounts(ctx, errors=_beside_fields(ctx, error))
    return _slip(ctx, user, first)


def _beside_fields(ctx: Context, error: Invalid) -> dict[str, str]:
    return {{"role": "roles"}.get(key, key): text for key, text in ctx.refused(error).items()}


def _held(ctx: Context, roles: list[str], code: str) -> list[tuple[Role, int | None]]:
    unit = ctx.session.exec(select(Unit).where(Unit.code == code, Unit.office_id == ctx.work.office_id)).one_or_none()
    return [(Role(role), unit.id if unit and role in UNIT_ROLES else None) for role in roles]


def _ends_with(ctx: Context, before: str = "") -> str:
    """The campaign with which a lent account ends: one that still runs, or the one that it has."""
    code = ctx.posted.get("ends_with").strip()
    if code not in ("", before, *(known for known, _ in office.running_campaigns(ctx.work))):
        raise Invalid({"ends_with": N_("Choose one of the options.")})
    return code


def _slip(ctx: Context, user: User, first: str) -> Response:
    """The only page that shows a password. It answers the POST itself: the password must not wait in a cookie or an address."""
    return ctx.render("pages/slip.html", line=queries.user_line(ctx.work, user), first=first)


@router.get("/people/delegations")
def delegations(ctx: See) -> Response:
    """Lent roles."""
    return _delegations(ctx)


def _delegations(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    takers = [(line.login, f"{line.name} · {line.unit or line.post or listed(line.roles)}")
              for line in queries.users_of(ctx.work, wanted("/people", {"state": "active"}, filters=queries.FILTERS))]
    return ctx.render("pages/delegations.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      tabs=office_tabs(ctx, "/people/delegations"),
                      lines=queries.delegations_of(ctx.work), givers=queries.lendable(ctx.work),
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
    return _account(ctx, _user(ctx, login))


def _account(ctx: Context, user: User, *, errors: dict[str, str] | None = None) -> Response:
    held = queries.held_by(ctx.work, user)
    shown = {"name": user.name, "post": user.post, "unit": held.unit, "expires_on": user.expires_on or "",
             "ends_with": user.ends_with}
    campaigns = office.running_campaigns(ctx.work)
    if user.ends_with and user.ends_with not in dict(campaigns):
        campaigns.append((user.ends_with, user.ends_with))
    return ctx.render("pages/person.html", status=422 if errors else 200, errors=errors or {}, held=held, campaigns=campaigns,
                      line=queries.user_line(ctx.work, user), values=ctx.posted.values() or shown, roles=_role_options(),
                      ticked=ctx.posted.list("roles") if ctx.posted.fields else held.roles, units=queries.unit_options(ctx.work),
                      own=user.id == ctx.person.user_id)


@router.post("/people/{login}")
def change_account(ctx: Manage, login: str) -> Response:
    """New entries of an account. Roles in several departments, or one's own, are not touched here."""
    user = _user(ctx, login)
    checked = ctx.parse(PersonForm)
    if checked.model is None:
        return _account(ctx, user, errors=checked.errors)
    form, held = checked.model, queries.held_by(ctx.work, user)
    if not set(form.roles) <= set(Role):
        return _account(ctx, user, errors={"roles": gettext("Choose one of the options.")})
    keep = held.mixed or user.id == ctx.person.user_id
    day = form.expires_on if form.expires_on == user.expires_on else None
    try:
        values = {"name": form.name, "post": form.post, "ends_with": _ends_with(ctx, user.ends_with),
                  "expires_on": day or changes.last_day(form.expires_on, ctx.work.today)}
        changes.change_user(ctx.work, user, values, held.pairs if keep else _held(ctx, form.roles, form.unit))
    except Invalid as error:
        return _account(ctx, user, errors=_beside_fields(ctx, error))
    return ctx.see(f"/people/{user.login}", said=SAVED)


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


@router.post("/people/{login}/reopen")
def reopen(ctx: Manage, login: str) -> Response:
    """Open a closed account again, with a new one-time password."""
    user = _user(ctx, login)
    changes.reopen_user(ctx.work, user)
    return _slip(ctx, user, actions.reset_password(ctx.work, user))
