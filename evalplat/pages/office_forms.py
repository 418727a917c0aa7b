"""What is typed when an office is set up and looked after."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from .forms import CODE, LOGIN

ADMINS = ("sysadmin", "secadmin", "auditadmin")


class OfficeForm(BaseModel):
    """The office as it stands on its documents."""

    name: str = Field(min_length=1, max_length=80)
    short_name: str = Field(min_length=1, max_length=40)
    document_mark: str = Field(min_length=1, max_length=80)
    document_series: str = Field(min_length=1, max_length=20)
    contact: str = Field(default="", max_length=200)


class StartForm(OfficeForm):
    """The first page: the office and its three administrators."""

    sysadmin_name: str = Field(min_length=1, max_length=40)
    sysadmin_login: str = Field(pattern=LOGIN)
    sysadmin_password: str = Field(min_length=1)
    sysadmin_again: str = Field(min_length=1)
    secadmin_name: str = Field(min_length=1, max_length=40)
    secadmin_login: str = Field(pattern=LOGIN)
    secadmin_password: str = Field(min_length=1)
    auditadmin_name: str = Field(min_length=1, max_length=40)
    auditadmin_login: str = Field(pattern=LOGIN)
    auditadmin_password: str = Field(min_length=1)

    def of(self, role: str, part: str) -> str:
        """A part of one administrator's entry."""
        return str(getattr(self, f"{role}_{part}"))


class DayForm(BaseModel):
    """A day that differs from every week."""

    day: date
    kind: str = Field(pattern=r"^(free|worked)$")
    name: str = Field(default="", max_length=30)


class UnitEditForm(BaseModel):
    """A department's entries; its code never changes."""

    name: str = Field(min_length=1, max_length=80)
    short_name: str = Field(min_length=1, max_length=40)
    category: str = Field(min_length=1, max_length=40)
    nature: str = Field(default="", max_length=40)
    civil_service_ref: bool = False
    profile: str = Field(default="standard", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")
    parent: str = ""
    facts: list[str] = Field(default_factory=list, max_length=10)
    closed: bool = False
    merged_into: str = ""


class NewUnitForm(UnitEditForm):
    """The same with the code that its addresses carry."""

    code: str = Field(pattern=CODE)


class PersonForm(BaseModel):
    """An account's entries."""

    name: str = Field(min_length=1, max_length=40)
    post: str = Field(default="", max_length=80)
    roles: list[str] = Field(default_factory=list, max_length=15)
    unit: str = ""
    expires_on: date | None = None
    ends_with: str = Field(default="", max_length=40)
