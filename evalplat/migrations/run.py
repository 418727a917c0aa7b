"""Writing the next version of the schema; what brings a database to one stands in ``evalplat.kernel.schema``."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Engine

from evalplat.kernel.schema import alembic_config, current, newest, upgrade

__all__ = ["autogenerate", "current", "newest", "upgrade"]


def autogenerate(
    engine: Engine, message: str, *, revision: str, tables: frozenset[str] | None = None
) -> None:
    """Write the next version from the difference between the tables (or some of them) and ``engine``'s schema."""
    config = alembic_config()
    config.attributes["tables"] = tables
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)
