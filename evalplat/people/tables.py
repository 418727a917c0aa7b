"""Offices, units, users and what they hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Office(SQLModel, table=True):
    """The establishment office that evaluates. ``settings``: days and rules that differ from the defaults."""

    __tablename__ = "office"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    short_name: str
    document_mark: str
    document_series: str
    contact: str = ""
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Unit(SQLModel, table=True):
    """An evaluated body. Category (ranking), nature and civil-service reference are three fields, not one.

    ``facts`` holds what ``applies_if`` asks for: has_affiliates, has_enforcement, has_services … A unit that is no longer
    evaluated stays, inactive, perhaps with the one that it was merged into.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    code: str
    name: str
    short_name: str
    category: str
    nature: str = ""
    civil_service_ref: bool = False
    profile: str = "standard"
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    active: bool = True
    merged_into_id: int | None = Field(default=None, foreign_key="unit.id")


class User(SQLModel, table=True):
    """Somebody who signs in. Accounts of lent staff end with ``expires_on``, or with the campaign whose code is ``ends_with``."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    login: str = Field(unique=True)
    name: str
    post: str = ""
    password_hash: str
    must_change: bool = True
    active: bool = True
    failed_count: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_on: date | None = None
    ends_with: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A role that a user holds, for a unit where the role is a unit's."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "role", "unit_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    role: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)


class WorkedAt(SQLModel, table=True):
    """Where somebody worked, until when: the source of the three-year rule."""

    __tablename__ = "worked_at"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    until: date | None = None


class Delegation(SQLModel, table=True):
    """A role lent to somebody for a period, by a document."""

    __tablename__ = "delegation"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    from_user_id: int = Field(foreign_key="user_account.id", index=True)
    to_user_id: int = Field(foreign_key="user_account.id", index=True)
    role: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    starts_on: date
    ends_on: date
    document: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInSession(SQLModel, table=True):
    """A signed-in browser. Only the hash of its secret is kept."""

    __tablename__ = "sign_in_session"

    id_hash: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CalendarDay(SQLModel, table=True):
    """An exception to Monday-to-Friday in an office's calendar."""

    __tablename__ = "calendar_day"

    office_id: int = Field(primary_key=True, foreign_key="office.id")
    day: date = Field(primary_key=True)
    worked: bool
    name: str = ""


class OfficeImport(SQLModel, table=True):
    """An uploaded workbook that was checked and waits to be taken, was taken, or was set aside. ``file_id`` holds its bytes."""

    __tablename__ = "office_import"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    code: str = Field(unique=True)
    file_id: int = Field(foreign_key="stored_file.id", index=True)
    name: str
    created_by: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken: bool = False
