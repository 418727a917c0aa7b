"""The database of a demonstration, before anything is played in it."""

from __future__ import annotations

from sqlalchemy import Engine, inspect
from sqlmodel import select

from evalplat.kernel.db import metadata, transaction
from evalplat.migrations.run import newest, upgrade
from evalplat.people.tables import Office
from evalplat.rooms import load_tables, register_all


def prepare(engine: Engine) -> None:
    """Bring an empty database to the newest schema, and make every room known."""
    register_all()
    load_tables()
    if newest():
        upgrade(engine)
    else:
        metadata.create_all(engine)


def offices(engine: Engine) -> list[str]:
    """Codes of the offices in a database, which may still be without tables."""
    if not inspect(engine).has_table(Office.__tablename__):
        return []
    with transaction(engine, write=False) as session:
        return list(session.exec(select(Office.code).order_by(Office.code)))
