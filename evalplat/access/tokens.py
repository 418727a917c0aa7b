"""Tokens for programs: made by the security administrator for a person, shown once, ending by a day or by hand."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.roles import ADMIN_ROLES
from evalplat.people.tables import Membership, User

from .tables import ApiToken

SCOPES: dict[str, str] = {
    "campaigns": N_("Evaluations and their departments"), "results": N_("Final results with their arithmetic"),
    "findings": N_("Problems found"), "documents": N_("Issued documents"),
}
PREFIX = "evp_"
LONGEST = timedelta(days=366)
NOTED_EVERY = timedelta(minutes=1)


def make(work: Work, user: User, *, name: str, scopes: Sequence[str], expires_on: date) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can find again."""
    held = set(work.session.exec(select(Membership.role).where(Membership.user_id == user.id)))
    if not user.active or user.office_id != work.office_id or held & ADMIN_ROLES:
        raise Invalid({"user": N_("Choose somebody with an open account who is no administrator.")})
    if not name.strip():
        raise Invalid({"name": N_("Say which program uses it.")})
    if not scopes or set(scopes) - SCOPES.keys():
        raise Invalid({"scopes": N_("Choose what it may read.")})
    if not work.today < expires_on <= work.today + LONGEST:
        raise Invalid({"expires_on": N_("The last day lies after today, and at most a year from now.")})
    secret = PREFIX + secrets.token_urlsafe(32)
    row: ApiToken = work.add(ApiToken(
        office_id=work.office_id, user_id=user.id or 0, code=secrets.token_hex(4), hash=_hash(secret), name=name.strip(),
        scopes=[one for one in SCOPES if one in scopes], expires_on=expires_on, created_by=work.actor.user_id, created_at=work.now))
    record(work, "token.made", token=row.code, name=row.name, login=user.login, scopes=row.scopes, expires=expires_on)
    return row, secret


def revoke(work: Work, row: ApiToken) -> None:
    """End a token at once."""
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.session.add(row)
        record(work, "token.revoked", token=row.code, name=row.name, login=work.session.get_one(User, row.user_id).login)


def find(session: Session, secret: str, today: date) -> tuple[ApiToken, User] | None:
    """The living token behind a secret, and its user whose account must be open."""
    row = session.exec(select(ApiToken).where(ApiToken.hash == _hash(secret))).one_or_none() if secret.startswith(PREFIX) else None
    if row is None or row.revoked_at is not None or row.expires_on < today:
        return None
    user = session.get(User, row.user_id)
    if user is None or not user.active or user.must_change or (user.expires_on and user.expires_on < today):
        return None
    return row, user


def is_to_note(row: ApiToken, work: Work) -> bool:
    """Whether the use is worth a write: once a minute."""
    return row.last_used_at is None or work.now - row.last_used_at >= NOTED_EVERY


def note_used(work: Work, code: str) -> None:
    """Note when a token was last used; the first use of a day also goes into the log."""
    row = work.session.exec(select(ApiToken).where(ApiToken.code == code).with_for_update()).one()
    user = work.session.get_one(User, row.user_id)
    before, zone = row.last_used_at, work.settings.zone
    row.last_used_at = work.now
    work.session.add(row)
    if before is None or before.astimezone(zone).date() != work.today:
        work.actor = SystemActor(row.office_id, name=user.name, user_id=user.id)
        record(work, "token.used", token=row.code, name=row.name, login=user.login)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
