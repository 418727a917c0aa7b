"""What Alembic runs: the tables of every room, on the connection that ``evalplat.migrations.run`` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from evalplat.kernel.db import metadata
from evalplat.kernel.types import Points, UtcDateTime
from evalplat.rooms import load_tables

load_tables()
attributes = context.config.attributes


def _render(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Types by short names, so that a history reads well and needs no more imports."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime | Points):
        return f"types.{type(item).__name__}()"
    return "sa.String()" if isinstance(item, AutoString) else False


def _chosen(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001 - Alembic's
    """All tables, or those that a developer writes a first version for."""
    wanted = attributes.get("tables")
    return wanted is None or kind != "table" or name in wanted


context.configure(
    connection=attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
    include_object=_chosen,
)
with context.begin_transaction():
    context.run_migrations()
