"""Bringing a database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from evalplat.resources import migrations_dir


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    return config


def newest() -> str:
    """The newest version of the schema that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str:
    """The version that the database has; empty if it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(engine: Engine) -> bool:
    """Bring the database to the newest schema; whether anything was to do."""
    if current(engine) == newest():
        return False
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def autogenerate(
    engine: Engine, message: str, *, revision: str, tables: frozenset[str] | None = None
) -> None:
    """Write the next version from the difference between the tables (or some of them) and ``engine``'s schema."""
    config = _config()
    config.attributes["tables"] = tables
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)
