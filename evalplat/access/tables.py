"""Access tokens of programs that read by the interface."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class ApiToken(SQLModel, table=True):
    """A token acts as its user, narrowed by its scopes. Only the hash of its secret is kept; ``code`` names it in addresses."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    code: str = Field(unique=True)
    hash: str = Field(unique=True)
    name: str
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    expires_on: date
    created_by: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
