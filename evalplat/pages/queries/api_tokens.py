"""Access tokens as the security administrator sees them, and who may hold one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from evalplat.access.tables import ApiToken
from evalplat.access.tokens import SCOPES
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.roles import ADMIN_ROLES
from evalplat.people.tables import Membership, User


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token."""

    code: str
    name: str
    user: str
    login: str
    scopes: tuple[str, ...]
    expires_on: date
    created_at: datetime
    last_used_at: datetime | None
    state: str
    """``open``, ``ended`` by hand or ``over`` by its day."""


def tokens_of(work: Work) -> list[TokenLine]:
    """Every token of the office, those in force first."""
    query: Any = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id)).where(
        ApiToken.office_id == work.office_id).order_by(col(ApiToken.id).desc())
    lines = [_line(work, row, user) for row, user in work.session.exec(query)]
    return sorted(lines, key=lambda line: line.state != "open")


def _line(work: Work, row: ApiToken, user: User) -> TokenLine:
    state = "ended" if row.revoked_at else "over" if row.expires_on < work.today else "open"
    return TokenLine(row.code, row.name, user.name, user.login, tuple(gettext(SCOPES[one]) for one in row.scopes if one in SCOPES),
                     row.expires_on, row.created_at, row.last_used_at, state)


def holders(work: Work) -> list[tuple[str, str]]:
    """People with an open account who are no administrators."""
    admins = select(Membership.user_id).where(col(Membership.role).in_(ADMIN_ROLES))
    query = select(User).where(User.office_id == work.office_id, col(User.active).is_(True), col(User.id).not_in(admins))
    return [(user.login, f"{user.name} · {user.post or user.login}") for user in work.session.exec(query.order_by(User.login))]


def find_user(work: Work, login: str) -> User | None:
    """A person of the office."""
    return work.session.exec(select(User).where(User.office_id == work.office_id, User.login == login)).one_or_none()


def find_token(work: Work, code: str) -> ApiToken | None:
    """A token of the office."""
    return work.session.exec(select(ApiToken).where(ApiToken.office_id == work.office_id, ApiToken.code == code)).one_or_none()
