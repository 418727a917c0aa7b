"""Signing in and out. Sessions are rows on the server, so they can be ended; five failures lock for half an hour."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from evalplat.audit.log import record
from evalplat.kernel import clock
from evalplat.kernel.errors import Invalid, TooMany
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work

from . import passwords
from .tables import SignInSession, User

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the secret for the cookie is never stored."""

    secret: str
    user: User


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(secret: str) -> str:
    """The token that forms of this session carry."""
    return hmac.new(settings().secret(), b"csrf:" + secret.encode(), hashlib.sha256).hexdigest()


def check_password(work: Work, login: str, password: str) -> User | None:
    """The user if login and password fit and the account may sign in; counts failures. None means: say no, commit.

    The row is locked: many tries at once count as many.
    """
    user = work.session.exec(select(User).where(User.login == login.strip().lower()).with_for_update()).one_or_none()
    if user is None:
        passwords.spend_the_same_time(password)
        return None
    work.actor = SystemActor(user.office_id, name=user.name, user_id=user.id)
    if user.locked_until and user.locked_until > work.now:
        raise TooMany(N_("Too many wrong tries. The account opens again in half an hour."))
    allowed = user.active and (user.expires_on is None or user.expires_on >= work.today)
    if passwords.matches(password, user.password_hash) and allowed:
        user.failed_count, user.locked_until = 0, None
        return user
    _count_failure(work, user)
    return None


def _count_failure(work: Work, user: User) -> None:
    user.failed_count += 1
    record(work, "user.sign_in_failed", login=user.login)
    if user.failed_count >= MAX_FAILURES:
        user.locked_until, user.failed_count = work.now + LOCKED_FOR, 0
        record(work, "user.locked", login=user.login)


def open_session(work: Work, user: User) -> SignedIn:
    """Begin a session for a user who has shown who they are."""
    secret = secrets.token_urlsafe(32)
    work.add(SignInSession(id_hash=_hash(secret), office_id=user.office_id, user_id=user.id or 0,
                           created_at=work.now, seen_at=work.now))
    record(work, "user.signed_in", login=user.login)
    return SignedIn(secret, user)


def find(session: Session, secret: str) -> tuple[SignInSession, User] | None:
    """The living session behind a cookie, and its user."""
    row = session.get(SignInSession, _hash(secret))
    if row is None or row.ended_at is not None:
        return None
    now = clock.now()
    idle = timedelta(minutes=settings().session_idle_minutes)
    if now - row.seen_at > idle or now - row.created_at > LONGEST:
        return None
    user = session.get(User, row.user_id)
    today = now.astimezone(settings().zone).date()
    if user is None or not user.active or (user.expires_on and user.expires_on < today):
        return None
    return row, user


def close_session(work: Work, secret: str) -> None:
    """Sign out."""
    row = work.session.get(SignInSession, _hash(secret))
    if row and row.ended_at is None:
        row.ended_at = work.now
        user = work.session.get_one(User, row.user_id)
        record(work, "user.signed_out", login=user.login)


def end_all_sessions(work: Work, *user_ids: int) -> None:
    """Sign users out everywhere: after a new password, or when the account is closed."""
    query = select(SignInSession).where(col(SignInSession.user_id).in_(user_ids), SignInSession.ended_at == None)  # noqa: E711
    for row in work.session.exec(query):
        row.ended_at = work.now


def change_password(work: Work, user: User, *, old: str, new: str, again: str) -> None:
    """Set one's own password. Every other session of the user ends."""
    if not passwords.matches(old, user.password_hash):
        raise Invalid({"old": N_("The one-time password is wrong. Copy it from your slip, capitals and hyphens too.") if user.must_change
                       else N_("This is not your present password.")})
    reason = passwords.complaint(new, user.login)
    if reason:
        raise Invalid({"new": reason})
    if new == old:
        raise Invalid({"new": N_("Choose a password that differs from the present one.")})
    if new != again:
        raise Invalid({"again": N_("The two new passwords are not the same.")})
    set_password(work, user, new, must_change=False)


def set_password(work: Work, user: User, password: str, *, must_change: bool) -> None:
    """Store a password and end all sessions of the user."""
    user.password_hash = passwords.hash_password(password)
    user.must_change = must_change
    user.failed_count, user.locked_until = 0, None
    work.session.add(user)
    end_all_sessions(work, user.id or 0)
    record(work, "user.password_set", login=user.login)
