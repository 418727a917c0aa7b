"""Which version of the schema a database has, and bringing it to another. The history itself lies in ``evalplat/migrations``
and is run by Alembic by its path, so that whatever stands on any floor may ask for the version."""

from __future__ import annotations

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from evalplat.resources import migrations_dir

from .db import metadata


def alembic_config() -> Config:
    """What Alembic is told: where the history lies."""
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    return config


def newest() -> str:
    """The newest version of the schema that this program knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


@lru_cache
def versions() -> frozenset[str]:
    """Every version that this program knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def current(where: Engine | Connection) -> str:
    """The version that the database has; empty if it has none."""
    if isinstance(where, Connection):
        return MigrationContext.configure(where).get_current_revision() or ""
    with where.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_built(engine: Engine) -> bool:
    """Whether the database has tables, with a history or without."""
    return inspect(engine).has_table("office")


def upgrade(engine: Engine, to: str = "head") -> bool:
    """Bring the database to the newest schema, or to an older one; whether anything was to do."""
    if current(engine) == (newest() if to == "head" else to):
        return False
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return True


def build(engine: Engine, version: str) -> None:
    """The tables of a version in an empty database; those of this program if it names none (a database without a history)."""
    if version:
        upgrade(engine, version)
    else:
        metadata.create_all(engine)
