"""A stored file: its bytes lie under their hash, its name is only a label."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class StoredFile(SQLModel, table=True):
    """One upload or one made document. ``code`` is what addresses show."""

    __tablename__ = "stored_file"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id", index=True)
    code: str = Field(unique=True)
    sha256: str = Field(index=True)
    size: int
    media_type: str
    name: str
    purpose: str
    created_by: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
