"""Passwords: argon2, a rule for new ones, one-time ones that can be read aloud."""

from __future__ import annotations

import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from evalplat.kernel.i18n import N_

MIN_LENGTH = 10
NONE_YET = "!"
"""Stored for an account whose slip was not made yet: no password fits it."""
TIME_COST, MEMORY_COST = 2, 19456
"""Of argon2id: passes, and KiB for one password. The least that OWASP's cheat sheet on storing passwords asks for."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"


@lru_cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=TIME_COST, memory_cost=MEMORY_COST, parallelism=1),))


def hash_password(password: str) -> str:
    """A salted argon2id hash."""
    return _hasher().hash(password)


def matches(password: str, stored: str) -> bool:
    """Whether the password is the stored one; an account that has none yet takes as long to say no."""
    if stored == NONE_YET:
        spend_the_same_time(password)
        return False
    return _hasher().verify(password, stored)


@lru_cache
def _decoy() -> str:
    return hash_password(secrets.token_urlsafe(16))


def spend_the_same_time(password: str) -> None:
    """Verify against nobody, so that an unknown login takes as long as a wrong password."""
    matches(password, _decoy())


def complaint(password: str, login: str) -> str | None:
    """Why a new password is not good enough (a gettext id), or None."""
    kinds = sum((any(c.islower() for c in password), any(c.isupper() for c in password),
                 any(c.isdigit() for c in password), any(not c.isalnum() for c in password)))
    if len(password) < MIN_LENGTH or len(password) > 200:
        return N_("Use at least 10 characters.")
    if kinds < 3:
        return N_("Use three of these: lower-case letters, capitals, digits, symbols.")
    if login.lower() in password.lower():
        return N_("The password must not contain your login.")
    return None


def one_time_password() -> str:
    """A first password for a slip of paper: easy to type, good for one sign-in."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2)]
    return f"{groups[0].capitalize()}-{groups[1]}-{''.join(secrets.choice(_DIGITS) for _ in range(4))}"
